// Routes in an API that somebody else made: it stays theirs, and keeps what is not of slsctl.
import type { ApiGatewayV2 } from '@aws-sdk/client-apigatewayv2';
import { AddPermissionCommand } from '@aws-sdk/client-lambda';
import { beforeEach, describe, expect, it } from 'vitest';
import { apiClient, routesOf } from '../../support/triggers/apis.ts';
import { triggerBench } from '../../support/triggers/bench.ts';

const bench = triggerBench();
let gateway: ApiGatewayV2;
let ApiId: string;
beforeEach(async () => {
  gateway = apiClient(bench.aws.env);
  const made = await gateway.createApi({ Name: 'theirs', ProtocolType: 'HTTP' });
  ApiId = made.ApiId as string;
  await gateway.createStage({ ApiId, StageName: '$default', AutoDeploy: true });
});
const routes = () => routesOf(gateway, ApiId);

/** A route of others. */
async function theirRoute(RouteKey: string): Promise<void> {
  const { IntegrationId } = await gateway.createIntegration({
    ...{ ApiId, IntegrationType: 'HTTP_PROXY', IntegrationMethod: 'GET', PayloadFormatVersion: '1.0' },
    IntegrationUri: 'https://example.com',
  });
  await gateway.createRoute({ ApiId, RouteKey, Target: `integrations/${IntegrationId}` });
}

it('a route comes and goes, and everything else in the API stays', async () => {
  await theirRoute('GET /theirs');
  await bench.one([`http: { method: GET, path: /ours, api: ${ApiId} }`]);
  const { stdout } = await bench.deploy();
  expect(stdout).toMatch(new RegExp(`GET http://\\S*${ApiId}\\S*/ours`));
  expect((await routes())['GET /ours']?.integration?.IntegrationUri).toBe(bench.arn());
  const [statement] = await bench.statements();
  expect(statement).toMatchObject({
    Principal: { Service: 'apigateway.amazonaws.com' },
    Condition: {
      ArnLike: { 'AWS:SourceArn': `arn:aws:execute-api:us-east-1:000000000000:${ApiId}/*/GET/ours` },
    },
  });
  expect(await bench.differs()).toBe(false);
  await bench.one([`http: { method: POST, path: /ours, api: ${ApiId} }`]);
  await bench.deploy();
  expect(Object.keys(await routes()).sort()).toEqual(['GET /theirs', 'POST /ours']);
  const receipt = await bench.run('destroy', '--yes');
  expect(receipt.stdout).not.toContain('HTTP API');
  expect(Object.keys(await routes())).toEqual(['GET /theirs']);
  const { Items } = await gateway.getIntegrations({ ApiId });
  expect(Items).toHaveLength(1);
});

describe('is refused before anything is changed:', () => {
  const refused = async (entry: string, ...says: string[]) => {
    await bench.one([`http: ${entry}`]);
    const { code, stderr } = await bench.attempt('deploy', '--yes');
    expect(code).toBe(2);
    expect(stderr).toContain('slsctl.yml:7:');
    expect(stderr).toContain('nothing was changed');
    for (const said of says) expect(stderr).toContain(said);
    await expect(bench.clients.lambda.config.region()).resolves.toBe('us-east-1');
    expect(await bench.statements()).toEqual([]);
  };

  it('a route that others have', async () => {
    await theirRoute('GET /theirs');
    await refused(`{ route: GET /theirs, api: ${ApiId} }`, 'has already', 'https://example.com');
  });

  it('an API that does not exist', () =>
    refused('{ route: GET /a, api: abcdefghij }', 'there is no such HTTP API', 'us-east-1'));

  it('an API of another account or region', async () => {
    const arn = (place: string) => `"arn:aws:execute-api:${place}:${ApiId}"`;
    await refused(`{ route: GET /a, api: ${arn('us-east-1:123456789012')} }`, 'account 123456789012');
    await refused(`{ route: GET /a, api: ${arn('eu-west-1:000000000000')} }`, 'region eu-west-1');
  });
});

describe('a route that was made by hand for the function', () => {
  beforeEach(async () => {
    await bench.write({ [bench.name]: '' });
    await bench.deploy();
    const { IntegrationId } = await gateway.createIntegration({
      ...{ ApiId, IntegrationType: 'AWS_PROXY', PayloadFormatVersion: '1.0', TimeoutInMillis: 9000 },
      IntegrationUri: `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${bench.arn()}/invocations`,
    });
    await gateway.createRoute({ ApiId, RouteKey: 'GET /hand', Target: `integrations/${IntegrationId}` });
    await bench.clients.lambda.send(
      new AddPermissionCommand({
        ...{ FunctionName: bench.name, StatementId: 'by-hand', Action: 'lambda:InvokeFunction' },
        Principal: 'apigateway.amazonaws.com',
        SourceArn: `arn:aws:execute-api:us-east-1:000000000000:${ApiId}/*/GET/hand`,
      }),
    );
  });

  it('is listed as not in slsctl.yml, and is imported so that nothing is left to plan', async () => {
    const { stdout } = await bench.run('trigger', 'list');
    expect(stdout).toContain(`http GET /hand of ${ApiId} to ${bench.name}`);
    expect(stdout).toContain('not in slsctl.yml');
    await bench.run('init', 'imported', '--from-function', bench.name);
    const { code, stdout: planned } = await bench.attempt(
      ...['plan', '--exit-code', '--config', 'imported/slsctl.yml', '--adopt-from', bench.name],
    );
    expect(planned).not.toMatch(/(create|update|delete) http trigger/);
    expect([0, 10]).toContain(code);
  });

  it('is taken as it is, and a change gives it an integration of slsctl, not theirs', async () => {
    const before = (await routes())['GET /hand'];
    const entry = (more: string) => `http: { route: GET /hand, api: ${ApiId}${more} }`;
    await bench.one([entry(', payloadFormatVersion: "1.0"')]);
    await bench.deploy();
    expect((await routes())['GET /hand']?.Target).toBe(before?.Target);
    await bench.one([entry(', payloadFormatVersion: "2.0"')]);
    await bench.deploy();
    const after = (await routes())['GET /hand'];
    expect(after?.RouteId).toBe(before?.RouteId);
    expect(after?.integration).toMatchObject({ PayloadFormatVersion: '2.0', TimeoutInMillis: 9000 });
    const { Items = [] } = await gateway.getIntegrations({ ApiId });
    expect(Items.map((one) => one.IntegrationId)).toContain(before?.integration?.IntegrationId);
    expect(await bench.differs()).toBe(false);
  });
});
