// Routes of the project's own HTTP API: deployed, changed in place, moved, and removed.
import type { ApiGatewayV2 } from '@aws-sdk/client-apigatewayv2';
import { beforeEach, describe, expect, it } from 'vitest';
import { apiClient, apiNamed, routesOf } from '../../support/triggers/apis.ts';
import { triggerBench } from '../../support/triggers/bench.ts';

const bench = triggerBench();
let gateway: ApiGatewayV2;
beforeEach(() => {
  gateway = apiClient(bench.aws.env);
});

const api = async () => (await apiNamed(gateway, bench.name))?.ApiId as string;
const routes = async () => routesOf(gateway, await api());
const integrations = async () => (await gateway.getIntegrations({ ApiId: await api() })).Items ?? [];
const sources = async (qualifier?: string) => {
  const statements = await bench.statements(qualifier);
  return statements.map(
    ({ Condition }) => (Condition as Record<string, Record<string, string>>).ArnLike?.['AWS:SourceArn'],
  );
};

describe('a route in the short form', () => {
  it('makes the API, its stage, an integration and the least permission, on the alias that follows', async () => {
    await bench.one(['http: GET /users/{id}', 'http: POST /users'], 'aliases: { live: {} }\n');
    const { stdout } = await bench.run('plan');
    expect(stdout).toContain(`create HTTP API ${bench.name}`);
    expect(stdout).toContain(`http trigger GET /users/{id} to ${bench.name}:live`);
    await bench.deploy();
    const id = await api();
    expect(await gateway.getApi({ ApiId: id })).toMatchObject({
      ...{ ProtocolType: 'HTTP', Name: bench.name },
      Tags: { 'slsctl:project': bench.name, 'slsctl:api': bench.name },
    });
    expect(await gateway.getStage({ ApiId: id, StageName: '$default' })).toMatchObject({ AutoDeploy: true });
    const live = await routes();
    const target = bench.arn(`${bench.name}:live`);
    for (const key of ['GET /users/{id}', 'POST /users']) {
      expect(live[key]).toMatchObject({ AuthorizationType: 'NONE', ApiKeyRequired: false });
      expect(live[key]?.integration).toMatchObject({
        ...{ IntegrationType: 'AWS_PROXY', IntegrationUri: target, PayloadFormatVersion: '2.0' },
        TimeoutInMillis: 30_000,
      });
    }
    // Both call the same place in the same way.
    expect(await integrations()).toHaveLength(1);
    const arn = `arn:aws:execute-api:us-east-1:000000000000:${id}`;
    expect((await sources('live')).sort()).toEqual([`${arn}/*/GET/users/*`, `${arn}/*/POST/users`]);
    expect(await bench.differs()).toBe(false);
  });

  it('shows every address and who may call it', async () => {
    await bench.one(['http: GET /users/{id}', 'http: { path: /me, authorizer: iam }', 'http: $default']);
    const { stdout, stderr } = await bench.deploy();
    const id = await api();
    for (const text of [
      new RegExp(`GET http://\\S+${id}\\S*/users/\\{id\\}`),
      new RegExp(`ANY http://\\S+${id}\\S*/me`),
      'public: everybody may call them',
      'signed requests only',
    ]) {
      expect(stdout).toMatch(text);
    }
    expect(stderr).toMatch(new RegExp(`next: curl http://\\S+${id}\\S*/$`, 'm'));
    const status = JSON.parse((await bench.run('status', '-o', 'json')).stdout);
    const [{ routes: shown }] = status.functions;
    expect(
      shown.map((one: Record<string, unknown>) => [one.route, one.public, one.authorizationType]),
    ).toEqual([
      ['GET /users/{id}', true, 'NONE'],
      ['ANY /me', false, 'AWS_IAM'],
      ['$default', true, 'NONE'],
    ]);
    expect(status.things).toMatchObject([{ kind: 'HTTP API', deployed: true, changes: 0 }]);
  });
});

