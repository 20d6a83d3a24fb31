// A proxy that disturbs requests: cuts their connection before or after they take effect, or refuses them.
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { mutates } from '../../bench/proxy.js';

export const faults = ['cut before', 'cut after', '500 after', '503', 'throttle'] as const;
export type Fault = (typeof faults)[number];

export interface Write {
  /** `CreateRole`, `PUT /2015-03-31/functions/hello/code`; parameters left out. */
  readonly name: string;
  readonly query: string;
  /** The same request was sent before. */
  readonly again: boolean;
}

export interface FaultyProxy {
  readonly endpoint: string;
  /** The names of the writes since the last call, in order, repeated ones included. */
  take(): string[];
  /** Decides on the fault of each write from now on; undefined: none. */
  disturb(choose: (write: Write) => Fault | undefined): void;
  close(): Promise<void>;
}

const throttled = { __type: 'ThrottlingException', Type: 'User', message: 'Rate exceeded' };

export async function faultyProxy(target: string): Promise<FaultyProxy> {
  let choose: (write: Write) => Fault | undefined = () => undefined;
  let names: string[] = [];
  let seen = new Set<string>();
  const forward = (incoming: IncomingMessage, body: Buffer) =>
    new Promise<IncomingMessage>((resolve, reject) => {
      const { method, headers, url = '' } = incoming;
      request(new URL(url, target), { method, headers, agent: false }, resolve)
        .once('error', reject)
        .end(body);
    });
  const server = createServer(async (incoming, outgoing) => {
    const body = await buffer(incoming);
    const { method = '', url = '' } = incoming;
    const operation = operationOf(incoming, body);
    const name = operation ?? `${method} ${url.replace(/\?.*/, '')}`;
    let fault: Fault | undefined;
    if (mutates({ method, path: url, operation, start: 0 })) {
      const identity = `${name} ${url} ${body.toString('latin1').replace(/"RevisionId":"[^"]*"/, '')}`;
      names.push(name);
      fault = choose({ name, query: url.replace(/^[^?]*/, ''), again: seen.has(identity) });
      seen.add(identity);
    }
    try {
      if (fault === undefined) return await pass(await forward(incoming, body), outgoing);
      if (fault.endsWith('after')) (await forward(incoming, body)).resume();
      answer(fault, incoming, outgoing);
    } catch {
      incoming.socket.destroy();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address() as { port: number };
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    take() {
      const taken = names;
      names = [];
      return taken;
    },
    disturb(next) {
      choose = next;
      seen = new Set();
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function pass(reply: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const content = await buffer(reply);
  outgoing.writeHead(reply.statusCode ?? 502, reply.headers).end(content);
}

function answer(fault: Fault, incoming: IncomingMessage, outgoing: ServerResponse): void {
  if (fault.startsWith('cut')) return void incoming.socket.destroy();
  if (fault === 'throttle') {
    const headers = { 'content-type': 'application/json', 'x-amzn-errortype': throttled.__type };
    return void outgoing.writeHead(429, headers).end(JSON.stringify(throttled));
  }
  outgoing.writeHead(Number(fault.slice(0, 3)), { 'content-type': 'text/plain' }).end('a fault of the test');
}

/** The operation, if the protocol names it. */
function operationOf({ headers }: IncomingMessage, body: Buffer): string | undefined {
  const named = headers['x-amz-target'];
  if (typeof named === 'string') return named.split('.').at(-1);
  if (!headers['content-type']?.startsWith('application/x-www-form-urlencoded')) return undefined;
  return new URLSearchParams(body.toString()).get('Action') ?? undefined;
}
