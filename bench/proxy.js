// A recording proxy: forwards requests unchanged, each with a fixed delay, and records when they start and end.
import { createServer, request as send } from 'node:http';
import { performance } from 'node:perf_hooks';

/**
 * Starts a proxy on a free port of 127.0.0.1 in front of `target`. The `Host` header is not changed, since SigV4 signs it.
 * Half of `delay` (ms) is before the request and half before the answer, as on a real network. `before` is called with the
 * record of each request, and awaited, before the request is forwarded.
 */
export async function startProxy({ target, delay = 0, before = async (_record) => {} }) {
  const { hostname, port } = new URL(target);
  let recorded = [];

  const server = createServer(async (incoming, outgoing) => {
    const record = { method: incoming.method, path: incoming.url, start: performance.now() };
    recorded.push(record);
    outgoing.once('close', () => {
      record.end = performance.now();
      record.status = outgoing.statusCode;
    });
    try {
      const body = await read(incoming);
      record.operation = operationOf(incoming, body);
      await pause(delay / 2);
      await before(record);
      const answer = await forward(incoming, body);
      const content = await read(answer);
      await pause(delay / 2);
      const headers = withoutHopHeaders(answer.rawHeaders);
      // A HEAD response announces the length of a body that it does not have.
      const length = answer.headers['content-length'];
      if (incoming.method === 'HEAD' && length) headers['content-length'] = length;
      outgoing.writeHead(answer.statusCode, headers);
      outgoing.end(content);
    } catch (error) {
      if (outgoing.headersSent) return outgoing.destroy();
      outgoing.writeHead(502, { 'content-type': 'text/plain' });
      outgoing.end(String(error));
    }
  });

  const forward = (incoming, body) =>
    new Promise((resolve, reject) => {
      const headers = withoutHopHeaders(incoming.rawHeaders);
      send({ hostname, port, method: incoming.method, path: incoming.url, headers, agent: false })
        .once('response', resolve)
        .once('error', reject)
        .end(body);
    });

  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    endpoint: `http://127.0.0.1:${server.address().port}`,
    /** Returns the requests since the last call. */
    take() {
      const taken = recorded;
      recorded = [];
      return taken;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The longest chain of requests in which each one starts after the answer to the one before. */
export function longestChain(records) {
  const inOrder = records.filter(({ end }) => end !== undefined).sort((a, b) => a.start - b.start);
  let longest = [];
  for (const [index, record] of inOrder.entries()) {
    const before = inOrder.slice(0, index).filter(({ end }) => end <= record.start);
    const best = before.reduce((deepest, { chain }) => (chain.length > deepest.length ? chain : deepest), []);
    record.chain = [...best, record];
    if (record.chain.length > longest.length) longest = record.chain;
  }
  return longest.map(({ chain, ...record }) => record);
}

const readOperation = /^(Get|List|Describe|Filter|Simulate|StartQuery|StartLiveTail)/;

/** Whether a request changes something at the server. */
export function mutates({ method, operation }) {
  return operation ? !readOperation.test(operation) : method !== 'GET' && method !== 'HEAD';
}

/** The operation, if the protocol names it: `X-Amz-Target` (JSON) or `Action` (Query). */
function operationOf(incoming, body) {
  const target = incoming.headers['x-amz-target'];
  if (target) return target.split('.').at(-1);
  if (incoming.headers['content-type']?.startsWith('application/x-www-form-urlencoded')) {
    return new URLSearchParams(body.toString()).get('Action') ?? undefined;
  }
  return undefined;
}

/** Headers in their original order and spelling, without those that belong to one connection only. */
function withoutHopHeaders(raw) {
  const kept = {};
  for (let index = 0; index < raw.length; index += 2) {
    if (/^(connection|keep-alive|transfer-encoding|content-length|expect)$/i.test(raw[index])) continue;
    const name = raw[index];
    kept[name] = name in kept ? [kept[name], raw[index + 1]].flat() : raw[index + 1];
  }
  return kept;
}

async function read(stream) {
  const parts = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts);
}

function pause(ms) {
  return ms > 0 ? new Promise((resolve) => setTimeout(resolve, ms)) : undefined;
}
