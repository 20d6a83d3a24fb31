// A request and the way to answer it, independent of the HTTP reader that received it.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Readable, Writable } from 'node:stream';
import type { HeaderLine, WireAnswer } from '../protocols/protocol.ts';
import { latin1, smallBody } from './bytes-as-text.ts';
import { pairedFields } from './fields.ts';

export interface Exchange {
  readonly method: string;
  /** Path and query, as they were sent. */
  readonly url: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The header fields as they were sent. */
  readonly fields: readonly HeaderLine[];
  /** Whether no name is repeated: `headers` has every field then. */
  readonly distinct: boolean;
  /** The whole body; undefined when it has more than `limit` bytes. */
  body(limit: number): Buffer | Promise<Buffer | undefined>;
  /** The body as a stream. */
  parts(): AsyncIterable<Buffer>;
  /** Aborted when the client disconnects before its answer is complete. */
  readonly signal: AbortSignal;
  /** Resolves when the answer is sent or the client is gone. The answer to HEAD is sent without a body. */
  send(answer: WireAnswer): Promise<void>;
  /** Closes the connection after an answer has failed half-way. */
  destroy(): void;
}

/** A target with the host in it, as clients send it to proxies. */
const absoluteForm = /^http:\/\/([^/?#@]*)(\/?.*)$/i;

/**
 * The exchange of a request that Node's own server received. A host in the target goes before the header.
 * https://www.rfc-editor.org/rfc/rfc9112#section-3.2.2
 */
export function generalExchange(incoming: IncomingMessage, outgoing: ServerResponse): Exchange {
  const [, host, below = ''] = absoluteForm.exec(incoming.url ?? '/') ?? [];
  const ofTarget = host === undefined ? {} : { host };
  return {
    method: incoming.method ?? 'GET',
    url: host === undefined ? (incoming.url ?? '/') : below.startsWith('/') ? below : `/${below}`,
    headers: { ...(incoming.headers as Exchange['headers']), ...ofTarget },
    get fields() {
      return pairedFields(incoming.rawHeaders);
    },
    distinct: false,
    body: (limit) => wholeOf(incoming, limit),
    parts: () => incoming.iterator({ destroyOnReturn: false }),
    get signal() {
      return signalOf(outgoing);
    },
    send(answer) {
      // A request that is refused before its body is read would block the next request on the connection.
      if (!incoming.readableEnded) incoming.resume();
      return send(outgoing, answer, withoutBody(incoming.method, answer.status));
    },
    destroy: () => void outgoing.destroy(),
  };
}

/** Whether an answer is sent without its body. https://www.rfc-editor.org/rfc/rfc9110#section-6.4.1 */
export function withoutBody(method: string | undefined, status: number): boolean {
  return method === 'HEAD' || status === 204 || status === 304;
}

/** The whole body; undefined when it has more than `limit` bytes. */
export function wholeOf(incoming: Readable, limit: number): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let size = 0;
    incoming.on('data', (part: Buffer) => {
      size += part.length;
      if (size <= limit) parts.push(part);
    });
    incoming.once('end', () => {
      const [first] = parts;
      const whole = parts.length === 1 && first ? first : Buffer.concat(parts);
      resolve(size > limit ? undefined : whole);
    });
    incoming.once('error', reject);
  });
}

/** Created on demand: few operations use it. */
function signalOf(outgoing: ServerResponse): AbortSignal {
  const abort = new AbortController();
  if (outgoing.destroyed) abort.abort();
  outgoing.once('close', () => {
    if (!outgoing.writableFinished) abort.abort();
  });
  return abort.signal;
}

async function send(
  outgoing: ServerResponse,
  { status, headers, repeated, body }: WireAnswer,
  headOnly: boolean,
): Promise<void> {
  if (headOnly) {
    // The Content-Length is that of the answer to GET.
    outgoing.writeHead(status, headLines(headers, repeated));
    outgoing.end();
    return;
  }
  if (typeof body === 'string' || body instanceof Uint8Array) {
    headers['content-length'] = String(Buffer.byteLength(body));
    outgoing.writeHead(status, headLines(headers, repeated));
    if (typeof body !== 'string' && body.length <= smallBody) outgoing.end(latin1(body), 'latin1');
    else outgoing.end(body);
    return;
  }
  outgoing.writeHead(status, headLines(headers, repeated));
  outgoing.flushHeaders();
  await pour(body, outgoing);
  outgoing.end();
}

/** In the form of Node.js for headers that occur several times: names and values in turn. */
function headLines(
  headers: Record<string, string>,
  repeated: readonly HeaderLine[] = [],
): Record<string, string> | string[] {
  return repeated.length === 0 ? headers : [...Object.entries(headers), ...repeated].flat();
}

/**
 * Sends the whole body, no faster than the client reads it. Ends without an error when the client disconnects.
 * `pipeline` would wait for a client that has only closed its sending side.
 */
export async function pour(body: AsyncIterable<Uint8Array>, into: Writable): Promise<void> {
  const gone = () => into.destroyed || !into.writable;
  for await (const part of body) {
    if (gone()) return;
    if (!into.write(part) && !gone()) await drained(into);
  }
}

/** Resolves when the stream takes more data, or is closed. */
function drained(into: Writable): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      into.off('drain', done).off('close', done);
      resolve();
    };
    into.on('drain', done).on('close', done);
  });
}
