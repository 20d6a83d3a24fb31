// HTTP/2 without TLS, from its first byte on: the SDK for JavaScript speaks it with Kinesis.
// https://datatracker.ietf.org/doc/html/rfc9113#name-starting-http-2-with-prior-
import { createServer, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import type { WireAnswer } from '../protocols/protocol.ts';
import { type Exchange, pour, wholeOf, withoutBody } from './exchange.ts';

/** A server for connections that begin with the preface of HTTP/2. It never listens. */
export function http2Server(take: (exchange: Exchange) => void, patience: number) {
  const server = createServer();
  server.on('stream', (stream, headers) => {
    // A client that goes away is no failure of the server.
    stream.on('error', () => stream.destroy());
    take(streamExchange(stream, headers));
  });
  server.on('session', (session) => session.setTimeout(patience, () => session.close()));
  server.on('sessionError', () => {});
  return server;
}

function streamExchange(stream: ServerHttp2Stream, received: IncomingHttpHeaders): Exchange {
  const { ':method': method = 'GET', ':path': url = '/', ':authority': authority } = received;
  // The host may be signed under its name in HTTP/2.
  const headers: Exchange['headers'] = {
    ...(received as Exchange['headers']),
    host: authority ?? received.host,
  };
  return {
    method,
    url,
    headers,
    distinct: false,
    get fields() {
      return Object.entries(headers).flatMap(([name, value]) =>
        name.startsWith(':') || value === undefined ? [] : [[name, String(value)] as const],
      );
    },
    body: (limit) => wholeOf(stream, limit),
    parts: () => stream.iterator({ destroyOnReturn: false }),
    get signal() {
      const abort = new AbortController();
      if (stream.destroyed || stream.aborted) abort.abort();
      stream.once('aborted', () => abort.abort());
      stream.once('close', () => {
        if (!stream.writableFinished) abort.abort();
      });
      return abort.signal;
    },
    async send({ status, headers: answered, repeated = [], body }: WireAnswer) {
      if (stream.destroyed) return;
      const head: Record<string, string | string[]> = { ...answered };
      for (const [name, value] of repeated) head[name] = [head[name] ?? [], value].flat();
      if (withoutBody(method, status))
        return stream.respond({ ...head, ':status': status }, { endStream: true });
      stream.respond({ ...head, ':status': status });
      if (typeof body === 'string' || body instanceof Uint8Array) stream.end(body);
      else {
        await pour(body, stream);
        stream.end();
      }
    },
    destroy: () => void stream.destroy(),
  };
}
