// The HTTP answer that a function returns through a front door: function URLs, HTTP APIs and REST APIs.
// https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-response-payload
import { validateHeaderName, validateHeaderValue } from 'node:http';
import type { HeaderLine, WireAnswer } from '../protocols/protocol.ts';

/** Headers that the server itself writes. */
const serverHeaders = new Set(['connection', 'content-length', 'keep-alive', 'transfer-encoding', 'date']);
const json = { 'content-type': 'application/json' };

/** The answer when the function failed or returned something that is not an HTTP response. */
export const badGateway = (): WireAnswer => ({
  status: 502,
  headers: { ...json },
  body: 'Internal Server Error',
});

interface Response {
  statusCode?: unknown;
  headers?: unknown;
  cookies?: unknown;
  body?: unknown;
  isBase64Encoded?: unknown;
}

/** An object with a statusCode is the response; anything else is its body. */
export function httpAnswer(payload: Uint8Array): WireAnswer {
  const text = Buffer.from(payload).toString();
  let value: unknown;
  try {
    value = text === '' ? null : JSON.parse(text);
  } catch {
    return badGateway();
  }
  const response = responseIn(value);
  if (!response) {
    const body = typeof value === 'string' ? value : JSON.stringify(value);
    return { status: 200, headers: { ...json }, body };
  }
  const head = headOf(response);
  return head ? { ...head, body: bodyOf(response) } : badGateway();
}

/** Eight zero bytes end the metadata of a streamed response. */
const separator = Buffer.alloc(8);
/** A response whose first bytes have no separator has no metadata. */
const longestMetadata = 16_384;

/** The answer of a streamed response: its metadata, if it has any, and the bytes as they come. */
export async function streamedAnswer(
  stream: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<WireAnswer> {
  const parts = startOf(stream);
  let first: Buffer = Buffer.alloc(0);
  for (;;) {
    const end = first.indexOf(separator);
    const metadata = end < 0 ? undefined : responseOf(first.toString('utf8', 0, end));
    if (metadata) {
      const head = headOf(metadata);
      return head ? { ...head, body: after(first.subarray(end + separator.length), parts) } : badGateway();
    }
    const none = end >= 0 || first.length > longestMetadata || (first.length > 0 && first[0] !== 0x7b);
    const next = none ? undefined : await parts.next();
    if (next && !next.done) first = Buffer.concat([first, next.value]);
    else
      return {
        status: 200,
        headers: { 'content-type': 'application/octet-stream' },
        body: after(first, parts),
      };
  }
}

async function* startOf(
  stream: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  yield* stream;
}

async function* after(first: Uint8Array, parts: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (first.length > 0) yield first;
  for (let next = await parts.next(); !next.done; next = await parts.next()) yield next.value;
}

function responseOf(text: string): Response | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function responseIn(value: unknown): Response | undefined {
  const isResponse = typeof value === 'object' && value !== null && 'statusCode' in value;
  return isResponse && /^\d{3}$/.test(String(value.statusCode)) ? value : undefined;
}

/** undefined: HTTP cannot carry its status or a header. */
function headOf(response: Response): Omit<WireAnswer, 'body'> | undefined {
  const { statusCode = 200, headers = {}, cookies = [] } = response;
  const status = Number(statusCode);
  const all = Object.entries((headers ?? {}) as Record<string, unknown>)
    .map(([name, value]) => [name.toLowerCase(), String(value)] as const)
    .filter(([name]) => isOwn(name));
  const repeated = (Array.isArray(cookies) ? cookies : []).map(
    (cookie) => ['set-cookie', String(cookie)] as const,
  );
  if (![...all, ...repeated].every(canBeSent) || !(status >= 200 && status <= 599)) return undefined;
  return { status, headers: { ...json, ...Object.fromEntries(all) }, repeated };
}

/** Whether the function decides about this header, and not the server. */
export function isOwn(name: string): boolean {
  return !serverHeaders.has(name.toLowerCase());
}

/** Whether HTTP can carry this header. */
export function canBeSent([name, value]: HeaderLine): boolean {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    return true;
  } catch {
    return false;
  }
}

function bodyOf({ body = '', isBase64Encoded }: Response): string | Uint8Array {
  if (body === null) return '';
  if (typeof body !== 'string') return JSON.stringify(body);
  return isBase64Encoded === true ? Buffer.from(body, 'base64') : body;
}
