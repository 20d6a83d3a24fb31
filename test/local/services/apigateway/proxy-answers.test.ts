// Requests to REST APIs with AWS_PROXY integrations: the answers, errors, and who may call.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  addResource,
  allow,
  ask,
  deploy,
  makeFunction,
  newApi,
  patch,
  proxyTo,
  type RestAws,
  startRest,
} from './fixture.ts';

let aws: RestAws;
let api: string;
beforeAll(async () => {
  aws = await startRest();
  const { restApiId, rootId } = await newApi(aws, { binaryMediaTypes: ['image/png', 'application/*'] });
  api = restApiId;
  const add = (pathPart: string) => addResource(aws, restApiId, rootId, pathPart);
  await proxyTo(aws, { restApiId, resourceId: await add('{proxy+}') }, await makeFunction(aws));
  const impatient = { timeoutInMillis: 200 };
  await proxyTo(aws, { restApiId, resourceId: await add('slow') }, await makeFunction(aws), {
    integration: impatient,
  });
  await proxyTo(aws, { restApiId, resourceId: await add('wrong-method') }, await makeFunction(aws), {
    integration: { integrationHttpMethod: 'GET' },
  });
  await proxyTo(
    aws,
    { restApiId, resourceId: await add('not-permitted') },
    await makeFunction(aws, undefined, false),
  );
  await proxyTo(aws, { restApiId, resourceId: await add('missing') }, 'no-such-function');
  await deploy(aws, restApiId);
});
afterAll(() => aws?.stop());

const internal = '{"message": "Internal server error"}';
const internalType = 'InternalServerErrorException';

/** The answer to a request whose function returns this. */
const returned = (response: unknown, headers: Record<string, string> = {}) =>
  ask(aws, api, '/dev/a', { headers: { ...headers, answer: JSON.stringify(response) } });

describe('an answer', () => {
  it.each([
    ['a status alone', { statusCode: 201 }, 201],
    ['a status as text', { statusCode: '201' }, 201],
    ['only headers', { headers: { 'test-header': 'value' } }, 200],
    ['null headers', { statusCode: 200, headers: null }, 200],
  ])('with %s is empty JSON', async (_, response, status) => {
    const got = await returned(response);
    expect(got).toMatchObject({ status, text: '' });
    expect(got.headers['content-type']).toBe('application/json');
  });

  it('has the ids of the request, the trace, and the headers of the function, booleans as text', async () => {
    const got = await returned({ statusCode: 200, headers: { 'test-header': 'value', 'header-bool': true } });
    expect(got.headers).toMatchObject({
      'test-header': 'value',
      'header-bool': 'true',
      'x-amzn-requestid': expect.stringMatching(/^[0-9a-f-]{36}$/),
      'x-amz-apigw-id': expect.stringMatching(/^[\w-]{15}=$/),
      'x-amzn-trace-id': expect.stringMatching(/^Root=1-[0-9a-f-]{33};Parent=[0-9a-f]{16};Sampled=0$/),
    });
  });

  it('goes on with the trace of the client', async () => {
    const root = 'Root=1-3152b799-8954dae64eda91bc9a23a7e8';
    const whole = `${root};Parent=7fa8c0f79203be72;Sampled=1`;
    const traced = await returned({ statusCode: 200 }, { 'x-amzn-trace-id': whole });
    expect(traced.headers['x-amzn-trace-id']).toBe(whole);
    const short = await returned({ statusCode: 200 }, { 'x-amzn-trace-id': root });
    expect(short.headers['x-amzn-trace-id']).toMatch(new RegExp(`^${root};Parent=[0-9a-f]{16};Sampled=0$`));
  });

  it('has each of the values of a name, those of multiValueHeaders first and in their case', async () => {
    const linesOf = async (response: object) => {
      const { rawHeaders } = await returned({ statusCode: 200, ...response });
      const pairs = rawHeaders.flatMap((name, at) => (at % 2 === 0 ? [[name, rawHeaders[at + 1]]] : []));
      return pairs.filter(([name]) => /^test-multi$/i.test(name ?? ''));
    };
    expect(await linesOf({ multiValueHeaders: { 'test-multi': ['value1', 'value2'] } })).toEqual([
      ['test-multi', 'value1'],
      ['test-multi', 'value2'],
    ]);
    expect(
      await linesOf({
        multiValueHeaders: { 'tesT-Multi': ['value-multi'] },
        headers: { 'test-multi': 'value-solo' },
      }),
    ).toEqual([
      ['tesT-Multi', 'value-multi'],
      ['tesT-Multi', 'value-solo'],
    ]);
  });

  it('gives headers that API Gateway decides about other names', async () => {
    const headers = { Date: 'd', Server: 's', Authorization: 'a', 'WWW-Authenticate': 'w' };
    const got = await returned({ statusCode: 200, headers });
    expect(got.headers).toMatchObject({
      'x-amzn-remapped-date': 'd',
      'x-amzn-remapped-server': 's',
      'x-amzn-remapped-authorization': 'a',
      'x-amzn-remapped-www-authenticate': 'w',
    });
  });

  it.each([
    ['an unknown member', { statusCode: 200, wrongValue: 'value' }],
    ['no members', {}],
    ['a text', 'justAString'],
    ['a list', [1]],
    ['null', null],
    ['multiValueHeaders that are no lists', { statusCode: 200, multiValueHeaders: { a: 'value1' } }],
    ['a status that is no number', { statusCode: 'test' }],
    ['a body that is no text', { statusCode: 200, body: { a: 1 } }],
  ])('of %s is 502', async (_, response) => {
    const got = await returned(response);
    expect(got).toMatchObject({ status: 502, text: internal });
    expect(got.headers).toMatchObject({
      'content-type': 'application/json',
      'x-amzn-errortype': internalType,
      'content-length': '36',
    });
    expect(got.headers).not.toHaveProperty('x-amzn-trace-id');
  });
});

