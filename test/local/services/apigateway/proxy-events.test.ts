// Requests to REST APIs with AWS_PROXY integrations: the event that a function gets.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  addResource,
  ask,
  deploy,
  makeFunction,
  newApi,
  proxyTo,
  type RestAws,
  startRest,
} from './fixture.ts';

let aws: RestAws;
let edge: string;
let regional: string;
let proxyId: string;

async function make(type: 'EDGE' | 'REGIONAL'): Promise<string> {
  const { restApiId, rootId, root } = await newApi(aws, {
    endpointConfiguration: { types: [type] },
    binaryMediaTypes: ['image/png'],
  });
  const name = await makeFunction(aws);
  const hardcoded = await addResource(aws, restApiId, rootId, 'hardcoded');
  proxyId = await addResource(aws, restApiId, rootId, '{proxy+}');
  const user = await addResource(aws, restApiId, hardcoded, '{id}');
  await proxyTo(aws, root, name);
  for (const resourceId of [hardcoded, proxyId, user]) await proxyTo(aws, { restApiId, resourceId }, name);
  await deploy(aws, restApiId, 'stage', { variables: { color: 'blue' } });
  await deploy(aws, restApiId, 'plain');
  return restApiId;
}

beforeAll(async () => {
  aws = await startRest();
  edge = await make('EDGE');
  regional = await make('REGIONAL');
});
afterAll(() => aws?.stop());

const eventOf = async (path: string, asked: Parameters<typeof ask>[3] = {}, api = regional) =>
  (await ask(aws, api, path, asked)).json();

it('has exactly the documented members, null when there is nothing', async () => {
  const { headers, multiValueHeaders, requestContext, ...event } = await eventOf('/plain/proxy-value');
  expect(event).toEqual({
    resource: '/{proxy+}',
    path: '/proxy-value',
    httpMethod: 'GET',
    queryStringParameters: null,
    multiValueQueryStringParameters: null,
    pathParameters: { proxy: 'proxy-value' },
    stageVariables: null,
    body: null,
    isBase64Encoded: false,
  });
  const { port } = new URL(aws.endpoint);
  const host = `${regional}.execute-api.${aws.region}.localhost`;
  expect(headers).toEqual({
    Host: `${host}:${port}`,
    'X-Amzn-Trace-Id': expect.stringMatching(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/),
    'X-Forwarded-For': '127.0.0.1',
    'X-Forwarded-Port': port,
    'X-Forwarded-Proto': 'http',
  });
  const lists = Object.entries(headers).map(([name, value]) => [name, [value]]);
  expect(multiValueHeaders).toEqual(Object.fromEntries(lists));
  expect(requestContext).toEqual({
    accountId: aws.account,
    apiId: regional,
    deploymentId: expect.stringMatching(/^[a-z0-9]{6}$/),
    domainName: host,
    domainPrefix: regional,
    extendedRequestId: expect.stringMatching(/^[\w-]{15}=$/),
    httpMethod: 'GET',
    identity: {
      accessKey: null,
      accountId: null,
      caller: null,
      cognitoAuthenticationProvider: null,
      cognitoAuthenticationType: null,
      cognitoIdentityId: null,
      cognitoIdentityPoolId: null,
      principalOrgId: null,
      sourceIp: '127.0.0.1',
      user: null,
      userAgent: null,
      userArn: null,
    },
    path: '/plain/proxy-value',
    protocol: 'HTTP/1.1',
    requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    requestTime: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
    requestTimeEpoch: expect.any(Number),
    resourceId: proxyId,
    resourcePath: '/{proxy+}',
    stage: 'plain',
  });
});

describe('paths', () => {
  it.each([
    ['/stage/proxy-value/', '/proxy-value/', 'proxy-value', '/stage/proxy-value/'],
    [
      '/stage/proxy-value//double-slash',
      '/proxy-value//double-slash',
      'proxy-value//double-slash',
      '/stage/proxy-value//double-slash',
    ],
    ['//stage/proxy-value', '/proxy-value', 'proxy-value', '/stage/proxy-value'],
    ['/stage//proxy-value', '/proxy-value', 'proxy-value', '/stage//proxy-value'],
    [
      '/stage/api/user/test%2Balias@gmail.com/plus/test+alias@gmail.com',
      '/api/user/test%2Balias@gmail.com/plus/test+alias@gmail.com',
      'api/user/test%2Balias@gmail.com/plus/test+alias@gmail.com',
      '/stage/api/user/test%2Balias@gmail.com/plus/test+alias@gmail.com',
    ],
  ])('%s has the path %s, the parameter %s, and %s in the context', async (sent, path, proxy, whole) => {
    const event = await eventOf(sent);
    expect(event).toMatchObject({ path, pathParameters: { proxy }, requestContext: { path: whole } });
  });

  it('go to the resource of their name, without parameters', async () => {
    const event = await eventOf('/stage//hardcoded');
    expect(event).toMatchObject({ resource: '/hardcoded', path: '/hardcoded', pathParameters: null });
    expect(event.requestContext.path).toBe('/stage//hardcoded');
  });

  it('fill a variable with one part', async () => {
    const event = await eventOf('/stage/hardcoded/12');
    expect(event).toMatchObject({ resource: '/hardcoded/{id}', pathParameters: { id: '12' } });
  });

  it('of the stage alone go to the root', async () => {
    expect(await eventOf('/stage')).toMatchObject({ resource: '/', path: '/' });
    expect(await eventOf('/stage/')).toMatchObject({ resource: '/', path: '/' });
  });
});

