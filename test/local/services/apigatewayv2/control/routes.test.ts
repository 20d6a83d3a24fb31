// Integrations and routes: what each operation answers, and what it refuses.
import {
  CreateIntegrationCommand,
  CreateRouteCommand,
  DeleteIntegrationCommand,
  DeleteRouteCommand,
  GetIntegrationCommand,
  GetRouteCommand,
  UpdateIntegrationCommand,
  UpdateRouteCommand,
} from '@aws-sdk/client-apigatewayv2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GatewayAws, invocationUri, startGateway, TestApi } from '../fixture.ts';
import { bad, conflict, facts, missing, refusal } from './answers.ts';

let aws: GatewayAws;
let fn: string;
let send: GatewayAws['gateway']['send'];
beforeAll(async () => {
  aws = await startGateway();
  fn = aws.arn('users');
  send = aws.gateway.send.bind(aws.gateway);
});
afterAll(() => aws?.stop());

describe('an integration', () => {
  it('has the defaults of AWS, and the URI as it was sent', async () => {
    const { id: ApiId } = await TestApi.create(aws);
    for (const IntegrationUri of [fn, `${fn}:live`, invocationUri(aws, fn)]) {
      const created = await send(
        new CreateIntegrationCommand({
          ApiId,
          IntegrationType: 'AWS_PROXY',
          IntegrationUri,
          PayloadFormatVersion: '2.0',
        }),
      );
      expect(created.$metadata.httpStatusCode).toBe(201);
      expect(facts(created)).toEqual({
        ConnectionType: 'INTERNET',
        IntegrationId: expect.stringMatching(/^[a-z0-9]+$/),
        IntegrationMethod: 'POST',
        IntegrationType: 'AWS_PROXY',
        IntegrationUri,
        PayloadFormatVersion: '2.0',
        TimeoutInMillis: 30_000,
      });
      const { IntegrationId } = created;
      expect(facts(await send(new GetIntegrationCommand({ ApiId, IntegrationId })))).toEqual(facts(created));
    }
  });

  it.each<[string, object, string]>([
    [
      'of the type AWS',
      { IntegrationType: 'AWS' },
      'Currently, an API with a protocol type of HTTP may only be associated with proxy integrations (AWS_PROXY, HTTP_PROXY)',
    ],
    [
      'without a payload format',
      { PayloadFormatVersion: undefined },
      'PayloadFormatVersion is a required parameter for integration',
    ],
    ['of another payload format', { PayloadFormatVersion: '3.0' }, 'Unsupported PayloadFormatVersion: 3.0'],
    ['with a long time-out', { TimeoutInMillis: 30_001 }, 'Timeout should be between 50 ms and 30000 ms'],
    ['with a short time-out', { TimeoutInMillis: 49 }, 'Timeout should be between 50 ms and 30000 ms'],
    [
      'with another method than POST',
      { IntegrationMethod: 'GET' },
      'HttpMethod must be POST for AWS_PROXY IntegrationType',
    ],
    ['of something else', { IntegrationUri: 'users' }, 'Invalid ARN specified in the request'],
    [
      'of a web address with the format 2.0',
      { IntegrationType: 'HTTP_PROXY', IntegrationUri: 'https://a.example', IntegrationMethod: 'GET' },
      'PayloadFormatVersion 2.0 is not supported for integration of type HTTP_PROXY',
    ],
    [
      'of no web address',
      {
        IntegrationType: 'HTTP_PROXY',
        IntegrationUri: 'nowhere',
        IntegrationMethod: 'GET',
        PayloadFormatVersion: '1.0',
      },
      'Invalid HTTP endpoint specified for URI',
    ],
    [
      'of an unknown service',
      { IntegrationSubtype: 'S3-GetObject', IntegrationUri: undefined },
      'Operation: S3-GetObject is not supported.',
    ],
    [
      'of a service without a role',
      { IntegrationSubtype: 'SQS-SendMessage', IntegrationUri: undefined },
      'Role ARN must be specified for AWS integration configuration with Subtype: SQS-SendMessage',
    ],
    [
      'with an unknown mapping',
      { RequestParameters: { 'set:header.a': 'b' } },
      'Invalid Request Actioned Parameter',
    ],
    [
      'with a mapping of no status',
      { ResponseParameters: { '600': { 'append:header.a': 'b' } } },
      'Status Code 600 is not valid',
    ],
  ])('is not created %s', async (_what, more, text) => {
    const { id: ApiId } = await TestApi.create(aws);
    const valid = { IntegrationType: 'AWS_PROXY', IntegrationUri: fn, PayloadFormatVersion: '2.0' } as const;
    const command = new CreateIntegrationCommand({ ApiId, ...valid, ...more });
    expect(await refusal(send(command))).toBe(bad(text));
  });

  it('is updated member by member, and an empty mapping is removed', async () => {
    const api = await TestApi.create(aws);
    const RequestParameters = { 'append:header.a': '1', 'append:header.b': '2' };
    const IntegrationId = await api.integration(fn, { RequestParameters, Description: 'd' });
    const at = { ApiId: api.id, IntegrationId };
    const updated = await send(
      new UpdateIntegrationCommand({
        ...at,
        TimeoutInMillis: 100,
        RequestParameters: { 'append:header.a': '', 'append:header.c': '3' },
      }),
    );
    expect(updated).toMatchObject({ TimeoutInMillis: 100, Description: 'd', IntegrationUri: fn });
    expect(updated.RequestParameters).toEqual({ 'append:header.b': '2', 'append:header.c': '3' });
    const { RequestParameters: kept } = await send(new UpdateIntegrationCommand({ ...at, Description: 'e' }));
    expect(kept).toEqual(updated.RequestParameters);
  });

  it('is not deleted while a route uses it', async () => {
    const api = await TestApi.create(aws);
    const IntegrationId = await api.integration(fn);
    const RouteId = await api.route('GET /', IntegrationId);
    const at = { ApiId: api.id, IntegrationId };
    expect(await refusal(send(new DeleteIntegrationCommand(at)))).toBe(
      conflict(
        `Cannot delete Integration because it is referenced by the following Routes with Ids: [${RouteId}]`,
      ),
    );
    await send(new DeleteRouteCommand({ ApiId: api.id, RouteId }));
    const { $metadata } = await send(new DeleteIntegrationCommand(at));
    expect($metadata.httpStatusCode).toBe(204);
    expect(await refusal(send(new GetIntegrationCommand(at)))).toBe(
      missing(`Invalid Integration identifier specified ${IntegrationId}`),
    );
  });
});

