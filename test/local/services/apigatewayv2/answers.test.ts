// What HTTP APIs answer: responses of both formats, failures, limits, CORS.
import { DeleteCorsConfigurationCommand, UpdateStageCommand } from '@aws-sdk/client-apigatewayv2';
import {
  AddPermissionCommand,
  PutFunctionConcurrencyCommand,
  RemovePermissionCommand,
} from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { functionFor, type GatewayAws, startGateway, TestApi } from './fixture.ts';

let aws: GatewayAws;
let fn: string;
let api: TestApi;
beforeAll(async () => {
  aws = await startGateway();
  fn = await functionFor(aws);
  api = await TestApi.live(aws);
  await api.route('ANY /new', await api.integration(fn));
  await api.route('ANY /old', await api.integration(fn, { PayloadFormatVersion: '1.0' }));
});
afterAll(() => aws?.stop());

const encoded = (answer: unknown) =>
  JSON.stringify(answer).replace(
    /[^ -~]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
const answering = (path: string, answer: unknown, more: Record<string, string> = {}) =>
  api.ask(path, { headers: { answer: encoded(answer), ...more } });

const plain = 'text/plain;charset=UTF-8';
const json = 'application/json';
const internal = '{"message":"Internal Server Error"}';

describe('a response of the format 2.0', () => {
  it.each<[unknown, number, string, string]>([
    [{ statusCode: 201, body: 'made' }, 201, 'made', plain],
    [{ statusCode: '404', headers: { 'Content-Type': 'text/html' }, body: 'no' }, 404, 'no', 'text/html'],
    [{ statusCode: 200, body: 'aGk=', isBase64Encoded: true }, 200, 'hi', plain],
    [{ statusCode: 200, body: 7 }, 200, '7', plain],
    [{ statusCode: 204 }, 204, '', plain],
    [{ statusCode: 200, headers: null, body: null }, 200, '', plain],
    [{ any: [1, 'ü'] }, 200, '{"any":[1,"ü"]}', json],
    [[1, 2], 200, '[1,2]', json],
    ['plain', 200, 'plain', json],
    [42, 200, '42', json],
    [true, 200, 'true', json],
    ['', 200, '', json],
    [null, 200, 'null', json],
    [{}, 200, '{}', json],
    [{ statusCode: 200.5, body: 'x' }, 500, internal, json],
    [{ statusCode: 'ok', body: 'x' }, 500, internal, json],
    [{ statusCode: 999, body: 'x' }, 500, internal, json],
    [{ statusCode: 200, body: { a: 1 } }, 500, internal, json],
    [{ statusCode: 200, headers: ['a'] }, 500, internal, json],
    [{ statusCode: 200, headers: { 'a b': 'c' } }, 500, internal, json],
  ])('follows %j', async (answer, status, text, type) => {
    const got = await answering('/new', answer);
    expect({ status: got.status, text: got.text, type: got.headers['content-type'] }).toEqual({
      status,
      text,
      type,
    });
  });

  it('has headers and cookies', async () => {
    const answer = {
      statusCode: 200,
      headers: { 'X-One': 1, 'X-Yes': true },
      cookies: ['a=1; Path=/', 'b=2'],
    };
    const { headers } = await answering('/new', answer);
    expect(headers).toMatchObject({ 'x-one': '1', 'x-yes': 'true', 'set-cookie': ['a=1; Path=/', 'b=2'] });
    expect(headers['apigw-requestid']).toMatch(/^[\w-]{15}=$/);
    expect(headers).not.toHaveProperty('x-amzn-requestid');
  });

  it('without a statusCode is the text as the function wrote it', async () => {
    const code = `import json\ndef handler(event, context):\n    return {"name": "John", "age": 30}\n`;
    const { filesZip } = await import('../../zip.ts');
    const { createFunction } = await import('../lambda/fixture.ts');
    const FunctionName = await createFunction(aws, {
      Code: { ZipFile: filesZip({ 'index.py': code }) },
    });
    await aws.lambda.send(
      new AddPermissionCommand({
        FunctionName,
        StatementId: 's',
        Action: 'lambda:InvokeFunction',
        Principal: 'apigateway.amazonaws.com',
      }),
    );
    const python = await TestApi.live(aws);
    await python.route('GET /', await python.integration(aws.arn(FunctionName)));
    expect((await python.ask('/')).text).toBe('{"name": "John", "age": 30}');
  });
});

describe('a response of the format 1.0', () => {
  it.each<[unknown, number, string, string]>([
    [{ statusCode: 201, body: 'made' }, 201, 'made', plain],
    [{ statusCode: '404', headers: { 'content-type': 'text/html' }, body: 'no' }, 404, 'no', 'text/html'],
    [{ statusCode: 200, body: 'aGk=', isBase64Encoded: true }, 200, 'hi', plain],
    [{ body: 'x' }, 500, internal, json],
    [{}, 500, internal, json],
    ['plain', 500, internal, json],
    [null, 500, internal, json],
    [{ statusCode: 200, body: { a: 1 } }, 500, internal, json],
    [{ statusCode: 200, multiValueHeaders: { a: 'b' } }, 500, internal, json],
  ])('follows %j', async (answer, status, text, type) => {
    const got = await api.ask('/old', { headers: { answer: encoded(answer) } });
    expect({ status: got.status, text: got.text, type: got.headers['content-type'] }).toEqual({
      status,
      text,
      type,
    });
  });

  it('has headers of one value and of several', async () => {
    const answer = {
      statusCode: 200,
      headers: { 'X-Both': 'one', 'X-Single': 's' },
      multiValueHeaders: { 'X-Both': ['two', 'three'], 'Set-Cookie': ['a=1', 'b=2'] },
      body: '',
    };
    const { headers } = await answering('/old', answer);
    expect(headers).toMatchObject({
      'x-both': 'one, two, three',
      'x-single': 's',
      'set-cookie': ['a=1', 'b=2'],
    });
  });
});

describe('a failure', () => {
  const only = async (arn: string, more: object = {}) => {
    const one = await TestApi.live(aws);
    await one.route('GET /', await one.integration(arn, more));
    return one;
  };
  const failed = { status: 500, text: internal };

  it('of the function is 500', async () => {
    const one = await only(
      await functionFor(aws, `exports.handler = async () => { throw new Error('no'); };\n`),
    );
    const got = await one.ask('/');
    expect(got).toMatchObject(failed);
    expect(got.headers['content-type']).toBe(json);
  });

  it('of a function that does not exist is 500, and a route without integration too', async () => {
    expect(await (await only(aws.arn('nobody'))).ask('/')).toMatchObject(failed);
    const bare = await TestApi.live(aws);
    await bare.route('GET /');
    expect(await bare.ask('/')).toMatchObject(failed);
  });

  it('of time is 503 after the time-out of the integration', async () => {
    const slow = await functionFor(
      aws,
      `exports.handler = async () => new Promise((resolve) => setTimeout(resolve, 60_000));\n`,
    );
    const one = await only(slow, { TimeoutInMillis: 50 });
    expect(await one.ask('/')).toMatchObject({ status: 503, text: '{"message":"Service Unavailable"}' });
  });

  it('of a throttled function is 503', async () => {
    const arn = await functionFor(aws);
    const one = await only(arn);
    await aws.lambda.send(
      new PutFunctionConcurrencyCommand({ FunctionName: arn, ReservedConcurrentExecutions: 0 }),
    );
    expect(await one.ask('/')).toMatchObject({ status: 503, text: '{"message":"Service Unavailable"}' });
  });

  it('of a request of more than 10 MB is 413', async () => {
    const body = Buffer.alloc(10 * 1024 * 1024 + 1);
    expect(await api.ask('/new', { method: 'POST', body })).toMatchObject({
      status: 413,
      text: '{"message":"Request Entity Too Large"}',
    });
  });

  it('of an answer of more than 6 MB is 500', async () => {
    const code = `exports.handler = async () => ({ statusCode: 200, body: 'x'.repeat(6_300_000) });\n`;
    expect(await (await only(await functionFor(aws, code))).ask('/')).toMatchObject(failed);
  });
});

describe('the permission of a route', () => {
  it.each<[string, string, string, boolean]>([
    ['its route', 'GET /users/{id}', '*/GET/users/{id}', true],
    ['all values of its path', 'GET /users/{id}', '*/*/users/*', true],
    ['its stage', 'GET /users/{id}', '$default/GET/users/{id}', true],
    ['the whole API', 'GET /users/{id}', '*', true],
    ['another method', 'GET /users/{id}', '*/POST/users/{id}', false],
    ['another path', 'GET /users/{id}', '*/GET/orders', false],
    ['another stage', 'GET /users/{id}', 'prod/GET/users/{id}', false],
    ['all methods', 'ANY /users/{id}', '*/*/users/{id}', true],
    ['the method of the request', 'ANY /users/{id}', '*/GET/users/{id}', true],
    ['the route $default', '$default', '*/$default', true],
    ['another route than $default', '$default', '*/*/users/{id}', false],
  ])('for %s', async (_what, key, pattern, allowed) => {
    const arn = await functionFor(aws, undefined, false);
    const one = await TestApi.live(aws);
    await one.route(key, await one.integration(arn));
    const refused = { status: 500, text: internal };
    expect(await one.ask('/users/1')).toMatchObject(refused);
    await aws.lambda.send(
      new AddPermissionCommand({
        FunctionName: arn,
        StatementId: 's',
        Action: 'lambda:InvokeFunction',
        Principal: 'apigateway.amazonaws.com',
        SourceArn: `arn:aws:execute-api:${aws.region}:${aws.account}:${one.id}/${pattern}`,
      }),
    );
    expect((await one.ask('/users/1')).status).toBe(allowed ? 200 : 500);
    await aws.lambda.send(new RemovePermissionCommand({ FunctionName: arn, StatementId: 's' }));
    expect(await one.ask('/users/1')).toMatchObject(refused);
  });
});

describe('throttling', () => {
  const limit = { ThrottlingRateLimit: 0.001, ThrottlingBurstLimit: 2 };
  const many = { status: 429, text: '{"message":"Too Many Requests"}' };

  it('is by route, after the burst of the stage', async () => {
    const one = await TestApi.create(aws);
    const integration = await one.integration(fn);
    for (const key of ['GET /a', 'GET /b']) await one.route(key, integration);
    await one.stage({ StageName: '$default', AutoDeploy: true, DefaultRouteSettings: limit });
    const statuses = async (path: string) => {
      const all: number[] = [];
      for (let index = 0; index < 3; index++) all.push((await one.ask(path)).status);
      return all;
    };
    expect(await statuses('/a')).toEqual([200, 200, 429]);
    expect(await one.ask('/a')).toMatchObject(many);
    expect(await statuses('/b')).toEqual([200, 200, 429]);
  });

  it('of a route goes before that of the stage, and a burst of 0 lets nothing pass', async () => {
    const one = await TestApi.live(aws);
    await one.route('GET /a', await one.integration(fn));
    await aws.gateway.send(
      new UpdateStageCommand({
        ApiId: one.id,
        StageName: '$default',
        DefaultRouteSettings: { ThrottlingRateLimit: 100, ThrottlingBurstLimit: 100 },
        RouteSettings: { 'GET /a': { ThrottlingRateLimit: 0, ThrottlingBurstLimit: 0 } },
      }),
    );
    expect(await one.ask('/a')).toMatchObject(many);
  });
});

describe('CORS', () => {
  const origin = 'https://a.example';
  const asks = { origin, 'access-control-request-method': 'POST' };

  it('answers preflight requests without a route, and replaces the headers of the function', async () => {
    const one = await TestApi.live(aws, {
      CorsConfiguration: {
        AllowOrigins: [origin],
        AllowMethods: ['GET', 'POST'],
        AllowHeaders: ['x-one'],
        ExposeHeaders: ['x-two'],
        MaxAge: 60,
        AllowCredentials: true,
      },
    });
    const preflight = await one.ask('/anything', { method: 'OPTIONS', headers: asks });
    expect({ status: preflight.status, text: preflight.text }).toEqual({ status: 204, text: '' });
    expect(preflight.headers).toMatchObject({
      'access-control-allow-origin': origin,
      'access-control-allow-methods': 'GET,POST',
      'access-control-allow-headers': 'x-one',
      'access-control-max-age': '60',
      'access-control-allow-credentials': 'true',
    });
    await one.route('GET /', await one.integration(fn));
    const answer = encoded({
      statusCode: 200,
      headers: { 'Access-Control-Allow-Origin': '*', 'access-control-allow-methods': 'PUT', 'x-two': '2' },
    });
    const allowed = (await one.ask('/', { headers: { origin, answer } })).headers;
    expect(allowed).toMatchObject({
      'access-control-allow-origin': origin,
      'access-control-allow-credentials': 'true',
      'access-control-expose-headers': 'x-two',
      'x-two': '2',
    });
    expect(allowed).not.toHaveProperty('access-control-allow-methods');
    for (const headers of [{ answer }, { answer, origin: 'https://b.example' }] as Record<string, string>[]) {
      const { headers: got } = await one.ask('/', { headers });
      expect(Object.keys(got).filter((name) => name.startsWith('access-control-'))).toEqual([]);
    }
    const missing = await one.ask('/none', { headers: { origin } });
    expect(missing).toMatchObject({ status: 404, headers: { 'access-control-allow-origin': origin } });
    const other = await one.ask('/', {
      method: 'OPTIONS',
      headers: { ...asks, origin: 'https://b.example' },
    });
    expect(other.status).toBe(204);
    expect(other.headers).not.toHaveProperty('access-control-allow-origin');
  });

  it('of all origins answers a star, and of a scheme the origin', async () => {
    const allowing = async (AllowOrigins: string[]) => {
      const one = await TestApi.live(aws, { CorsConfiguration: { AllowOrigins } });
      const { headers } = await one.ask('/', { method: 'OPTIONS', headers: asks });
      return headers['access-control-allow-origin'];
    };
    expect(await allowing(['*'])).toBe('*');
    expect(await allowing(['https://*'])).toBe(origin);
    expect(await allowing(['http://*'])).toBeUndefined();
  });

  it('that is not configured leaves OPTIONS and the headers of the function alone', async () => {
    const one = await TestApi.live(aws, { CorsConfiguration: { AllowOrigins: ['*'] } });
    await aws.gateway.send(new DeleteCorsConfigurationCommand({ ApiId: one.id }));
    expect((await one.ask('/', { method: 'OPTIONS', headers: asks })).status).toBe(404);
    await one.route('OPTIONS /', await one.integration(fn));
    const answer = encoded({ statusCode: 200, headers: { 'access-control-allow-origin': 'x' } });
    const got = await one.ask('/', { method: 'OPTIONS', headers: { ...asks, answer } });
    expect(got).toMatchObject({ status: 200, headers: { 'access-control-allow-origin': 'x' } });
  });
});
