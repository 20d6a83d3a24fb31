// A recording proxy: forwards requests as they are, each with a fixed delay, and remembers when.
import { createServer, request as send } from 'node:http';
import { performance } from 'node:perf_hooks';

/**
 * Starts a proxy on a free port of 127.0.0.1 in front of `target`. The `Host` header passes unchanged, since
 * it is part of what SigV4 signs. Half of `delay` (ms) goes before the request, half before the answer, as on
 * a real network. `before` is awaited with the record of each request before it goes on.
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
      // The length that HEAD answers is not that of its own body.
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
    /** Hands out what was recorded since the last time. */
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

/** The longest chain of requests, each of which began after the answer to the one before had arrived. */
export function longestChain(records) {
  const inOrder = records.filter(({ end }) => end !== undefined).sort((a, b) => a.start - b.start);
  let longest = [];
  for (const [index, record] of inOrder.entries()) {
    const before = inOrder.slice(0, index).filter(({ end }) => end <= record.start);
    const best = before.reduce(
      (deepest, one) => (one.chain.length > deepest.length ? one.chain : deepest),
      [],
    );
    record.chain = [...best, record];
    if (record.chain.length > longest.length) longest = record.chain;
  }
  return longest.map(({ chain, ...record }) => record);
}

const reading = /^(Get|List|Describe|Filter|Simulate|StartQuery|StartLiveTail)/;

/** Whether a request changes something at the other end. */
export function mutates({ method, operation }) {
  return operation ? !reading.test(operation) : method !== 'GET' && method !== 'HEAD';
}

/** The operation, where the protocol names it: `X-Amz-Target` (JSON) or `Action` (Query). */
function operationOf(incoming, body) {
  const target = incoming.headers['x-amz-target'];
  if (target) return target.split('.').at(-1);
  if (incoming.headers['content-type']?.startsWith('application/x-www-form-urlencoded')) {
    return new URLSearchParams(body.toString()).get('Action') ?? undefined;
  }
  return undefined;
}

/** Name-value pairs in their original order and spelling, without what concerns one connection only. */
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
