// HTTP APIs with boto3 and the aws CLI.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pythonWithBoto3 } from '../../../support/boto3/boto3.ts';
import { account, arnOf, region, type Seen, seenByBoto3 } from '../../../support/boto3/fixture.ts';
import { awsCli } from '../../../support/tools.ts';
import { type InProcessAws, startInProcess } from '../../in-process.ts';

const python = await pythonWithBoto3();
const cli = await awsCli();

const members = (value: unknown) =>
  Object.keys(value as object)
    .filter((name) => name !== 'status' && name !== 'headers')
    .sort();

describe.skipIf(!python)('boto3', () => {
  let boto3: Seen;
  let call: Seen['call'];
  beforeAll(async () => {
    boto3 = await seenByBoto3(python as string);
    call = boto3.call;
  });
  afterAll(() => boto3?.stop());

  it('sees the members of AWS, and no others', async () => {
    const api = await call('apigatewayv2 create_api', { Name: 'users', ProtocolType: 'HTTP' });
    expect(api.status).toBe(201);
    expect(members(api)).toEqual([
      'ApiEndpoint',
      'ApiId',
      'ApiKeySelectionExpression',
      'CreatedDate',
      'DisableExecuteApiEndpoint',
      'Name',
      'ProtocolType',
      'RouteSelectionExpression',
      'Tags',
    ]);
    const at = { ApiId: api.ApiId };
    const integration = await call('apigatewayv2 create_integration', {
      ...at,
      IntegrationType: 'AWS_PROXY',
      IntegrationUri: arnOf('f'),
      PayloadFormatVersion: '2.0',
    });
    expect(members(integration)).toEqual([
      'ConnectionType',
      'IntegrationId',
      'IntegrationMethod',
      'IntegrationType',
      'IntegrationUri',
      'PayloadFormatVersion',
      'TimeoutInMillis',
    ]);
    const Target = `integrations/${integration.IntegrationId}`;
    const route = await call('apigatewayv2 create_route', { ...at, RouteKey: 'GET /users/{id}', Target });
    expect(members(route)).toEqual(['ApiKeyRequired', 'AuthorizationType', 'RouteId', 'RouteKey', 'Target']);
    const stage = await call('apigatewayv2 create_stage', { ...at, StageName: '$default', AutoDeploy: true });
    expect(members(stage)).toEqual([
      'AutoDeploy',
      'CreatedDate',
      'DefaultRouteSettings',
      'DeploymentId',
      'LastDeploymentStatusMessage',
      'LastUpdatedDate',
      'RouteSettings',
      'StageName',
      'StageVariables',
      'Tags',
    ]);
    expect(stage.DefaultRouteSettings).toEqual({ DetailedMetricsEnabled: false });
    expect(
      await boto3.refusal('apigatewayv2 create_route', { ...at, RouteKey: 'GET /users/{id}', Target }),
    ).toBe('409 ConflictException: Route with key GET /users/{id} already exists for this API');
    const got = await call('apigatewayv2 get_stage', { ...at, StageName: '$default' });
    expect(got.StageName).toBe('$default');
    expect((await call('apigatewayv2 delete_api', at)).status).toBe(204);
    expect(await boto3.refusal('apigatewayv2 get_api', at)).toBe(
      `404 NotFoundException: Invalid API identifier specified ${account}:${api.ApiId}`,
    );
  });

  it('tags by ARN', async () => {
    const { ApiId } = await call('apigatewayv2 create_api', { Name: 'tagged', ProtocolType: 'HTTP' });
    const ResourceArn = `arn:aws:apigateway:${region}::/apis/${ApiId}`;
    expect((await call('apigatewayv2 tag_resource', { ResourceArn, Tags: { a: 'b' } })).status).toBe(201);
    expect((await call('apigatewayv2 get_tags', { ResourceArn })).Tags).toEqual({ a: 'b' });
    expect((await call('apigatewayv2 untag_resource', { ResourceArn, TagKeys: ['a'] })).status).toBe(204);
    expect((await call('apigatewayv2 get_tags', { ResourceArn })).Tags).toEqual({});
  });
});

describe.skipIf(!cli)('the aws CLI', () => {
  let local: InProcessAws;
  beforeAll(async () => {
    local = await startInProcess();
  });
  afterAll(() => local?.stop());

  it('makes an API in one command, and finds its parts', async () => {
    const { AWS_ENDPOINT_URL = '', ...env } = local.env;
    const aws = async (...words: string[]) => {
      const all = ['apigatewayv2', ...words, '--endpoint-url', AWS_ENDPOINT_URL, '--output', 'json'];
      const { stdout } = await promisify(execFile)(cli as string, all, {
        env: { PATH: process.env.PATH, HOME: local.home, AWS_EC2_METADATA_DISABLED: 'true', ...env },
      });
      return stdout === '' ? {} : JSON.parse(stdout);
    };
    const target = `arn:aws:lambda:${env.AWS_REGION}:000000000000:function:f`;
    const { ApiId } = await aws('create-api', '--name', 'q', '--protocol-type', 'HTTP', '--target', target);
    const { Items } = await aws('get-routes', '--api-id', ApiId);
    expect(Items).toMatchObject([{ RouteKey: '$default', ApiGatewayManaged: true }]);
    const cors = 'AllowOrigins=https://a.example,AllowMethods=GET';
    const updated = await aws('update-api', '--api-id', ApiId, '--cors-configuration', cors);
    expect(updated.CorsConfiguration).toEqual({
      AllowOrigins: ['https://a.example'],
      AllowMethods: ['GET'],
    });
    await aws('delete-api', '--api-id', ApiId);
    expect((await aws('get-apis')).Items).toEqual([]);
  });
});
