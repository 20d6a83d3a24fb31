// Methods, integrations and their responses: what is kept, and AWS's refusals.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mock, newApi, noMethod, noResource, patch, type RestAws, refused, startRest } from './fixture.ts';

let aws: RestAws;
beforeAll(async () => {
  aws = await startRest();
});
afterAll(() => aws?.stop());

const bad = (text: string) => `400 BadRequestException ${text}`;
const missing = (text: string) => `404 NotFoundException ${text}`;

const noAuthorizer =
  'Invalid authorizer ID specified. Setting the authorization type to CUSTOM or COGNITO_USER_POOLS requires a valid authorizer.';

describe('methods', () => {
  it('have a life', async () => {
    const { root } = await newApi(aws);
    const at = { ...root, httpMethod: 'ANY' };
    const shown = { apiKeyRequired: false, authorizationType: 'NONE', httpMethod: 'ANY' };
    expect(await aws.call('PutMethod', { ...at, authorizationType: 'none' })).toEqual({
      $status: 201,
      ...shown,
    });
    expect(await aws.call('GetMethod', at)).toEqual({ $status: 200, ...shown });
    expect(await aws.call('DeleteMethod', at)).toEqual({ $status: 204 });
    expect(await refused(aws.call('GetMethod', at))).toBe(noMethod);
    expect(await refused(aws.call('DeleteMethod', at))).toBe(noMethod);
  });

  it.each([
    [{ restApiId: 'fake', httpMethod: 'WRONG' }, noResource],
    [{ resourceId: 'fake', httpMethod: 'WRONG' }, noResource],
    [
      { httpMethod: 'WRONG' },
      bad('Invalid HttpMethod specified. Valid options are GET,PUT,POST,DELETE,PATCH,OPTIONS,HEAD,ANY'),
    ],
    [{ authorizationType: 'CUSTOM' }, bad(noAuthorizer)],
    [{ requestValidatorId: 'fake' }, bad('Invalid Request Validator identifier specified')],
    [
      { requestModels: { 'application/json': 'petModel' } },
      bad('Invalid model identifier specified: petModel'),
    ],
    [
      {
        requestParameters: {
          'method.request.querystring.optional': false,
          'method.request.header.optional': false,
        },
      },
      bad('Parameter names must be unique across querystring, header and path'),
    ],
    [
      { requestParameters: { true: true } },
      bad(
        'Invalid mapping expression specified: Validation Result: warnings : [], errors : [Invalid mapping expression specified: true]',
      ),
    ],
  ])('are refused with %j', async (more, text) => {
    const { root } = await newApi(aws);
    const input = { ...root, httpMethod: 'GET', authorizationType: 'NONE', ...more };
    expect(await refused(aws.call('PutMethod', input as never))).toBe(text);
  });

  it('are changed field by field', async () => {
    const { restApiId, root } = await newApi(aws);
    const at = { ...root, httpMethod: 'ANY' };
    await aws.call('PutMethod', { ...at, authorizationType: 'NONE' });
    const update = (...patchOperations: ReturnType<typeof patch>[]) =>
      aws.call('UpdateMethod', { ...at, patchOperations });
    const optional = '/requestParameters/method.request.querystring.optional';
    const model = '/requestModels/application~1json';
    expect(await update(patch('add', optional, 'true'), patch('add', model, 'Empty'))).toMatchObject({
      requestParameters: { 'method.request.querystring.optional': true },
      requestModels: { 'application/json': 'Empty' },
    });
    expect(
      await update(
        patch('replace', '/operationName', 'Op'),
        patch('replace', '/apiKeyRequired', 'true'),
        patch('replace', '/authorizationType', 'AWS_IAM'),
        patch('replace', optional, 'false'),
      ),
    ).toMatchObject({
      operationName: 'Op',
      apiKeyRequired: true,
      authorizationType: 'AWS_IAM',
      requestParameters: { 'method.request.querystring.optional': false },
    });
    const { id: authorizerId } = await aws.call('CreateAuthorizer', {
      restApiId,
      name: 'a',
      type: 'TOKEN',
      authorizerUri: `arn:aws:apigateway:${aws.region}:lambda:path/2015-03-31/functions/${aws.arn('f')}/invocations`,
      identitySource: 'method.request.header.Authorization',
    });
    const custom = await update(
      patch('replace', '/authorizerId', authorizerId),
      patch('replace', '/authorizationType', 'CUSTOM'),
    );
    expect(custom).toMatchObject({ authorizationType: 'CUSTOM', authorizerId });
    const removed = await update(patch('remove', optional, 'true'), patch('remove', model, 'Empty'));
    expect(removed).not.toHaveProperty('requestParameters');
    expect(removed).not.toHaveProperty('requestModels');
  });

  it.each([
    [[patch('add', '/operationName', 'x')], 'Invalid patch operation specified. Must be one of: [replace]'],
    [
      [patch('add', '/requestValidatorId', 'x')],
      'Invalid patch operation specified. Must be one of: [replace]',
    ],
    [[patch('add', '/httpMethod', 'PUT')], 'Invalid patch path /httpMethod'],
    [[patch('replace', '/requestParameters', 'x')], 'Invalid patch path /requestParameters'],
    [
      [patch('add', '/requestModels/application/json', 'Empty')],
      'Invalid patch path /requestModels/application/json',
    ],
    [[patch('replace', '/authorizationType', 'CUSTOM')], noAuthorizer],
    [
      [patch('replace', '/authorizationType', 'CUSTOM'), patch('replace', '/authorizerId', 'abc123')],
      noAuthorizer,
    ],
    [[patch('replace', '/requestValidatorId', 'fake')], 'Invalid Request Validator identifier specified'],
  ])('refuse %j', async (patchOperations, text) => {
    const { root } = await newApi(aws);
    const at = { ...root, httpMethod: 'ANY' };
    await aws.call('PutMethod', { ...at, authorizationType: 'NONE' });
    expect(await refused(aws.call('UpdateMethod', { ...at, patchOperations }))).toBe(bad(text));
  });

  it('take any other text for false, and ignore an authorizer that they do not use', async () => {
    const { root } = await newApi(aws);
    const at = { ...root, httpMethod: 'ANY' };
    await aws.call('PutMethod', { ...at, authorizationType: 'NONE', apiKeyRequired: true });
    const operations = [
      patch('replace', '/apiKeyRequired', 'whatever'),
      patch('replace', '/authorizerId', 'abc123'),
    ];
    expect(await aws.call('UpdateMethod', { ...at, patchOperations: operations })).toEqual({
      $status: 200,
      apiKeyRequired: false,
      authorizationType: 'NONE',
      httpMethod: 'ANY',
    });
    const unknown = { ...at, httpMethod: 'GET', patchOperations: [patch('replace', '/operationName', 'x')] };
    expect(await refused(aws.call('UpdateMethod', unknown))).toBe(noMethod);
  });
});

