// A proxy in front of a local AWS that knows the operation of each request, and lets a section decide about it.
import { createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { matches } from '../src/local/faults/fault.ts';
import { protocolOf } from '../src/local/protocols/of-api.ts';
import type { Protocol, WireRequest } from '../src/local/protocols/protocol.ts';
import type { Service } from '../src/local/service.ts';
import { scopeOf } from '../src/local/signature/signature.ts';

export interface Passing {
  /** `lambda:CreateFunction` */
  readonly name: string;
  /** The number of requests of this name so far, from 1. */
  readonly number: number;
  /** Whether it changes something. */
  readonly writes: boolean;
}

/** Sends the request on. Resolves when the answer is complete. */
type Forward = () => Promise<void>;

export interface Watched {
  readonly endpoint: string;
  /** Resolves when all requests that were sent on are answered. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

/** The connection is dropped unless `decide` resolves with true, which sends the answer. */
export async function watch(
  target: string,
  services: readonly Service[],
  decide: (passing: Passing, forward: Forward) => Promise<boolean>,
): Promise<Watched> {
  const { hostname, port } = new URL(target);
  const protocols = new Map(
    services.map((service) => [service.name, { service, protocol: protocolOf(service) }]),
  );
  const counts = new Map<string, number>();
  const underWay = new Set<Promise<unknown>>();
  const server = createServer(async (incoming, outgoing) => {
    outgoing.on('error', () => {});
    const body = await buffer(incoming).catch(() => undefined);
    if (!body) return;
    const { name, writes } = operationOf(incoming, body, protocols);
    const number = (counts.get(name) ?? 0) + 1;
    counts.set(name, number);
    let answer: { status: number; headers: IncomingMessage['headers']; content: Buffer } | undefined;
    const forward = () => {
      const sent = new Promise<void>((resolve, reject) => {
        const { method, url: path, headers } = incoming;
        request({ hostname, port, method, path, headers, agent: false })
          .once('response', async (got) => {
            answer = { status: got.statusCode ?? 502, headers: got.headers, content: await buffer(got) };
            resolve();
          })
          .once('error', reject)
          .end(body);
      });
      underWay.add(sent);
      return sent.finally(() => underWay.delete(sent));
    };
    const passes = await decide({ name, number, writes }, forward).catch(() => false);
    if (!passes || !answer) return outgoing.destroy();
    const { connection: _, 'keep-alive': __, 'transfer-encoding': ___, ...headers } = answer.headers;
    outgoing.writeHead(answer.status, headers);
    outgoing.end(incoming.method === 'HEAD' ? undefined : answer.content);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    settled: async () => void (await Promise.allSettled(underWay)),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function operationOf(
  { method = '', url = '', headers }: IncomingMessage,
  body: Buffer,
  protocols: ReadonlyMap<string, { service: Service; protocol: Protocol }>,
): { name: string; writes: boolean } {
  const at = url.indexOf('?');
  const [path, query] = at < 0 ? [url, ''] : [url.slice(0, at), url.slice(at + 1)];
  const asked: WireRequest = { method, path, query, headers: headers as WireRequest['headers'], body };
  const found = protocols.get(scopeOf(asked)?.service ?? '');
  if (!found) return { name: `${method} ${path}`, writes: false };
  const { service, protocol } = found;
  const operation = protocol.route(service.addressed?.(asked) ?? asked);
  return { name: `${service.name}:${operation.name}`, writes: matches('writes', service.name, operation) };
}
