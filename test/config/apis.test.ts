// Routes, authorizers, CORS and domain names that AWS would refuse: one error with the line, before any call.
import { describe, expect, it } from 'vitest';
import { routeInArn, routeKeyProblem, sameRequests } from '../../src/config/apis/route-key.ts';
import { loadProject } from '../../src/config/load.ts';
import { UserError } from '../../src/errors/user-error.ts';

const head = ['project: shop', 'region: us-east-1', 'functions:'];
const one = (name: string, ...triggers: string[]) => [
  `  ${name}:`,
  '    runtime: python3.12',
  '    handler: app.handler',
  '    triggers:',
  ...triggers.map((trigger) => `      - http: ${trigger}`),
];

async function refusal(...lines: string[]): Promise<string> {
  const source = [...lines, ''].join('\n');
  const error = await loadProject({ cwd: '/p', env: {}, file: '/p/slsctl.yml', source }).catch(
    (thrown) => thrown,
  );
  expect(error).toBeInstanceOf(UserError);
  expect((error as UserError).exitCode).toBe(2);
  return (error as UserError).message;
}

describe('a route in slsctl.yml', () => {
  it.each([
    ['a path without a slash', 'GET users', 'functions.users.triggers.0.http', 'starts with /'],
    ['no method', '/users', '"/users"', 'METHOD /path'],
    ['a method in small letters', 'get /users', '"get"', 'did you mean GET?'],
    ['an unknown method', 'FETCH /users', '"FETCH"', 'ANY, DELETE, GET'],
    ['a parameter twice', 'GET /{id}/x/{id}', 'names the parameter id twice'],
    ['a greedy parameter before the end', 'GET /{all+}/x', '{all+} as the last part only'],
    ['a parameter that is a part of a part', 'GET /user-{id}', 'a whole part'],
    ['a query', 'GET /users?x=1', 'without blanks, ? and #'],
    ['an empty part', 'GET /users//x', 'without empty parts'],
    ['a second blank', '"GET  /users"', 'METHOD /path'],
    ['no path', '{ method: GET }', 'names no route'],
    ['a path without a slash in the long form', '{ method: GET, path: users }', 'http.path is "users"'],
    ['a method for $default', '{ method: GET, path: $default }', 'http.method goes without path: $default'],
    ['a time-out above the limit', '{ path: /x, timeoutInMillis: 30001 }', 'timeoutInMillis', '30000'],
    ['an API that is no id', '{ path: /x, api: my api }', 'the id of an HTTP API'],
    [
      'limits in an existing API',
      '{ path: /x, api: abcdefghij, throttling: { rateLimit: 1 } }',
      'throttling',
    ],
    ['a JWT authorizer without id', '{ path: /x, authorizationType: JWT }', 'needs authorizerId'],
    ['an authorizer that nobody defined', '{ path: /x, authorizer: jwt }', 'api.authorizers does not have'],
    ['an authorizer for an existing API', '{ path: /x, api: abcdefghij, authorizer: jwt }', 'authorizerId'],
    [
      'scopes without a token',
      '{ path: /x, authorizer: iam, authorizationScopes: [a] }',
      'needs an authorizer',
    ],
  ])('refuses %s', async (_, entry, ...says) => {
    const message = await refusal(...head, ...one('users', entry));
    expect(message).toMatch(/^slsctl\.yml:8:|\/slsctl\.yml:8:/);
    for (const said of says) expect(message).toContain(said);
  });

  it.each([
    ['the same route', 'GET /users/{id}', 'GET /users/{id}'],
    ['the same requests by another name of the parameter', 'GET /users/{id}', 'GET /users/{name}'],
  ])('refuses %s of two functions', async (_, first, second) => {
    const message = await refusal(...head, ...one('a', first), ...one('b', second));
    expect(message).toContain('slsctl.yml:13:');
    expect(message).toContain(`is the route ${second}, which a has already`);
  });

  it('takes the same route in two APIs', async () => {
    const lines = [...head, ...one('a', 'GET /x'), ...one('b', '{ route: GET /x, api: abcdefghij }'), ''];
    const project = await loadProject({
      ...{ cwd: '/p', env: {}, file: '/p/slsctl.yml', source: lines.join('\n') },
    });
    expect(project.functions).toHaveLength(2);
  });

  it('is found in the stage that declares it', async () => {
    const source = [...head, ...one('a', 'GET /x'), 'stages:', '  dev:', '    functions:', '      a:'];
    const staged = [...source, '        triggers:', '          - http: { path: /y, authorizer: no }', ''];
    const load = loadProject({
      ...{ cwd: '/p', env: {}, file: '/p/slsctl.yml', stage: 'dev', source: staged.join('\n') },
    });
    await expect(load).rejects.toThrow(/slsctl\.yml:14:/);
  });
});

describe('api: in slsctl.yml', () => {
  const api = (...lines: string[]) => [...head, ...one('users', 'GET /x'), 'api:', ...lines];

  it.each([
    [
      'CORS of all origins with credentials',
      ['  cors: { allowOrigins: ["*"], allowCredentials: true }'],
      'allowOrigins: ["*"]',
    ],
    [
      'CORS of all headers with credentials',
      ['  cors: { allowHeaders: ["*"], allowCredentials: true }'],
      'allowHeaders: ["*"]',
    ],
    [
      'a certificate of another region',
      [
        '  domain: { name: api.example.com, certificateArn: "arn:aws:acm:eu-west-1:123456789012:certificate/1" }',
      ],
      'is a certificate in eu-west-1; allowed: one in us-east-1',
    ],
    [
      'an authorizer of a function that is not there',
      ['  authorizers: { check: { function: user } }'],
      'did you mean users?',
    ],
    [
      'an authorizer of both kinds',
      ['  authorizers: { check: { function: users, jwt: { issuer: "https://a", audience: [b] } } }'],
      'needs jwt or function',
    ],
    ['an authorizer named iam', ['  authorizers: { iam: { function: users } }'], 'cannot be named iam'],
    [
      'a cache for tokens',
      [
        '  authorizers: { t: { authorizerResultTtlInSeconds: 5, jwt: { issuer: "https://a", audience: [b] } } }',
      ],
      'only for authorizers that are functions',
    ],
    ['an unknown field', ['  corss: {}'], 'did you mean cors?'],
  ])('refuses %s', async (_, lines, says) => {
    const message = await refusal(...api(...lines));
    expect(message).toContain('slsctl.yml:10:');
    expect(message).toContain(says);
  });
});

describe('the key of a route', () => {
  it.each([
    ['GET /users/{id}', 'GET/users/*'],
    ['ANY /files/{path+}', '*/files/*'],
    ['POST /', 'POST/'],
    ['$default', '$default'],
  ])('%s stands in an ARN as %s', (key, inArn) => {
    expect(routeKeyProblem(key)).toBe(undefined);
    expect(routeInArn(key)).toBe(inArn);
  });

  it('is the same for the same requests', () => {
    expect(sameRequests('GET /a/{x}')).toBe(sameRequests('GET /a/{y}'));
    expect(sameRequests('GET /a/{x}')).not.toBe(sameRequests('GET /a/{x+}'));
  });
});
