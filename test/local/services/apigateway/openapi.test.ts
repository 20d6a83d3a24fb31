// REST APIs from OpenAPI documents, and TestInvokeMethod.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  ask,
  deploy,
  invocationUri,
  makeFunction,
  newApi,
  noMethod,
  noResource,
  type RestAws,
  refused,
  startRest,
} from './fixture.ts';

let aws: RestAws;
beforeAll(async () => {
  aws = await startRest();
});
afterAll(() => aws?.stop());

const bytes = (document: unknown) =>
  Buffer.from(typeof document === 'string' ? document : JSON.stringify(document));

const mocked = (template: string) => ({
  type: 'mock',
  passthroughBehavior: 'when_no_templates',
  requestTemplates: { 'application/json': '{"statusCode": 200}' },
  responses: { default: { statusCode: 200, responseTemplates: { 'application/json': template } } },
});

const document = {
  openapi: '3.0.1',
  info: { title: 'pets', description: 'A pet shop', version: '1.0' },
  servers: [{ url: 'https://example.org/{base}/v1', variables: { base: { default: 'shop' } } }],
  'x-amazon-apigateway-request-validators': {
    all: { validateRequestBody: true, validateRequestParameters: false },
  },
  'x-amazon-apigateway-binary-media-types': ['image/png'],
  'x-amazon-apigateway-gateway-responses': { DEFAULT_4XX: { statusCode: 499 } },
  paths: {
    '/pets/{id}': {
      get: {
        operationId: 'GetPet',
        parameters: [{ name: 'q', in: 'query', required: false }],
        responses: {
          200: {
            headers: { 'X-A': { schema: { type: 'string' } } },
            content: { 'application/json': { schema: { $ref: '#/components/schemas/Pet' } } },
          },
        },
        security: [{ key: [] }],
        'x-amazon-apigateway-integration': mocked('{"id": "$input.params(\'id\')"}'),
      },
    },
    '/pets': {
      post: {
        requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Pet' } } } },
        'x-amazon-apigateway-request-validator': 'all',
        security: [{ guard: [] }],
        'x-amazon-apigateway-integration': {
          type: 'HTTP_PROXY',
          httpMethod: 'get',
          uri: 'http://127.0.0.1/',
        },
      },
      'x-amazon-apigateway-any-method': { 'x-amazon-apigateway-integration': mocked('{}') },
    },
  },
  components: {
    schemas: {
      Pet: {
        type: 'object',
        description: 'A pet',
        properties: { friend: { $ref: '#/components/schemas/Pet' } },
      },
    },
    securitySchemes: {
      key: { type: 'apiKey', name: 'x-api-key', in: 'header' },
      guard: {
        type: 'apiKey',
        name: 'Auth',
        in: 'header',
        'x-amazon-apigateway-authtype': 'custom',
        'x-amazon-apigateway-authorizer': {
          type: 'token',
          authorizerUri: 'arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/f/invocations',
        },
      },
    },
  },
};

