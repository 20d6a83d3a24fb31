// Who may call a method of a REST API: authorizers, signatures, keys and policies; and what a validator asks of requests.
import { SignatureV4 } from '@smithy/signature-v4';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Sha256 } from '../../signed-server.ts';
import {
  allow,
  ask,
  deploy,
  invocationUri,
  makeFunction,
  mock,
  newApi,
  patch,
  proxyTo,
  type RestAws,
  startRest,
} from './fixture.ts';

let aws: RestAws;
beforeAll(async () => {
  aws = await startRest();
});
afterAll(() => aws?.stop());

/** Says what the token asks for, and counts how often it was asked. */
const guard = `let count = 0;
exports.handler = async (event) => {
  count += 1;
  const token = event.authorizationToken ?? event.headers.token;
  if (token === 'unauthorized') throw new Error('Unauthorized');
  if (token === 'fail') throw new Error('broken');
  if (token === 'nothing') return {};
  const statement = (Effect) => ({ Action: 'execute-api:Invoke', Effect, Resource: token === 'other' ? 'arn:aws:execute-api:*:*:x/*' : event.methodArn });
  const policyDocument = { Version: '2012-10-17', Statement: [statement(token === 'deny' ? 'Deny' : 'Allow')] };
  const context = token === 'object' ? { a: {} } : { count, flag: true, event: JSON.stringify(event) };
  return { principalId: 'me', policyDocument, context };
};`;

async function guarded(settings: object) {
  const { restApiId, root } = await newApi(aws, { endpointConfiguration: { types: ['REGIONAL'] } });
  const name = await makeFunction(aws, guard, false);
  const { id: authorizerId } = await aws.call('CreateAuthorizer', {
    restApiId,
    name: 'guard',
    authorizerUri: invocationUri(aws, name),
    ...(settings as { type: 'TOKEN' }),
  });
  await allow(
    aws,
    name,
    `arn:aws:execute-api:${aws.region}:${aws.account}:${restApiId}/authorizers/${authorizerId}`,
  );
  await proxyTo(aws, root, await makeFunction(aws), {
    method: { authorizationType: 'CUSTOM', authorizerId },
  });
  await deploy(aws, restApiId);
  return (headers: Record<string, string> = {}, path = '/dev') => ask(aws, restApiId, path, { headers });
}

describe('a TOKEN authorizer', () => {
  const settings = { type: 'TOKEN', identitySource: 'method.request.header.Auth' };
  let call: Awaited<ReturnType<typeof guarded>>;
  beforeAll(async () => {
    call = await guarded({ ...settings, authorizerResultTtlInSeconds: 0 });
  });

  it('gets the token and the ARN of the method, and its context reaches the function', async () => {
    const got = await call({ Auth: 'allow' });
    expect(got.status).toBe(200);
    const { authorizer, apiId } = got.json().requestContext;
    expect(authorizer).toEqual({
      principalId: 'me',
      integrationLatency: expect.any(Number),
      count: '1',
      flag: 'true',
      event: expect.any(String),
    });
    expect(JSON.parse(authorizer.event)).toEqual({
      type: 'TOKEN',
      authorizationToken: 'allow',
      methodArn: `arn:aws:execute-api:${aws.region}:${aws.account}:${apiId}/dev/GET/`,
    });
  });

  it.each([
    ['deny', 403, '{"Message":"User is not authorized to access this resource with an explicit deny"}'],
    ['other', 403, '{"Message":"User is not authorized to access this resource"}'],
    ['unauthorized', 401, '{"message":"Unauthorized"}'],
    ['fail', 500, '{"message":null}'],
    ['nothing', 500, '{"message":null}'],
    ['object', 500, '{"message":null}'],
  ])('that says %s: %i', async (token, status, text) => {
    expect(await call({ Auth: token })).toMatchObject({ status, text });
  });

  it('is not asked without a token', async () => {
    const got = await call();
    expect(got).toMatchObject({ status: 401, text: '{"message":"Unauthorized"}' });
    expect(got.headers['x-amzn-errortype']).toBe('UnauthorizedException');
  });

  it('is asked once for a token while its answer is kept', async () => {
    const cached = await guarded(settings);
    const countOf = async (Auth: string) => (await cached({ Auth })).json().requestContext.authorizer.count;
    expect([await countOf('a'), await countOf('a'), await countOf('b')]).toEqual(['1', '1', '2']);
    const { apiId } = (await cached({ Auth: 'a' })).json().requestContext;
    await aws.call('FlushStageAuthorizersCache', { restApiId: apiId, stageName: 'dev' });
    expect(await countOf('a')).toBe('3');
  });

  it('gets only tokens that fit its expression', async () => {
    const strict = await guarded({ ...settings, identityValidationExpression: 'ok-\\d+' });
    expect([(await strict({ Auth: 'ok-1' })).status, (await strict({ Auth: 'no' })).status]).toEqual([
      200, 401,
    ]);
  });
});

