// The events that functions get from HTTP APIs, in both formats, and the routes that requests take.
import { UpdateStageCommand } from '@aws-sdk/client-apigatewayv2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, functionFor, type GatewayAws, invocationUri, startGateway, TestApi } from './fixture.ts';

let aws: GatewayAws;
let fn: string;
let api: TestApi;
let integrations: Record<'1.0' | '2.0', string>;
beforeAll(async () => {
  aws = await startGateway();
  fn = await functionFor(aws);
  api = await TestApi.live(aws);
  integrations = {
    '2.0': await api.integration(fn),
    '1.0': await api.integration(invocationUri(aws, fn), { PayloadFormatVersion: '1.0' }),
  };
});
afterAll(() => aws?.stop());

const time = expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/);
const requestId = expect.stringMatching(/^[\w-]{15}=$/);
const trace = expect.stringMatching(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/);

describe('the event of the format 2.0', () => {
  it('has the request as it came, with a decoded path', async () => {
    await api.route('POST /users/{username}/orders/{name}', integrations['2.0']);
    const { port } = aws;
    const got = await api.ask('/users/Jo%20%C3%BC/orders/Summer+%2B?multi=a&multi=%2Fb&blank=a+b&none', {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        cookie: 'a=1; b=2',
        'User-Agent': 'tests',
        'X-Twice': ['one', 'two'],
      },
      body: '{"name":"Sam"}',
    });
    expect(got.headers['apigw-requestid']).toEqual(requestId);
    const routeKey = 'POST /users/{username}/orders/{name}';
    const rawPath = '/users/Jo ü/orders/Summer++';
    expect(got.json()).toEqual({
      version: '2.0',
      routeKey,
      rawPath,
      rawQueryString: 'multi=a&multi=%2Fb&blank=a+b&none',
      cookies: ['a=1', 'b=2'],
      headers: {
        host: api.host,
        'content-length': '14',
        'content-type': 'application/json',
        'user-agent': 'tests',
        'x-amzn-trace-id': trace,
        'x-forwarded-for': '127.0.0.1',
        'x-forwarded-port': String(port),
        'x-forwarded-proto': 'http',
        'x-twice': 'one,two',
      },
      queryStringParameters: { multi: 'a,/b', blank: 'a b', none: '' },
      requestContext: {
        accountId: aws.account,
        apiId: api.id,
        domainName: `${api.id}.execute-api.${aws.region}.localhost`,
        domainPrefix: api.id,
        http: {
          method: 'POST',
          path: rawPath,
          protocol: 'HTTP/1.1',
          sourceIp: '127.0.0.1',
          userAgent: 'tests',
        },
        requestId: got.headers['apigw-requestid'],
        routeKey,
        stage: '$default',
        time,
        timeEpoch: expect.any(Number),
      },
      pathParameters: { username: 'Jo ü', name: 'Summer++' },
      body: '{"name":"Sam"}',
      isBase64Encoded: false,
    });
  });

  it('has no members for what the request does not have, but always a content-length', async () => {
    await api.route('GET /bare', integrations['2.0']);
    const event = (await api.ask('/bare')).json();
    for (const member of ['body', 'cookies', 'queryStringParameters', 'pathParameters', 'stageVariables']) {
      expect(event).not.toHaveProperty(member);
    }
    expect(event.requestContext).not.toHaveProperty('authorizer');
    expect(event).toMatchObject({
      rawQueryString: '',
      isBase64Encoded: false,
      headers: { 'content-length': '0' },
    });
  });

  it('has a body that is not text in base64', async () => {
    await api.route('PUT /binary', integrations['2.0']);
    const body = Buffer.from([0, 255, 1]);
    const put = async (type: string) =>
      (await api.ask('/binary', { method: 'PUT', body, headers: { 'content-type': type } })).json();
    const base64 = { body: body.toString('base64'), isBase64Encoded: true };
    expect(await put('application/octet-stream')).toMatchObject(base64);
    expect(await put('multipart/form-data; boundary=x')).toMatchObject(base64);
  });

  it('has the length of a body that came in chunks, and nothing of the chunks', async () => {
    await api.route('POST /chunks', integrations['2.0']);
    const sent = { method: 'POST', headers: { 'transfer-encoding': 'chunked' }, body: 'abc' };
    const { headers } = (await api.ask('/chunks', sent)).json();
    expect(headers).toMatchObject({ 'content-length': '3' });
    expect(headers).not.toHaveProperty('transfer-encoding');
  });

  it('keeps malformed escapes', async () => {
    await api.route('GET /odd/{rest+}', integrations['2.0']);
    expect((await api.ask('/odd/a%2Fth/%zz')).json()).toMatchObject({ rawPath: '/odd/a%2Fth/%zz' });
  });
});