describe('ImportRestApi', () => {
  it('makes the API that the document describes', async () => {
    const api = await aws.call('ImportRestApi', { body: bytes(document) });
    expect(api).toMatchObject({
      $status: 201,
      name: 'pets',
      description: 'A pet shop',
      version: '1.0',
      binaryMediaTypes: ['image/png'],
      endpointConfiguration: { types: ['EDGE'], ipAddressType: 'ipv4' },
    });
    const restApiId = api.id ?? '';
    const { items: resources = [] } = await aws.call('GetResources', { restApiId, embed: ['methods'] });
    expect(resources.map(({ path }) => path).sort()).toEqual(['/', '/pets', '/pets/{id}']);
    const methodsAt = (path: string) => resources.find((one) => one.path === path)?.resourceMethods ?? {};
    const model = { 'application/json': 'Pet' };
    expect(methodsAt('/pets/{id}')).toEqual({
      GET: {
        httpMethod: 'GET',
        authorizationType: 'NONE',
        apiKeyRequired: true,
        operationName: 'GetPet',
        requestParameters: { 'method.request.path.id': true, 'method.request.querystring.q': false },
        methodResponses: {
          200: {
            statusCode: '200',
            responseModels: model,
            responseParameters: { 'method.response.header.X-A': false },
          },
        },
        methodIntegration: {
          type: 'MOCK',
          cacheKeyParameters: [],
          cacheNamespace: resources.find((one) => one.path === '/pets/{id}')?.id,
          passthroughBehavior: 'WHEN_NO_TEMPLATES',
          timeoutInMillis: 29000,
          requestTemplates: { 'application/json': '{"statusCode": 200}' },
          integrationResponses: {
            200: {
              statusCode: '200',
              responseTemplates: { 'application/json': '{"id": "$input.params(\'id\')"}' },
            },
          },
        },
      },
    });
    const { POST, ANY } = methodsAt('/pets');
    const { items: authorizers = [] } = await aws.call('GetAuthorizers', { restApiId });
    const { items: validators = [] } = await aws.call('GetRequestValidators', { restApiId });
    expect(POST).toMatchObject({
      authorizationType: 'CUSTOM',
      authorizerId: authorizers[0]?.id,
      requestValidatorId: validators[0]?.id,
      requestModels: model,
      methodIntegration: { type: 'HTTP_PROXY', httpMethod: 'GET', connectionType: 'INTERNET' },
    });
    expect(ANY).toMatchObject({ httpMethod: 'ANY', methodIntegration: { type: 'MOCK' } });
    expect(authorizers).toMatchObject([
      { name: 'guard', type: 'TOKEN', authType: 'custom', identitySource: 'method.request.header.Auth' },
    ]);
    const { items: models = [] } = await aws.call('GetModels', { restApiId });
    expect(models).toMatchObject([{ name: 'Pet', description: 'A pet', contentType: 'application/json' }]);
    expect(JSON.parse(models[0]?.schema ?? '').properties.friend).toEqual({
      $ref: `https://apigateway.amazonaws.com/restapis/${restApiId}/models/Pet`,
    });
    await deploy(aws, restApiId);
    expect((await ask(aws, restApiId, '/dev/none')).status).toBe(499);
    expect((await ask(aws, restApiId, '/dev/pets')).text).toBe('{}');
  });

  it.each([
    ['ignore', ['/', '/pets', '/pets/{id}']],
    ['prepend', ['/', '/shop', '/shop/v1', '/shop/v1/pets', '/shop/v1/pets/{id}']],
    ['split', ['/', '/v1', '/v1/pets', '/v1/pets/{id}']],
  ])('with the base path %s has the paths %j', async (basepath, paths) => {
    const { id: restApiId } = await aws.call('ImportRestApi', {
      body: bytes(document),
      parameters: { basepath },
    });
    const { items = [] } = await aws.call('GetResources', { restApiId });
    expect(items.map(({ path }) => path).sort()).toEqual(paths);
  });

  it('takes the variable basePath, whether the address uses it or not', async () => {
    const servers = [{ url: 'https://example.org', variables: { basePath: { default: '/base-var' } } }];
    const parameters = { basepath: 'prepend' };
    const { id: restApiId } = await aws.call('ImportRestApi', {
      body: bytes({ ...document, servers }),
      parameters,
    });
    const { items = [] } = await aws.call('GetResources', { restApiId });
    expect(items.map(({ path }) => path)).toContain('/base-var/pets/{id}');
  });

  it('warns of parameters that are no texts, or fails', async () => {
    const integration = { type: 'MOCK', requestParameters: { 'integration.request.header.nothing': true } };
    const body = bytes({ paths: { '/test': { get: { 'x-amazon-apigateway-integration': integration } } } });
    const text =
      "Invalid format for 'requestParameters'. Expected type string for property 'integration.request.header.nothing' of resource '/test' and method 'GET' but got 'true'";
    expect((await aws.call('ImportRestApi', { body })).warnings).toEqual([text]);
    expect(await refused(aws.call('ImportRestApi', { body, failOnWarnings: true }))).toContain(text);
  });

  it('reads Swagger, and YAML', async () => {
    const yaml = `swagger: "2.0"
info: {title: old, version: 2}
basePath: /base
paths:
  /test:
    get:
      produces: [application/json]
      responses: {"200": {schema: {$ref: "#/definitions/Empty"}}}
      x-amazon-apigateway-integration: {type: MOCK}
definitions: {Empty: {type: object}}
`;
    const { id: restApiId, version } = await aws.call('ImportRestApi', { body: bytes(yaml) });
    expect(version).toBe('2');
    const { items = [] } = await aws.call('GetResources', { restApiId, embed: ['methods'] });
    expect(items.find(({ path }) => path === '/test')?.resourceMethods?.GET?.methodResponses).toEqual({
      200: { statusCode: '200', responseModels: { 'application/json': 'Empty' } },
    });
  });

  it.each(["{'key:value}", 'a:\n  - "b ... \\"c\\": $(x +"%a")}\\"', '[]'])('refuses %j', async (text) => {
    const invalid = '400 BadRequestException Invalid OpenAPI input.';
    expect(await refused(aws.call('ImportRestApi', { body: bytes(text) }))).toBe(invalid);
    expect(await refused(aws.call('PutRestApi', { restApiId: 'none', body: bytes(text) }))).toBe(invalid);
    const { restApiId } = await newApi(aws);
    expect(
      await refused(
        aws.call('ImportDocumentationParts', { restApiId, mode: 'overwrite', body: bytes(text) }),
      ),
    ).toBe('400 BadRequestException Unable to build importer with provided input.');
  });
});

