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
  const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.length);
  const text = bytes.toString();
  let value: unknown;
  try {
    value = text === '' ? null : JSON.parse(text);
  } catch {
    return joinedAnswer(bytes);
  }
  const response = responseIn(value);
  if (!response) {
    const body = typeof value === 'string' ? value : compactJson(text);
    return { status: 200, headers: { ...json }, body };
  }
  const head = headOf(response);
  return head ? { ...head, body: bodyOf(response) } : badGateway();
}

/** Without white space between its tokens, and with its numbers as they are. */
function compactJson(text: string): string {
  if (text === '') return 'null';
  return text.replace(/("(?:[^"\\]|\\.)*")|\s+/g, (_, quoted?: string) =>
    quoted === undefined ? '' : quoted.includes('\\') ? JSON.stringify(JSON.parse(quoted)) : quoted,
  );
}

/** The answer of a streaming function that was waited for, or of a runtime that answers something other than JSON. */
function joinedAnswer(bytes: Buffer): WireAnswer {
  const end = bytes.indexOf(separator);
  const metadata = end < 0 ? undefined : responseOf(bytes.toString('utf8', 0, end));
  if (!metadata) return { status: 200, headers: { ...json }, body: bytes };
  const head = headOf(metadata);
  return head ? { ...head, body: bytes.subarray(end + separator.length) } : badGateway();
}

/** Eight zero bytes end the metadata of a streamed response. */
const separator = Buffer.alloc(8);
/** The content type of a streamed response that begins with metadata. */
const withMetadata = 'application/vnd.awslambda.http-integration-response';
const longestMetadata = 64 * 1024;

/** The answer of a streamed response: its metadata, if its content type says so, and the bytes as they come. */
export async function streamedAnswer(
  stream: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  type = 'application/octet-stream',
): Promise<WireAnswer> {
  const parts = startOf(stream);
  if (!type.startsWith(withMetadata)) return { status: 200, headers: { 'content-type': type }, body: parts };
  let first: Buffer = Buffer.alloc(0);
  for (;;) {
    const end = first.indexOf(separator);
    if (end >= 0) {
      const metadata = responseOf(first.toString('utf8', 0, end));
      const head = metadata && headOf(metadata);
      return head ? { ...head, body: after(first.subarray(end + separator.length), parts) } : badGateway();
    }
    const next = first.length > longestMetadata ? undefined : await parts.next();
    if (!next || next.done) return badGateway();
    first = Buffer.concat([first, next.value]);
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

/** undefined: HTTP cannot carry its status or a header. Names that differ only in case are all sent. */
function headOf(response: Response): Omit<WireAnswer, 'body'> | undefined {
  const { statusCode = 200, headers, cookies = [] } = response;
  const status = Number(statusCode);
  const own = new Map<string, string>();
  const repeated: HeaderLine[] = [];
  for (const [sent, value] of Object.entries((headers ?? {}) as Record<string, unknown>)) {
    const name = sent.toLowerCase();
    if (own.has(name)) repeated.push([name, String(value)]);
    else if (isOwn(name)) own.set(name, String(value));
  }
  for (const cookie of Array.isArray(cookies) ? cookies : []) repeated.push(['set-cookie', String(cookie)]);
  if (![...own, ...repeated].every(canBeSent) || !(status >= 200 && status <= 599)) return undefined;
  return { status, headers: { ...json, ...Object.fromEntries(own) }, repeated };
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
