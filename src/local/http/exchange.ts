// A request, however it came, and the way to answer it: what the server knows of HTTP.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Writable } from 'node:stream';
import type { WireAnswer } from '../protocols/protocol.ts';
import { latin1, smallBody } from './bytes-as-text.ts';

export interface Exchange {
  readonly method: string;
  /** Path and query, as they came. */
  readonly url: string;
  /** Names in small letters. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The whole body; undefined: it has more than `limit` bytes. */
  body(limit: number): Buffer | Promise<Buffer | undefined>;
  /** The body as it comes. */
  parts(): AsyncIterable<Buffer>;
  /** Aborted when the client goes away before its answer is complete. */
  readonly signal: AbortSignal;
  /** Resolves when the answer is sent, or its client is gone. An answer to HEAD goes without its body. */
  send(answer: WireAnswer): Promise<void>;
  /** Nothing more comes: the answer has failed. */
  destroy(): void;
}

/** By Node's own server. */
export function generalExchange(incoming: IncomingMessage, outgoing: ServerResponse): Exchange {
  return {
    method: incoming.method ?? 'GET',
    url: incoming.url ?? '/',
    headers: incoming.headers as Exchange['headers'],
    body: (limit) => bodyOf(incoming, limit),
    parts: () => incoming.iterator({ destroyOnReturn: false }),
    get signal() {
      return signalOf(outgoing);
    },
    send(answer) {
      // What was refused before it was read would keep the connection from its next request.
      if (!incoming.readableEnded) incoming.resume();
      return send(outgoing, answer, incoming.method === 'HEAD');
    },
    destroy: () => void outgoing.destroy(),
  };
}

function bodyOf(incoming: IncomingMessage, limit: number): Promise<Buffer | undefined> {
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

/** Made for those who ask. */
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
  { status, headers, body }: WireAnswer,
  headOnly: boolean,
): Promise<void> {
  if (headOnly) {
    // The length that it says is that of what GET answers.
    outgoing.writeHead(status, headers);
    outgoing.end();
    return;
  }
  if (typeof body === 'string' || body instanceof Uint8Array) {
    headers['content-length'] = String(Buffer.byteLength(body));
    outgoing.writeHead(status, headers);
    if (typeof body !== 'string' && body.length <= smallBody) outgoing.end(latin1(body), 'latin1');
    else outgoing.end(body);
    return;
  }
  outgoing.writeHead(status, headers);
  outgoing.flushHeaders();
  await pour(body, outgoing);
  outgoing.end();
}

/**
 * Sends all of it, no faster than it is taken. A client that goes away in the middle has what it wanted; a
 * pipeline would wait for it when it has only said that it will send no more.
 */
export async function pour(body: AsyncIterable<Uint8Array>, into: Writable): Promise<void> {
  const gone = () => into.destroyed || !into.writable;
  for await (const part of body) {
    if (gone()) return;
    if (!into.write(part) && !gone()) await drained(into);
  }
}

/** It takes more, or is closed. */
function drained(into: Writable): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      into.off('drain', done).off('close', done);
      resolve();
    };
    into.on('drain', done).on('close', done);
  });
}
