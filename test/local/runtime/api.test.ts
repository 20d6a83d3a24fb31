// The Runtime API on the wire: plain requests in any split, and requests of other programs.
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { connect, type Socket } from 'node:net';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { RuntimeApi } from '../../../src/local/runtime/runtime-api.ts';
import { largestResponse } from '../../../src/local/runtime/runtime-events.ts';

const prefix = '/2018-06-01/runtime';
const opened: { close(): void }[] = [];
afterEach(() => {
  for (const one of opened.splice(0)) one.close();
});

/** Records the events, and gives every caller the invocation `id`. */
async function runtimeApi() {
  const told: string[] = [];
  const note =
    (name: string) =>
    (id: string, body: unknown = '') => {
      told.push(`${name} ${id} ${body instanceof Buffer ? body : JSON.stringify(body)}`);
      return id === 'id';
    };
  const api: RuntimeApi = new RuntimeApi({
    next() {
      told.push('next');
      setImmediate(() =>
        api.deliver(
          {
            requestId: 'id',
            payload: Buffer.from('{"name":"Zoë"}'),
            invokedArn: 'arn',
            traceId: 'trace',
            clientContext: '{"custom":{"ü":"\\n"}}',
          },
          1,
        ),
      );
      return true;
    },
    response: note('response'),
    error: note('error'),
    part: note('part'),
    partsEnd: note('end'),
    initError: (body) => told.push(`init-error ${body}`),
  });
  const host = await api.listen();
  opened.push(api);
  return { told, host };
}

async function connected(host: string): Promise<Socket> {
  const [name, port] = host.split(':');
  const socket = connect({ host: name, port: Number(port), noDelay: true });
  opened.push({ close: () => socket.destroy() });
  await once(socket, 'connect');
  return socket;
}

