// What belongs to the project's API: authorizers, CORS, limits, access log, variables, domain name.
import type { ApiGatewayV2 } from '@aws-sdk/client-apigatewayv2';
import { GetPolicyCommand } from '@aws-sdk/client-lambda';
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
const authorizers = async () => (await gateway.getAuthorizers({ ApiId: await api() })).Items ?? [];
/** The function of authorizers. */
const check = () => `${bench.name}check`;
const stage = async () => gateway.getStage({ ApiId: await api(), StageName: '$default' });

/** One function with these routes, an authorizer function, and the lines below `api:`. */
const write = (entries: readonly string[], ...lines: string[]) =>
  bench.write(
    { [bench.name]: `triggers:\n${entries.map((entry) => `  - http: ${entry}\n`).join('')}`, [check()]: '' },
    lines.length > 0 ? `api:\n${lines.map((line) => `  ${line.replace('CHECK', check())}\n`).join('')}` : '',
  );

describe('authorizers', () => {
  const jwt = 'authorizers: { users: { jwt: { issuer: "https://login.example.com", audience: [shop] } } }';

  it('take tokens of an issuer, and scopes', async () => {
    await write(['{ route: GET /a, authorizer: users, authorizationScopes: [read] }'], jwt);
    await bench.deploy();
    const [made] = await authorizers();
    expect(made).toMatchObject({
      ...{ AuthorizerType: 'JWT', IdentitySource: ['$request.header.Authorization'] },
      JwtConfiguration: { Issuer: 'https://login.example.com', Audience: ['shop'] },
    });
    expect((await routes())['GET /a']).toMatchObject({
      ...{ AuthorizationType: 'JWT', AuthorizerId: made?.AuthorizerId, AuthorizationScopes: ['read'] },
    });
    expect(await bench.differs()).toBe(false);
    await write(['{ route: GET /a, authorizer: users }'], jwt.replace('[shop]', '[shop, store]'));
    await bench.deploy();
    expect(await authorizers()).toMatchObject([
      { AuthorizerId: made?.AuthorizerId, JwtConfiguration: { Audience: ['shop', 'store'] } },
    ]);
    expect(await bench.differs()).toBe(false);
  });

  it('are functions of the project, with the permission for exactly this authorizer', async () => {
    await write(['{ route: GET /a, authorizer: own }'], 'authorizers: { own: { function: CHECK } }');
    await bench.deploy();
    const [made] = await authorizers();
    expect(made).toMatchObject({
      ...{ AuthorizerType: 'REQUEST', AuthorizerPayloadFormatVersion: '2.0', EnableSimpleResponses: true },
      AuthorizerUri: `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${bench.arn(check())}/invocations`,
    });
    const { Policy = '' } = await bench.clients.lambda.send(new GetPolicyCommand({ FunctionName: check() }));
    const [statement] = JSON.parse(Policy).Statement;
    expect(statement.Condition.ArnLike['AWS:SourceArn']).toBe(
      `arn:aws:execute-api:us-east-1:000000000000:${await api()}/authorizers/${made?.AuthorizerId}`,
    );
    expect((await routes())['GET /a']).toMatchObject({ AuthorizationType: 'CUSTOM' });
    expect(await bench.differs()).toBe(false);
    await bench.run('destroy', '--yes');
  });

  it('go when slsctl.yml no longer has them, after the routes that used them', async () => {
    await write(['{ route: GET /a, authorizer: own }'], 'authorizers: { own: { function: CHECK } }');
    await bench.deploy();
    await write(['{ route: GET /a, authorizer: null }']);
    await bench.deploy();
    expect(await authorizers()).toEqual([]);
    expect((await routes())['GET /a']?.AuthorizationType).toBe('NONE');
    const policy = bench.clients.lambda.send(new GetPolicyCommand({ FunctionName: check() }));
    await expect(policy).rejects.toThrow();
    expect(await bench.differs()).toBe(false);
    await bench.run('destroy', '--yes');
  });

  it('of others stay, and so does one that a route keeps', async () => {
    await write(['{ route: GET /a, authorizer: users }'], jwt);
    await bench.deploy();
    const ApiId = await api();
    await gateway.createAuthorizer({
      ...{ ApiId, Name: 'theirs', AuthorizerType: 'JWT', IdentitySource: ['$request.header.Authorization'] },
      JwtConfiguration: { Issuer: 'https://other.example.com', Audience: ['x'] },
    });
    // The file says nothing of who may call the route: it stays protected.
    await write(['GET /a']);
    await bench.deploy();
    expect((await authorizers()).map(({ Name }) => Name).sort()).toEqual(['slsctl.users', 'theirs']);
    expect((await routes())['GET /a']?.AuthorizationType).toBe('JWT');
    await bench.run('destroy', '--yes');
  });
});

