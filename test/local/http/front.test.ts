// Requests on a connection: plain ones, others that Node's own server reads, and any split of their bytes.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Exchange } from '../../../src/local/http/exchange.ts';
import { Front } from '../../../src/local/http/front.ts';
import { plainHead } from '../../../src/local/http/plain-http.ts';

const most = 1000;
let seen: Exchange[] = [];
let aborted = 0;
let ended = 0;
let release = () => {};
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Answers with the content of its request. */
async function echo(exchange: Exchange): Promise<void> {
  seen.push(exchange);
  const { method, url, headers } = exchange;
  if (url === '/wait') {
    const { signal } = exchange;
    await once(signal, 'abort');
    aborted++;
    return exchange.send({ status: 200, headers: {}, body: 'late' });
  }
  if (url === '/parts') {
    const parts: Buffer[] = [];
    for await (const part of exchange.parts()) parts.push(part);
    const body = (async function* () {
      yield Buffer.from('first, ');
      yield Buffer.concat(parts);
    })();
    return exchange.send({ status: 200, headers: {}, body });
  }
  if (url === '/endless') {
    const body = (async function* () {
      try {
        for (;;) {
          yield Buffer.alloc(64 * 1024);
          await turn();
        }
      } finally {
        ended++;
      }
    })();
    return exchange.send({ status: 200, headers: {}, body });
  }
  if (url === '/held') {
    await new Promise<void>((resolve) => {
      release = resolve;
    });
  }
  if (url === '/bad') return exchange.send({ status: 200, headers: { a: 'b\r\nc: d' }, body: '' });
  const body = await exchange.body(most);
  await exchange.send({
    status: body ? 200 : 413,
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(
      JSON.stringify({ method, url, headers: Object.entries(headers).sort(), body: body?.toString() }),
    ),
  });
}

const front = new Front(echo);
const general = createServer((incoming, outgoing) => {
  const parts: Buffer[] = [];
  incoming.on('data', (part) => parts.push(part));
  incoming.on('end', () => {
    const { method, url, headers } = incoming;
    const body = Buffer.concat(parts).toString();
    outgoing.end(JSON.stringify({ method, url, headers: Object.entries(headers).sort(), body }));
  });
});

beforeAll(async () => {
  for (const server of [front, general]) {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  }
});
afterAll(() => {
  for (const server of [front, general]) {
    server.close();
    server.closeAllConnections();
  }
});

async function open(server: { address(): unknown } = front): Promise<Socket> {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1').setNoDelay(true);
  await once(socket, 'connect');
  return socket;
}

/** Resolves with this many final answers, without their heads; rejects when the connection ends earlier. */
function answers(socket: Socket, count: number): Promise<string[]> {
  return new Promise((resolve, reject) => {
    let text = '';
    socket.on('data', (data) => {
      text += data.toString('latin1');
      const found = [...text.matchAll(/HTTP\/1\.1 ([2-5]\d\d)[\s\S]*?\r\n\r\n((?:(?!HTTP\/1\.1)[\s\S])*)/g)];
      const whole = found.filter(([head, , body]) => {
        const length = /content-length: (\d+)/i.exec(head)?.[1];
        return length ? body?.length === Number(length) : head.endsWith('\r\n0\r\n\r\n');
      });
      if (whole.length === count) resolve(whole.map(([, status, body]) => `${status} ${body}`));
    });
    socket.once('close', () => reject(new Error(`closed after: ${text}`)));
  });
}

const get = 'GET /a?b=c HTTP/1.1\r\nHost: localhost\r\nX-One: 1\r\n\r\n';
const post = (body: string, more = '') =>
  `POST /p HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${body.length}\r\n${more}\r\n${body}`;
const chunkedPost =
  'POST /c HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n';

