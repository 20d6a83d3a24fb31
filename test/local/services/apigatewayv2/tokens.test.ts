// JWT authorizers: tokens of an issuer on this machine, found by OpenID discovery.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CryptoKey, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { functionFor, type GatewayAws, startGateway, TestApi } from './fixture.ts';

let aws: GatewayAws;
let issuer: string;
let server: Server;
let key: CryptoKey;
let api: TestApi;
let asked: string[];

beforeAll(async () => {
  aws = await startGateway();
  const pair = await generateKeyPair('RS256');
  key = pair.privateKey;
  const jwk = { ...(await exportJWK(pair.publicKey)), kid: 'one', alg: 'RS256', use: 'sig' };
  asked = [];
  server = createServer(({ url = '' }, answer) => {
    asked.push(url);
    const document = url === '/keys' ? { keys: [jwk] } : { issuer, jwks_uri: `${issuer}/keys` };
    answer.end(JSON.stringify(document));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  api = await TestApi.live(aws);
  const fn = await functionFor(aws);
  const AuthorizerId = await api.authorizer({
    AuthorizerType: 'JWT',
    IdentitySource: ['$request.header.Authorization'],
    JwtConfiguration: { Issuer: issuer, Audience: ['users', 'more'] },
  });
  const open = { AuthorizationType: 'JWT', AuthorizerId } as const;
  const scoped = { ...open, AuthorizationScopes: ['read', 'write'] };
  const integration = await api.integration(fn);
  const old = await api.integration(fn, { PayloadFormatVersion: '1.0' });
  await api.route('GET /open', integration, open);
  await api.route('GET /scoped', integration, scoped);
  await api.route('GET /old', old, open);
});
afterAll(async () => {
  server?.close();
  await aws?.stop();
});

const now = () => Math.floor(Date.now() / 1000);

async function token(claims: JWTPayload = {}, by = key, alg = 'RS256'): Promise<string> {
  const all = { iss: issuer, aud: 'users', iat: now(), exp: now() + 600, ...claims };
  return new SignJWT(all).setProtectedHeader({ alg, kid: 'one' }).sign(by);
}

const withToken = (given: string, path = '/open', scheme = 'Bearer ') =>
  api.ask(path, { headers: { authorization: scheme + given } });

const unauthorized = {
  status: 401,
  text: '{"message":"Unauthorized"}',
  headers: { 'www-authenticate': 'Bearer' },
};

describe('a route with a JWT authorizer', () => {
  it('needs a token', async () => {
    expect(await api.ask('/open')).toMatchObject(unauthorized);
    expect(await withToken('')).toMatchObject(unauthorized);
  });

  it('gets the claims of a valid one as texts', async () => {
    const claims = { sub: 'sam', admin: true, 'cognito:groups': ['a', 'b'], address: { country: 'DE' } };
    const got = await withToken(await token(claims));
    expect(got.status).toBe(200);
    const { jwt } = got.json().requestContext.authorizer;
    expect(jwt.claims).toEqual({
      iss: issuer,
      aud: 'users',
      sub: 'sam',
      admin: 'true',
      'cognito:groups': '[a b]',
      address: 'map[country:DE]',
      iat: expect.stringMatching(/^\d+$/),
      exp: expect.stringMatching(/^\d+$/),
    });
    expect(jwt.scopes).toBeNull();
  });

  it('takes it without the word Bearer, and has flat claims in the format 1.0', async () => {
    const got = await withToken(await token({ sub: 'sam' }), '/old', '');
    expect(got.json().requestContext.authorizer).toMatchObject({ claims: { sub: 'sam' }, scopes: null });
  });

  it.each<[string, () => Promise<string>]>([
    ['of another issuer', () => token({ iss: 'https://other.example' })],
    ['for another audience', () => token({ aud: 'others' })],
    ['without an audience', () => token({ aud: undefined })],
    ['that has expired', () => token({ exp: now() - 10 })],
    ['that never expires', () => token({ exp: undefined })],
    ['that is not valid yet', () => token({ nbf: now() + 100 })],
    ['that was issued later', () => token({ iat: now() + 100 })],
    ['of another key', async () => token({}, (await generateKeyPair('RS256')).privateKey)],
    ['of another algorithm', async () => token({}, (await generateKeyPair('ES256')).privateKey, 'ES256')],
    ['that is not one', async () => 'a.b.c'],
  ])('refuses a token %s', async (_what, made) => {
    expect(await withToken(await made())).toMatchObject(unauthorized);
  });

  it('takes a client id for an audience when there is none, and one of several audiences', async () => {
    expect((await withToken(await token({ aud: undefined, client_id: 'more' }))).status).toBe(200);
    expect((await withToken(await token({ aud: ['x', 'users'] }))).status).toBe(200);
  });

  it('wants one of its scopes', async () => {
    const lacking = await withToken(await token({ scope: 'other' }), '/scoped');
    expect(lacking).toMatchObject({ status: 403, text: '{"message":"Forbidden"}' });
    expect(await withToken(await token(), '/scoped')).toMatchObject({ status: 403 });
    for (const claims of [{ scope: 'other write' }, { scp: ['write'] }]) {
      const got = await withToken(await token(claims), '/scoped');
      expect(got.json().requestContext.authorizer.jwt.scopes).toEqual(['write']);
    }
  });

  it('reads the keys of the issuer once', async () => {
    await withToken(await token());
    const before = asked.length;
    await withToken(await token());
    expect(asked.length).toBe(before);
    expect(asked).toContain('/.well-known/openid-configuration');
  });
});
