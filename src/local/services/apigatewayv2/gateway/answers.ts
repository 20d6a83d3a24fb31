// Turns the answer of a function into an HTTP response.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
import { canBeSent, isOwn } from '../../../http-events/answer.ts';
import type { HeaderLine, WireAnswer } from '../../../protocols/protocol.ts';

const defaultType = 'text/plain;charset=UTF-8';

type Members = Readonly<Record<string, unknown>>;

/** The format 2.0: an object with a statusCode is the response, anything else its body. undefined: malformed. */
export function answerOf2(payload: Uint8Array): WireAnswer | undefined {
  const text = Buffer.from(payload).toString();
  const value = parsed(text);
  if (isObject(value) && 'statusCode' in value) {
    const cookies = Array.isArray(value.cookies) ? value.cookies : [];
    const repeated = cookies.map((cookie) => ['set-cookie', String(cookie)] as const);
    return responseOf(value, linesOf(value.headers), repeated);
  }
  const body = typeof value === 'string' ? value : text;
  return { status: 200, headers: { 'content-type': 'application/json' }, body };
}

/** The format 1.0: the function must answer a response. undefined: malformed. */
export function answerOf1(payload: Uint8Array): WireAnswer | undefined {
  const value = parsed(Buffer.from(payload).toString());
  if (!isObject(value) || !('statusCode' in value)) return undefined;
  const lines = linesOf(value.headers);
  const more = listsOf(value.multiValueHeaders);
  return lines && more && responseOf(value, [...lines, ...more], []);
}

function responseOf(
  value: Members,
  lines: readonly HeaderLine[] | undefined,
  cookies: readonly HeaderLine[],
): WireAnswer | undefined {
  const status = Number(/^[1-5]\d\d$/.exec(String(value.statusCode))?.[0]);
  const body = bodyOf(value);
  const all = lines && [...lines, ...cookies];
  if (!(status >= 200) || body === undefined || !all?.every(canBeSent)) return undefined;
  const headers: Record<string, string> = {};
  const repeated: HeaderLine[] = [...cookies];
  for (const [name, text] of lines ?? []) {
    if (!isOwn(name)) continue;
    if (name in headers || name === 'set-cookie') repeated.push([name, text]);
    else headers[name] = text;
  }
  return { status, headers: { 'content-type': defaultType, ...headers }, repeated, body };
}

/** undefined: it is not a text. */
function bodyOf({ body = '', isBase64Encoded }: Members): string | Uint8Array | undefined {
  if (body === null) return '';
  if (typeof body === 'object') return undefined;
  return isBase64Encoded === true ? Buffer.from(String(body), 'base64') : String(body);
}

/** Names in lower case; null values count as absent. undefined: these are no headers. */
function linesOf(headers: unknown): HeaderLine[] | undefined {
  if (headers === undefined || headers === null) return [];
  if (!isObject(headers)) return undefined;
  const present = Object.entries(headers).filter(([, value]) => value !== null);
  if (present.some(([, value]) => typeof value === 'object')) return undefined;
  return present.map(([name, value]) => [name.toLowerCase(), String(value)]);
}

function listsOf(headers: unknown): HeaderLine[] | undefined {
  if (headers === undefined || headers === null) return [];
  if (!isObject(headers) || !Object.values(headers).every(Array.isArray)) return undefined;
  return Object.entries(headers).flatMap(([name, values]) =>
    (values as unknown[]).map((value) => [name.toLowerCase(), String(value)] as const),
  );
}

const isObject = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A text that is not JSON is a value of its own. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
