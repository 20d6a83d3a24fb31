// Requests to REST APIs with integrations that map: MOCK, functions, and web servers.
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  addResource,
  ask,
  deploy,
  invocationUri,
  makeFunction,
  newApi,
  type RestAws,
  startRest,
} from './fixture.ts';

let aws: RestAws;
let web: Server;
let address: string;

/** What the web server got; the path `/status/N` asks for a status. */
async function echo(incoming: IncomingMessage) {
  const { method, url = '', headers } = incoming;
  return { method, url, headers, data: (await buffer(incoming)).toString() };
}

beforeAll(async () => {
  aws = await startRest();
  web = createServer(async (incoming, outgoing) => {
    const status = Number(/status\/(\d+)/.exec(incoming.url ?? '')?.[1] ?? 200);
    outgoing.writeHead(status, { 'Content-Type': 'application/json', Server: 'web', 'X-Web': 'yes' });
    outgoing.end(JSON.stringify(await echo(incoming)));
  });
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(web.address() as AddressInfo).port}`;
});
afterAll(async () => {
  web?.close();
  await aws?.stop();
});

interface Wanted {
  httpMethod?: string;
  method?: object;
  integration: object;
  /** By status. */
  responses?: Record<string, object>;
}

/** An API with one method at a path; it answers a function that asks the stage `dev`. */
async function made(pathPart: string, wanted: Wanted, more: object = {}) {
  const { restApiId, rootId } = await newApi(aws, {
    endpointConfiguration: { types: ['REGIONAL'] },
    ...more,
  });
  const resourceId = await addResource(aws, restApiId, rootId, pathPart);
  const { httpMethod = 'GET', method = {}, integration, responses = {} } = wanted;
  const at = { restApiId, resourceId, httpMethod };
  await aws.call('PutMethod', { ...at, authorizationType: 'NONE', ...method });
  await aws.call('PutIntegration', { ...at, ...(integration as { type: 'MOCK' }) });
  for (const [statusCode, response] of Object.entries(responses)) {
    await aws.call('PutMethodResponse', { ...at, statusCode });
    await aws.call('PutIntegrationResponse', { ...at, statusCode, ...response });
  }
  await deploy(aws, restApiId, 'dev', { variables: { color: 'blue' } });
  return (path = `/${pathPart}`, asked: Parameters<typeof ask>[3] = { method: httpMethod }) =>
    ask(aws, restApiId, `/dev${path}`, asked);
}

const json = (template: string) => ({ 'application/json': template });

describe('MOCK', () => {
  const ok = { requestTemplates: json('{"statusCode": 200}'), type: 'MOCK' };

  it('answers the template of the response, without a trace', async () => {
    const asked = await made('a', {
      integration: ok,
      responses: { 200: { responseTemplates: json('{"echo": "$input.params(\'q\')"}') } },
    });
    const got = await asked('/a?q=foobar');
    expect(got).toMatchObject({ status: 200, text: '{"echo": "foobar"}' });
    expect(got.headers['content-type']).toBe('application/json');
    expect(got.headers).not.toHaveProperty('x-amzn-trace-id');
  });

  it.each(['{statusCode: 200}', '{"statusCode": 200, "a": {"b": 1}}'])('takes %s', async (template) => {
    const asked = await made('{x}', {
      integration: { type: 'MOCK', requestTemplates: json(template) },
      responses: { 200: { selectionPattern: '2\\d{2}', responseTemplates: {} } },
    });
    expect(await asked('/test-path')).toMatchObject({ status: 200, text: '' });
  });

  it.each([
    ['a template without a status', { type: 'MOCK', requestTemplates: json('{}') }, { 200: {} }],
    ['no template', { type: 'MOCK' }, { 200: {} }],
    ['no response that fits', ok, { 400: { selectionPattern: '4\\d{2}' } }],
    ['no response', ok, {}],
    ['a template that cannot be read', { type: 'MOCK', requestTemplates: json('#if(') }, { 200: {} }],
  ])('with %s is 500', async (_, integration, responses) => {
    const asked = await made('a', { integration, responses });
    expect(await asked()).toMatchObject({ status: 500, text: '{"message": "Internal server error"}' });
  });

  it.each([
    ['NEVER', 415],
    ['WHEN_NO_TEMPLATES', 415],
    ['WHEN_NO_MATCH', 500],
  ])('with passthrough %s answers a body without a template with %i', async (passthroughBehavior, status) => {
    const asked = await made('a', {
      httpMethod: 'POST',
      integration: { ...ok, passthroughBehavior },
      responses: { 200: {} },
    });
    const got = await asked('/a', { method: 'POST', headers: { 'Content-Type': 'text/plain' }, body: 'x' });
    expect(got.status).toBe(status);
    if (status === 415) expect(got.json()).toEqual({ message: 'Unsupported Media Type' });
  });

  it('hands overrides from the request to the response', async () => {
    const template = `#set($context.responseOverride.status = 444)
#set($context.responseOverride.header.foo = "bar")
#set($context.requestOverride.path.body = $util.base64Decode($input.params('x')))
#set($context.responseOverride.custom = "too")
{"statusCode": 200}`;
    const asked = await made('{x}', {
      integration: { type: 'MOCK', requestTemplates: json(template) },
      responses: {
        200: {
          responseTemplates: json(
            '{"status": "$context.responseOverride.status", "custom": "$context.responseOverride.custom", "body": "$context.requestOverride.path.body"}',
          ),
        },
      },
    });
    const got = await asked(`/${Buffer.from('path1').toString('base64')}`);
    expect(got.status).toBe(444);
    expect(got.headers.foo).toBe('bar');
    expect(got.json()).toEqual({ status: '444', custom: 'too', body: 'path1' });
  });

  it('answers CORS by mapped headers', async () => {
    const asked = await made('a', {
      httpMethod: 'OPTIONS',
      integration: ok,
      responses: {
        200: {
          responseParameters: {
            'method.response.header.Access-Control-Allow-Origin': "'*'",
            'method.response.header.Access-Control-Allow-Methods': "'GET,OPTIONS'",
          },
        },
      },
    });
    expect((await asked()).headers).toMatchObject({
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'GET,OPTIONS',
    });
  });
});

describe('a function behind AWS', () => {
  const code = `exports.handler = async (event) => {
  if (event.fail) throw new Error('Error: Raising ' + event.fail);
  return event;
};`;
  const integration = (name: string, more: object = {}) => ({
    type: 'AWS',
    integrationHttpMethod: 'POST',
    uri: invocationUri(aws, name),
    ...more,
  });

  it('gets the body, and its answer is the body', async () => {
    const asked = await made('a', {
      httpMethod: 'POST',
      integration: integration(await makeFunction(aws, code)),
      responses: { 200: {} },
    });
    const got = await asked('/a', { method: 'POST', body: '{"message": "hello world"}' });
    expect(got).toMatchObject({ status: 200, text: '{"message":"hello world"}' });
    expect(got.headers['x-amzn-trace-id']).toMatch(/^Root=1-/);
  });

  it('gets what the template makes', async () => {
    const template =
      '{"q": "$input.params(\'q\')", "stage": "$context.stage", "color": "$stageVariables.color"}';
    const asked = await made('a', {
      integration: integration(await makeFunction(aws, code), { requestTemplates: json(template) }),
      responses: { 200: { selectionPattern: '' } },
    });
    expect((await asked('/a?q=1')).json()).toEqual({ q: '1', stage: 'dev', color: 'blue' });
  });

  it('selects the response by its error message, and not by a status', async () => {
    const asked = await made('a', {
      integration: integration(await makeFunction(aws, code), {
        requestTemplates: json('{"fail": "$input.params(\'fail\')"}'),
      }),
      responses: {
        200: { selectionPattern: '' },
        405: { selectionPattern: '.*four hundred.*' },
        502: { selectionPattern: '.+' },
        504: { selectionPattern: '200' },
      },
    });
    const statuses = [];
    for (const fail of ['', 'four%20hundred', 'five%20hundred']) {
      statuses.push((await asked(`/a?fail=${fail}`)).status);
    }
    expect(statuses).toEqual([200, 405, 502]);
    const { errorMessage } = (await asked('/a?fail=four%20hundred')).json();
    expect(errorMessage).toBe('Error: Raising four hundred');
  });
});

describe.each(['AWS', 'AWS_PROXY'])('%s', (type) => {
  it.each([
    'Authorization',
    'Connection',
    'Content-Length',
    'Expect',
    'Proxy-Authenticate',
    'TE',
    'Transfer-Encoding',
  ])('refuses requests when %s is mapped', async (header) => {
    const asked = await made('a', {
      integration: {
        type,
        integrationHttpMethod: 'POST',
        uri: invocationUri(aws, 'any'),
        requestParameters: { [`integration.request.header.${header}`]: "'x'" },
      },
      responses: { 200: {} },
    });
    const got = await asked();
    expect(got.status).toBe(500);
    expect(got.headers['x-amzn-errortype']).toBe('InternalServerErrorException');
  });
});

describe('HTTP', () => {
  it('sends only what is mapped', async () => {
    const asked = await made('{id}', {
      integration: {
        type: 'HTTP',
        integrationHttpMethod: 'POST',
        uri: `${address}/users/{id}`,
        requestParameters: {
          'integration.request.path.id': 'method.request.path.id',
          'integration.request.header.testHeader': 'method.request.header.customHeader',
          'integration.request.header.color': 'stageVariables.color',
          'integration.request.querystring.q': "'static'",
        },
      },
      responses: { 200: { selectionPattern: '2\\d{2}' } },
    });
    const got = await asked('/7?x=1', { headers: { customHeader: 'test', other: 'x' } });
    const { method, url, headers } = got.json();
    expect([method, url]).toEqual(['POST', '/users/7?q=static']);
    expect(headers).toMatchObject({
      accept: 'application/json',
      'user-agent': expect.stringMatching(/^AmazonAPIGateway_[a-z0-9]{10}$/),
      'x-amzn-apigateway-api-id': expect.any(String),
      'x-amzn-trace-id': expect.stringMatching(/^Root=/),
      'content-length': '0',
      testheader: 'test',
      color: 'blue',
    });
    expect(headers).not.toHaveProperty('other');
    expect(got.headers).not.toHaveProperty('x-web');
  });

  it('selects the response by the status, and maps its headers', async () => {
    const asked = await made('{status}', {
      integration: {
        type: 'HTTP',
        integrationHttpMethod: 'GET',
        uri: `${address}/status/{status}`,
        requestParameters: { 'integration.request.path.status': 'method.request.path.status' },
      },
      responses: {
        200: {
          responseParameters: {
            'method.response.header.X-Mapped': 'integration.response.header.X-Web',
            'method.response.header.Server': "'mine'",
          },
        },
        400: { selectionPattern: '4\\d{2}' },
      },
    });
    expect((await asked('/404')).status).toBe(400);
    const got = await asked('/201');
    expect(got.status).toBe(200);
    expect(got.headers).toMatchObject({ 'x-mapped': 'yes', 'x-amzn-remapped-server': 'mine' });
  });

  it.each(['Content-Length', 'Transfer-Encoding'])('refuses requests when %s is mapped', async (header) => {
    const asked = await made('a', {
      integration: {
        type: 'HTTP',
        integrationHttpMethod: 'GET',
        uri: address,
        requestParameters: { [`integration.request.header.${header}`]: "'1'" },
      },
      responses: { 200: {} },
    });
    expect((await asked()).status).toBe(500);
  });
});

describe('HTTP_PROXY', () => {
  it('passes the request and the answer on, status and headers too', async () => {
    const asked = await made('{proxy+}', {
      httpMethod: 'ANY',
      integration: {
        type: 'HTTP_PROXY',
        integrationHttpMethod: 'ANY',
        uri: `${address}/{proxy}`,
        requestParameters: {
          'integration.request.path.proxy': 'method.request.path.proxy',
          'integration.request.header.added': "'yes'",
          'integration.request.querystring.x': "'2'",
        },
      },
    });
    const got = await asked('/status/418?x=1', {
      method: 'PUT',
      headers: { 'X-Mine': 'me', Via: 'p.example.net', 'Content-Encoding': 'x' },
      body: '{"a":1}',
    });
    expect(got.status).toBe(418);
    expect(got.headers).toMatchObject({ 'x-web': 'yes', 'x-amzn-remapped-server': 'web' });
    expect(got.headers).not.toHaveProperty('x-amzn-trace-id');
    const { method, url, headers, data } = got.json();
    expect({ method, url, data }).toEqual({ method: 'PUT', url: '/status/418?x=1&x=2', data: '{"a":1}' });
    expect(headers).toMatchObject({ 'x-mine': 'me', added: 'yes' });
    expect(headers).not.toHaveProperty('via');
    expect(headers).not.toHaveProperty('content-encoding');
  });

  it.each([
    ['a server that is not there', 'http://127.0.0.1:1/'],
    ['an address that is none', 'https://$'],
  ])('with %s is 500', async (_, uri) => {
    const integration = {
      type: 'HTTP_PROXY',
      integrationHttpMethod: 'GET',
      uri: uri.endsWith('$') ? `${uri}{stageVariables.none}` : uri,
    };
    const asked = await made('a', { integration });
    expect(await asked()).toMatchObject({ status: 500, text: '{"message": "Internal server error"}' });
  });

  it('calls nothing beyond this machine', async () => {
    const asked = await made('a', {
      integration: { type: 'HTTP_PROXY', integrationHttpMethod: 'GET', uri: 'http://example.com/' },
    });
    expect((await asked()).status).toBe(504);
  });
});
