// Requests to function URLs: the event, the answer, who may call, and which version answers.
import {
  CreateAliasCommand,
  CreateFunctionUrlConfigCommand,
  DeleteAliasCommand,
  PublishVersionCommand,
  PutFunctionConcurrencyCommand,
  UpdateAliasCommand,
  UpdateFunctionCodeCommand,
} from '@aws-sdk/client-lambda';
import { SignatureV4 } from '@smithy/signature-v4';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { zipOf } from '../../../../support/zip.ts';
import { Sha256 } from '../../../signed-server.ts';
import { type LambdaAws, startLambda } from '../fixture.ts';
import * as urls from './fixture.ts';
import { ask, echo, forbidden, type Url } from './fixture.ts';

let aws: LambdaAws;
beforeAll(async () => {
  aws = await startLambda();
});
afterAll(() => aws?.stop());

const make = (code?: string) => urls.make(aws, code);
const publicUrl = (FunctionName: string, Qualifier?: string, more?: object) =>
  urls.publicUrl(aws, FunctionName, Qualifier, more);
const allow = (at: { FunctionName: string; Qualifier?: string }, id: string, more: object) =>
  urls.allow(aws, at, id, more);

/** Publishes the function, changes its code, and publishes it again. */
async function change(FunctionName: string, code: string): Promise<void> {
  await aws.lambda.send(new PublishVersionCommand({ FunctionName }));
  const ZipFile = await zipOf({ 'index.js': code });
  await aws.lambda.send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile, Publish: true }));
}

describe('the event of a request', () => {
  it('has the format 2.0', async () => {
    const url = await publicUrl(await make());
    const { host, port } = new URL(url.FunctionUrl as string);
    const id = host.slice(0, 32);
    const { status, headers, json } = await ask(url, {
      method: 'POST',
      path: '/pa2%Fth/1?multi=foo&multi=%2Fbar&blank=a+b&none&odd=%F&b=%ff',
      headers: { 'content-type': 'application/json', cookie: 'a=1; b=2', 'User-Agent': 'tests', X: 'y' },
      body: '{"name":"Sam"}',
    });
    expect({ status, type: headers['content-type'] }).toEqual({ status: 200, type: 'application/json' });
    const event = json();
    expect(event).toEqual({
      version: '2.0',
      routeKey: '$default',
      rawPath: '/pa2%Fth/1',
      rawQueryString: 'multi=foo&multi=%2Fbar&blank=a+b&none&odd=%F&b=%ff',
      cookies: ['a=1', 'b=2'],
      headers: {
        host,
        x: 'y',
        'content-type': 'application/json',
        'content-length': '14',
        'user-agent': 'tests',
        'x-amzn-trace-id': headers['x-amzn-trace-id'],
        'x-amzn-tls-version': 'TLSv1.3',
        'x-amzn-tls-cipher-suite': 'TLS_AES_128_GCM_SHA256',
        'x-forwarded-for': '127.0.0.1',
        'x-forwarded-port': port,
        'x-forwarded-proto': 'http',
      },
      queryStringParameters: { multi: 'foo,/bar', blank: 'a b', none: '', odd: '%F', b: '\ufffd' },
      requestContext: {
        accountId: 'anonymous',
        apiId: id,
        domainName: host.replace(`:${port}`, ''),
        domainPrefix: id,
        http: {
          method: 'POST',
          path: '/pa2%Fth/1',
          protocol: 'HTTP/1.1',
          sourceIp: '127.0.0.1',
          userAgent: 'tests',
        },
        requestId: headers['x-amzn-requestid'],
        routeKey: '$default',
        stage: '$default',
        time: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
        timeEpoch: expect.any(Number),
      },
      body: '{"name":"Sam"}',
      isBase64Encoded: false,
    });
  });

  it('has a body that is not text in base64, and no members for what the request does not have', async () => {
    const url = await publicUrl(await make());
    const body = Buffer.from([0, 255, 1]);
    const binary = (await ask(url, { method: 'PUT', body })).json();
    expect(binary).toMatchObject({ body: body.toString('base64'), isBase64Encoded: true });
    const bare = (await ask(url)).json();
    for (const member of ['body', 'cookies', 'queryStringParameters'])
      expect(bare).not.toHaveProperty(member);
    expect(bare).toMatchObject({ isBase64Encoded: false, rawQueryString: '' });
  });
});