describe('a REQUEST authorizer', () => {
  it('gets the request, and needs each of its identity sources', async () => {
    const call = await guarded({
      type: 'REQUEST',
      identitySource: 'method.request.header.token, method.request.querystring.q',
    });
    expect((await call({ token: 'x' })).status).toBe(401);
    const got = await call({ token: 'x' }, '/dev?q=1');
    const event = JSON.parse(got.json().requestContext.authorizer.event);
    expect(event).toMatchObject({
      type: 'REQUEST',
      resource: '/',
      path: '/',
      httpMethod: 'GET',
      headers: { token: 'x' },
      multiValueHeaders: { token: ['x'] },
      queryStringParameters: { q: '1' },
      pathParameters: {},
      stageVariables: {},
      requestContext: { stage: 'dev' },
    });
    expect(event.methodArn).toMatch(/\/dev\/GET\/$/);
    expect(event).not.toHaveProperty('body');
  });
});

describe('AWS_IAM', () => {
  it('asks for a signature, and hands the caller to the function', async () => {
    const { restApiId, root } = await newApi(aws);
    await proxyTo(aws, root, await makeFunction(aws), { method: { authorizationType: 'AWS_IAM' } });
    await deploy(aws, restApiId);
    const unsigned = await ask(aws, restApiId, '/dev');
    expect(unsigned).toMatchObject({ status: 403, text: '{"message":"Missing Authentication Token"}' });
    const { port } = new URL(aws.endpoint);
    const host = `${restApiId}.execute-api.${aws.region}.localhost`;
    const credentials = aws.iam.config.credentials;
    const signer = new SignatureV4({
      service: 'execute-api',
      region: aws.region,
      credentials,
      sha256: Sha256,
    });
    const signed = await signer.sign({
      method: 'GET',
      protocol: 'http:',
      hostname: host,
      path: '/dev',
      query: {},
      headers: { host: `${host}:${port}` },
    });
    const { host: _, ...headers } = signed.headers;
    const got = await ask(aws, restApiId, '/dev', { headers });
    expect(got.status).toBe(200);
    expect(got.json().requestContext.identity).toMatchObject({
      accountId: aws.account,
      accessKey: expect.any(String),
      userArn: `arn:aws:iam::${aws.account}:root`,
    });
    const authorization = `${headers.authorization}0`;
    expect((await ask(aws, restApiId, '/dev', { headers: { ...headers, authorization } })).status).toBe(403);
  });
});

describe('API keys', () => {
  it('open methods that require one, through a usage plan of the stage, while they are enabled', async () => {
    const { restApiId, root } = await newApi(aws);
    await proxyTo(aws, root, await makeFunction(aws), { method: { apiKeyRequired: true } });
    await deploy(aws, restApiId);
    const key = await aws.call('CreateApiKey', { name: 'k', enabled: true });
    const withKey = () => ask(aws, restApiId, '/dev', { headers: { 'x-api-key': key.value } });
    const forbidden = { status: 403, text: '{"message":"Forbidden"}' };
    expect(await ask(aws, restApiId, '/dev')).toMatchObject(forbidden);
    expect(await withKey()).toMatchObject(forbidden);
    const apiStages = [{ apiId: restApiId, stage: 'dev' }];
    const { id: usagePlanId } = await aws.call('CreateUsagePlan', { name: 'p', apiStages });
    await aws.call('CreateUsagePlanKey', { usagePlanId, keyId: key.id, keyType: 'API_KEY' });
    const got = await withKey();
    expect(got.status).toBe(200);
    expect(got.json().requestContext.identity).toMatchObject({ apiKey: key.value, apiKeyId: key.id });
    await aws.call('UpdateApiKey', {
      apiKey: key.id,
      patchOperations: [patch('replace', '/enabled', 'false')],
    });
    expect(await withKey()).toMatchObject(forbidden);
  });
});

describe('a resource policy', () => {
  it('decides about requests without a signature', async () => {
    const statement = (Effect: string, more: object = {}) => ({
      Effect,
      Principal: '*',
      Action: 'execute-api:Invoke',
      Resource: 'execute-api:/*',
      ...more,
    });
    const statusWith = async (...Statement: object[]) => {
      const policy = JSON.stringify({ Version: '2012-10-17', Statement });
      const { restApiId, root } = await newApi(aws, { policy });
      await proxyTo(aws, root, await makeFunction(aws));
      await deploy(aws, restApiId);
      return ask(aws, restApiId, '/dev');
    };
    expect((await statusWith(statement('Allow'))).status).toBe(200);
    const here = { Condition: { IpAddress: { 'aws:SourceIp': '127.0.0.0/8' } } };
    const denied = await statusWith(statement('Allow'), statement('Deny', here));
    expect(denied.status).toBe(403);
    expect(denied.json().Message).toMatch(
      /^User: anonymous is not authorized to perform: execute-api:Invoke on resource: arn:aws:execute-api:\S+:\*{8}\d{4}:\w+\/dev\/GET\/ with an explicit deny$/,
    );
  });
});