describe('a route', () => {
  it('has the defaults of AWS', async () => {
    const api = await TestApi.create(aws);
    const integration = await api.integration(fn);
    for (const RouteKey of ['GET /users/{id}', 'ANY /{proxy+}', '$default', 'POST /', 'GET /a.b/c:d/_e-f']) {
      const Target = `integrations/${integration}`;
      const created = await send(new CreateRouteCommand({ ApiId: api.id, RouteKey, Target }));
      expect(created.$metadata.httpStatusCode).toBe(201);
      expect(facts(created)).toEqual({
        ApiKeyRequired: false,
        AuthorizationType: 'NONE',
        RouteId: expect.stringMatching(/^[a-z0-9]+$/),
        RouteKey,
        Target,
      });
    }
  });

  it('of a key that exists is a conflict', async () => {
    const api = await TestApi.create(aws);
    await api.route('ANY /{proxy+}');
    const other = await api.route('GET /');
    const text = conflict('Route with key ANY /{proxy+} already exists for this API');
    expect(await refusal(api.route('ANY /{proxy+}'))).toBe(text);
    const command = new UpdateRouteCommand({ ApiId: api.id, RouteId: other, RouteKey: 'ANY /{proxy+}' });
    expect(await refusal(send(command))).toBe(text);
  });

  const format =
    'The provided route key is not formatted properly for HTTP protocol. Format should be "<HTTP METHOD> /<RESOURCE PATH>" or "$default"';
  const parts =
    'One or more path parts appear to be invalid. Parts are validated against this regular expression: ^(\\{[\\w.:-]+\\+?\\}|[a-zA-Z0-9.:_-]+)$';
  it.each<[string, object, string]>([
    ['without a space', { RouteKey: 'GET/users' }, format],
    ['with an unknown method', { RouteKey: 'FETCH /users' }, format],
    ['with a method alone', { RouteKey: 'GET' }, format],
    ['with a star', { RouteKey: 'GET /users/*' }, parts],
    ['with an empty part', { RouteKey: 'GET /users//a' }, parts],
    ['with a parameter twice', { RouteKey: 'GET /{a}/{a}' }, 'Path parameters must have different names'],
    [
      'with a greedy parameter in the middle',
      { RouteKey: 'GET /{a+}/b' },
      'A greedy path parameter must be the last part of the path',
    ],
    ['with an API key', { ApiKeyRequired: true }, 'ApiKeyRequired is not currently supported for HTTP APIs.'],
    [
      'with another target',
      { Target: 'functions/f' },
      'Unexpected or malformed target in route. Correct format should be integrations/<integration_id>.',
    ],
    [
      'with scopes and no authorizer',
      { AuthorizationScopes: ['a'] },
      'Authorization Scopes are only valid for COGNITO_USER_POOLS and JWT authorization type',
    ],
    [
      'with JWT and no authorizer',
      { AuthorizationType: 'JWT' },
      'Invalid authorizer ID specified. Setting the authorization type to JWT requires a valid JWT authorizer.',
    ],
    [
      'with an unknown authorizer',
      { AuthorizationType: 'CUSTOM', AuthorizerId: 'none' },
      'Invalid authorizer ID specified. Setting the authorization type to CUSTOM requires a valid authorizer.',
    ],
  ])('is not created %s', async (_what, more, text) => {
    const { id: ApiId } = await TestApi.create(aws);
    expect(await refusal(send(new CreateRouteCommand({ ApiId, RouteKey: 'GET /', ...more })))).toBe(
      bad(text),
    );
  });

  it('is not found by another id, and its integration must exist', async () => {
    const { id: ApiId } = await TestApi.create(aws);
    expect(await refusal(send(new GetRouteCommand({ ApiId, RouteId: 'none' })))).toBe(
      missing('Invalid Route identifier specified none'),
    );
    const Target = 'integrations/none';
    expect(await refusal(send(new CreateRouteCommand({ ApiId, RouteKey: 'GET /', Target })))).toBe(
      missing('Invalid Integration identifier specified none'),
    );
  });
});