describe('a binary answer', () => {
  const bytes = Buffer.from([137, 80, 78, 71, 0, 255]);
  const encoded = { statusCode: 200, body: bytes.toString('base64'), isBase64Encoded: true };
  it.each([
    ['image/png', true],
    ['image/png,image/*,*/*;q=0.8', true],
    ['application/whatever', true],
    ['image/jpg', false],
    ['image/*', false],
    ['*/*', false],
    ['image/webp,image/png,*/*;q=0.8', false],
    ['application', false],
  ])('to a client that accepts %s: decoded %s', async (accept, decoded) => {
    const got = await returned(encoded, { accept });
    if (decoded) expect(got.bytes).toEqual(bytes);
    else expect(got.text).toBe(encoded.body);
  });

  it('is text unless the function says that it is base64', async () => {
    const got = await returned({ ...encoded, isBase64Encoded: false }, { accept: 'image/png' });
    expect(got.text).toBe(encoded.body);
  });

  it('that is not base64 is 500', async () => {
    const got = await returned({ ...encoded, body: 'èé+à)(' }, { accept: 'image/png' });
    expect(got.status).toBe(500);
  });
});

describe('an error', () => {
  it.each([
    ['a function that fails', '/dev/a', { fail: 'x' }, 502, internal],
    ['an integration method other than POST', '/dev/wrong-method', {}, 500, internal],
    ['a function whose policy does not allow it', '/dev/not-permitted', {}, 500, internal],
    ['a function that does not exist', '/dev/missing', {}, 500, internal],
    [
      'an integration that takes too long',
      '/dev/slow',
      { sleep: '2000' },
      504,
      '{"message": "Endpoint request timed out"}',
    ],
  ])('of %s', async (_, path, headers, status, text) => {
    expect(await ask(aws, api, path, { headers })).toMatchObject({ status, text });
  });

  it('of an unknown path or method is that of a missing token', async () => {
    const { restApiId, root } = await newApi(aws);
    await proxyTo(aws, root, await makeFunction(aws), { httpMethod: 'GET' });
    await deploy(aws, restApiId);
    for (const [path, method] of [
      ['/dev/unknown', 'GET'],
      ['/dev', 'POST'],
    ] as const) {
      const got = await ask(aws, restApiId, path, { method });
      expect(got).toMatchObject({ status: 403, text: '{"message":"Missing Authentication Token"}' });
      expect(got.headers['x-amzn-errortype']).toBe('MissingAuthenticationTokenException');
    }
  });

  it.each([
    ['an unknown stage', () => ask(aws, api, '/prod/a')],
    ['an unknown API', () => ask(aws, 'abcdefghij', '/dev/a')],
  ])('of %s is Forbidden', async (_, got) => {
    const { status, text, headers } = await got();
    expect({ status, text }).toEqual({ status: 403, text: '{"message":"Forbidden"}' });
    expect(headers['x-amzn-errortype']).toBe('ForbiddenException');
  });

  it('of a body over 10 MB is 413', async () => {
    const got = await ask(aws, api, '/dev/a', { method: 'POST', body: Buffer.alloc(10 * 1024 * 1024 + 1) });
    expect(got).toMatchObject({ status: 413, text: '{"message":"Request Too Long"}' });
  });
});