describe('method responses', () => {
  it('are put, changed and deleted', async () => {
    const { root } = await newApi(aws);
    await mock(aws, root);
    const at = { ...root, httpMethod: 'GET', statusCode: '200' };
    const empty = { responseModels: {}, responseParameters: {} };
    expect(await aws.call('PutMethodResponse', { ...at, ...empty })).toEqual({
      $status: 201,
      statusCode: '200',
      ...empty,
    });
    const header = '/responseParameters/method.response.header.my-header';
    const model = '/responseModels/application~1json';
    const update = (...patchOperations: ReturnType<typeof patch>[]) =>
      aws.call('UpdateMethodResponse', { ...at, patchOperations });
    const full = await update(patch('add', header, 'true'), patch('add', model, 'Empty'));
    expect(full).toEqual({
      $status: 201,
      statusCode: '200',
      responseModels: { 'application/json': 'Empty' },
      responseParameters: { 'method.response.header.my-header': true },
    });
    const none = await update(patch('remove', header, 'true'), patch('remove', model, 'Empty'));
    expect(none).toEqual({ $status: 201, statusCode: '200' });
    expect(await refused(update(patch('remove', header)))).toBe(missing('Invalid parameter name specified'));
    expect(await refused(update(patch('replace', model, 'Empty')))).toBe(
      missing('Content-Type specified was not found'),
    );
    expect(await refused(update(patch('remove', '/wrong/x')))).toBe(bad('Invalid patch path /wrong/x'));
    expect(await refused(aws.call('UpdateMethodResponse', { ...at, statusCode: '201' }))).toBe(
      missing('Invalid Response status code specified'),
    );
    expect(await aws.call('DeleteMethodResponse', at)).toEqual({ $status: 204 });
  });

  it('have a status of three digits', async () => {
    const { root } = await newApi(aws);
    const at = { ...root, httpMethod: 'GET', statusCode: 'wrong' };
    const status =
      "Value 'wrong' at 'statusCode' failed to satisfy constraint: Member must satisfy regular expression pattern: [1-5]\\d\\d";
    expect(await refused(aws.call('PutMethodResponse', at))).toBe(
      `400 ValidationException 1 validation error detected: ${status}`,
    );
    const patchOperations = [patch('wrong_op', '/responseParameters/x', 'true')];
    expect(await refused(aws.call('UpdateMethodResponse', { ...at, patchOperations }))).toBe(
      `400 ValidationException 2 validation errors detected: Value 'wrong_op' at 'updateMethodResponseInput.patchOperations.1.member.op' failed to satisfy constraint: Member must satisfy enum value set: [add, remove, move, test, replace, copy]; ${status}`,
    );
  });
});

