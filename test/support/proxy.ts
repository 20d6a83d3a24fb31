// Proxies for tests: they record, hold, replace or count the requests to an endpoint.
import { createServer, type IncomingHttpHeaders, request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { mutates, type RecordingProxy, startProxy } from '../../bench/proxy.js';
import { freePort } from './port.ts';

export interface Recorder extends RecordingProxy {
  /** Requests since the last look that changed something: `POST /2015-03-31/functions`, `CreateRole`. */
  mutations(): string[];
}

/** A recording proxy in front of an endpoint. */
export async function recorder(target: string): Promise<Recorder> {
  const proxy = await startProxy({ target });
  return {
    ...proxy,
    mutations: () =>
      proxy
        .take()
        .filter(mutates)
        .map(({ operation, method, path }) => operation ?? `${method} ${path}`),
  };
}

export interface Gate {
  readonly endpoint: string;
  /** The next request that matches (`PUT /2015-03-31/functions/…`, `UpdateRole`) waits until this has ended. */
  meanwhile(request: RegExp, what: () => Promise<unknown>): void;
  close(): Promise<void>;
}

/** A proxy that holds a request, so that a test can change the resource before it arrives. */
export async function gate(target: string): Promise<Gate> {
  const waiting: { request: RegExp; what: () => Promise<unknown> }[] = [];
  const { endpoint, close } = await startProxy({
    target,
    async before({ operation, method, path }) {
      const text = operation ?? `${method} ${path}`;
      const index = waiting.findIndex(({ request }) => request.test(text));
      if (index >= 0) await waiting.splice(index, 1)[0]?.what();
    },
  });
  return { endpoint, close, meanwhile: (request, what) => void waiting.push({ request, what }) };
}

/** An endpoint that counts requests and answers each with 500. */
export async function untouchable(): Promise<{ endpoint: string; calls(): number; close(): Promise<void> }> {
  let calls = 0;
  const port = await freePort();
  const server = createServer((_request, response) => {
    calls += 1;
    response.writeHead(500).end();
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${port}`,
    calls: () => calls,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export interface Asked {
  method: string;
  path: string;
  /** undefined for protocols that do not name it. */
  operation: string;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface Answer {
  status: number;
  headers?: Record<string, string>;
  body: string;
}

export interface Interposed {
  endpoint: string;
  close(): Promise<void>;
}

/** A proxy that can replace the answer of each request; undefined passes the request on. */
export async function interposed(
  target: string,
  instead: (asked: Asked) => Promise<Answer | undefined>,
): Promise<Interposed> {
  const server = createServer(async (incoming, outgoing) => {
    const content = await buffer(incoming);
    const { method = '', url = '', headers } = incoming;
    const body = content.toString();
    const named = headers['x-amz-target'];
    const action = new URLSearchParams(body).get('Action') ?? '';
    const operation = typeof named === 'string' ? (named.split('.').at(-1) ?? '') : action;
    const answer = await instead({ method, path: url, operation, headers, body });
    if (answer) {
      outgoing.writeHead(answer.status, answer.headers).end(answer.body);
      return;
    }
    const forwarded = request(new URL(url, target), { method, headers }, (reply) => {
      outgoing.writeHead(reply.statusCode ?? 502, reply.headers);
      reply.pipe(outgoing);
    });
    forwarded.end(content);
  });
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export interface Rounds extends Interposed {
  /** The requests of each round that were not sent, and the requests outside all rounds. */
  readonly missing: string[][];
  readonly beside: string[];
}

/**
 * A proxy that answers a round's requests (`CreateRole`, `GET /functions/hello`) only after all of them were sent. A
 * program that ends behind it has no more sequential waits than there are rounds.
 */
export async function inRounds(target: string, rounds: readonly (readonly string[])[]): Promise<Rounds> {
  const missing = rounds.map((round) => [...round]);
  const open: (() => void)[] = [];
  const opened = rounds.map((_, round) => new Promise<void>((resolve) => (open[round] = resolve)));
  const beside: string[] = [];
  const proxy = await interposed(target, async ({ operation, method, path }) => {
    const name = operation || `${method} ${path.replace(/^\/20[\d-]+/, '')}`;
    const round = missing.findIndex((names) => names.includes(name));
    const left = missing[round];
    if (!left) beside.push(name);
    else {
      left.splice(left.indexOf(name), 1);
      if (left.length === 0) open[round]?.();
      await opened[round];
    }
    return undefined;
  });
  return { ...proxy, missing, beside };
}

/** A proxy that answers nothing until all of these operations were sent: this proves that they run in parallel. */
export async function gated(target: string, operations: readonly string[]): Promise<Interposed> {
  const missing = new Set(operations);
  let open: () => void;
  const all = new Promise<void>((resolve) => {
    open = resolve;
  });
  return interposed(target, async ({ operation }) => {
    missing.delete(operation);
    if (missing.size === 0) open();
    await all;
    return undefined;
  });
}
