// Addresses of users' programs beside the AWS API on one port: Host and path decide, and pages cannot cross over.
import { connect } from 'node:net';
import { SignatureV4 } from '@smithy/signature-v4';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ServiceFactory } from '../../../src/local/compose.ts';
import { siteRequest, siteUrl } from '../../../src/local/http/site-address.ts';
import { createIamService } from '../../../src/local/services/iam/service.ts';
import { createStsService } from '../../../src/local/services/sts/service.ts';
import { Sha256, type SignedServer, signedServer } from '../signed-server.ts';

const id = 'abcdefghijklmnopqrstuvwxyz234567';
const region = 'eu-central-1';
const policy = 'content-security-policy';

/** Answers function URLs with what it sees, and the API with the id `known`. */
const createEcho: ServiceFactory = () => ({
  name: 'echo',
  protocol: 'json-1.1',
  apiVersion: '',
  sdk: {},
  handlers: {},
  state: {},
  site(address) {
    if (address.kind === 'execute-api' && address.id !== 'known') return undefined;
    return {
      largestBody: 10,
      async answer({ request, authenticate }) {
        const { body, ...rest } = request;
        let signer: unknown = null;
        try {
          signer = authenticate();
        } catch {}
        const { kind, id, region } = address;
        const seen = JSON.stringify({ kind, id, region, ...rest, body: body?.toString(), signer });
        const own = request.headers['x-policy'];
        const headers: Record<string, string> = own === undefined ? {} : { [policy]: own };
        return { status: 200, headers, body: seen };
      },
    };
  },
});

let server: SignedServer;
let port: number;
beforeAll(async () => {
  server = await signedServer(undefined, { createEcho, createIamService, createStsService });
  port = Number(new URL(server.endpoint).port);
});
afterAll(() => server?.close());

interface Got {
  status: number;
  head: string;
  body: string;
  // biome-ignore lint/suspicious/noExplicitAny: what the echo saw
  json(): any;
}

/** Sends these lines as they are, with `Connection: close`. */
function send(first: string, lines: readonly string[], body = ''): Promise<Got> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    const parts: Buffer[] = [];
    socket.on('data', (part) => parts.push(part));
    socket.on('error', reject);
    socket.on('close', () => {
      const text = Buffer.concat(parts).toString();
      const [head = '', ...rest] = text.split('\r\n\r\n');
      const body = rest.join('\r\n\r\n');
      resolve({ status: Number(head.split(' ')[1]), head, body, json: () => JSON.parse(body) });
    });
    socket.write(`${[first, ...lines, 'Connection: close', '', body].join('\r\n')}`);
  });
}

const at = (host: string, path = '/', more: readonly string[] = [], method = 'GET') =>
  send(`${method} ${path} HTTP/1.1`, [`Host: ${host}`, ...more]);
const urlHost = `${id}.lambda-url.${region}.localhost`;
const urlPath = `/_aws/lambda-url/${region}/${id}`;
const own = () => `127.0.0.1:${port}`;

describe('an address', () => {
  const url = { kind: 'lambda-url', id, region, host: `${urlHost}:4586` };
  const api = { kind: 'execute-api', id: 'abc123', region, host: `abc123.execute-api.${region}.localhost` };

  it.each([
    [`${urlHost}:4586`, '/', { ...url, path: '/', byPath: false }],
    [`${urlHost}:4586`, '/a/b', { ...url, path: '/a/b', byPath: false }],
    [`${urlHost.toUpperCase()}:4586`, '/A', { ...url, path: '/A', byPath: false }],
    [urlHost, urlPath, { ...url, host: urlHost, path: urlPath, byPath: false }],
    ['127.0.0.1:4586', urlPath, { ...url, path: '/', byPath: true }],
    ['127.0.0.1:4586', `${urlPath}/`, { ...url, path: '/', byPath: true }],
    ['localhost:4586', `${urlPath}/a//b%2Fc/../d`, { ...url, path: '/a//b%2Fc/../d', byPath: true }],
    ['[::1]:4586', `${urlPath}/a`, { ...url, path: '/a', byPath: true }],
    [`abc123.execute-api.${region}.localhost`, '/dev/x', { ...api, path: '/dev/x', byPath: false }],
    ['LOCALHOST', `/_aws/execute-api/${region}/abc123/dev/x`, { ...api, path: '/dev/x', byPath: true }],
  ])('at %s with the path %s is %j', (host, path, expected) => {
    expect(siteRequest(host, path)).toEqual(expected);
  });

  it.each([
    ['127.0.0.1:4586', '/'],
    ['127.0.0.1:4586', `/_aws/lambda-url/${region}`],
    ['127.0.0.1:4586', `/_aws/lambda-url/${region}/`],
    ['127.0.0.1:4586', `/_aws/other/${region}/${id}/`],
    ['127.0.0.1:4586', `/%5Faws/lambda-url/${region}/${id}/`],
    ['127.0.0.1:4586', `//_aws/lambda-url/${region}/${id}/`],
    ['127.0.0.1:4586', `/x/../_aws/lambda-url/${region}/${id}/`],
    ['bucket.s3.localhost:4586', `${urlPath}/key`],
    ['bucket.localhost', `${urlPath}/key`],
    [`${urlHost}.evil.example`, '/'],
    [`evil.example.${urlHost}`, '/'],
    [`${urlHost}.:4586`, '/'],
    ['evil.example', `${urlPath}/`],
    ['', `${urlPath}/`],
  ])('is not at %s with the path %s', (host, path) => {
    expect(siteRequest(host, path)).toBeUndefined();
  });

  it('is shown as a name below localhost', () => {
    expect(siteUrl({ kind: 'lambda-url', id, region }, 'http://127.0.0.1:4586')).toBe(
      `http://${urlHost}:4586`,
    );
  });
});

