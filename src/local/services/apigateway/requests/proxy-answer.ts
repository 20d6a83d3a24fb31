// The HTTP answer that a function returns through an AWS_PROXY integration.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html#api-gateway-simple-proxy-for-lambda-output-format
import { canBeSent } from '../../../http-events/answer.ts';
import type { HeaderLine } from '../../../protocols/protocol.ts';
import { badGateway, misconfigured } from './gateway-error.ts';

export interface EndpointAnswer {
  readonly status: number;
  readonly fields: readonly HeaderLine[];
  readonly body: Buffer | string | AsyncIterable<Uint8Array>;
}

const members = new Set(['statusCode', 'headers', 'multiValueHeaders', 'body', 'isBase64Encoded']);

type Json = Record<string, unknown>;

/** `binary`: the client takes binary answers. @throws GatewayError for anything that is not a response */
export function proxyAnswer(payload: Uint8Array, binary: boolean): EndpointAnswer {
  const response = parsed(payload);
  if (!isObject(response) || Object.keys(response).length === 0) throw badGateway();
  if (Object.keys(response).some((member) => !members.has(member))) throw badGateway();
  const status = statusOf(response.statusCode);
  const fields = fieldsOf(response);
  if (!fields.every(canBeSent)) throw badGateway();
  const typed = fields.some(([name]) => name.toLowerCase() === 'content-type');
  const all = typed ? fields : [['Content-Type', 'application/json'] as const, ...fields];
  return { status, fields: all, body: bodyOf(response, binary) };
}

function parsed(payload: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(payload).toString());
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function statusOf(value: unknown): number {
  if (value === undefined || value === null) return 200;
  const status = typeof value === 'string' || typeof value === 'number' ? Number(value) : Number.NaN;
  if (!(Number.isInteger(status) && status >= 100 && status <= 599)) throw badGateway();
  return status;
}

/** Those of multiValueHeaders go first, and give the name its case. */
function fieldsOf({ headers, multiValueHeaders }: Json): HeaderLine[] {
  const single = entriesOf(headers).map(([name, value]) => [name, textOf(value)] as const);
  const multiple = entriesOf(multiValueHeaders).flatMap(([name, values]) => {
    if (!Array.isArray(values)) throw badGateway();
    return values.map((value) => [name, textOf(value)] as const);
  });
  const cases = new Map(multiple.map(([name]) => [name.toLowerCase(), name]));
  const named = single.map(([name, value]) => [cases.get(name.toLowerCase()) ?? name, value] as const);
  return [...multiple, ...named];
}

function entriesOf(headers: unknown): [string, unknown][] {
  if (headers === undefined || headers === null) return [];
  if (!isObject(headers)) throw badGateway();
  return Object.entries(headers);
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean' || typeof value === 'number') return String(value);
  throw badGateway();
}

function bodyOf({ body, isBase64Encoded }: Json, binary: boolean): Buffer | string {
  if (body === undefined || body === null) return '';
  if (typeof body !== 'string') throw badGateway();
  if (!(binary && isBase64Encoded === true)) return body;
  // AWS takes a body that is not base64 for a fault of the API.
  if (!/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(body)) throw misconfigured();
  return Buffer.from(body, 'base64');
}