describe('queries', () => {
  it('are decoded; a plus is a space', async () => {
    const query = [
      'dateTimeOffset=2023-06-12T18:05:10.123456+00:00',
      'email=test%2Balias@gmail.com',
      'plus=test+alias@gmail.com',
      'url=https://www.google.com/',
      'whitespace=foo%20bar',
    ].join('&');
    const event = await eventOf(`/stage/api?${query}`);
    expect(event.queryStringParameters).toEqual({
      dateTimeOffset: '2023-06-12T18:05:10.123456 00:00',
      email: 'test+alias@gmail.com',
      plus: 'test alias@gmail.com',
      url: 'https://www.google.com/',
      whitespace: 'foo bar',
    });
  });

  it('have the last value of a repeated name, and all of them beside it', async () => {
    const event = await eventOf('/stage/api?category=electronics&category=books&price=10');
    expect(event.queryStringParameters).toEqual({ category: 'books', price: '10' });
    expect(event.multiValueQueryStringParameters).toEqual({
      category: ['electronics', 'books'],
      price: ['10'],
    });
  });
});

describe('headers', () => {
  it('keep the case of their names; a few have their usual one', async () => {
    const event = await eventOf('/stage/a', {
      headers: ['tEsT-HEADeR', 'aValUE', 'aUThorization', 'Bearer x', 'user-Agent', 'me'],
    });
    expect(event.headers).toMatchObject({
      'tEsT-HEADeR': 'aValUE',
      Authorization: 'Bearer x',
      'User-Agent': 'me',
    });
    expect(event.requestContext.identity.userAgent).toBe('me');
  });

  it('have the last value of a repeated name, and all of them beside it', async () => {
    const event = await eventOf('/stage/a', { headers: ['X-Many', 'one', 'X-Many', 'two'] });
    expect(event.headers['X-Many']).toBe('two');
    expect(event.multiValueHeaders['X-Many']).toEqual(['one', 'two']);
  });

  it('leave out those of the connection', async () => {
    const body = '{}';
    const sent = [
      'Content-Length',
      '2',
      'Content-MD5',
      'x',
      'Max-Forwards',
      '1',
      'Server',
      's',
      'TE',
      'gzip',
    ];
    const event = await eventOf('/stage/a', {
      method: 'POST',
      headers: [...sent, 'WWW-Authenticate', 'Basic', 'Via', 'p.example.net'],
      body,
    });
    expect(Object.keys(event.headers).sort()).toEqual([
      'Host',
      'Via',
      'X-Amzn-Trace-Id',
      'X-Forwarded-For',
      'X-Forwarded-Port',
      'X-Forwarded-Proto',
    ]);
  });

  it('of an edge-optimized API have those of CloudFront', async () => {
    const event = await eventOf('/stage/a', {}, edge);
    expect(event.headers).toMatchObject({
      'CloudFront-Is-Desktop-Viewer': 'true',
      'CloudFront-Is-Mobile-Viewer': 'false',
      'CloudFront-Viewer-Country': expect.any(String),
      Via: expect.stringContaining('(CloudFront)'),
      'X-Amz-Cf-Id': expect.any(String),
    });
  });
});

describe('bodies', () => {
  const post = (headers: Record<string, string>, body: string | Uint8Array) =>
    eventOf('/stage/a', { method: 'POST', headers, body });

  it('are texts', async () => {
    expect(await post({ 'Content-Type': 'application/json' }, '{"a":"ü"}')).toMatchObject({
      body: '{"a":"ü"}',
      isBase64Encoded: false,
    });
    expect(await post({ 'Content-Type': 'image/gif' }, 'x')).toMatchObject({
      body: 'x',
      isBase64Encoded: false,
    });
  });

  it('of a binary media type are in base64', async () => {
    const bytes = Buffer.from([137, 80, 78, 71, 0, 255]);
    expect(await post({ 'Content-Type': 'image/png' }, bytes)).toMatchObject({
      body: bytes.toString('base64'),
      isBase64Encoded: true,
    });
  });
});

it('has the stage variables', async () => {
  expect(await eventOf('/stage/a')).toMatchObject({ stageVariables: { color: 'blue' } });
});