describe('the event of the format 1.0', () => {
  it('has the members of AWS, with the names of headers as the client sent them', async () => {
    await api.route('POST /v1/{product}', integrations['1.0']);
    const got = await api.ask('/v1/%E2%98%95%20Coffee?q=1&q=2', {
      method: 'POST',
      headers: {
        accept: '*/*',
        'content-type': 'text/plain',
        'user-agent': 'tests',
        'x-lower': ['a', 'b'],
        'X-MiXed': 'c',
      },
      body: 'hi',
    });
    const event = got.json();
    const none = null;
    expect(event).toEqual({
      version: '1.0',
      resource: '/v1/{product}',
      path: '/v1/%E2%98%95%20Coffee',
      httpMethod: 'POST',
      headers: {
        'Content-Length': '2',
        'Content-Type': 'text/plain',
        Host: api.host,
        'User-Agent': 'tests',
        'X-Amzn-Trace-Id': trace,
        'X-Forwarded-For': '127.0.0.1',
        'X-Forwarded-Port': String(aws.port),
        'X-Forwarded-Proto': 'http',
        'X-MiXed': 'c',
        accept: '*/*',
        'x-lower': 'b',
      },
      multiValueHeaders: expect.objectContaining({ 'x-lower': ['a', 'b'], 'Content-Length': ['2'] }),
      queryStringParameters: { q: '2' },
      multiValueQueryStringParameters: { q: ['1', '2'] },
      requestContext: {
        accountId: aws.account,
        apiId: api.id,
        domainName: `${api.id}.execute-api.${aws.region}.localhost`,
        domainPrefix: api.id,
        extendedRequestId: got.headers['apigw-requestid'],
        httpMethod: 'POST',
        identity: {
          accessKey: none,
          accountId: none,
          caller: none,
          cognitoAmr: none,
          cognitoAuthenticationProvider: none,
          cognitoAuthenticationType: none,
          cognitoIdentityId: none,
          cognitoIdentityPoolId: none,
          principalOrgId: none,
          sourceIp: '127.0.0.1',
          user: none,
          userAgent: 'tests',
          userArn: none,
        },
        path: '/v1/☕ Coffee',
        protocol: 'HTTP/1.1',
        requestId: got.headers['apigw-requestid'],
        requestTime: time,
        requestTimeEpoch: expect.any(Number),
        resourceId: 'POST /v1/{product}',
        resourcePath: '/v1/{product}',
        stage: '$default',
      },
      pathParameters: { product: '☕ Coffee' },
      stageVariables: null,
      body: 'hi',
      isBase64Encoded: false,
    });
    expect(Object.keys(event.headers)).toEqual(Object.keys(event.headers).sort());
  });

  it('has null for what the request does not have', async () => {
    await api.route('GET /v1-bare', integrations['1.0']);
    expect((await api.ask('/v1-bare')).json()).toMatchObject({
      queryStringParameters: null,
      multiValueQueryStringParameters: null,
      pathParameters: null,
      stageVariables: null,
      body: null,
      isBase64Encoded: false,
    });
  });

  it('of the route $default has it as its resource', async () => {
    const other = await TestApi.live(aws);
    await other.route('$default', await other.integration(fn, { PayloadFormatVersion: '1.0' }));
    expect((await other.ask('/any/where')).json()).toMatchObject({
      resource: '$default',
      path: '/any/where',
      requestContext: { resourceId: '$default', resourcePath: '$default' },
    });
  });
});

describe('the route of a request', () => {
  it('is the most specific one', async () => {
    const many = await TestApi.live(aws);
    const integration = await many.integration(fn);
    const keys = [
      'GET /pets/dog/1',
      'ANY /pets/dog/1',
      'GET /pets/dog/{id}',
      'GET /pets/{kind}/{id}',
      'GET /pets/{proxy+}',
      'ANY /{proxy+}',
      'POST /only',
      'GET /',
    ];
    for (const key of keys.reverse()) await many.route(key, integration);
    const taken = async (path: string, method = 'GET') => {
      const { routeKey, pathParameters } = (await many.ask(path, { method })).json();
      return [routeKey, pathParameters];
    };
    expect(await taken('/pets/dog/1')).toEqual(['GET /pets/dog/1', undefined]);
    expect(await taken('/pets/dog/1', 'POST')).toEqual(['ANY /pets/dog/1', undefined]);
    expect(await taken('/pets/dog/2')).toEqual(['GET /pets/dog/{id}', { id: '2' }]);
    expect(await taken('/pets/cat/2')).toEqual(['GET /pets/{kind}/{id}', { kind: 'cat', id: '2' }]);
    expect(await taken('/pets/cat/2/x')).toEqual(['GET /pets/{proxy+}', { proxy: 'cat/2/x' }]);
    expect(await taken('/pets/cat/2', 'PUT')).toEqual(['ANY /{proxy+}', { proxy: 'pets/cat/2' }]);
    expect(await taken('/only')).toEqual(['ANY /{proxy+}', { proxy: 'only' }]);
    expect(await taken('/')).toEqual(['GET /', undefined]);
  });

  it('is $default when no other fits, and else there is none', async () => {
    const one = await TestApi.live(aws);
    const integration = await one.integration(fn);
    await one.route('GET /users', integration);
    const nothing = { status: 404, text: '{"message":"Not Found"}' };
    for (const path of ['/', '/user', '/users/', '/users/1', '/USERS']) {
      expect(await one.ask(path), path).toMatchObject(nothing);
    }
    const wrong = await one.ask('/users', { method: 'POST' });
    expect(wrong).toMatchObject(nothing);
    expect(wrong.headers).toMatchObject({ 'content-type': 'application/json', 'apigw-requestid': requestId });
    await one.route('$default', integration);
    expect((await one.ask('/users', { method: 'POST' })).json().routeKey).toBe('$default');
    expect((await one.ask('/users')).json().routeKey).toBe('GET /users');
  });
});

