// The parts of REST APIs and of the account: models, validators, gateway responses, documentation, keys, plans, domains.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deploy, mock, newApi, noApi, patch, type RestAws, refused, startRest } from './fixture.ts';

let aws: RestAws;
beforeAll(async () => {
  aws = await startRest();
});
afterAll(() => aws?.stop());

const bad = (text: string) => `400 BadRequestException ${text}`;
const missing = (text: string) => `404 NotFoundException ${text}`;
const schema = '{"title":"s","type":"object"}';

describe('models', () => {
  it('are there by default, and are created, changed and deleted', async () => {
    const { restApiId } = await newApi(aws);
    const names = (await aws.call('GetModels', { restApiId })).items?.map(({ name }) => name);
    expect(names).toEqual(['Empty', 'Error']);
    const input = { restApiId, name: 'Calc', contentType: 'application/json', description: '', schema };
    expect(await aws.call('CreateModel', input)).toEqual({
      $status: 201,
      id: expect.any(String),
      name: 'Calc',
      contentType: 'application/json',
      schema,
    });
    expect(await refused(aws.call('CreateModel', input))).toBe(
      '409 ConflictException Model name already exists for this REST API',
    );
    const empty = bad('Model schema must have at least 1 property or array items defined');
    expect(await refused(aws.call('CreateModel', { ...input, name: 'Other', schema: undefined }))).toBe(
      empty,
    );
    expect(await refused(aws.call('CreateModel', { ...input, name: '' }))).toBe(
      bad('Model name must be non-empty'),
    );
    const update = (...patchOperations: ReturnType<typeof patch>[]) =>
      aws.call('UpdateModel', { restApiId, modelName: 'Calc', patchOperations });
    expect(await update(patch('replace', '/schema', '{}'))).toMatchObject({ schema: '{}' });
    expect(await refused(update(patch('replace', '/schema', '')))).toBe(empty);
    expect(await refused(update(patch('replace', '/name', 'x')))).toBe(
      bad("Invalid patch path  '/name' specified for op 'replace'. Must be one of: [/description, /schema]"),
    );
    expect(await aws.call('DeleteModel', { restApiId, modelName: 'Calc' })).toEqual({ $status: 202 });
    expect(await refused(aws.call('GetModel', { restApiId: 'none', modelName: 'Calc' }))).toBe(
      missing('Invalid model name specified: Calc'),
    );
    expect(await refused(aws.call('GetModels', { restApiId: 'none' }))).toBe(noApi(aws.account, 'none'));
  });

  it('stay while a method uses them', async () => {
    const { restApiId, root } = await newApi(aws);
    await aws.call('CreateModel', { restApiId, name: 'Used', contentType: 'application/json', schema });
    const requestModels = { 'application/json': 'Used' };
    await aws.call('PutMethod', { ...root, httpMethod: 'ANY', authorizationType: 'NONE', requestModels });
    expect(await refused(aws.call('DeleteModel', { restApiId, modelName: 'Used' }))).toBe(
      "409 ConflictException Cannot delete model 'Used', is referenced in method request: //ANY",
    );
  });
});

describe('request validators', () => {
  it('check nothing by default, and are changed', async () => {
    const { restApiId } = await newApi(aws);
    const made = await aws.call('CreateRequestValidator', { restApiId, name: 'v' });
    expect(made).toMatchObject({
      $status: 201,
      validateRequestBody: false,
      validateRequestParameters: false,
    });
    const at = { restApiId, requestValidatorId: made.id };
    const update = (...patchOperations: ReturnType<typeof patch>[]) =>
      aws.call('UpdateRequestValidator', { ...at, patchOperations });
    expect(await update(patch('replace', '/validateRequestBody', 'true'))).toMatchObject({
      validateRequestBody: true,
    });
    expect(await update(patch('replace', '/validateRequestBody'))).toMatchObject({
      validateRequestBody: false,
    });
    expect(await refused(update(patch('replace', '/name')))).toBe(
      bad('Request Validator name cannot be blank'),
    );
    expect(await refused(update(patch('replace', '/invalidPath', 'true')))).toBe(
      bad(
        "Invalid patch path  '/invalidPath' specified for op 'replace'. Must be one of: [/name, /validateRequestParameters, /validateRequestBody]",
      ),
    );
    expect(await aws.call('DeleteRequestValidator', at)).toEqual({ $status: 202 });
    expect(await refused(aws.call('GetRequestValidator', at))).toBe(
      missing('Invalid Request Validator identifier specified'),
    );
    expect(await refused(aws.call('CreateRequestValidator', { restApiId: 'none', name: 'v' }))).toBe(
      bad('Invalid REST API identifier specified'),
    );
  });
});