describe('PutRestApi', () => {
  it.each([
    ['merge', ['image/heif', 'image/png']],
    ['overwrite', ['image/png']],
  ] as const)('in mode %s leaves the media types %j', async (mode, types) => {
    const { restApiId, rootId } = await newApi(aws, { binaryMediaTypes: ['image/heif'] });
    const api = await aws.call('PutRestApi', { restApiId, mode, body: bytes(document) });
    expect(api).toMatchObject({
      $status: 200,
      id: restApiId,
      name: 'pets',
      rootResourceId: rootId,
      binaryMediaTypes: types,
      tags: {},
    });
    const { items = [] } = await aws.call('GetModels', { restApiId });
    const names = items.map(({ name }) => name).sort();
    expect(names).toEqual(mode === 'merge' ? ['Empty', 'Error', 'Pet'] : ['Pet']);
  });
});

it('ImportDocumentationParts makes the parts; those of paths are of the root by default', async () => {
  const { restApiId } = await newApi(aws);
  const parts = [
    { location: { type: 'API' }, properties: { description: 'api' } },
    { location: { type: 'METHOD', method: 'GET' }, properties: { description: 'method' } },
  ];
  const body = bytes({ info: {}, 'x-amazon-apigateway-documentation': { documentationParts: parts } });
  const { ids = [], $status } = await aws.call('ImportDocumentationParts', {
    restApiId,
    mode: 'overwrite',
    body,
  });
  expect([$status, ids.length]).toEqual([200, 2]);
  const { items = [] } = await aws.call('GetDocumentationParts', { restApiId });
  expect(items.map(({ location, properties }) => [location, properties])).toEqual([
    [{ type: 'API' }, '{"description":"api"}'],
    [{ type: 'METHOD', method: 'GET', path: '/' }, '{"description":"method"}'],
  ]);
});