describe('a request to an address', () => {
  it('looks the same by host name and by path', async () => {
    const named = (await at(`${urlHost}:${port}`, '/a/b?c=d')).json();
    expect(named).toMatchObject({
      kind: 'lambda-url',
      id,
      region,
      method: 'GET',
      path: '/a/b',
      query: 'c=d',
    });
    expect(named.headers).toEqual({ host: `${urlHost}:${port}`, connection: 'close' });
    expect((await at(own(), `${urlPath}/a/b?c=d`)).json()).toEqual(named);
  });

  it('has its header fields as they were sent, and repeated ones joined by commas', async () => {
    const fields = [
      'X-One: a',
      'x-ONE: b',
      'X-one: ',
      'Cookie: a=1',
      'cookie: b=2',
      'User-Agent: u',
      'user-agent: v',
    ];
    const seen = (await at(urlHost, '/', fields)).json();
    expect(seen.headers).toEqual({
      host: urlHost,
      'x-one': 'a,b,',
      cookie: 'a=1; b=2',
      'user-agent': 'u,v',
      connection: 'close',
    });
    expect(seen.fields.slice(0, 4)).toEqual([
      ['Host', urlHost],
      ['X-One', 'a'],
      ['x-ONE', 'b'],
      ['X-one', ''],
    ]);
  });

  it('keeps the case of names in a plain request, too', async () => {
    const seen = await new Promise<string>((resolve) => {
      const socket = connect(port, '127.0.0.1', () =>
        socket.write(`GET / HTTP/1.1\r\nhOST: ${urlHost}\r\nX-OnE:  padded \r\n\r\n`),
      );
      socket.once('data', (data) => {
        socket.destroy();
        resolve(String(data).split('\r\n\r\n')[1] ?? '');
      });
    });
    expect(JSON.parse(seen).fields).toEqual([
      ['hOST', urlHost],
      ['X-OnE', 'padded'],
    ]);
  });

  it('has no body when it is larger than the site allows', async () => {
    const post = (body: string) =>
      send('POST / HTTP/1.1', [`Host: ${urlHost}`, `Content-Length: ${body.length}`], body);
    expect((await post('0123456789')).json().body).toBe('0123456789');
    expect((await post('0123456789x')).json()).not.toHaveProperty('body');
  });

  it.each([
    ['a host name', () => ({ host: `${urlHost}:${port}`, path: '/signed' })],
    ['a path', () => ({ host: own(), path: `${urlPath}/signed` })],
  ])('to %s is signed with its address as it is sent', async (_, address) => {
    const { host, path } = address();
    const signer = new SignatureV4({
      service: 'lambda',
      region,
      credentials: server.credentials,
      sha256: Sha256,
    });
    const { headers } = await signer.sign({
      method: 'GET',
      protocol: 'http:',
      hostname: host,
      path,
      headers: { host },
    });
    const lines = Object.entries(headers).flatMap(([name, value]) =>
      name === 'host' ? [] : [`${name}: ${value}`],
    );
    expect((await at(host, path, lines)).json().signer).toMatchObject({
      accessKeyId: server.credentials.accessKeyId,
      scope: { service: 'lambda', region },
    });
    expect((await at(host, `${path}x`, lines)).json().signer).toBeNull();
  });

  it('that no service knows is answered as API Gateway does', async () => {
    const unknown = await at(`other.execute-api.${region}.localhost`);
    expect(unknown).toMatchObject({ status: 403, body: '{"message":"Forbidden"}' });
    expect((await at(`known.execute-api.${region}.localhost`)).status).toBe(200);
  });
});