describe('authorizers', () => {
  it('have an address of a function, and answer a conflict for an unknown API', async () => {
    const authorizerUri = `arn:aws:apigateway:${aws.region}:lambda:path/2015-03-31/functions/${aws.arn('f')}/invocations`;
    const settings = {
      name: 'a',
      type: 'TOKEN' as const,
      authorizerUri,
      identitySource: 'method.request.header.Auth',
    };
    const { restApiId } = await newApi(aws);
    const made = await aws.call('CreateAuthorizer', { restApiId, ...settings });
    expect(made).toEqual({ $status: 201, id: expect.any(String), authType: 'custom', ...settings });
    expect(await refused(aws.call('CreateAuthorizer', { restApiId: 'none', ...settings }))).toBe(
      '409 ConflictException Unable to complete operation due to concurrent modification. Please try again later.',
    );
    expect(await refused(aws.call('GetAuthorizers', { restApiId: 'none' }))).toBe(noApi(aws.account, 'none'));
  });
});

describe('gateway responses', () => {
  const template = { 'application/json': '{"message":$context.error.messageString}' };

  it('have defaults, take over those of DEFAULT_5XX, and are deleted', async () => {
    const { restApiId } = await newApi(aws);
    const get = (responseType: 'AUTHORIZER_FAILURE') =>
      aws.call('GetGatewayResponse', { restApiId, responseType });
    const usual = {
      $status: 200,
      defaultResponse: true,
      responseParameters: {},
      responseTemplates: template,
      responseType: 'AUTHORIZER_FAILURE',
      statusCode: '500',
    };
    expect(await get('AUTHORIZER_FAILURE')).toEqual(usual);
    expect((await aws.call('GetGatewayResponses', { restApiId })).items).toHaveLength(21);
    const put = await aws.call('PutGatewayResponse', {
      restApiId,
      responseType: 'DEFAULT_5XX',
      statusCode: '599',
    });
    expect(put).toMatchObject({
      $status: 201,
      defaultResponse: false,
      statusCode: '599',
      responseTemplates: template,
    });
    expect(await get('AUTHORIZER_FAILURE')).toEqual({ ...usual, statusCode: '599' });
    const gone = { restApiId, responseType: 'DEFAULT_5XX' as const };
    expect(await aws.call('DeleteGatewayResponse', gone)).toEqual({ $status: 202 });
    expect(await refused(aws.call('DeleteGatewayResponse', gone))).toBe(
      missing('Gateway response type not defined on api'),
    );
  });

  it.each([
    [patch('add', '/statusCode', '444'), bad('Invalid patch path /statusCode')],
    [patch('add', '/wrongPath', 'x'), bad('Invalid patch path /wrongPath')],
    [
      patch('replace', '/responseParameters/gatewayresponse.header.A', "'x'"),
      missing('Invalid parameter name specified'),
    ],
    [
      patch('replace', '/responseTemplates/application~1xml'),
      bad('Invalid null or empty value in responseTemplates'),
    ],
  ])('refuse %j', async (operation, text) => {
    const { restApiId } = await newApi(aws);
    const input = { restApiId, responseType: 'DEFAULT_4XX' as const, patchOperations: [operation] };
    expect(await refused(aws.call('UpdateGatewayResponse', input))).toBe(text);
  });
});

describe('documentation', () => {
  it('has parts and versions', async () => {
    const { restApiId } = await newApi(aws);
    const properties = '{"foo":"bar"}';
    const part = await aws.call('CreateDocumentationPart', {
      restApiId,
      location: { type: 'API' },
      properties,
    });
    expect(part).toEqual({ $status: 201, id: expect.any(String), location: { type: 'API' }, properties });
    const version = await aws.call('CreateDocumentationVersion', { restApiId, documentationVersion: 'v1' });
    expect(version).toEqual({ $status: 201, version: 'v1', createdDate: expect.any(Date) });
    const patchOperations = [patch('replace', '/description', 'new')];
    const input = { restApiId, documentationVersion: 'v1', patchOperations };
    expect(await aws.call('UpdateDocumentationVersion', input)).toMatchObject({ description: 'new' });
    const at = { restApiId, documentationPartId: part.id };
    expect(await aws.call('DeleteDocumentationPart', at)).toEqual({ $status: 202 });
    expect(await refused(aws.call('DeleteDocumentationPart', at))).toBe(
      missing('Invalid Documentation part identifier specified'),
    );
  });
});