describe('a connection', () => {
  it('answers plain requests with the headers of Node.js', async () => {
    const socket = await open();
    const data = once(socket, 'data');
    socket.write(get);
    const text = String((await data)[0]);
    expect(text).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(text).toMatch(/\r\nDate: \w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT\r\n/);
    expect(text).toContain('\r\nConnection: keep-alive\r\nKeep-Alive: timeout=60\r\n');
    socket.destroy();
  });

  it('answers the same however the bytes of its requests are split, in order', async () => {
    const requests = [get, post('one'), chunkedPost, post('two', 'Expect: 100-continue\r\n'), post(''), get];
    const kinds = await Promise.all(
      requests.map(async (request) => {
        const socket = await open();
        const answered = answers(socket, 1);
        socket.write(request);
        const [expected] = await answered;
        socket.destroy();
        return { request, expected };
      }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...kinds), { minLength: 1, maxLength: 5 }),
        fc.array(fc.nat(600), { maxLength: 6 }),
        async (chosen, cuts) => {
          const bytes = Buffer.from(chosen.map(({ request }) => request).join(''));
          const places = [...new Set([0, ...cuts.filter((cut) => cut < bytes.length), bytes.length])];
          places.sort((a, b) => a - b);
          const socket = await open();
          const answered = answers(socket, chosen.length);
          for (const [index, from] of places.slice(0, -1).entries()) {
            socket.write(bytes.subarray(from, places[index + 1]));
            await turn();
          }
          expect(await answered).toEqual(chosen.map(({ expected }) => expected));
          socket.destroy();
        },
      ),
      { numRuns: 100 },
    );
  });

  it('omits the body in an answer to HEAD', async () => {
    const socket = await open();
    const data = once(socket, 'data');
    socket.write('HEAD /a HTTP/1.1\r\nHost: localhost\r\n\r\n');
    expect(String((await data)[0])).toMatch(/\r\n\r\n$/);
    socket.destroy();
  });

  it('receives and sends bodies in parts', async () => {
    const socket = await open();
    const answered = answers(socket, 1);
    socket.write('POST /parts HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\nabc');
    expect(await answered).toEqual(['200 7\r\nfirst, \r\n3\r\nabc\r\n0\r\n\r\n']);
    const again = answers(socket, 1);
    socket.write(get);
    expect((await again)[0]).toMatch(/^200 \{/);
    socket.destroy();
  });

  it.each([
    ['in one piece', post('x'.repeat(most + 1))],
    ['that Node.js reads', chunkedPost.replace('3\r\nabc', `3e9\r\n${'x'.repeat(1001)}`)],
  ])('refuses a body that is too large, %s', async (_, request) => {
    const socket = await open();
    const answered = answers(socket, 1);
    socket.write(request);
    expect((await answered)[0]).toMatch(/^413 /);
    socket.destroy();
  });

  it('is closed when its client requests it', async () => {
    const socket = await open();
    const answered = answers(socket, 1);
    socket.write(get.replace('X-One: 1', 'Connection: close'));
    expect((await answered)[0]).toMatch(/^200 /);
    await once(socket, 'close');
  });

  it.each([
    ['no HTTP', 'what is this\r\n\r\n'],
    ['no Host', 'GET / HTTP/1.1\r\nA: b\r\n\r\n'],
    ['a broken header', 'GET / HTTP/1.1\r\nHost: localhost\r\nno colon\r\n\r\n'],
    ['a length that is none', 'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1x\r\n\r\na'],
    ['two lengths', 'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\naa'],
  ])('is refused by Node.js when its request has %s', async (_, request) => {
    const socket = await open();
    const data = once(socket, 'data');
    socket.write(request);
    expect(String((await data)[0])).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    await once(socket, 'close');
  });

  it.each([
    ['plain', '/wait', ''],
    ['chunked', '/wait', 'Transfer-Encoding: chunked\r\n'],
  ])('aborts the signal of a %s request when its client disconnects', async (_, path, more) => {
    const before = aborted;
    seen = [];
    const socket = await open();
    socket.write(`POST ${path} HTTP/1.1\r\nHost: localhost\r\n${more}\r\n${more ? '0\r\n\r\n' : ''}`);
    while (seen.length === 0) await turn();
    socket.destroy();
    while (aborted === before) await turn();
  });

  it.each(
    ['plain', 'chunked'].flatMap((kind) =>
      ['destroy', 'resetAndDestroy', 'end'].map((way) => [kind, way] as const),
    ),
  )('ends a streamed answer to a %s request when its client disconnects by %s', async (kind, way) => {
    const before = ended;
    const told = vi.spyOn(process.stderr, 'write');
    const socket = await open();
    socket.on('error', () => {});
    const more = kind === 'chunked' ? 'Transfer-Encoding: chunked\r\n' : '';
    socket.write(`POST /endless HTTP/1.1\r\nHost: localhost\r\n${more}\r\n${more ? '0\r\n\r\n' : ''}`);
    await once(socket, 'data');
    socket.pause();
    socket[way as 'destroy']();
    socket.resume();
    while (ended === before) await turn();
    expect(told).not.toHaveBeenCalled();
    told.mockRestore();
    socket.destroy();
  });

  it('reads no further request before the current one is answered', async () => {
    let taken: Socket | undefined;
    front.once('connection', (socket) => {
      taken = socket;
    });
    const socket = await open();
    const answered = answers(socket, 2);
    const body = Buffer.alloc(50_000_000, 'x');
    seen = [];
    socket.write('GET /held HTTP/1.1\r\nHost: localhost\r\n\r\n');
    while (seen.length === 0) await turn();
    socket.write(`POST /p HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${body.length}\r\n\r\n`);
    socket.write(body);
    for (let turns = 0; turns < 5000; turns++) await turn();
    expect(taken?.bytesRead).toBeLessThan(1_000_000);
    release();
    expect((await answered).map((answer) => answer.slice(0, 3))).toEqual(['200', '413']);
    socket.destroy();
  });

  it('does not send a header with a line break in it', async () => {
    const socket = await open();
    const closed = once(socket, 'close');
    let text = '';
    socket.on('data', (data) => {
      text += data;
    });
    socket.write('GET /bad HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await closed;
    expect(text).toBe('');
  });
});