describe('the target of a request', () => {
  it('may contain the host, which then decides', async () => {
    const seen = await send(`GET http://${urlHost}/a?b=c HTTP/1.1`, ['Host: evil.example']);
    expect(seen.json()).toMatchObject({ id, path: '/a', query: 'b=c', headers: { host: urlHost } });
    const bare = await send(`GET http://${urlHost}?b=c HTTP/1.1`, [`Host: ${urlHost}`]);
    expect(bare.json()).toMatchObject({ path: '/', query: 'b=c' });
    const evil = await send('GET http://evil.example/ HTTP/1.1', [`Host: ${urlHost}`]);
    expect(evil.status).toBe(403);
    const api = await send(`GET http://${own()}/_slsctl/health HTTP/1.1`, [
      `Host: ${urlHost}`,
      'Origin: null',
    ]);
    expect(api.status).toBe(403);
  });

  it('cannot be reached by two Host headers', async () => {
    for (const hosts of [
      [urlHost, own()],
      [own(), urlHost],
      [urlHost, urlHost],
    ]) {
      const lines = hosts.map((host) => `Host: ${host}`);
      expect((await send('GET / HTTP/1.1', lines)).status).toBe(400);
    }
  });
});

describe('a web page', () => {
  const origin = 'Origin: https://a.example';
  const addresses = () => [
    [`${urlHost}:${port}`, '/'],
    [own(), `${urlPath}/`],
  ];

  it('reaches addresses of programs', async () => {
    for (const [host = '', path = ''] of addresses()) {
      expect((await at(host, path, [origin, 'Sec-Fetch-Site: cross-site'])).status).toBe(200);
      expect((await at(host, path, ['Sec-Fetch-Site: same-origin'])).status).toBe(200);
      expect((await at(host, path, [origin], 'OPTIONS')).status).toBe(200);
      expect((await at(host, path, [origin], 'POST')).status).toBe(200);
    }
  });

  const websocket = [
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: AA==',
  ];
  it.each([
    ['of another origin', [origin]],
    ['of an address of a program', [`Origin: http://${urlHost}:4586`]],
    ['of the same origin, as pages by path would be', ['Sec-Fetch-Site: same-origin']],
    ['of a sandbox', ['Origin: null']],
    ['in a frame or as an image', ['Sec-Fetch-Site: cross-site', 'Sec-Fetch-Dest: iframe']],
    ['of another port', ['Sec-Fetch-Site: same-site']],
    ['through a WebSocket', [origin, ...websocket]],
  ])('%s does not reach the AWS API', async (_, lines) => {
    for (const path of ['/', '/_slsctl/health', '/_aws/', `/_aws/lambda-url/${region}/`, '/bucket/key']) {
      for (const method of ['GET', 'POST', 'OPTIONS', 'HEAD']) {
        const { status, head } = await at(own(), path, lines, method);
        expect({ path, method, status }).toEqual({ path, method, status: 403 });
        expect(head).not.toMatch(/access-control-allow|^HTTP\/1\.1 101/i);
      }
    }
  });

  it('whose browser sends neither Origin nor Sec-Fetch-Site has no signature', async () => {
    const type = ['Content-Type: application/x-www-form-urlencoded'];
    const body = 'Action=GetCallerIdentity&Version=2011-06-15';
    const form = await send(
      'POST / HTTP/1.1',
      [`Host: ${own()}`, ...type, `Content-Length: ${body.length}`],
      body,
    );
    expect(form).toMatchObject({ status: 403, body: expect.stringContaining('MissingAuthenticationToken') });
  });

  it('of a name that points here by DNS reaches nothing', async () => {
    for (const path of ['/', '/_slsctl/health', `${urlPath}/`]) {
      for (const host of [
        'evil.example',
        `evil.example:${port}`,
        `${urlHost}.evil.example`,
        `${urlHost}.`,
        'localhost.',
      ]) {
        expect((await at(host, path)).status).toBe(403);
      }
    }
  });

  it('by path gets an origin of its own, whatever the function says', async () => {
    const { head } = await at(own(), `${urlPath}/`);
    expect(head).toMatch(/\r\ncontent-security-policy: sandbox allow-scripts [^,\r]*(\r|$)/);
    expect(head).not.toContain('allow-same-origin');
    const both = await at(own(), `${urlPath}/`, ['X-Policy: sandbox allow-same-origin']);
    expect([...both.head.matchAll(/content-security-policy: (.*)/g)].map(([, value]) => value)).toEqual([
      'sandbox allow-same-origin',
      expect.stringMatching(/^sandbox allow-scripts /),
    ]);
    expect((await at(urlHost)).head).not.toContain(policy);
  });

  it('that a browser opens by path is opened by its host name', async () => {
    const { status, head } = await at(own(), `${urlPath}/a?b=c`, [
      'Sec-Fetch-Mode: navigate',
      'Sec-Fetch-Site: none',
    ]);
    expect(status).toBe(307);
    expect(head).toContain(`\r\nlocation: http://${urlHost}:${port}/a?b=c\r\n`);
  });
});

describe('an address', () => {
  it('never leads to the AWS API, whatever the path', async () => {
    for (const path of ['/_slsctl/health', `${urlPath}/x`, '/2015-03-31/functions/'])
      expect((await at(urlHost, path)).json()).toMatchObject({ id, path });
  });
});