describe('TestInvokeMethod', () => {
  const logOf = (log = '') =>
    log
      .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'ID')
      .replaceAll(/[A-Z][a-z]{2} [A-Z][a-z]{2} \d\d \d\d:\d\d:\d\d UTC \d{4} : /g, '')
      .split('\n');

  it('asks the method as it is now, and tells the way', async () => {
    const { id: restApiId } = await aws.call('ImportRestApi', { body: bytes(document) });
    const { items = [] } = await aws.call('GetResources', { restApiId });
    const resourceId = items.find(({ path }) => path === '/pets/{id}')?.id;
    const at = { restApiId, resourceId, httpMethod: 'GET' };
    const got = await aws.call('TestInvokeMethod', {
      ...at,
      pathWithQueryString: '/pets/123?foo=bar',
      body: 'x',
    });
    expect(got).toMatchObject({
      $status: 200,
      status: 200,
      body: '{"id": "123"}',
      headers: { 'Content-Type': 'application/json' },
      multiValueHeaders: { 'Content-Type': ['application/json'] },
      latency: expect.any(Number),
    });
    expect(logOf(got.log)).toEqual([
      'Execution log for request ID',
      'Starting execution for request: ID',
      'HTTP Method: GET, Resource Path: /pets/123',
      'Method request path: {id=123}',
      'Method request query string: {foo=bar}',
      'Method request headers: {}',
      'Method request body before transformations: x',
      'Method response body after transformations: {"id": "123"}',
      'Method response headers: {Content-Type=application/json}',
      'Successfully completed execution',
      'Method completed with status: 200',
      '',
    ]);
    expect((await aws.call('TestInvokeMethod', at)).body).toBe('{"id": "{id}"}');
    const elsewhere = await aws.call('TestInvokeMethod', { ...at, pathWithQueryString: '/random/test' });
    expect(elsewhere.body).toBe('{"id": ""}');
    expect(await refused(aws.call('TestInvokeMethod', { ...at, httpMethod: 'HEAD' }))).toBe(noMethod);
    expect(await refused(aws.call('TestInvokeMethod', { ...at, resourceId: 'none' }))).toBe(noResource);
  });

  it('shows the request to a function and its answer', async () => {
    const { root } = await newApi(aws);
    const at = { ...root, httpMethod: 'POST' };
    await aws.call('PutMethod', { ...at, authorizationType: 'NONE' });
    const name = await makeFunction(aws, 'exports.handler = async (event) => event;');
    const uri = invocationUri(aws, name);
    await aws.call('PutIntegration', { ...at, type: 'AWS', integrationHttpMethod: 'POST', uri });
    await aws.call('PutIntegrationResponse', { ...at, statusCode: '200' });
    const got = await aws.call('TestInvokeMethod', { ...at, body: '{"test": "val123"}' });
    expect(got.headers).toEqual({
      'Content-Type': 'application/json',
      'X-Amzn-Trace-Id': expect.stringMatching(/^Root=/),
    });
    const lines = logOf(got.log);
    expect(lines).toContain('Endpoint request body after transformations: {"test": "val123"}');
    expect(lines).toContain('Endpoint response body before transformations: {"test":"val123"}');
    expect(lines).toContainEqual(
      expect.stringMatching(/^Received response\. Status: 200, Integration latency: \d+ ms$/),
    );
  });

  it('tells why it failed', async () => {
    const { root } = await newApi(aws);
    const at = { ...root, httpMethod: 'ANY' };
    await aws.call('PutMethod', { ...at, authorizationType: 'NONE' });
    const uri = `https://$\{stageVariables.testHost}`;
    await aws.call('PutIntegration', { ...at, type: 'HTTP_PROXY', integrationHttpMethod: 'ANY', uri });
    const got = await aws.call('TestInvokeMethod', { ...root, httpMethod: 'GET' });
    expect(got).toMatchObject({
      status: 500,
      body: '{"message": "Internal server error"}',
      headers: { 'x-amzn-ErrorType': 'InternalServerErrorException' },
    });
    expect(got.headers).not.toHaveProperty('Content-Type');
    expect(logOf(got.log).slice(-3)).toEqual([
      'Execution failed due to configuration error: Invalid endpoint address',
      'Method completed with status: 500',
      '',
    ]);
  });
});
