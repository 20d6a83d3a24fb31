// Integrations of web addresses, roles, parameter mappings, access logs and metrics.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { UpdateStageCommand } from '@aws-sdk/client-apigatewayv2';
import { CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CreateRoleCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { functionFor, type GatewayAws, startGateway, TestApi } from './fixture.ts';

let aws: GatewayAws;
let fn: string;
let web: Server;
let address: string;
beforeAll(async () => {
  aws = await startGateway();
  fn = await functionFor(aws);
  web = createServer(async (request, answer) => {
    const { method, url, headers } = request;
    const body = (await buffer(request)).toString();
    if (url === '/slow') return;
    answer.writeHead(url?.startsWith('/missing') ? 404 : 201, {
      'x-web': 'yes',
      'set-cookie': ['a=1', 'b=2'],
    });
    answer.end(JSON.stringify({ method, url, headers, body }));
  });
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(web.address() as AddressInfo).port}`;
});
afterAll(async () => {
  web?.closeAllConnections();
  web?.close();
  await aws?.stop();
});

const http = { IntegrationType: 'HTTP_PROXY', PayloadFormatVersion: '1.0' } as const;

describe('an integration of a web address', () => {
  it('passes the request on, and its answer back', async () => {
    const api = await TestApi.live(aws);
    await api.route(
      'ANY /{proxy+}',
      await api.integration(`${address}/base/{proxy}`, { ...http, IntegrationMethod: 'ANY' }),
    );
    const got = await api.ask('/a/b%20c?q=1', {
      method: 'PUT',
      headers: { 'X-Own': 'own', 'content-type': 'text/plain' },
      body: 'hello',
    });
    expect(got.status).toBe(201);
    expect(got.headers).toMatchObject({ 'x-web': 'yes', 'set-cookie': ['a=1', 'b=2'] });
    expect(got.json()).toMatchObject({
      method: 'PUT',
      url: '/base/a/b%20c?q=1',
      body: 'hello',
      headers: { 'x-own': 'own', host: new URL(address).host, via: 'HTTP/1.1 AmazonAPIGateway' },
    });
  });

  it('uses the method of the integration, and the path of the request for $default', async () => {
    const api = await TestApi.live(aws);
    await api.route('$default', await api.integration(address, { ...http, IntegrationMethod: 'POST' }));
    expect((await api.ask('/any/where?x=y')).json()).toMatchObject({ method: 'POST', url: '/any/where?x=y' });
  });

  it('that does not answer in time, or at all, is 503', async () => {
    const api = await TestApi.live(aws);
    const gone = { status: 503, text: '{"message":"Service Unavailable"}' };
    const get = { ...http, IntegrationMethod: 'GET' };
    await api.route('GET /slow', await api.integration(`${address}/slow`, { ...get, TimeoutInMillis: 50 }));
    await api.route('GET /gone', await api.integration('http://127.0.0.1:9', get));
    expect(await api.ask('/slow')).toMatchObject(gone);
    expect(await api.ask('/gone')).toMatchObject(gone);
  });

  it('outside of this machine is not called', async () => {
    const api = await TestApi.live(aws);
    const get = { ...http, IntegrationMethod: 'GET' };
    await api.route('GET /', await api.integration('https://example.com', get));
    expect(await api.ask('/')).toMatchObject({ status: 500, text: '{"message":"Internal Server Error"}' });
  });
});

describe('an integration with a role', () => {
  it('needs no permission in the policy of the function, but the role does', async () => {
    const closed = await functionFor(aws, undefined, false);
    const trust = {
      Effect: 'Allow',
      Principal: { Service: 'apigateway.amazonaws.com' },
      Action: 'sts:AssumeRole',
    };
    const document = (Statement: object) => JSON.stringify({ Version: '2012-10-17', Statement: [Statement] });
    const { Role } = await aws.iam.send(
      new CreateRoleCommand({ RoleName: 'gateway', AssumeRolePolicyDocument: document(trust) }),
    );
    const api = await TestApi.live(aws);
    await api.route('GET /', await api.integration(closed, { CredentialsArn: Role?.Arn }));
    expect((await api.ask('/')).status).toBe(500);
    const allow = { Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: closed };
    await aws.iam.send(
      new PutRolePolicyCommand({ RoleName: 'gateway', PolicyName: 'p', PolicyDocument: document(allow) }),
    );
    expect((await api.ask('/')).status).toBe(200);
  });
});

describe('a function that a stage variable names', () => {
  it('is called', async () => {
    const api = await TestApi.create(aws);
    const name = fn.split(':').at(-1) as string;
    const uri = fn.replace(name, `\${stageVariables.fn}`);
    await api.route('GET /', await api.integration(uri));
    await api.stage({ StageName: '$default', AutoDeploy: true, StageVariables: { fn: name } });
    expect((await api.ask('/')).status).toBe(200);
  });
});

describe('parameter mappings', () => {
  it('change the request of a function', async () => {
    const api = await TestApi.live(aws);
    const integration = await api.integration(fn, {
      RequestParameters: {
        'append:header.x-list': 'more',
        'overwrite:header.x-path': '$request.path.id',
        'overwrite:header.x-body': '$request.body.user.name',
        'overwrite:header.x-mixed': `\${request.method} for \${context.apiId}`,
        'remove:header.x-secret': "''",
        'append:querystring.q': '$request.header.x-list',
        'remove:querystring.gone': "''",
        'overwrite:path': `/v2\${request.path}`,
      },
    });
    await api.route('POST /users/{id}', integration);
    const event = (
      await api.ask('/users/7?q=1&gone=2', {
        method: 'POST',
        headers: { 'x-list': 'one', 'x-secret': 's', 'content-type': 'application/json' },
        body: '{"user":{"name":"Sam"}}',
      })
    ).json();
    expect(event).toMatchObject({
      rawPath: '/v2/users/7',
      queryStringParameters: { q: '1,one' },
      headers: { 'x-list': 'one,more', 'x-path': '7', 'x-body': 'Sam', 'x-mixed': `POST for ${api.id}` },
    });
    expect(event.headers).not.toHaveProperty('x-secret');
  });

  it('change the response, by its status', async () => {
    const api = await TestApi.live(aws);
    const integration = await api.integration(`${address}/missing`, {
      ...http,
      IntegrationMethod: 'GET',
      ResponseParameters: {
        '404': {
          'overwrite:statuscode': '403',
          'overwrite:header.x-web': '$response.header.x-web',
          'append:header.x-web': 'too',
          'remove:header.x-none': "''",
          'overwrite:header.x-url': '$response.body.url',
        },
      },
    });
    await api.route('GET /', integration);
    const got = await api.ask('/');
    expect(got.status).toBe(403);
    expect(got.headers).toMatchObject({ 'x-web': 'yes,too', 'x-url': '/missing' });
  });
});

describe('access logs', () => {
  const DestinationArn = () => `arn:aws:logs:${aws.region}:${aws.account}:log-group:access`;
  const settings = () => ({
    endpoint: aws.endpoint,
    region: aws.region,
    credentials: aws.lambda.config.credentials,
  });

  async function lines(count: number): Promise<string[]> {
    const logs = new CloudWatchLogsClient(settings());
    return vi.waitFor(async () => {
      const { events = [] } = await logs.send(new FilterLogEventsCommand({ logGroupName: 'access' }));
      expect(events.length).toBe(count);
      return events.map(({ message = '' }) => message);
    });
  }

  it('have a line for each request, in the format of the stage', async () => {
    const api = await TestApi.live(aws);
    await api.route('GET /users/{id}', await api.integration(fn));
    const Format = JSON.stringify({
      id: '$context.requestId',
      ip: '$context.identity.sourceIp',
      route: '$context.routeKey',
      method: '$context.httpMethod',
      path: '$context.path',
      status: '$context.status',
      length: '$context.responseLength',
      latency: '$context.responseLatency',
      integration: '$context.integration.status',
      error: '$context.error.message',
      claim: '$context.authorizer.claims.sub',
      time: '$context.requestTime',
    });
    await aws.gateway.send(
      new UpdateStageCommand({
        ApiId: api.id,
        StageName: '$default',
        AccessLogSettings: { DestinationArn: `${DestinationArn()}:*`, Format },
      }),
    );
    const got = await api.ask('/users/1', { headers: { answer: '{"statusCode":202,"body":"four"}' } });
    const [line = ''] = await lines(1);
    expect(JSON.parse(line)).toEqual({
      id: got.headers['apigw-requestid'],
      ip: '127.0.0.1',
      route: 'GET /users/{id}',
      method: 'GET',
      path: '/users/1',
      status: '202',
      length: '4',
      latency: expect.stringMatching(/^\d+$/),
      integration: '200',
      error: '-',
      claim: '-',
      time: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:/),
    });
    await api.ask('/users/1', { headers: { answer: '{"statusCode":"x"}' } });
    expect(JSON.parse((await lines(2))[1] ?? '')).toMatchObject({
      status: '500',
      error: 'Internal Server Error',
    });
  });
});

describe('the metrics of an API', () => {
  it('count requests and errors', async () => {
    const api = await TestApi.live(aws);
    await api.route('GET /', await api.integration(fn));
    for (const statusCode of [200, 404, 500]) {
      await api.ask('/', { headers: { answer: JSON.stringify({ statusCode }) } });
    }
    const watch = new CloudWatchClient({
      endpoint: aws.endpoint,
      region: aws.region,
      credentials: aws.lambda.config.credentials,
    });
    const sum = async (MetricName: string) => {
      const { Datapoints = [] } = await watch.send(
        new GetMetricStatisticsCommand({
          Namespace: 'AWS/ApiGateway',
          MetricName,
          Dimensions: [{ Name: 'ApiId', Value: api.id }],
          StartTime: new Date(Date.now() - 600_000),
          EndTime: new Date(Date.now() + 600_000),
          Period: 3600,
          Statistics: ['Sum'],
        }),
      );
      return Datapoints.reduce((total, { Sum = 0 }) => total + Sum, 0);
    };
    expect([await sum('Count'), await sum('4xx'), await sum('5xx')]).toEqual([3, 1, 1]);
  });
});