describe('settings of the API and its stage', () => {
  it('of CORS are changed one by one, and null removes them', async () => {
    const cors = async () => (await gateway.getApi({ ApiId: await api() })).CorsConfiguration;
    await write(['GET /a'], 'cors: { allowOrigins: ["https://a.example"], allowMethods: [GET], maxAge: 5 }');
    await bench.deploy();
    expect(await cors()).toMatchObject({
      AllowOrigins: ['https://a.example'],
      AllowMethods: ['GET'],
      MaxAge: 5,
    });
    await write(['GET /a'], 'cors: { allowOrigins: ["https://b.example"] }');
    await bench.deploy();
    expect(await cors()).toMatchObject({
      AllowOrigins: ['https://b.example'],
      AllowMethods: ['GET'],
      MaxAge: 5,
    });
    expect(await bench.differs()).toBe(false);
    await write(['GET /a'], 'cors: null');
    await bench.deploy();
    expect(await cors()).toBe(undefined);
    expect(await bench.differs()).toBe(false);
    await bench.run('destroy', '--yes');
  });

  it('limit all routes and one, log requests, and hand on variables', async () => {
    const lines = ['throttling: { burstLimit: 50, rateLimit: 0.5 }', 'accessLog: { retentionInDays: 3 }'];
    await write(
      ['GET /a', '{ path: /b, throttling: { burstLimit: 2, rateLimit: 1 } }'],
      ...lines,
      'stageVariables: { color: blue, size: large }',
    );
    await bench.deploy();
    const group = `/aws/vendedlogs/apis/${bench.name}`;
    expect(await stage()).toMatchObject({
      DefaultRouteSettings: { ThrottlingBurstLimit: 50, ThrottlingRateLimit: 0.5 },
      RouteSettings: { 'ANY /b': { ThrottlingBurstLimit: 2, ThrottlingRateLimit: 1 } },
      StageVariables: { color: 'blue', size: 'large' },
      AccessLogSettings: { DestinationArn: `arn:aws:logs:us-east-1:000000000000:log-group:${group}` },
    });
    expect(await bench.differs()).toBe(false);
    await write(
      ['GET /a', '{ path: /b, throttling: null }'],
      'accessLog: null',
      'stageVariables: { color: null }',
    );
    await bench.deploy();
    const now = await stage();
    expect(now.RouteSettings ?? {}).toEqual({});
    expect(now.AccessLogSettings).toBe(undefined);
    expect(now.StageVariables).toEqual({ size: 'large' });
    expect(now.DefaultRouteSettings).toMatchObject({ ThrottlingBurstLimit: 50 });
    expect(await bench.differs()).toBe(false);
    await bench.run('destroy', '--yes');
  });
});

describe('a domain name', () => {
  const certificate = 'arn:aws:acm:us-east-1:000000000000:certificate/12345678-1234-1234-1234-123456789012';
  const domain = (name: string, more = '') =>
    `domain: { name: ${name}, certificateArn: "${certificate}"${more} }`;
  const mappings = async (DomainName: string) => (await gateway.getApiMappings({ DomainName })).Items ?? [];

  it('is made with a mapping to the stage, and says where DNS must point', async () => {
    const name = `${bench.name}.example.com`;
    await write(['GET /a'], domain(name, ', apiMappingKey: v1'));
    const { stdout } = await bench.deploy();
    expect(stdout).toMatch(new RegExp(`domain +${name}, to be pointed to d-\\S+ \\(CNAME\\)`));
    expect(await gateway.getDomainName({ DomainName: name })).toMatchObject({
      DomainNameConfigurations: [{ CertificateArn: certificate, EndpointType: 'REGIONAL' }],
    });
    expect(await mappings(name)).toMatchObject([
      { ApiId: await api(), Stage: '$default', ApiMappingKey: 'v1' },
    ]);
    expect(await bench.differs()).toBe(false);
    await write(['GET /a'], domain(name, ', apiMappingKey: v2'));
    await bench.deploy();
    expect((await mappings(name)).map((one) => one.ApiMappingKey)).toEqual(['v2']);
    expect(await bench.differs()).toBe(false);
    await write(['GET /a']);
    await bench.deploy();
    await expect(gateway.getDomainName({ DomainName: name })).rejects.toThrow();
    expect(await bench.differs()).toBe(false);
    await bench.run('destroy', '--yes');
  });

  it('of somebody else is used as it is: only the mapping comes and goes', async () => {
    const name = `${bench.name}.example.org`;
    await gateway.createDomainName({
      DomainName: name,
      DomainNameConfigurations: [
        { CertificateArn: certificate, EndpointType: 'REGIONAL', SecurityPolicy: 'TLS_1_2' },
      ],
    });
    await write(['GET /a'], domain(name, ', apiMappingKey: v1'));
    await bench.deploy();
    expect(await mappings(name)).toHaveLength(1);
    expect(await bench.differs()).toBe(false);
    await bench.run('destroy', '--yes');
    expect(await mappings(name)).toEqual([]);
    await expect(gateway.getDomainName({ DomainName: name })).resolves.toBeDefined();
  });

  it('of another region is refused with its line, before anything is called', async () => {
    await write(['GET /a'], domain('api.example.com').replace('us-east-1', 'eu-west-1'));
    const { code, stderr } = await bench.attempt('deploy', '--yes');
    expect(code).toBe(2);
    expect(stderr).toContain('slsctl.yml:3:');
    expect(stderr).toContain('is a certificate in eu-west-1; allowed: one in us-east-1');
    expect(await apiNamed(gateway, bench.name)).toBe(undefined);
  });
});