describe('API keys and usage plans', () => {
  it('have values, names by prefix, and keys of their own', async () => {
    const first = await aws.call('CreateApiKey', { name: 'test-key-1' });
    expect(first).toEqual({
      $status: 201,
      id: expect.stringMatching(/^[a-z0-9]{10}$/),
      value: expect.stringMatching(/^[A-Za-z0-9]{40}$/),
      name: 'test-key-1',
      enabled: false,
      stageKeys: [],
      createdDate: expect.any(Date),
      lastUpdatedDate: expect.any(Date),
    });
    const named = async (nameQuery: string) => (await aws.call('GetApiKeys', { nameQuery })).items?.length;
    expect([await named('test-'), await named('TEST-'), await named('key')]).toEqual([1, 0, 0]);
    expect((await aws.call('GetApiKeys', {})).items?.[0]).not.toHaveProperty('value');
    const { id: usagePlanId } = await aws.call('CreateUsagePlan', { name: 'p' });
    const planKey = { usagePlanId, keyId: first.id, keyType: 'API_KEY' };
    expect(await aws.call('CreateUsagePlanKey', planKey)).toEqual({
      $status: 201,
      id: first.id,
      name: 'test-key-1',
      type: 'API_KEY',
      value: first.value,
    });
    await aws.call('DeleteApiKey', { apiKey: first.id });
    expect((await aws.call('GetUsagePlanKeys', { usagePlanId })).items).toEqual([]);
    expect((await aws.call('GetUsagePlanKeys', { usagePlanId: 'bad-id' })).items).toEqual([]);
  });

  it.each([
    [{ name: 'a'.repeat(1025) }, 'Invalid API Key name, can be at most 1024 characters.'],
    [{ value: 'short' }, 'API Key value should be at least 20 characters'],
    [{ value: 'a'.repeat(129) }, 'API Key value exceeds maximum size of 128 characters'],
    [{ description: 'a'.repeat(125_001) }, 'Invalid API Key description specified.'],
  ])('are refused (%#)', async (input, text) => {
    expect(await refused(aws.call('CreateApiKey', input))).toBe(bad(text));
  });

  it('change by patches', async () => {
    const { restApiId, root } = await newApi(aws);
    await mock(aws, root);
    await deploy(aws, restApiId);
    const apiStages = [{ apiId: restApiId, stage: 'dev' }];
    const { id: usagePlanId } = await aws.call('CreateUsagePlan', { name: 'p', apiStages });
    const update = (...patchOperations: ReturnType<typeof patch>[]) =>
      aws.call('UpdateUsagePlan', { usagePlanId, patchOperations });
    expect(
      await update(
        patch('replace', '/throttle/burstLimit', '100'),
        patch('replace', '/throttle/rateLimit', '200'),
        patch('replace', '/quota/period', 'MONTH'),
        patch('replace', '/quota/limit', '5000'),
      ),
    ).toMatchObject({
      throttle: { burstLimit: 100, rateLimit: 200 },
      quota: { limit: 5000, offset: 0, period: 'MONTH' },
      tags: {},
    });
    expect(await refused(update(patch('remove', '/apiStages')))).toBe(bad('Invalid API Stage specified'));
    expect(await refused(update(patch('remove', '/apiStages', `${restApiId}:fake`)))).toBe(
      missing(`Invalid API Stage {api: ${restApiId}, stage: fake} specified for usageplan ${usagePlanId}`),
    );
    expect(await refused(aws.call('GetUsagePlan', { usagePlanId: 'none' }))).toBe(
      missing('Invalid Usage Plan ID specified'),
    );
  });
});

describe('domain names and VPC links', () => {
  it('are kept, and hold an API that is mapped', async () => {
    const { restApiId, root } = await newApi(aws);
    await mock(aws, root);
    await deploy(aws, restApiId);
    const domainName = 'api.example.com';
    const domain = await aws.call('CreateDomainName', {
      domainName,
      regionalCertificateArn: `arn:aws:acm:${aws.region}:${aws.account}:certificate/c`,
      endpointConfiguration: { types: ['REGIONAL'] },
    });
    expect(domain).toMatchObject({ $status: 201, domainNameStatus: 'AVAILABLE', securityPolicy: 'TLS_1_2' });
    expect(domain.regionalDomainName).toMatch(/^d-[a-z0-9]{10}\.execute-api\./);
    const mapping = await aws.call('CreateBasePathMapping', { domainName, restApiId, stage: 'dev' });
    expect(mapping).toEqual({ $status: 201, basePath: '(none)', restApiId, stage: 'dev' });
    expect(await refused(aws.call('DeleteRestApi', { restApiId }))).toBe(
      bad('Deleting API failed. Please remove all base path mappings related to the API in your domains'),
    );
    await aws.call('DeleteDomainName', { domainName });
    expect(await aws.call('DeleteRestApi', { restApiId })).toEqual({ $status: 202 });
  });

  it('refuse what is not well formed', async () => {
    expect(await refused(aws.call('CreateVpcLink', { name: 'l', targetArns: ['invalid-arn'] }))).toBe(
      bad('Invalid ARN. ARN is not well formed invalid-arn'),
    );
    expect(await refused(aws.call('CreateVpcLink', { name: '', targetArns: [] }))).toBe(
      bad('Name cannot be empty'),
    );
    expect(await refused(aws.call('GetVpcLink', { vpcLinkId: 'none' }))).toBe(
      missing('Invalid Vpc Link identifier specified'),
    );
  });
});
