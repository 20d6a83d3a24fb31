// Function URLs on the wire: forms of requests that HTTP allows, and what they become in events and answers.
import { connect, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { zipOf } from '../../../../support/zip.ts';
import { createFunction, type LambdaAws, startLambda } from '../fixture.ts';
import { ask, make, publicUrl, type Url } from './fixture.ts';

let aws: LambdaAws;
let url: Url;
let host: string;
let sockets: Socket[] = [];
beforeAll(async () => {
  aws = await startLambda();
  url = await publicUrl(aws, await make(aws));
  host = new URL(url.FunctionUrl as string).host;
});
afterEach(() => {
  for (const socket of sockets) socket.destroy();
  sockets = [];
});
afterAll(() => aws?.stop());

/** A connection, and everything that has come over it. */
function open() {
  const socket = connect(aws.port, '127.0.0.1');
  sockets.push(socket);
  let text = '';
  socket.on('data', (data) => {
    text += data;
  });
  return {
    socket,
    /** Resolves once the text matches. */
    async until(pattern: RegExp): Promise<RegExpExecArray> {
      for (;;) {
        const found = pattern.exec(text);
        if (found) return found;
        await new Promise<void>((resolve, reject) => {
          socket.once('data', () => resolve());
          socket.once('close', () => reject(new Error(`closed after: ${text}`)));
        });
      }
    },
  };
}

/** The event of a request that is sent as it is, with the Host of the URL. */
async function eventOf(first: string, lines: readonly string[] = [], body = '') {
  const { socket, until } = open();
  socket.write([first, `Host: ${host}`, ...lines, '', body].join('\r\n'));
  const [, json = ''] = await until(/\r\n\r\n(\{.*\})/s);
  return JSON.parse(json);
}

describe('a request', () => {
  it.each([
    ['/pa2%Fth/1', '/pa2%Fth/1'],
    ['/pa2%25Fth/1', '/pa2%Fth/1'],
    ['/a%20b%2Fc%C3%BC', '/a b/cü'],
    ['/%ff', '/%ff'],
    ['/a/../b/./c', '/a/../b/./c'],
    ['/a//b/', '/a//b/'],
    ['//a', '/a'],
  ])('to %s has this rawPath, and the path is decoded: %s', async (path, decoded) => {
    const event = await eventOf(`GET ${path} HTTP/1.1`);
    expect(event.rawPath).toBe(path);
    expect(event.requestContext.http.path).toBe(decoded);
  });

  it.each(['GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'POST'])('with %s has its method', async (method) => {
    expect((await eventOf(`${method} / HTTP/1.1`)).requestContext.http.method).toBe(method);
  });

  it('has repeated headers joined by commas, and every cookie of every Cookie header', async () => {
    const lines = [
      'X-One: a',
      'x-one: b',
      'Accept: text/html',
      'accept: a/b',
      'Cookie: a=1; b=2',
      'Cookie: c=3',
    ];
    const { headers, cookies } = await eventOf('GET / HTTP/1.1', lines);
    expect(headers).toMatchObject({ 'x-one': 'a,b', accept: 'text/html,a/b' });
    expect(headers).not.toHaveProperty('cookie');
    expect(cookies).toEqual(['a=1', 'b=2', 'c=3']);
  });

  it('has no headers of the connection', async () => {
    const lines = [
      'Connection: keep-alive, x',
      'Keep-Alive: timeout=5',
      'TE: trailers',
      'X-Forwarded-For: 192.0.2.1',
    ];
    const { headers } = await eventOf('GET / HTTP/1.1', lines);
    expect(Object.keys(headers).sort()).toEqual([
      'host',
      'x-amzn-tls-cipher-suite',
      'x-amzn-tls-version',
      'x-amzn-trace-id',
      'x-forwarded-for',
      'x-forwarded-port',
      'x-forwarded-proto',
    ]);
    expect(headers['x-forwarded-for']).toBe('192.0.2.1, 127.0.0.1');
  });

  it('in chunks has its length', async () => {
    const lines = ['Transfer-Encoding: chunked', 'Content-Type: text/plain'];
    const event = await eventOf('POST / HTTP/1.1', lines, '3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n');
    expect(event).toMatchObject({ body: 'abcde', isBase64Encoded: false });
    expect(event.headers).toMatchObject({ 'content-length': '5' });
    expect(event.headers).not.toHaveProperty('transfer-encoding');
  });

  it.each([
    ['text/plain; charset=utf-8', true],
    ['text/html', true],
    ['application/json', true],
    ['APPLICATION/JSON', true],
    ['application/problem+json', true],
    ['application/xml', true],
    ['application/soap+xml', true],
    ['application/javascript', true],
    ['application/x-www-form-urlencoded', false],
    ['multipart/form-data; boundary=x', false],
    ['application/octet-stream', false],
    ['image/png', false],
  ])('with a body of type %s is a text: %s', async (type, isText) => {
    const lines = [`Content-Type: ${type}`, 'Content-Length: 5'];
    const event = await eventOf('POST / HTTP/1.1', lines, 'a=b&c');
    const body = isText ? 'a=b&c' : Buffer.from('a=b&c').toString('base64');
    expect(event).toMatchObject({ body, isBase64Encoded: !isText });
  });

  it('with a compressed body is in base64, whatever its type', async () => {
    const lines = ['Content-Type: application/json', 'Content-Encoding: gzip', 'Content-Length: 3'];
    const event = await eventOf('POST / HTTP/1.1', lines, 'abc');
    expect(event).toMatchObject({ body: 'YWJj', isBase64Encoded: true });
  });

  it('has the trace of its sender', async () => {
    const trace = 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1';
    const { headers, json } = await ask(url, { headers: { 'X-Amzn-Trace-Id': trace } });
    expect(headers['x-amzn-trace-id']).toBe(trace);
    expect(json().headers?.['x-amzn-trace-id']).toBe(trace);
  });

  it('may wait for 100 Continue', async () => {
    const { socket, until } = open();
    socket.write(
      `POST / HTTP/1.1\r\nHost: ${host}\r\nContent-Type: text/plain\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n`,
    );
    await until(/^HTTP\/1\.1 100 Continue\r\n\r\n$/);
    socket.write('abc');
    const [, json = ''] = await until(/\r\n\r\n(\{.*\})/s);
    expect(JSON.parse(json).body).toBe('abc');
  });

  it('is one of many on a connection, and answers keep the order', async () => {
    const { socket, until } = open();
    const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`;
    socket.write(get('/one') + get('/two'));
    await until(/"rawPath":"\/one".*"rawPath":"\/two"/s);
    socket.write(get('/three'));
    await until(/"rawPath":"\/three"/);
  });

  it('of a client that goes away runs to its end, and the next one is answered', async () => {
    const code = `let runs = 0;
exports.handler = async (event) => {
  if (event.rawPath === '/runs') return { runs };
  await new Promise((resolve) => setTimeout(resolve, 100));
  runs++;
};\n`;
    const slow = await publicUrl(aws, await make(aws, code));
    const socket = connect(aws.port, '127.0.0.1');
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.write(`GET / HTTP/1.1\r\nHost: ${new URL(slow.FunctionUrl as string).host}\r\n\r\n`, () =>
      socket.destroy(),
    );
    await closed;
    // Requests that come before the first one has ended may run beside it, in an environment of their own.
    await expect
      .poll(async () => (await ask(slow, { path: '/runs' })).json(), { timeout: 10_000 })
      .toEqual({ runs: 1 });
  });

  it('is refused as too large when its event is, although its body is not', async () => {
    const body = Buffer.alloc(5 * 1024 * 1024);
    const refused = await ask(url, { method: 'POST', body });
    expect(refused.status).toBe(413);
    expect(refused.headers['x-amzn-errortype']).toBe('RequestTooLargeException');
    const text = {
      method: 'POST',
      body,
      headers: { 'content-type': 'text/plain', answer: '{"statusCode":200}' },
    };
    expect((await ask(url, { ...text, body: 'a'.repeat(body.length) })).status).toBe(200);
  });
});

describe('an answer', () => {
  const answering = (answer: object) => ({ headers: { answer: JSON.stringify(answer) } });

  it('to HEAD has no body', async () => {
    const { status, headers, text } = await ask(url, {
      ...answering({ statusCode: 201, body: 'x' }),
      method: 'HEAD',
    });
    expect({ status, text, type: headers['content-type'] }).toEqual({
      status: 201,
      text: '',
      type: 'application/json',
    });
  });

  it.each([204, 304])(
    'with the status %d has no body, and the connection stays usable',
    async (statusCode) => {
      const { socket, until } = open();
      const get = (answer: object) =>
        `GET / HTTP/1.1\r\nHost: ${host}\r\nAnswer: ${JSON.stringify(answer)}\r\n\r\n`;
      socket.write(get({ statusCode, body: 'none' }) + get({ statusCode, body: 'none' }));
      await until(/^HTTP\/1\.1 \d+ .*\r\n\r\nHTTP\/1\.1 \d+ .*\r\n\r\n$/s);
      socket.write(get({ statusCode: 200, body: 'second' }));
      const [all] = await until(
        /^HTTP\/1\.1 \d+ .*\r\n\r\nHTTP\/1\.1 \d+ .*\r\n\r\nHTTP\/1\.1 200 .*\r\n\r\nsecond$/s,
      );
      expect(all).not.toMatch(/^content-length: [^6]/im);
    },
  );

  it('has the id of the invocation, as the event and the log have it', async () => {
    const { headers, json } = await ask(url);
    expect(headers['x-amzn-requestid']).toBe(json().requestContext?.requestId);
  });

  it('is 502 when the function does not end in time, or answers more than 6 MB', async () => {
    const code = `exports.handler = async (event) => {
  if (event.rawPath === '/large') return { statusCode: 200, body: 'a'.repeat(Number(event.rawQueryString)) };
  await new Promise((resolve) => setTimeout(resolve, 60_000));
};\n`;
    const failing = await publicUrl(aws, await make(aws, code, { Timeout: 1 }));
    const { status, headers, text } = await ask(failing);
    expect({ status, text, type: headers['content-type'] }).toEqual({
      status: 502,
      text: 'Internal Server Error',
      type: 'application/json',
    });
    expect((await ask(failing, { path: `/large?${6.5 * 1024 * 1024}` })).status).toBe(502);
    expect((await ask(failing, { path: `/large?${5 * 1024 * 1024}` })).text).toHaveLength(5 * 1024 * 1024);
  });

  it('is the value without white space, with its numbers as they are', async () => {
    const python = `def handler(event, context):
    return {"a": 1.0, "b": 12345678901234567890, "c": "ü \\" , :", "d": [1, True, None]}
`;
    const name = await createFunction(aws, { Code: { ZipFile: await zipOf({ 'index.py': python }) } });
    const { text } = await ask(await publicUrl(aws, name));
    expect(text).toBe('{"a":1.0,"b":12345678901234567890,"c":"ü \\" , :","d":[1,true,null]}');
  });
});
