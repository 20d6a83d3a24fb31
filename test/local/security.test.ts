// Access to the local AWS: only signed requests of programs on this machine.
import { type IncomingHttpHeaders, request as send } from 'node:http';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { text } from 'node:stream/consumers';
import { SignatureV4 } from '@smithy/signature-v4';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LocalAws, startLocal } from '../support/local.ts';
import { Sha256 } from './signed-server.ts';

interface Request {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: string;
}
interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

describe('the local AWS', () => {
  let local: LocalAws;
  beforeAll(async () => {
    local = await startLocal();
  }, 60_000);
  afterAll(() => local.stop());

  const who: Omit<Request, 'headers'> = {
    method: 'POST',
    path: '/',
    body: 'Action=GetCallerIdentity&Version=2011-06-15',
  };

  /** A signed GetCallerIdentity request; `changes` modify it. */
  async function signed(
    changes: {
      date?: Date;
      secret?: string;
      key?: string;
      token?: string;
      host?: string;
      service?: string;
      request?: Omit<Request, 'headers'>;
    } = {},
  ): Promise<Request> {
    const { method, path, body } = changes.request ?? who;
    const signer = new SignatureV4({
      service: changes.service ?? 'sts',
      region: 'us-east-1',
      credentials: {
        accessKeyId: changes.key ?? (local.env.AWS_ACCESS_KEY_ID as string),
        secretAccessKey: changes.secret ?? (local.env.AWS_SECRET_ACCESS_KEY as string),
        sessionToken: changes.token,
      },
      sha256: Sha256,
    });
    const { headers } = await signer.sign(
      {
        method,
        protocol: 'http:',
        hostname: '127.0.0.1',
        path,
        query: {},
        headers: {
          host: changes.host ?? `127.0.0.1:${local.port}`,
          'content-type': 'application/x-www-form-urlencoded',
        },
        body,
      },
      { signingDate: changes.date ?? new Date() },
    );
    return { method, path, headers, body };
  }

  function ask({ method, path, headers, body }: Request): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const sent = send(
        { host: '127.0.0.1', port: local.port, method, path, headers, setHost: false },
        async (answer) => {
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: await text(answer) });
        },
      );
      sent.once('error', reject);
      sent.end(body);
    });
  }

  it('answers a signed request', async () => {
    const { status, body } = await ask(await signed());
    expect(status).toBe(200);
    expect(body).toContain('<Arn>arn:aws:iam::000000000000:root</Arn>');
  });

  it('refuses an unsigned request', async () => {
    const { headers, ...request } = await signed();
    const { authorization: _, ...rest } = headers;
    const { status, body } = await ask({ ...request, headers: rest });
    expect(status).toBe(403);
    expect(body).toContain('<Code>MissingAuthenticationToken</Code>');
  });

  it.each([
    ['of an older kind', 'AWS LKIA:abcd'],
    [
      'with a part missing',
      'AWS4-HMAC-SHA256 Credential=A/20260101/us-east-1/sts/aws4_request, Signature=00',
    ],
    ['that is no signature', 'Bearer abc'],
    ['that is empty', ''],
  ])('refuses an Authorization header %s', async (_, authorization) => {
    const request = await signed();
    const { status, body } = await ask({ ...request, headers: { ...request.headers, authorization } });
    expect(status).toBe(403);
    expect(body).toMatch(/<Code>(IncompleteSignature|MissingAuthenticationToken)<\/Code>/);
  });

  it('refuses a signature by another secret', async () => {
    const { status, body } = await ask(await signed({ secret: 'not the secret' }));
    expect(status).toBe(403);
    expect(body).toContain('<Code>SignatureDoesNotMatch</Code>');
  });

  it('refuses an access key that it did not issue', async () => {
    const { status, body } = await ask(await signed({ key: 'AKIAIOSFODNN7EXAMPLE' }));
    expect(status).toBe(403);
    expect(body).toContain('<Code>InvalidClientTokenId</Code>');
    expect(body).toContain('The security token included in the request is invalid.');
  });

  it('refuses a session token that does not belong to the key', async () => {
    const { status, body } = await ask(await signed({ token: 'made up' }));
    expect(status).toBe(403);
    expect(body).toContain('<Code>InvalidClientTokenId</Code>');
  });

  it.each([
    ['body', (request: Request) => ({ ...request, body: `${request.body}&More=1` })],
    ['path', (request: Request) => ({ ...request, path: '/other' })],
    ['query', (request: Request) => ({ ...request, path: '/?a=b' })],
    ['method', (request: Request) => ({ ...request, method: 'PUT' })],
    [
      'signed header',
      (request: Request) => ({ ...request, headers: { ...request.headers, 'content-type': 'text/plain' } }),
    ],
  ])('refuses a request whose %s was changed after it was signed', async (_, change) => {
    const { status, body } = await ask(change(await signed()));
    expect(status).toBe(403);
    expect(body).toMatch(/SignatureDoesNotMatch|InvalidSignatureException/);
  });

  it.each([
    ['old', -16 * 60_000, 'Signature expired: '],
    ['of the future', 16 * 60_000, 'Signature not yet current: '],
  ])('refuses a signature that is %s', async (_, ahead, message) => {
    const { status, body } = await ask(await signed({ date: new Date(Date.now() + ahead) }));
    expect(status).toBe(403);
    expect(body).toContain(message);
  });

  it('names a service that is not supported', async () => {
    const { status, body } = await ask(await signed({ service: 'ec2' }));
    expect(status).toBe(501);
    expect(body).toContain('The service ec2 is not supported locally');
  });

  it.each([
    'evil.example',
    'evil.example:4586',
    '192.168.0.1',
    '127.0.0.1.evil.example',
    'localhost.evil.example',
    '',
  ])('refuses the Host %j, even signed', async (host) => {
    const request = await signed({ host: host || 'x' });
    const { status, body } = await ask({ ...request, headers: { ...request.headers, host } });
    expect([400, 403]).toContain(status);
    expect(body).not.toContain('Arn');
  });

  it.each(['localhost', 'localhost:1', '127.0.0.1:65535', '[::1]:80', 'lambda.localhost:4586', 'LOCALHOST'])(
    'takes the Host %j',
    async (host) => {
      expect((await ask(await signed({ host }))).status).toBe(200);
    },
  );

  it.each(['https://evil.example', 'http://localhost:3000', 'null', ''])(
    'refuses the Origin %j, even signed',
    async (origin) => {
      const request = await signed();
      const { status } = await ask({ ...request, headers: { ...request.headers, origin } });
      expect(status).toBe(403);
    },
  );

  it('gives web pages no permission to read answers', async () => {
    const preflight = { origin: 'https://evil.example', 'access-control-request-method': 'POST' };
    const { status, headers } = await ask({
      method: 'OPTIONS',
      path: '/',
      headers: { ...preflight, host: `127.0.0.1:${local.port}` },
      body: '',
    });
    expect(status).toBe(403);
    expect(headers['access-control-allow-origin']).toBeUndefined();
  });

  it('refuses navigation and embedding by web pages, which send no Origin', async () => {
    for (const site of ['cross-site', 'same-site', 'same-origin']) {
      const { status } = await ask({
        method: 'GET',
        path: '/_slsctl/health',
        headers: { host: `127.0.0.1:${local.port}`, 'sec-fetch-site': site },
        body: '',
      });
      expect(status).toBe(403);
    }
  });

  it('listens on loopback alone', async () => {
    const others = Object.values(networkInterfaces())
      .flat()
      .filter((one) => one && !one.internal && one.family === 'IPv4');
    for (const one of others) {
      const refused = await new Promise((resolve) => {
        const socket = connect({ host: one?.address, port: local.port });
        socket.once('connect', () => {
          socket.destroy();
          resolve(false);
        });
        socket.once('error', () => resolve(true));
      });
      expect(refused).toBe(true);
    }
  });
});