describe('integrations', () => {
  const lambdaUri = (text: string) => `arn:aws:apigateway:${aws.region}:${text}`;
  const firehose =
    "Integrations of type 'AWS_PROXY' currently only supports Lambda function and Firehose stream invocations.";

  it.each([
    ['HTTP', { connectionType: 'INTERNET', httpMethod: 'POST', uri: 'http://example.com' }],
    ['HTTP_PROXY', { connectionType: 'INTERNET', httpMethod: 'POST', uri: 'http://example.com' }],
    ['MOCK', {}],
  ])('of type %s have their defaults', async (type, more) => {
    const { root } = await newApi(aws);
    const at = { ...root, httpMethod: 'GET' };
    await aws.call('PutMethod', { ...at, authorizationType: 'NONE' });
    const sent = { ...at, type: type as 'MOCK', integrationHttpMethod: 'POST', uri: 'http://example.com' };
    const integration = await aws.call('PutIntegration', sent);
    expect(integration).toEqual({
      $status: 201,
      type,
      cacheKeyParameters: [],
      cacheNamespace: root.resourceId,
      passthroughBehavior: 'WHEN_NO_MATCH',
      timeoutInMillis: 29000,
      ...more,
    });
    expect(await aws.call('GetIntegration', at)).toEqual({ ...integration, $status: 200 });
    expect(await aws.call('DeleteIntegration', at)).toEqual({ $status: 204 });
    expect(await refused(aws.call('GetIntegration', at))).toBe(
      missing('Invalid Integration identifier specified'),
    );
  });

  it('keep the address and the role of a function', async () => {
    const { root } = await newApi(aws);
    const at = { ...root, httpMethod: 'GET' };
    await aws.call('PutMethod', { ...at, authorizationType: 'NONE' });
    const uri = lambdaUri(`lambda:path/2015-03-31/functions/${aws.arn('f')}/invocations`);
    const credentials = `arn:aws:iam::${aws.account}:role/r`;
    const integration = await aws.call('PutIntegration', {
      ...at,
      type: 'AWS_PROXY',
      integrationHttpMethod: 'POST',
      uri,
      credentials,
    });
    expect(integration).toMatchObject({ type: 'AWS_PROXY', httpMethod: 'POST', uri, credentials });
    expect(integration).not.toHaveProperty('connectionType');
  });

  it.each([
    ['AWS_PROXY', () => aws.arn('f'), 'AWS ARN for integration must contain path or action'],
    [
      'AWS_PROXY',
      () => 'bad-arn:lambda:path/2015-03-31/functions/f/invocations',
      'Invalid ARN specified in the request',
    ],
    [
      'AWS_PROXY',
      () => lambdaUri('lambda:test/2015-03-31/functions/f/invocations'),
      'AWS ARN for integration must contain path or action',
    ],
    ['AWS_PROXY', () => lambdaUri('firehose:path/2015-03-31/functions/f/invocations'), firehose],
    ['AWS_PROXY', () => lambdaUri('lambda:path/random/value/f/invocations'), firehose],
    ['AWS_PROXY', () => lambdaUri('s3:path/b/k'), firehose],
    ['AWS', () => 'non-valid-arn', 'Invalid ARN specified in the request'],
    ['AWS', () => 'arn:aws:iam::0000000000:role/x', 'AWS ARN for integration must contain path or action'],
    ['HTTP', () => 'non-valid-http', 'Invalid HTTP endpoint specified for URI'],
    ['HTTP_PROXY', () => 'non-valid-http', 'Invalid HTTP endpoint specified for URI'],
  ])('of type %s refuse a wrong address (%#)', async (type, uri, text) => {
    const { root } = await newApi(aws);
    const at = { ...root, httpMethod: 'GET' };
    await aws.call('PutMethod', { ...at, authorizationType: 'NONE' });
    const input = { ...at, type: type as 'AWS', uri: uri(), integrationHttpMethod: 'POST' };
    expect(await refused(aws.call('PutIntegration', input))).toBe(bad(text));
  });

  it('need a method, a known type, and a place', async () => {
    const { root } = await newApi(aws);
    const at = { ...root, httpMethod: 'GET' };
    expect(await refused(aws.call('PutIntegration', { ...at, type: 'HTTPS_PROXY' as 'HTTP' }))).toBe(
      "400 ValidationException 1 validation error detected: Value 'HTTPS_PROXY' at 'putIntegrationInput.type' failed to satisfy constraint: Member must satisfy enum value set: [HTTP, MOCK, AWS_PROXY, HTTP_PROXY, AWS]",
    );
    expect(await refused(aws.call('PutIntegration', { ...at, type: 'MOCK' }))).toBe(noMethod);
    await aws.call('PutMethod', { ...at, authorizationType: 'NONE' });
    for (const type of ['HTTP', 'HTTP_PROXY', 'AWS'] as const) {
      expect(await refused(aws.call('PutIntegration', { ...at, type, uri: 'http://example.com' }))).toBe(
        bad('Enumeration value for HttpMethod must be non-empty'),
      );
    }
    expect(await refused(aws.call('GetIntegration', at))).toBe(
      missing('Invalid Integration identifier specified'),
    );
  });

  it('have responses with templates; an empty template is null', async () => {
    const { root } = await newApi(aws);
    await mock(aws, root);
    const at = { ...root, httpMethod: 'GET', statusCode: '200' };
    const put = (more: object) => aws.call('PutIntegrationResponse', { ...at, ...more });
    const template = { 'application/json': '"created"' };
    expect(await put({ selectionPattern: '', responseTemplates: template })).toEqual({
      $status: 201,
      statusCode: '200',
      selectionPattern: '',
      responseTemplates: template,
    });
    const patchOperations = [patch('replace', '/selectionPattern', 'updated')];
    expect(await aws.call('UpdateIntegrationResponse', { ...at, patchOperations })).toMatchObject({
      $status: 200,
      selectionPattern: 'updated',
      responseTemplates: template,
    });
    expect((await aws.call('GetMethod', at)).methodIntegration?.integrationResponses).toEqual({
      200: { statusCode: '200', selectionPattern: 'updated', responseTemplates: template },
    });
    expect(await put({})).toEqual({ $status: 201, statusCode: '200' });
    expect(await put({ contentHandling: 'CONVERT_TO_BINARY' })).toMatchObject({
      contentHandling: 'CONVERT_TO_BINARY',
    });
    expect(await refused(put({ responseTemplates: { 123: 'x' } }))).toBe(
      bad('Validation Result: warnings : [], errors : [Invalid content type specified: 123]'),
    );
    const gone = missing('Invalid Integration identifier specified');
    const remove = (more: object) => refused(aws.call('DeleteIntegrationResponse', { ...at, ...more }));
    expect(await remove({ resourceId: 'bad' })).toBe(noResource);
    expect(await remove({ httpMethod: 'POST' })).toBe(gone);
    expect(await remove({ statusCode: '201' })).toBe(missing('Invalid Response status code specified'));
    expect(await aws.call('DeleteIntegrationResponse', at)).toEqual({ $status: 204 });
    expect(await refused(aws.call('GetIntegrationResponse', { ...at, httpMethod: 'PUT' }))).toBe(noMethod);
  });
});