describe('a stage', () => {
  it('is part of the path, and its variables are in the event', async () => {
    const staged = await TestApi.create(aws);
    await staged.route('GET /users/{id}', await staged.integration(fn));
    await staged.stage({ StageName: 'dev', AutoDeploy: true, StageVariables: { colour: 'red' } });
    const event = (await staged.ask('/dev/users/1')).json();
    expect(event).toMatchObject({
      rawPath: '/dev/users/1',
      routeKey: 'GET /users/{id}',
      pathParameters: { id: '1' },
      stageVariables: { colour: 'red' },
      requestContext: { stage: 'dev', http: { path: '/dev/users/1' } },
    });
    expect(await staged.ask('/users/1')).toMatchObject({ status: 404, text: '{"message":"Not Found"}' });
    await staged.stage({ StageName: '$default', AutoDeploy: true });
    expect((await staged.ask('/users/1')).json().requestContext.stage).toBe('$default');
    expect((await staged.ask('/dev/users/1')).json().requestContext.stage).toBe('dev');
  });

  it('without automatic deployment serves its deployment only', async () => {
    const { CreateDeploymentCommand, UpdateRouteCommand } = await import('@aws-sdk/client-apigatewayv2');
    const manual = await TestApi.create(aws);
    const RouteId = await manual.route('GET /old', await manual.integration(fn));
    await manual.stage({ StageName: '$default' });
    const status = async (path: string) => (await manual.ask(path)).status;
    expect(await status('/old')).toBe(404);
    const deploy = () =>
      aws.gateway.send(new CreateDeploymentCommand({ ApiId: manual.id, StageName: '$default' }));
    const first = await deploy();
    expect(await status('/old')).toBe(200);
    await aws.gateway.send(new UpdateRouteCommand({ ApiId: manual.id, RouteId, RouteKey: 'GET /new' }));
    expect([await status('/old'), await status('/new')]).toEqual([200, 404]);
    await deploy();
    expect([await status('/old'), await status('/new')]).toEqual([404, 200]);
    const at = { ApiId: manual.id, StageName: '$default' };
    await aws.gateway.send(new UpdateStageCommand({ ...at, DeploymentId: first.DeploymentId }));
    expect([await status('/old'), await status('/new')]).toEqual([200, 404]);
    await aws.gateway.send(new UpdateStageCommand({ ...at, AutoDeploy: true }));
    expect([await status('/old'), await status('/new')]).toEqual([404, 200]);
    await aws.gateway.send(new UpdateStageCommand({ ...at, AutoDeploy: false }));
    await aws.gateway.send(new UpdateRouteCommand({ ApiId: manual.id, RouteId, RouteKey: 'GET /newest' }));
    expect([await status('/new'), await status('/newest')]).toEqual([200, 404]);
  });
});

describe('an address', () => {
  it('has a form by path with the same event', async () => {
    const host = `127.0.0.1:${aws.port}`;
    const path = `/_aws/execute-api/${aws.region}/${api.id}/bare`;
    expect((await ask(aws.port, host, path, {})).json()).toMatchObject({
      rawPath: '/bare',
      headers: { host: api.host },
      requestContext: { domainName: `${api.id}.execute-api.${aws.region}.localhost` },
    });
  });

  it('of no API is forbidden, and one that is switched off answers nothing', async () => {
    const unknown = await ask(aws.port, api.host.replace(api.id, 'aaaaaaaaaa'), '/', {});
    expect(unknown).toMatchObject({ status: 403, text: '{"message":"Forbidden"}' });
    const off = await TestApi.live(aws, { DisableExecuteApiEndpoint: true });
    await off.route('GET /', await off.integration(fn));
    expect(await off.ask('/')).toMatchObject({ status: 404, text: '{"message":"Not Found"}' });
  });

  it('answers the same after a restart', async () => {
    const before = (await api.ask('/bare')).json();
    await aws.restart();
    const after = (await api.ask('/bare')).json();
    expect(after.routeKey).toBe(before.routeKey);
    expect(after.requestContext.apiId).toBe(before.requestContext.apiId);
  });
});
