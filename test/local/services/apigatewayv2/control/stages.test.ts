// Stages, deployments and authorizers: what each operation answers, and what it refuses.
import {
  CreateAuthorizerCommand,
  CreateDeploymentCommand,
  CreateStageCommand,
  DeleteAuthorizerCommand,
  DeleteDeploymentCommand,
  DeleteRouteCommand,
  DeleteRouteSettingsCommand,
  DeleteStageCommand,
  GetAuthorizersCommand,
  GetDeploymentsCommand,
  GetStageCommand,
  UpdateAuthorizerCommand,
  UpdateRouteCommand,
  UpdateStageCommand,
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

describe('a stage', () => {
  it('has the defaults of AWS', async () => {
    const { id: ApiId } = await TestApi.create(aws);
    const created = await send(new CreateStageCommand({ ApiId, StageName: 'prod-eu' }));
    expect(created.$metadata.httpStatusCode).toBe(201);
    expect(facts(created)).toEqual({
      AutoDeploy: false,
      CreatedDate: expect.any(Date),
      DefaultRouteSettings: { DetailedMetricsEnabled: false },
      LastUpdatedDate: expect.any(Date),
      RouteSettings: {},
      StageName: 'prod-eu',
      StageVariables: {},
      Tags: {},
    });
    expect(await refusal(send(new CreateStageCommand({ ApiId, StageName: 'prod-eu' })))).toBe(
      conflict('Stage already exists'),
    );
    const { $metadata } = await send(new DeleteStageCommand({ ApiId, StageName: 'prod-eu' }));
    expect($metadata.httpStatusCode).toBe(204);
    expect(await refusal(send(new GetStageCommand({ ApiId, StageName: 'prod-eu' })))).toBe(
      missing('Invalid stage identifier specified prod-eu'),
    );
  });

  it('with automatic deployment has a new deployment after each change', async () => {
    const api = await TestApi.live(aws);
    const stage = async () => send(new GetStageCommand({ ApiId: api.id, StageName: '$default' }));
    expect(await stage()).toMatchObject({
      AutoDeploy: true,
      LastDeploymentStatusMessage:
        'Deployment attempt failed: At least one route is required before deploying the Api.',
    });
    await api.route('GET /');
    const first = await stage();
    expect(first.LastDeploymentStatusMessage).toBe(
      `Successfully deployed stage with deployment ID '${first.DeploymentId}'`,
    );
    await api.route('GET /b');
    const { DeploymentId } = await stage();
    expect(DeploymentId).not.toBe(first.DeploymentId);
    const { Items } = await send(new GetDeploymentsCommand({ ApiId: api.id }));
    expect(Items).toEqual([
      { AutoDeployed: true, CreatedDate: expect.any(Date), DeploymentId, DeploymentStatus: 'DEPLOYED' },
    ]);
  });

  it('merges variables, and an empty value removes one', async () => {
    const api = await TestApi.create(aws);
    await api.stage({ StageName: 'dev', StageVariables: { a: '1', b: '2' }, Description: 'd' });
    const at = { ApiId: api.id, StageName: 'dev' };
    const updated = await send(new UpdateStageCommand({ ...at, StageVariables: { a: '', c: '3' } }));
    expect(updated).toMatchObject({ StageVariables: { b: '2', c: '3' }, Description: 'd' });
    expect(updated.StageVariables).not.toHaveProperty('a');
  });

  it('has settings of routes that exist, until the route is deleted', async () => {
    const api = await TestApi.create(aws);
    await api.stage({ StageName: 'dev' });
    const RouteId = await api.route('GET /a');
    await api.route('GET /b');
    const at = { ApiId: api.id, StageName: 'dev' };
    const limit = { ThrottlingRateLimit: 10, ThrottlingBurstLimit: 5 };
    const both = { 'GET /a': limit, 'GET /b': limit };
    const { RouteSettings } = await send(new UpdateStageCommand({ ...at, RouteSettings: both }));
    const settings = { DetailedMetricsEnabled: false, ...limit };
    expect(RouteSettings).toEqual({ 'GET /a': settings, 'GET /b': settings });
    const unknown = { RouteSettings: { 'GET /c': limit } };
    const text = missing('Unable to find Route by key GET /c within the provided RouteSettings');
    expect(await refusal(send(new UpdateStageCommand({ ...at, ...unknown })))).toBe(text);
    await send(new DeleteRouteCommand({ ApiId: api.id, RouteId }));
    const left = async () => Object.keys((await send(new GetStageCommand(at))).RouteSettings ?? {});
    expect(await left()).toEqual(['GET /b']);
    await send(new DeleteRouteSettingsCommand({ ...at, RouteKey: 'GET /b' }));
    expect(await left()).toEqual([]);
  });

  it.each<[string, object, string]>([
    ['another name', { StageName: 'my.stage' }, 'Stage name only allows a-zA-Z0-9_'],
    [
      'execution logs',
      { DefaultRouteSettings: { LoggingLevel: 'INFO' } },
      'Execution logs are not supported on protocolType HTTP',
    ],
    [
      'a log format without a request id',
      {
        AccessLogSettings: { DestinationArn: 'arn:aws:logs:us-east-1:000000000000:log-group:g', Format: 'x' },
      },
      'Access Log format must include either $context.requestId or $context.extendedRequestId',
    ],
    [
      'a log of another service',
      { AccessLogSettings: { DestinationArn: 'arn:aws:s3:::b', Format: '$context.requestId' } },
      'The ARN must be a valid CloudWatch Logs log group or Kinesis Data Firehose delivery stream',
    ],
    [
      'a variable of another name',
      { StageVariables: { 'a-b': 'c' } },
      'Invalid stage variable name: a-b. Please use names with only word characters.',
    ],
  ])('is not created with %s', async (_what, more, text) => {
    const { id: ApiId } = await TestApi.create(aws);
    const command = new CreateStageCommand({ ApiId, StageName: 'dev', ...more });
    expect(await refusal(send(command))).toBe(bad(text));
  });
});

describe('a deployment', () => {
  it('is made for a stage, and cannot be deleted while the stage uses it', async () => {
    const api = await TestApi.create(aws);
    const ApiId = api.id;
    const noRoutes = 'At least one route is required before deploying the Api.';
    expect(await refusal(send(new CreateDeploymentCommand({ ApiId })))).toBe(bad(noRoutes));
    await api.route('GET /');
    await api.stage({ StageName: 'dev' });
    const made = await send(new CreateDeploymentCommand({ ApiId, StageName: 'dev', Description: 'one' }));
    expect(made.$metadata.httpStatusCode).toBe(201);
    expect(facts(made)).toEqual({
      AutoDeployed: false,
      CreatedDate: expect.any(Date),
      DeploymentId: expect.any(String),
      DeploymentStatus: 'DEPLOYED',
      Description: 'one',
    });
    const { DeploymentId } = made;
    expect(await send(new GetStageCommand({ ApiId, StageName: 'dev' }))).toMatchObject({ DeploymentId });
    expect(await refusal(send(new DeleteDeploymentCommand({ ApiId, DeploymentId })))).toBe(
      bad('Active stages pointing to this deployment must be moved or deleted'),
    );
    const other = await send(new CreateDeploymentCommand({ ApiId }));
    await send(new UpdateStageCommand({ ApiId, StageName: 'dev', DeploymentId: other.DeploymentId }));
    await send(new DeleteDeploymentCommand({ ApiId, DeploymentId }));
  });
});

describe('an authorizer', () => {
  const jwt = {
    AuthorizerType: 'JWT',
    IdentitySource: ['$request.header.Authorization'],
    JwtConfiguration: { Audience: ['test'], Issuer: 'https://issuer.example' },
  } as const;
  const request = () => ({
    AuthorizerType: 'REQUEST' as const,
    AuthorizerUri: invocationUri(aws, fn),
    AuthorizerPayloadFormatVersion: '2.0',
  });

  it('of tokens has what was sent', async () => {
    const { id: ApiId } = await TestApi.create(aws);
    const command = new CreateAuthorizerCommand({
      ApiId,
      Name: 'tokens',
      ...jwt,
      IdentitySource: [...jwt.IdentitySource],
      JwtConfiguration: { Audience: ['test'], Issuer: 'https://issuer.example' },
    });
    const created = await send(command);
    expect(created.$metadata.httpStatusCode).toBe(201);
    expect(facts(created)).toEqual({ AuthorizerId: expect.any(String), Name: 'tokens', ...jwt });
  });

  it('of a function keeps answers for 300 seconds when it has identity sources, and else not', async () => {
    const api = await TestApi.create(aws);
    await api.authorizer({ ...request(), Name: 'a' });
    await api.authorizer({ ...request(), Name: 'b', IdentitySource: ['$request.header.Auth'] });
    const ttl = { ...request(), IdentitySource: ['$request.header.Auth'], AuthorizerResultTtlInSeconds: 0 };
    await api.authorizer({ ...ttl, Name: 'c' });
    const { Items = [] } = await send(new GetAuthorizersCommand({ ApiId: api.id }));
    const byName = Object.fromEntries(
      Items.map((one) => [one.Name, [one.AuthorizerResultTtlInSeconds, one.EnableSimpleResponses]]),
    );
    expect(byName).toEqual({ a: [0, false], b: [300, false], c: [0, false] });
  });

  it('is not deleted while a route uses it, and a route without it has none', async () => {
    const api = await TestApi.create(aws);
    const AuthorizerId = await api.authorizer({ ...request(), Name: 'gate' });
    const RouteId = await api.route('POST /pdf', undefined, { AuthorizationType: 'CUSTOM', AuthorizerId });
    const at = { ApiId: api.id, AuthorizerId };
    expect(await refusal(send(new DeleteAuthorizerCommand(at)))).toBe(
      conflict("Cannot delete authorizer 'gate', is referenced in route: POST /pdf"),
    );
    const open = await send(new UpdateRouteCommand({ ApiId: api.id, RouteId, AuthorizationType: 'NONE' }));
    expect(open.AuthorizerId).toBeUndefined();
    const { $metadata } = await send(new DeleteAuthorizerCommand(at));
    expect($metadata.httpStatusCode).toBe(204);
  });

  it('is updated member by member', async () => {
    const api = await TestApi.create(aws);
    const AuthorizerId = await api.authorizer({ ...request(), Name: 'gate' });
    const updated = await send(
      new UpdateAuthorizerCommand({ ApiId: api.id, AuthorizerId, EnableSimpleResponses: true }),
    );
    expect(updated).toMatchObject({ ...request(), Name: 'gate', EnableSimpleResponses: true });
  });

  it.each<[string, (valid: ReturnType<typeof request>) => object, string]>([
    [
      'without a payload format',
      (valid) => ({ ...valid, AuthorizerPayloadFormatVersion: undefined }),
      'AuthorizerPayloadFormatVersion is a required parameter for REQUEST authorizer',
    ],
    [
      'without a function',
      (valid) => ({ ...valid, AuthorizerUri: undefined }),
      'AuthorizerUri is a required field in an Authorizer',
    ],
    [
      'with simple answers of the format 1.0',
      (valid) => ({ ...valid, AuthorizerPayloadFormatVersion: '1.0', EnableSimpleResponses: true }),
      'EnableSimpleResponses can only be set for AuthorizerPayloadFormatVersion "2.0".',
    ],
    [
      'that keeps answers by nothing',
      (valid) => ({ ...valid, AuthorizerResultTtlInSeconds: 5 }),
      'Identity source must be set if authorizer caching is enabled (TTL is greater than 0)',
    ],
    [
      'that keeps answers for too long',
      (valid) => ({ ...valid, IdentitySource: ['$request.header.A'], AuthorizerResultTtlInSeconds: 3601 }),
      'Authorizer result TTL outside allowable range. TTL must be between 0 and 3600 seconds.',
    ],
    [
      'of another source',
      (valid) => ({ ...valid, IdentitySource: ['route.request.header.Auth'] }),
      'Invalid identity source expression: route.request.header.Auth. The source must be a request header, request querystring, stage variable or context parameter',
    ],
    [
      'of tokens without an issuer',
      () => ({ AuthorizerType: 'JWT', IdentitySource: ['$request.header.Authorization'] }),
      'JwtConfiguration must not be null for JWT Authorizer',
    ],
    [
      'of tokens with an issuer that cannot be reached',
      () => ({ ...jwt, JwtConfiguration: { Audience: ['a'], Issuer: 'http://issuer.example' } }),
      "Invalid issuer: http://issuer.example. Issuer must have a valid discovery endpoint ended with '/.well-known/openid-configuration'",
    ],
  ])('is not created %s', async (_what, input, text) => {
    const { id: ApiId } = await TestApi.create(aws);
    const authorizer = { Name: 'a', IdentitySource: [], ...input(request()) };
    const command = new CreateAuthorizerCommand({ ApiId, ...authorizer } as never);
    expect(await refusal(send(command))).toBe(bad(text));
  });
});