const plain = (host: string, line: string, body = '') =>
  `${line} HTTP/1.1\r\nHost: ${host}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;

/** Sends the pieces one after the other, and reads until this many responses have arrived. */
async function answers(socket: Socket, pieces: Iterable<Buffer>, count: number): Promise<string[]> {
  let text = '';
  const done = new Promise<void>((resolve, reject) => {
    socket.on('data', (data) => {
      text += data.toString();
      if (text.split('HTTP/1.1 ').length > count) resolve();
    });
    socket.once('close', () => reject(new Error(`closed after: ${text}`)));
  });
  for (const piece of pieces) {
    socket.write(piece);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await done;
  return text.split('HTTP/1.1 ').slice(1);
}

const bodies = fc.array(fc.string({ unit: 'grapheme' }), { minLength: 1, maxLength: 4 });

describe('the Runtime API', () => {
  it('reads the same requests however their bytes are split', async () => {
    await fc.assert(
      fc.asyncProperty(bodies, fc.infiniteStream(fc.integer({ min: 1, max: 60 })), async (all, sizes) => {
        const { told, host } = await runtimeApi();
        const text = all.map((body) => plain(host, `POST ${prefix}/invocation/id/response`, body)).join('');
        const bytes = Buffer.from(text);
        function* pieces() {
          for (let at = 0; at < bytes.length; ) {
            const size = sizes.next().value as number;
            yield bytes.subarray(at, at + size);
            at += size;
          }
        }
        const said = await answers(await connected(host), pieces(), all.length);
        expect(said.every((one) => one.startsWith('202 '))).toBe(true);
        expect(told).toEqual(all.map((body) => `response id ${body}`));
      }),
      { numRuns: 30 },
    );
  });

  it('answers in the order of the requests, with the event and its metadata', async () => {
    const { told, host } = await runtimeApi();
    const both = [
      plain(host, `POST ${prefix}/invocation/id/error`, '{}'),
      plain(host, `GET ${prefix}/invocation/next`),
    ];
    const [first, second] = await answers(await connected(host), [Buffer.from(both.join(''))], 2);
    expect(first).toMatch(/^202 Accepted\r\n.*\{"status":"OK"\}\n$/s);
    expect(second).toMatch(/^200 OK\r\n.*\r\n\r\n\{"name":"Zoë"\}$/s);
    expect(second).toContain('\r\nLambda-Runtime-Aws-Request-Id: id\r\n');
    expect(second).toContain('\r\nLambda-Runtime-Client-Context: {"custom":{"\\u00fc":"\\n"}}\r\n');
    expect(told).toEqual(['error id {}', 'next']);
  });

  it('discards a response that is too large, and reads the next request', async () => {
    const { told, host } = await runtimeApi();
    const large = plain(host, `POST ${prefix}/invocation/id/response`, 'x'.repeat(largestResponse + 1));
    const next = plain(host, `POST ${prefix}/invocation/id/response`, '1');
    const said = await answers(await connected(host), [Buffer.from(large + next)], 2);
    expect(said[0]).toContain('RequestEntityTooLarge');
    expect(said[1]).toMatch(/^202 /);
    expect(told).toEqual([
      expect.stringMatching(/^error id .*Function\.ResponseSizeTooLarge/),
      'response id 1',
    ]);
  });

  it.each([
    [
      'an invocation that is not there',
      'POST /2018-06-01/runtime/invocation/other/response',
      '400',
      'InvalidRequestID',
    ],
    ['a path that is not there', 'GET /2018-06-01/runtime/invocation/', '404', 'NotFound'],
    ['another version', 'GET /2015-03-31/runtime/invocation/next', '404', 'NotFound'],
    ['no encoding', 'POST /2018-06-01/runtime/invocation/%zz/response', '400', 'InvalidRequestID'],
  ])('answers an error for %s', async (_, line, status, type) => {
    const { host } = await runtimeApi();
    const [said] = await answers(await connected(host), [Buffer.from(plain(host, line))], 1);
    expect(said).toMatch(new RegExp(`^${status} `));
    expect(said).toContain(type);
  });

  it('refuses browsers and other hosts', async () => {
    const { told, host } = await runtimeApi();
    const next = plain(host, `GET ${prefix}/invocation/next`);
    const from = next.replace('\r\n\r\n', '\r\nOrigin: http://example.com\r\n\r\n');
    const other = next.replace(host, 'example.com');
    const said = await answers(await connected(host), [Buffer.from(from + other)], 2);
    expect(said.map((one) => one.slice(0, 4))).toEqual(['403 ', '403 ']);
    expect(told).toEqual([]);
  });

  it('serves clients that keep connections alive, send in chunks, and wait for 100 Continue', async () => {
    const { told, host } = await runtimeApi();
    const send = async (method: string, path: string, headers: Record<string, string>, body?: string) => {
      const request = httpRequest({
        host: '127.0.0.1',
        port: Number(host.split(':')[1]),
        method,
        path,
        headers,
      });
      if (headers.Expect) {
        request.flushHeaders();
        await once(request, 'continue');
      }
      request.end(body);
      const [response] = await once(request, 'response');
      let text = '';
      for await (const part of response) text += part;
      return `${response.statusCode} ${text}`;
    };
    expect(await send('GET', `${prefix}/invocation/next`, { Connection: 'keep-alive' })).toBe(
      '200 {"name":"Zoë"}',
    );
    const response = `${prefix}/invocation/id/response`;
    expect(await send('POST', response, { 'Transfer-Encoding': 'chunked' }, '"chunked"')).toMatch(/^202/);
    expect(await send('POST', response, { Expect: '100-continue' }, '"asked"')).toMatch(/^202/);
    const streamed = {
      'Lambda-Runtime-Function-Response-Mode': 'streaming',
      'Transfer-Encoding': 'chunked',
    };
    expect(await send('POST', response, streamed, 'streamed')).toMatch(/^202/);
    expect(told).toEqual([
      'next',
      'response id "chunked"',
      'response id "asked"',
      'part id streamed',
      'end id ""',
    ]);
  });

  it('hands a connection over while it is in use, and continues to read', async () => {
    const { told, host } = await runtimeApi();
    const post = `POST ${prefix}/invocation/id/response`;
    const chunked = `${post} HTTP/1.1\r\nHost: ${host}\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n2\r\n0\r\n\r\n`;
    const all = plain(host, post, '1') + chunked + plain(host, post, '3');
    const said = await answers(await connected(host), [Buffer.from(all)], 3);
    expect(said.every((one) => one.startsWith('202 '))).toBe(true);
    expect(told).toEqual(['response id 1', 'response id 2', 'response id 3']);
  });

  it.each([['garbage\r\n\r\n'], ['x'.repeat(70_000)]])(
    'closes the connection after data that is not a request',
    async (text) => {
      const { told, host } = await runtimeApi();
      const socket = await connected(host);
      socket.resume().write(text);
      await once(socket, 'close');
      expect(told).toEqual([]);
    },
  );
});