describe('the policy of a function', () => {
  it('sees the stage, the method and the path of the resource, with * for variables', async () => {
    const { restApiId, rootId } = await newApi(aws);
    const users = await addResource(aws, restApiId, rootId, 'users');
    const one = await addResource(aws, restApiId, users, '{id}');
    const name = await makeFunction(aws, undefined, false);
    await proxyTo(aws, { restApiId, resourceId: one }, name);
    await deploy(aws, restApiId);
    const status = async (method = 'GET') => (await ask(aws, restApiId, '/dev/users/1', { method })).status;
    expect(await status()).toBe(500);
    await allow(aws, name, `arn:aws:execute-api:${aws.region}:${aws.account}:${restApiId}/dev/GET/users/*`);
    expect([await status(), await status('POST')]).toEqual([200, 500]);
  });
});

describe('a stage', () => {
  it('answers what was deployed, until the next deployment', async () => {
    const { restApiId, rootId, root } = await newApi(aws);
    const name = await makeFunction(aws);
    await proxyTo(aws, root, name);
    await deploy(aws, restApiId);
    const resourceId = await addResource(aws, restApiId, rootId, 'later');
    await proxyTo(aws, { restApiId, resourceId }, name);
    expect((await ask(aws, restApiId, '/dev/later')).status).toBe(403);
    await deploy(aws, restApiId);
    expect((await ask(aws, restApiId, '/dev/later')).status).toBe(200);
  });

  it('does not answer when the endpoint is disabled', async () => {
    const { restApiId, root } = await newApi(aws);
    await proxyTo(aws, root, await makeFunction(aws));
    await deploy(aws, restApiId);
    await aws.call('UpdateRestApi', {
      restApiId,
      patchOperations: [patch('replace', '/disableExecuteApiEndpoint', 'true')],
    });
    expect((await ask(aws, restApiId, '/dev')).status).toBe(403);
  });

  it('hands its variables into the address of the integration', async () => {
    const { restApiId, root } = await newApi(aws);
    const name = await makeFunction(aws);
    await proxyTo(aws, root, ['$', '{stageVariables.function}'].join(''));
    await deploy(aws, restApiId, 'dev', { variables: { function: name } });
    expect((await ask(aws, restApiId, '/dev')).status).toBe(200);
  });
});

describe('routes', () => {
  it('go by name before variables, and pass over resources without the method', async () => {
    const { restApiId, rootId } = await newApi(aws);
    const place = async (parent: string, part: string) => ({
      restApiId,
      resourceId: await addResource(aws, restApiId, parent, part),
    });
    const name = await makeFunction(aws);
    const rest = await place(rootId, '{param+}');
    const part = await place(rootId, 'part1');
    const below = await place(part.resourceId, 'hardcoded-value');
    for (const one of [rest, part, below]) await proxyTo(aws, one, name, { httpMethod: 'GET' });
    await proxyTo(aws, rest, name, { httpMethod: 'OPTIONS' });
    await deploy(aws, restApiId);
    const resourceOf = async (path: string, method = 'GET') =>
      (await ask(aws, restApiId, `/dev${path}`, { method })).json().resource;
    expect(await resourceOf('/part1')).toBe('/part1');
    expect(await resourceOf('/part1/hardcoded-value')).toBe('/part1/hardcoded-value');
    expect(await resourceOf('/part1/random-value')).toBe('/{param+}');
    expect(await resourceOf('/part1', 'OPTIONS')).toBe('/{param+}');
  });
});
