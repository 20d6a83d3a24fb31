// Signatures of requests to the local S3: presigned URLs, bodies in signed chunks, host names.
import { createHash, createHmac } from 'node:crypto';
import { type IncomingHttpHeaders, request } from 'node:http';
import { CreateBucketCommand, GetObjectCommand } from '@aws-sdk/client-s3';
import { SignatureV4 } from '@smithy/signature-v4';
import { describe, expect, it } from 'vitest';
import { Sha256 } from '../../signed-server.ts';
import { localS3 } from './fixture.ts';

const { s3, server } = await localS3();
const Bucket = 'signed';
await s3.send(new CreateBucketCommand({ Bucket }));
const { credentials, endpoint } = server;
const { host, port } = new URL(endpoint);
const region = 'us-east-1';
const signer = new SignatureV4({ service: 's3', region, credentials, sha256: Sha256, uriEscapePath: false });
const read = async (Key: string) =>
  (await s3.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString();

interface Sent {
  method: string;
  path: string;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
}

function send({ method, path, headers, body = '' }: Sent) {
  return new Promise<{ status: number; body: string; headers: IncomingHttpHeaders }>((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, method, path, headers }, async (answer) => {
      let text = '';
      for await (const part of answer.setEncoding('utf8')) text += part;
      resolve({ status: answer.statusCode ?? 0, body: text, headers: answer.headers });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

describe('presigned URLs', () => {
  async function presigned(method: string, path: string, expiresIn = 60, signingDate = new Date()) {
    const { query = {} } = await signer.presign(
      {
        method,
        protocol: 'http:',
        hostname: host,
        path,
        query: {},
        headers: { host, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' },
      },
      { expiresIn, signingDate },
    );
    return `${path}?${new URLSearchParams(query as Record<string, string>)}`;
  }

  it('get and put without credentials', async () => {
    const put = await presigned('PUT', `/${Bucket}/pre%20signed`);
    expect((await send({ method: 'PUT', path: put, body: 'hello' })).status).toBe(200);
    const get = await presigned('GET', `/${Bucket}/pre%20signed`);
    expect(await send({ method: 'GET', path: get })).toMatchObject({ status: 200, body: 'hello' });
  });

  it('are valid only for what was signed', async () => {
    const get = await presigned('GET', `/${Bucket}/pre%20signed`);
    for (const sent of [
      { method: 'PUT', path: get },
      { method: 'GET', path: get.replace('pre%20signed', 'other') },
      { method: 'GET', path: `${get}&versionId=1` },
      { method: 'GET', path: get.replace('X-Amz-Expires=60', 'X-Amz-Expires=600') },
    ]) {
      const { status, body } = await send(sent);
      expect(status).toBe(403);
      expect(body).toContain('<Code>SignatureDoesNotMatch</Code>');
    }
  });

  it('expire', async () => {
    const { status, body } = await send({
      method: 'GET',
      path: await presigned('GET', `/${Bucket}/a`, 60, new Date(Date.now() - 120_000)),
    });
    expect(status).toBe(403);
    expect(body).toContain('<Message>Request has expired</Message>');
  });
});

describe('signatures of version 2', () => {
  interface Signing {
    method?: string;
    path: string;
    /** Signed parameters of the query. */
    resource?: string;
    headers?: Record<string, string>;
    expires?: number;
    secret?: string;
  }
  const now = () => Math.floor(Date.now() / 1000);
  const hmac1 = (text: string, secret = credentials.secretAccessKey) =>
    createHmac('sha1', secret).update(text).digest('base64');

  /** A presigned URL, as boto3 makes it in older regions. */
  function presigned({
    method = 'GET',
    path,
    resource,
    headers = {},
    expires = now() + 60,
    secret,
  }: Signing) {
    const amazon = Object.entries(headers).filter(([name]) => name.startsWith('x-amz-'));
    const text = [
      method,
      '',
      headers['content-type'] ?? '',
      expires,
      ...amazon.map((pair) => pair.join(':')),
      resource ? `${path}?${resource}` : path,
    ].join('\n');
    const query = new URLSearchParams({
      ...headers,
      AWSAccessKeyId: credentials.accessKeyId,
      Signature: hmac1(text, secret),
      Expires: String(expires),
    });
    return `${path}?${resource ? `${resource}&` : ''}${query}`;
  }

  it('put and get with a presigned URL', async () => {
    const path = `/${Bucket}/older%20way`;
    const headers = { 'content-type': 'text/plain' };
    const put = presigned({ method: 'PUT', path, headers });
    expect((await send({ method: 'PUT', path: put, headers, body: 'hello' })).status).toBe(200);
    const get = presigned({ path, resource: 'response-content-type=text/css' });
    expect(await send({ method: 'GET', path: get })).toMatchObject({
      status: 200,
      body: 'hello',
      headers: { 'content-type': 'text/css' },
    });
  });

  it('sign a request in its header', async () => {
    const date = new Date().toUTCString();
    const path = `/${Bucket}?location`;
    const signature = hmac1(`GET\n\n\n${date}\n${path}`);
    const sent = (authorization: string) =>
      send({ method: 'GET', path, headers: { date, authorization: `AWS ${authorization}` } });
    expect((await sent(`${credentials.accessKeyId}:${signature}`)).status).toBe(200);
    expect((await sent(`${credentials.accessKeyId}:${hmac1('other')}`)).body).toContain(
      '<Code>SignatureDoesNotMatch</Code>',
    );
  });

  it("are refused when they have expired, are somebody else's, or are for another method", async () => {
    const path = `/${Bucket}/older%20way`;
    const expired = await send({ method: 'GET', path: presigned({ path, expires: now() - 5 }) });
    expect(expired.status).toBe(403);
    expect(expired.body).toMatch(
      /<Code>AccessDenied<\/Code><Message>Request has expired<\/Message><Expires>.*Z<\/Expires><ServerTime>/,
    );
    const refused = [
      { method: 'GET', path: presigned({ path, secret: 'other' }) },
      { method: 'DELETE', path: presigned({ path }) },
    ];
    for (const request of refused) {
      expect((await send(request)).body).toContain('<Code>SignatureDoesNotMatch</Code>');
    }
    const unknown = presigned({ path }).replace(credentials.accessKeyId, 'AKIAOTHER');
    expect((await send({ method: 'GET', path: unknown })).body).toContain('<Code>InvalidAccessKeyId</Code>');
  });

  it('are refused with the reason for a bucket in a newer region', async () => {
    const CreateBucketConfiguration = { LocationConstraint: 'eu-central-1' } as const;
    await s3.send(new CreateBucketCommand({ Bucket: 'newer', CreateBucketConfiguration }));
    const { status, body } = await send({ method: 'GET', path: presigned({ path: '/newer/a' }) });
    expect(status).toBe(400);
    expect(body).toContain('<Code>InvalidRequest</Code>');
    expect(body).toContain(
      '<Message>The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.</Message>',
    );
  });
});

describe('a body in chunks', () => {
  const hash = (text: string) => createHash('sha256').update(text).digest('hex');
  const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();

  interface Chunked {
    key: string;
    kind: string;
    chunks: string[];
    trailer?: [name: string, value: string];
    /** A change of the body after it was signed. */
    spoil?: (body: string) => string;
  }

  async function put({ key, kind, chunks, trailer, spoil = (body) => body }: Chunked) {
    const path = `/${Bucket}/${key}`;
    const now = new Date();
    const signed = await signer.sign(
      {
        method: 'PUT',
        protocol: 'http:',
        hostname: host,
        path,
        headers: {
          host,
          'x-amz-content-sha256': kind,
          'x-amz-decoded-content-length': String(chunks.join('').length),
          'content-encoding': 'aws-chunked',
          ...(trailer ? { 'x-amz-trailer': trailer[0] } : {}),
        },
      },
      { signingDate: now },
    );
    const date = signed.headers['x-amz-date'] as string;
    const scope = `${date.slice(0, 8)}/${region}/s3/aws4_request`;
    const signingKey = scope
      .split('/')
      .reduce<string | Buffer>((one, part) => hmac(one, part), `AWS4${credentials.secretAccessKey}`);
    let previous = /Signature=(\w+)/.exec(signed.headers.authorization as string)?.[1] as string;
    const sign = (what: string, ...hashes: string[]) => {
      const text = [`AWS4-HMAC-SHA256-${what}`, date, scope, previous, ...hashes].join('\n');
      previous = hmac(signingKey, text).toString('hex');
      return previous;
    };
    const withSignatures = kind.startsWith('STREAMING-AWS4');
    let body = '';
    for (const chunk of [...chunks, '']) {
      const extension = withSignatures ? `;chunk-signature=${sign('PAYLOAD', hash(''), hash(chunk))}` : '';
      body += `${chunk.length.toString(16)}${extension}\r\n${chunk}${chunk === '' ? '' : '\r\n'}`;
    }
    if (trailer) {
      body += `${trailer[0]}:${trailer[1]}\r\n`;
      if (withSignatures)
        body += `x-amz-trailer-signature:${sign('TRAILER', hash(`${trailer[0]}:${trailer[1]}\n`))}\r\n`;
    }
    body = spoil(`${body}\r\n`);
    const headers = { ...signed.headers, 'content-length': String(body.length) };
    return send({ method: 'PUT', path, headers, body });
  }

  const signedKind = 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD';
  const chunks = ['a'.repeat(70_000), 'bc'];
  const crc32 = ['x-amz-checksum-crc32', 'NSRBwg=='] as [string, string];

  it.each([
    ['signed', { kind: signedKind, chunks }],
    ['signed, with a signed trailer', { kind: `${signedKind}-TRAILER`, chunks: ['abc'], trailer: crc32 }],
    [
      'unsigned, with a trailer',
      { kind: 'STREAMING-UNSIGNED-PAYLOAD-TRAILER', chunks: ['ab', 'c'], trailer: crc32 },
    ],
    ['empty', { kind: signedKind, chunks: [] }],
  ])('is unpacked: %s', async (key, parts) => {
    const answer = await put({ key: encodeURIComponent(key), ...parts });
    expect(answer.body).toBe('');
    expect(answer.status).toBe(200);
    expect(await read(key)).toBe(parts.chunks.join(''));
    if ('trailer' in parts) expect(answer.headers['x-amz-checksum-crc32']).toBe(crc32[1]);
  });

  it.each([
    [
      'a changed chunk',
      { kind: signedKind, chunks, spoil: (body: string) => body.replace('bc', 'bd') },
      'SignatureDoesNotMatch',
    ],
    [
      'a changed trailer',
      {
        kind: `${signedKind}-TRAILER`,
        chunks: ['abc'],
        trailer: crc32,
        spoil: (body: string) => body.replace('NSRBwg==', 'AAAAAA=='),
      },
      'SignatureDoesNotMatch',
    ],
    [
      'a wrong checksum',
      { kind: 'STREAMING-UNSIGNED-PAYLOAD-TRAILER', chunks: ['abd'], trailer: crc32 },
      'BadDigest',
    ],
    [
      'a missing end',
      { kind: signedKind, chunks, spoil: (body: string) => body.slice(0, 1000) },
      'IncompleteBody',
    ],
    ['chunks of no form', { kind: signedKind, chunks, spoil: () => 'hello\r\n' }, 'IncompleteBody'],
  ])('is refused for %s', async (_, parts, code) => {
    const answer = await put({ key: 'spoiled', ...parts });
    expect(answer.body).toContain(`<Code>${code}</Code>`);
    await expect(read('spoiled')).rejects.toThrow('The specified key does not exist');
  });
});

describe('the name of the host', () => {
  it.each([`${Bucket}.localhost`, `${Bucket}.s3.localhost`, 'with.dots.localhost'])(
    'may name the bucket: %s',
    async (name) => {
      await s3.send(new CreateBucketCommand({ Bucket: 'with.dots' }));
      const hostname = `${name}:${port}`;
      const ask = async (method: string, body = '') => {
        const signed = await signer.sign({
          method,
          protocol: 'http:',
          hostname,
          path: '/by/host',
          headers: {
            host: hostname,
            'x-amz-content-sha256': createHash('sha256').update(body).digest('hex'),
          },
        });
        return send({ method, path: '/by/host', headers: signed.headers, body });
      };
      expect((await ask('PUT', name)).status).toBe(200);
      expect((await ask('GET')).body).toBe(name);
    },
  );

  it('must be a name of this machine', async () => {
    const answer = await send({ method: 'GET', path: '/', headers: { host: `${Bucket}.example.com` } });
    expect(answer.status).toBe(403);
  });
});