describe('the answer to a request', () => {
  it.each([
    [{ statusCode: 201, body: 'made' }, 201, 'made', 'application/json'],
    [{ statusCode: '404', headers: { 'Content-Type': 'text/plain' }, body: 'no' }, 404, 'no', 'text/plain'],
    [{ statusCode: 200, body: { a: 1 } }, 200, '{"a":1}', 'application/json'],
    [{ statusCode: 200, body: 'aGk=', isBase64Encoded: true }, 200, 'hi', 'application/json'],
    [{ statusCode: 204 }, 204, '', 'application/json'],
    [{ any: [1, 'ü'] }, 200, '{"any":[1,"ü"]}', 'application/json'],
    ['plain', 200, 'plain', 'application/json'],
    [null, 200, 'null', 'application/json'],
    [{ statusCode: 200, headers: { 'a b': 'c' } }, 502, 'Internal Server Error', 'application/json'],
    [{ statusCode: 200, headers: { a: 'b\nc' } }, 502, 'Internal Server Error', 'application/json'],
  ])('follows %j', async (answer, status, text, type) => {
    const url = await shared();
    const headers = { answer: encoded(answer) };
    const got = await ask(url, { headers });
    expect({ status: got.status, text: got.text, type: got.headers['content-type'] }).toEqual({
      status,
      text,
      type,
    });
  });

  it('has the headers and cookies of the function, and not those of the connection', async () => {
    const answer = {
      statusCode: 200,
      headers: { 'X-One': 1, Connection: 'close', 'Content-Length': '77' },
      cookies: ['a=1; Path=/', 'b=2'],
      body: 'yes',
    };
    const { headers, text } = await ask(await shared(), { headers: { answer: encoded(answer) } });
    expect(headers).toMatchObject({
      'x-one': '1',
      'set-cookie': ['a=1; Path=/', 'b=2'],
      'content-length': '3',
    });
    expect(text).toBe('yes');
  });

  it('has all headers whose names differ only in case', async () => {
    const answer = {
      statusCode: 200,
      headers: { 'Set-Cookie': 'a=1', 'set-cookie': 'b=2' },
      cookies: ['c=3'],
    };
    const { headers } = await ask(await shared(), { headers: { answer: encoded(answer) } });
    expect(headers['set-cookie']).toEqual(['a=1', 'b=2', 'c=3']);
  });

  it('is 502 when the function fails, and 429 when it may not run', async () => {
    const name = await make(`exports.handler = async () => { throw new Error('no'); };\n`);
    const url = await publicUrl(name);
    expect(await ask(url)).toMatchObject({ status: 502, text: 'Internal Server Error' });
    await aws.lambda.send(
      new PutFunctionConcurrencyCommand({ FunctionName: name, ReservedConcurrentExecutions: 0 }),
    );
    expect((await ask(url)).status).toBe(429);
  });

  it('is 413 for a request of more than 6 MB', async () => {
    const url = await shared();
    expect((await ask(url, { method: 'POST', body: Buffer.alloc(6 * 1024 * 1024 + 1) })).status).toBe(413);
  });

  let sharedUrl: Url | undefined;
  /** Of a function that answers what the header `answer` says. */
  async function shared(): Promise<Url> {
    sharedUrl ??= await publicUrl(await make());
    return sharedUrl;
  }
  const encoded = (answer: unknown) =>
    JSON.stringify(answer).replace(
      /[^ -~]/g,
      (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
});

describe('a streamed response', () => {
  it('has the metadata of HttpResponseStream, and else the bytes as they are', async () => {
    const name = await make(`exports.handler = awslambda.streamifyResponse(async (event, stream) => {
  if (event.rawPath === '/plain') return stream.end('{"not": "metadata"}');
  const metadata = { statusCode: 203, headers: { 'X-One': '1' }, cookies: ['a=1'] };
  const out = awslambda.HttpResponseStream.from(stream, metadata);
  out.write('one ');
  out.end('two');
});\n`);
    const url = await publicUrl(name, undefined, { InvokeMode: 'RESPONSE_STREAM' });
    const { status, headers, text } = await ask(url);
    expect({ status, text }).toEqual({ status: 203, text: 'one two' });
    expect(headers).toMatchObject({ 'x-one': '1', 'set-cookie': ['a=1'] });
    expect(await ask(url, { path: '/plain' })).toMatchObject({ status: 200, text: '{"not": "metadata"}' });
  });
});

describe('who may call', () => {
  it('is everybody, when both permissions are in the policy of the URL', async () => {
    const FunctionName = await make();
    const url = await aws.lambda.send(new CreateFunctionUrlConfigCommand({ FunctionName, AuthType: 'NONE' }));
    const refused = async () => (await ask(url)).status;
    expect((await ask(url)).json()).toEqual(forbidden);
    const at = { FunctionName };
    await allow(at, 'one', { Action: 'lambda:InvokeFunctionUrl', FunctionUrlAuthType: 'NONE' });
    expect(await refused()).toBe(403);
    await allow(at, 'two', { Action: 'lambda:InvokeFunction', InvokedViaFunctionUrl: true });
    expect(await refused()).toBe(200);
  });

  it('of an alias is in the policy of the alias', async () => {
    const FunctionName = await make();
    await change(FunctionName, echo);
    await aws.lambda.send(new CreateAliasCommand({ FunctionName, Name: 'live', FunctionVersion: '1' }));
    await publicUrl(FunctionName);
    const url = await aws.lambda.send(
      new CreateFunctionUrlConfigCommand({ FunctionName, Qualifier: 'live', AuthType: 'NONE' }),
    );
    expect((await ask(url)).status).toBe(403);
    const at = { FunctionName, Qualifier: 'live' };
    await allow(at, 'one', { Action: 'lambda:InvokeFunctionUrl', FunctionUrlAuthType: 'NONE' });
    await allow(at, 'two', { Action: 'lambda:InvokeFunction', InvokedViaFunctionUrl: true });
    expect((await ask(url)).status).toBe(200);
  });

  it('needs a signature for authType AWS_IAM', async () => {
    const FunctionName = await make();
    const url = await aws.lambda.send(
      new CreateFunctionUrlConfigCommand({ FunctionName, AuthType: 'AWS_IAM' }),
    );
    expect((await ask(url)).json()).toEqual(forbidden);
    const { host } = new URL(url.FunctionUrl as string);
    const { env } = aws;
    const signer = new SignatureV4({
      service: 'lambda',
      region: aws.region,
      sha256: Sha256,
      credentials: {
        accessKeyId: env.AWS_ACCESS_KEY_ID as string,
        secretAccessKey: env.AWS_SECRET_ACCESS_KEY as string,
      },
    });
    const signed = await signer.sign({
      method: 'GET',
      protocol: 'http:',
      hostname: host,
      path: '/',
      headers: { host },
    });
    const { status, json } = await ask(url, { headers: signed.headers });
    expect(status).toBe(200);
    expect(json().requestContext).toMatchObject({
      accountId: aws.account,
      authorizer: {
        iam: {
          accessKey: env.AWS_ACCESS_KEY_ID,
          accountId: aws.account,
          callerId: aws.account,
          cognitoIdentity: null,
          principalOrgId: null,
          userArn: expect.stringContaining(aws.account),
          userId: aws.account,
        },
      },
    });
    const forged = { ...signed.headers, 'x-amz-date': '20200101T000000Z' };
    expect((await ask(url, { headers: forged })).status).toBe(403);
  });

  it('is nobody at an address that does not exist', async () => {
    const url = await publicUrl(await make());
    const FunctionUrl = (url.FunctionUrl as string).replace(/[a-z0-9]{32}/, 'a'.repeat(32));
    const { status, headers, json } = await ask({ FunctionUrl });
    expect({ status, said: json() }).toEqual({ status: 403, said: { Message: null } });
    expect(headers['x-amzn-errortype']).toBe('AccessDeniedException');
  });
});

describe('the URL of an alias', () => {
  const version = (number: number) => `exports.handler = async () => '${number}';\n`;

  it('is answered by the versions of the alias, by their weights', async () => {
    const FunctionName = await make(version(1));
    await change(FunctionName, version(2));
    await change(FunctionName, version(3));
    const alias = { FunctionName, Name: 'live' };
    await aws.lambda.send(new CreateAliasCommand({ ...alias, FunctionVersion: '1' }));
    const [url, latest] = [await publicUrl(FunctionName, 'live'), await publicUrl(FunctionName)];
    const many = async () =>
      new Set(await Promise.all(Array.from({ length: 60 }, async () => (await ask(url)).text)));
    const [first = ''] = await many();
    expect((await many()).size).toBe(1);
    const to = async (FunctionVersion: string, weights: Record<string, number> = {}) =>
      aws.lambda.send(
        new UpdateAliasCommand({
          ...alias,
          FunctionVersion,
          RoutingConfig: { AdditionalVersionWeights: weights },
        }),
      );
    await to('2');
    const [second = ''] = await many();
    expect(second).not.toBe(first);
    await to('1', { 2: 0.5 });
    expect(await many()).toEqual(new Set([first, second]));
    expect((await ask(latest)).text).toBe('3');
    await aws.lambda.send(new DeleteAliasCommand(alias));
    expect((await ask(url)).status).toBe(403);
    expect((await ask(latest)).status).toBe(200);
  });
});
