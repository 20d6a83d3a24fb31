// HTTP load on keep-alive connections: each client sends its next request when it has the answer to the last one.
import { createHash, createHmac } from 'node:crypto';
import { Agent, request as send } from 'node:http';
import { performance } from 'node:perf_hooks';
import { SignatureV4 } from '@smithy/signature-v4';

/**
 * Sends `rounds` requests (after half as many to warm up) on `clients` connections, and resolves with
 * `{ p50, p99, perSecond }`, in milliseconds and requests. Rejects when a status is not 200.
 */
export async function load({ url, method = 'POST', headers = {}, body, clients, rounds }) {
  const { hostname, port, pathname } = new URL(url);
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  const options = { hostname, port, path: pathname, method, agent };
  options.headers = { host: `${hostname}:${port}`, 'content-length': Buffer.byteLength(body), ...headers };
  const once = () =>
    new Promise((resolve, reject) => {
      send(options, (answer) => {
        let text = '';
        answer.on('data', (part) => {
          text += part;
        });
        answer.once('end', () => {
          if (answer.statusCode === 200) resolve(text);
          else reject(new Error(`${url}: ${answer.statusCode} ${text}`));
        });
      })
        .once('error', reject)
        .end(body);
    });
  const run = async (count) => {
    const times = [];
    let remaining = count;
    const client = async () => {
      while (remaining-- > 0) {
        const began = performance.now();
        await once();
        times.push(performance.now() - began);
      }
    };
    const began = performance.now();
    await Promise.all(Array.from({ length: clients }, client));
    return { times: times.sort((a, b) => a - b), seconds: (performance.now() - began) / 1000 };
  };
  try {
    await run(Math.max(clients, Math.ceil(rounds / 2)));
    const { times, seconds } = await run(rounds);
    const percentile = (share) => times[Math.min(times.length - 1, Math.floor(times.length * share))];
    return { p50: percentile(0.5), p99: percentile(0.99), perSecond: times.length / seconds };
  } finally {
    agent.destroy();
  }
}

/** Headers that sign this request. It can be sent many times with them, for five minutes. */
export async function signed({ url, method = 'POST', body, service, env }) {
  const { hostname, port, pathname, protocol } = new URL(url);
  const signer = new SignatureV4({
    service,
    region: env.AWS_REGION ?? env.AWS_DEFAULT_REGION,
    credentials: { accessKeyId: env.AWS_ACCESS_KEY_ID, secretAccessKey: env.AWS_SECRET_ACCESS_KEY },
    sha256: Sha256,
  });
  const { headers } = await signer.sign({
    method,
    protocol,
    hostname,
    path: pathname,
    query: {},
    headers: { host: `${hostname}:${port}` },
    body,
  });
  return headers;
}

/** The hash for the signer, with Node's own implementation. */
class Sha256 {
  constructor(secret) {
    this.hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret);
  }

  update(data) {
    this.hash.update(data instanceof ArrayBuffer ? new Uint8Array(data) : data);
  }

  async digest() {
    return new Uint8Array(this.hash.digest());
  }

  reset() {}
}