describe('a request validator', () => {
  const schema = {
    $schema: 'http://json-schema.org/draft-04/schema#',
    type: 'object',
    properties: { a: { type: 'number' }, b: { type: 'number' } },
    required: ['a', 'b'],
  };

  async function validated(models: Record<string, object>, name: string, requestParameters = {}) {
    const { restApiId, root } = await newApi(aws);
    const { id: requestValidatorId } = await aws.call('CreateRequestValidator', {
      restApiId,
      name: 'v',
      validateRequestBody: true,
      validateRequestParameters: true,
    });
    for (const [model, content] of Object.entries(models)) {
      const text = JSON.stringify(content).replaceAll('API', restApiId);
      await aws.call('CreateModel', {
        restApiId,
        name: model,
        contentType: 'application/json',
        schema: text,
      });
    }
    await proxyTo(aws, root, await makeFunction(aws), {
      method: { requestValidatorId, requestParameters, requestModels: { 'application/json': name } },
    });
    await deploy(aws, restApiId);
    return (body?: unknown, path = '/dev', headers = {}) =>
      ask(aws, restApiId, path, {
        method: 'POST',
        headers,
        body: body === undefined ? '' : JSON.stringify(body),
      });
  }

  const invalid = { status: 400, text: '{"message": "Invalid request body"}' };

  it('names the required parameters that are missing', async () => {
    const call = await validated({ s: schema }, 's', {
      'method.request.path.issuer': true,
      'method.request.querystring.qs1': true,
      'method.request.header.x-header-param': true,
      'method.request.querystring.optional': false,
    });
    const got = await call({});
    expect(got.status).toBe(400);
    expect(got.json()).toEqual({
      message: 'Missing required request parameters: [x-header-param, issuer, qs1]',
    });
  });

  it('refuses bodies that do not fit their model; a missing one counts as an empty object', async () => {
    const call = await validated({ s: schema }, 's');
    expect((await call({ a: 1, b: 2 })).status).toBe(200);
    for (const body of [{ test: 'test' }, { a: 1, b: '2' }, undefined, [1]]) {
      expect(await call(body)).toMatchObject(invalid);
    }
  });

  it('follows references to other models', async () => {
    const $ref = 'https://apigateway.amazonaws.com/restapis/API/models/s';
    const list = await validated({ s: schema, list: { type: 'array', items: { $ref } } }, 'list');
    expect((await list([{ a: 1, b: 2 }])).status).toBe(200);
    expect(await list([{ a: 1 }])).toMatchObject(invalid);
    const one = {
      type: 'object',
      properties: { status: { oneOf: [{ type: 'null' }, { $ref }] } },
      required: ['status'],
    };
    const call = await validated({ s: schema, one }, 'one');
    expect((await call({ status: null })).status).toBe(200);
    expect((await call({ status: { a: 1, b: 1 } })).status).toBe(200);
    expect(await call({ badFormat: 'x' })).toMatchObject(invalid);
  });
});

describe('a gateway response', () => {
  it('changes the status, the headers and the body of an answer', async () => {
    const { restApiId, root } = await newApi(aws);
    await mock(aws, root);
    const put = (responseType: string, more: object) =>
      aws.call('PutGatewayResponse', { restApiId, responseType: responseType as 'DEFAULT_4XX', ...more });
    await put('MISSING_AUTHENTICATION_TOKEN', {
      statusCode: '404',
      responseParameters: {
        'gatewayresponse.header.Access-Control-Allow-Origin': "'a.b.c'",
        'gatewayresponse.header.x-request-header': 'method.request.header.Accept',
      },
      responseTemplates: {
        'application/json':
          '{"message":$context.error.messageString,"type":"$context.error.responseType","stage":"$context.stage","v":"$stageVariables.a"}',
      },
    });
    await put('DEFAULT_5XX', { statusCode: '599' });
    await put('INTEGRATION_FAILURE', {});
    await deploy(aws, restApiId, 'dev', { variables: { a: 'x' } });
    const got = await ask(aws, restApiId, '/dev/none', { headers: { Accept: 'text/x' } });
    expect(got.status).toBe(404);
    expect(got.headers).toMatchObject({
      'access-control-allow-origin': 'a.b.c',
      'x-request-header': 'text/x',
    });
    expect(got.json()).toEqual({
      message: 'Missing Authentication Token',
      type: 'MISSING_AUTHENTICATION_TOKEN',
      stage: 'dev',
      v: 'x',
    });
    expect((await ask(aws, restApiId, '/dev')).status).toBe(599);
  });
});