describe.concurrent('an idle connection', () => {
  const impatient = new Front(echo, 100);
  beforeAll(async () => {
    impatient.listen(0, '127.0.0.1');
    await once(impatient, 'listening');
  });
  afterAll(() => {
    impatient.close();
    impatient.closeAllConnections();
  });

  it.each([
    ['from its beginning', ''],
    ['after a plain request', get],
    ['after one that Node.js reads', chunkedPost],
  ])('is closed, %s', async (_, request) => {
    const socket = await open(impatient);
    socket.resume();
    socket.write(request);
    await once(socket, 'close');
  });

  it.each([
    ['the first', ''],
    ['another', get],
  ])('is answered with a time-out when %s head does not arrive', async (_, before) => {
    const socket = await open(impatient);
    let text = '';
    socket.on('data', (data) => {
      text += data;
    });
    socket.write(`${before}GET /a HTTP/1.1\r\nHo`);
    await once(socket, 'close');
    expect(text).toContain('HTTP/1.1 408 Request Timeout\r\n');
  });

  it('is closed also after an answer that took longer than the time-out', async () => {
    const socket = await open(impatient);
    const answered = answers(socket, 1);
    socket.write('GET /held HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await new Promise((resolve) => setTimeout(resolve, 300));
    release();
    expect((await answered)[0]).toMatch(/^200 /);
    await once(socket, 'close');
  });
});

describe('a request head that is read as plain', () => {
  const name = fc.constantFrom(
    'X-A',
    'x-b',
    'Accept',
    'Cookie',
    'Content-Type',
    'Connection',
    'Content-Length',
    'Te',
    '__proto__',
    'constructor',
  );
  const value = fc.oneof(
    fc.constantFrom('keep-alive', 'close', '0', '3', ' a b ', '\tq', '', 'é', 'a\tb', 'x:y', '100'),
    fc.string(),
  );
  const separator = fc.constantFrom(':', ': ', ' :', ':\t', '');
  const target = fc.constantFrom('/', '/a?b=c&d', '/%20', '*', 'http://x/', '/ü', '/a b', '/#x', '//x');
  const method = fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'get', 'BREW');

  it('is read the same by Node.js', async () => {
    let plain = 0;
    await fc.assert(
      fc.asyncProperty(
        method,
        target,
        fc.array(fc.tuple(name, separator, value), { maxLength: 5 }),
        async (method, target, fields) => {
          const lines = fields.map((parts) => parts.join(''));
          const head = [`${method} ${target} HTTP/1.1`, 'Host: localhost', ...lines].join('\r\n');
          const read = plainHead(head);
          if (!read) return;
          plain++;
          const socket = await open(general);
          const answered = answers(socket, 1);
          const body = 'x'.repeat(read.length);
          socket.write(Buffer.from(`${head}\r\n\r\n${body}`, 'latin1'));
          const [answer = ''] = await answered;
          socket.destroy();
          expect(JSON.parse(answer.slice(4))).toEqual({
            method: read.method,
            url: read.path,
            headers: Object.entries(read.headers).sort(),
            body,
          });
        },
      ),
      { numRuns: 1500 },
    );
    expect(plain).toBeGreaterThan(50);
  });
});
