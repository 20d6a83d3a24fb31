// Requests over HTTP/2 without TLS, as the SDK for JavaScript sends them to Kinesis.
import { once } from 'node:events';
import { type ClientHttp2Session, connect, type IncomingHttpHeaders } from 'node:http2';
import { type AddressInfo, createConnection } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Exchange } from '../../../src/local/http/exchange.ts';
import { Front } from '../../../src/local/http/front.ts';

const most = 1000;
let aborted = 0;

async function echo(exchange: Exchange): Promise<void> {
  const { method, url, headers } = exchange;
  if (url === '/wait') {
    await once(exchange.signal, 'abort');
    aborted++;
    return exchange.send({ status: 200, headers: {}, body: 'late' });
  }
  if (url === '/parts') {
    const body = (async function* () {
      for await (const part of exchange.parts()) yield part;
    })();
    return exchange.send({ status: 200, headers: { 'x-a': 'b' }, body });
  }
  if (url === '/fails') return exchange.destroy();
  const body = await exchange.body(most);
  const answer = JSON.stringify({ method, url, host: headers.host, body: body?.toString() });
  const repeated = ['a=1', 'b=2'].map((cookie) => ['set-cookie', cookie] as const);
  await exchange.send({ status: body ? 200 : 413, headers: {}, repeated, body: answer });
}

const front = new Front(echo);
let session: ClientHttp2Session;
let authority: string;

beforeAll(async () => {
  front.listen(0, '127.0.0.1');
  await once(front, 'listening');
  authority = `127.0.0.1:${(front.address() as AddressInfo).port}`;
  session = connect(`http://${authority}`);
});
afterAll(async () => {
  session.destroy();
  front.closeAllConnections();
  front.close();
});

async function ask(method: string, path: string, body = '', from = session) {
  const endStream = method === 'HEAD';
  const stream = from.request({ ':method': method, ':path': path }, { endStream });
  if (!endStream) stream.end(body);
  const [headers] = (await once(stream, 'response')) as [IncomingHttpHeaders];
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part);
  return { status: headers[':status'], headers, text: Buffer.concat(parts).toString() };
}

it('requests are answered, several at once on one connection', async () => {
  const answers = await Promise.all(['a', 'b', 'c'].map((body) => ask('POST', `/${body}?q=1`, body)));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  expect(answers.map(({ text }) => JSON.parse(text))).toEqual(
    ['a', 'b', 'c'].map((body) => ({ method: 'POST', url: `/${body}?q=1`, host: authority, body })),
  );
  expect(answers[0]?.headers['set-cookie']).toEqual(['a=1', 'b=2']);
});

it('bodies are read and sent in parts, and too large ones are not kept', async () => {
  expect(await ask('POST', '/parts', 'x'.repeat(100_000))).toMatchObject({
    status: 200,
    headers: { 'x-a': 'b' },
    text: 'x'.repeat(100_000),
  });
  expect((await ask('POST', '/large', 'x'.repeat(most + 1))).status).toBe(413);
});

it('HEAD is answered without a body', async () => {
  expect(await ask('HEAD', '/')).toMatchObject({ status: 200, text: '' });
});

it('a client that goes away ends its request', async () => {
  const stream = session.request({ ':path': '/wait' });
  stream.on('error', () => {});
  stream.end();
  await new Promise((resolve) => setTimeout(resolve, 20));
  stream.close();
  while (aborted === 0) await new Promise((resolve) => setTimeout(resolve, 5));
});

it('an answer that fails half-way closes its stream, and not the connection', async () => {
  const stream = session.request({ ':path': '/fails' });
  stream.on('error', () => {});
  stream.resume().end();
  await once(stream, 'close');
  expect((await ask('POST', '/', 'x')).status).toBe(200);
});

it.each([1, 3, 10, 17])('a connection is understood when its first bytes are split after %d', async (at) => {
  const socket = createConnection(Number(authority.split(':')[1]), '127.0.0.1');
  await once(socket, 'connect');
  socket.setNoDelay();
  const start = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
  const noSettings = Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]);
  socket.write(start.subarray(0, at));
  await new Promise((resolve) => setTimeout(resolve, 20));
  socket.write(Buffer.concat([start.subarray(at), noSettings]));
  const [answer] = (await once(socket, 'data')) as [Buffer];
  // The server's own settings: a frame of type 4.
  expect(answer[3]).toBe(4);
  socket.destroy();
});