describe('a change', () => {
  it('of settings that all routes of an integration want is made in place', async () => {
    await bench.one([
      'http: { path: /a, timeoutInMillis: 5000 }',
      'http: { path: /b, timeoutInMillis: 5000 }',
    ]);
    await bench.deploy();
    const [before] = await integrations();
    await bench.one([
      'http: { path: /a, timeoutInMillis: 6000 }',
      'http: { path: /b, timeoutInMillis: 6000 }',
    ]);
    await bench.deploy();
    expect(await integrations()).toMatchObject([
      { IntegrationId: before?.IntegrationId, TimeoutInMillis: 6000 },
    ]);
    expect(await bench.differs()).toBe(false);
  });

  it('of one route leaves the other as it is, and no integration without a route', async () => {
    await bench.one(['http: GET /a', 'http: GET /b']);
    await bench.deploy();
    const before = await routes();
    await bench.one(['http: { route: GET /a, payloadFormatVersion: "1.0" }', 'http: GET /b']);
    await bench.deploy();
    const after = await routes();
    expect(after['GET /a']?.RouteId).toBe(before['GET /a']?.RouteId);
    expect(after['GET /a']?.integration?.PayloadFormatVersion).toBe('1.0');
    expect(after['GET /b']?.Target).toBe(before['GET /b']?.Target);
    await bench.one(['http: { route: GET /a, payloadFormatVersion: "2.0" }', 'http: GET /b']);
    await bench.deploy();
    expect(await integrations()).toHaveLength(1);
    expect(await bench.differs()).toBe(false);
  });

  it('moves the route and its permission to an alias and back, under the same address', async () => {
    await bench.one(['http: GET /a']);
    await bench.deploy();
    const before = (await routes())['GET /a'];
    await bench.one(['http: GET /a'], 'aliases: { live: {} }\n');
    await bench.deploy();
    const moved = (await routes())['GET /a'];
    expect(moved?.RouteId).toBe(before?.RouteId);
    expect(moved?.integration?.IntegrationUri).toBe(bench.arn(`${bench.name}:live`));
    expect(await sources()).toEqual([]);
    expect(await sources('live')).toHaveLength(1);
    await bench.write({
      [bench.name]: `aliases: { live: {} }\ntriggers: [{ http: GET /a, qualifier: $LATEST }]\n`,
    });
    await bench.deploy();
    expect(await sources('live')).toEqual([]);
    expect(await sources()).toHaveLength(1);
    expect(await integrations()).toHaveLength(1);
    expect(await bench.differs()).toBe(false);
  });

  it('gives a route to another function without an error of AWS', async () => {
    const other = `${bench.name}b`;
    await bench.write({ [bench.name]: 'triggers: [{ http: GET /a }, { http: GET /b }]\n', [other]: '' });
    await bench.deploy();
    const before = (await routes())['GET /a'];
    await bench.write({
      [bench.name]: 'triggers: [{ http: GET /b }]\n',
      [other]: 'triggers: [{ http: GET /a }]\n',
    });
    await bench.deploy();
    const after = await routes();
    expect(after['GET /a']?.RouteId).toBe(before?.RouteId);
    expect(after['GET /a']?.integration?.IntegrationUri).toBe(bench.arn(other));
    expect(Object.keys(after).sort()).toEqual(['GET /a', 'GET /b']);
    expect(await sources()).toHaveLength(1);
    expect(await bench.differs()).toBe(false);
  });

  it('takes a route from a function that slsctl.yml no longer has', async () => {
    const renamed = `${bench.name}b`;
    await bench.one(['http: GET /a']);
    await bench.deploy();
    const before = (await routes())['GET /a'];
    await bench.write({ [renamed]: 'triggers: [{ http: GET /a }]\n' });
    await bench.deploy();
    const after = (await routes())['GET /a'];
    expect(after?.RouteId).toBe(before?.RouteId);
    expect(after?.integration?.IntegrationUri).toBe(bench.arn(renamed));
    expect(await integrations()).toHaveLength(1);
    expect(await bench.differs()).toBe(false);
  });

  it('by hand is shown and taken back', async () => {
    await bench.one(['http: { route: GET /a, authorizer: iam, timeoutInMillis: 5000 }']);
    await bench.deploy();
    const ApiId = await api();
    const live = (await routes())['GET /a'];
    await gateway.updateRoute({ ApiId, RouteId: live?.RouteId, AuthorizationType: 'NONE' });
    await gateway.updateIntegration({
      ...{ ApiId, IntegrationId: live?.integration?.IntegrationId, TimeoutInMillis: 7000 },
    });
    const { stdout } = await bench.attempt('plan');
    expect(stdout).toMatch(/AuthorizationType +NONE → AWS_IAM/);
    expect(stdout).toMatch(/Integration.TimeoutInMillis +7000 → 5000/);
    await bench.deploy();
    expect((await routes())['GET /a']).toMatchObject({
      AuthorizationType: 'AWS_IAM',
      integration: { TimeoutInMillis: 5000 },
    });
    expect(await bench.differs()).toBe(false);
  });

  it('that slsctl.yml does not say stays: an authorizer that is live is kept until it says null', async () => {
    await bench.one(['http: { route: GET /a, authorizer: iam }']);
    await bench.deploy();
    await bench.one(['http: GET /a']);
    const { stdout, code } = await bench.attempt('plan', '--exit-code');
    expect(code).toBe(0);
    expect(stdout).toContain('AuthorizationType AWS_IAM is live but not declared; kept');
    await bench.one(['http: { route: GET /a, authorizer: null }']);
    await bench.deploy();
    expect((await routes())['GET /a']?.AuthorizationType).toBe('NONE');
  });
});

describe('the removal', () => {
  it('of one route takes its permission, and the integration with the last one', async () => {
    await bench.one(['http: GET /a', 'http: GET /b', 'http: { route: GET /c, timeoutInMillis: 900 }']);
    await bench.deploy();
    await bench.one(['http: GET /a']);
    const { stdout } = await bench.run('plan');
    expect(stdout).toContain(`delete http trigger GET /b to ${bench.name}`);
    await bench.deploy();
    expect(Object.keys(await routes())).toEqual(['GET /a']);
    expect(await integrations()).toHaveLength(1);
    expect(await sources()).toHaveLength(1);
    expect(await bench.differs()).toBe(false);
  });

  it('of the last route takes the API, whose address is lost', async () => {
    await bench.one(['http: GET /a']);
    await bench.deploy();
    await bench.one([], '');
    await bench.write({ [bench.name]: '' });
    const { stdout } = await bench.run('plan');
    expect(stdout).toMatch(/removed; lost: the address http\S+; callers get errors/);
    await bench.deploy();
    expect(await apiNamed(gateway, bench.name)).toBe(undefined);
    expect(await bench.statements()).toEqual([]);
    expect(await bench.differs()).toBe(false);
  });

  it('leaves routes of others, and integrations that they use', async () => {
    await bench.one(['http: GET /a', 'http: GET /b']);
    await bench.deploy();
    const ApiId = await api();
    const { IntegrationId } = await gateway.createIntegration({
      ...{ ApiId, IntegrationType: 'HTTP_PROXY', IntegrationMethod: 'GET', PayloadFormatVersion: '1.0' },
      IntegrationUri: 'https://example.com',
    });
    await gateway.createRoute({ ApiId, RouteKey: 'GET /theirs', Target: `integrations/${IntegrationId}` });
    // By hand, to the integration that slsctl made.
    const { Target } = (await routes())['GET /a'] ?? {};
    await gateway.createRoute({ ApiId, RouteKey: 'GET /more', Target });
    await bench.one(['http: GET /b']);
    await bench.deploy();
    expect(Object.keys(await routes()).sort()).toEqual(['GET /b', 'GET /more', 'GET /theirs']);
    expect(await bench.differs()).toBe(false);
  });

  it('by destroy leaves nothing', async () => {
    await bench.one(['http: GET /a', 'http: { path: /b, throttling: { rateLimit: 3 } }']);
    await bench.deploy();
    const { stdout } = await bench.run('destroy', '--yes');
    expect(stdout).toMatch(/gone +HTTP API/);
    expect(stdout).toContain('Nothing remains.');
    expect(stdout).not.toContain('still calls');
    expect(await apiNamed(gateway, bench.name)).toBe(undefined);
  });

  it('needs the --confirm of a project whose slsctl.yml is elsewhere no more than a function does', async () => {
    await bench.one(['http: GET /a']);
    await bench.deploy();
    const { stdout } = await bench.run('list', '--orphans');
    expect(stdout).toContain('no orphans');
  });
});

describe('the API', () => {
  it('is found again by its tags when it was made by hand under the same name, which is refused', async () => {
    await gateway.createApi({ Name: bench.name, ProtocolType: 'HTTP' });
    await bench.one(['http: GET /a']);
    const { code, stderr } = await bench.attempt('deploy', '--yes');
    expect(code).toBe(1);
    expect(stderr).toContain(`HTTP API ${bench.name}`);
    expect(stderr).toContain('it was not made by slsctl');
    await bench.run('deploy', '--yes', '--adopt');
    expect(Object.keys(await routes())).toEqual(['GET /a']);
    expect(await bench.differs()).toBe(false);
  });

  it('has the stage in its name, so that each stage has one of its own', async () => {
    await bench.write({ [bench.name]: 'triggers: [{ http: GET /a }]\n' }, 'stages: { dev: {}, prod: {} }\n');
    await bench.run('deploy', '--yes', '--stage', 'dev');
    await bench.run('deploy', '--yes', '--stage', 'prod');
    expect(await apiNamed(gateway, `${bench.name}-dev`)).toBeDefined();
    await bench.run('destroy', '--yes', '--stage', 'dev');
    expect(await apiNamed(gateway, `${bench.name}-dev`)).toBe(undefined);
    expect(await apiNamed(gateway, `${bench.name}-prod`)).toBeDefined();
  });
});
