// JWT authorizers: signature by the keys of the issuer, audience, times and scopes.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
import type { JWTPayload, JWTVerifyGetKey } from 'jose';
import { noticeOnce } from '../../../../notices.ts';
import type { WireAnswer } from '../../../../protocols/protocol.ts';
import type { AuthorizerRecord } from '../../state.ts';
import { variableOf } from '../expressions.ts';
import type { Passage } from '../passage.ts';
import { forbidden, unauthorized } from '../refusals.ts';
import { claimTexts } from './claims.ts';

const challenge = { 'www-authenticate': 'Bearer' };
/** As AWS: only these keys are read. */
const algorithms = ['RS256', 'RS384', 'RS512'];
/** How long an issuer may take to answer, in milliseconds. */
const patience = 10_000;

/** The keys of issuers. They load themselves again when a token has another key. */
const keys = new Map<string, Promise<JWTVerifyGetKey>>();

/** undefined: the token is valid. */
export async function checkToken(
  passage: Passage,
  { JwtConfiguration = {}, IdentitySource: [source = ''] = [] }: AuthorizerRecord,
): Promise<WireAnswer | undefined> {
  const given = variableOf(passage, source.slice(1)) ?? '';
  const token = given.replace(/^Bearer( +|$)/i, '');
  if (token === '') return unauthorized(challenge);
  let claims: JWTPayload;
  try {
    claims = await verified(token, JwtConfiguration.Issuer ?? '', JwtConfiguration.Audience ?? []);
  } catch (error) {
    passage.notes.authorizerError = (error as Error).message;
    noticeOnce(
      `The API ${passage.served.api.id} refuses a token of ${JwtConfiguration.Issuer}: ${(error as Error).message}`,
    );
    return unauthorized(challenge);
  }
  const wanted = passage.route.record.AuthorizationScopes ?? [];
  const own = scopesOf(claims);
  const granted = wanted.filter((scope) => own.includes(scope));
  if (wanted.length > 0 && granted.length === 0) {
    passage.notes.authorizerError = `the token has none of the scopes ${wanted.join(', ')}`;
    return forbidden();
  }
  const jwt = { claims: claimTexts(claims), scopes: wanted.length > 0 ? granted : null };
  passage.authorized = { kind: 'jwt', context: { jwt }, flat: jwt };
  return undefined;
}

async function verified(token: string, issuer: string, audience: readonly string[]): Promise<JWTPayload> {
  const { jwtVerify } = await import('jose');
  const { payload } = await jwtVerify(token, await keysOf(issuer), { issuer, algorithms });
  const named = payload.aud ?? (payload.client_id as string | undefined);
  const names = named === undefined ? [] : [named].flat();
  if (!names.some((name) => audience.includes(name))) throw new Error('invalid audience');
  if (payload.exp === undefined) throw new Error('the token has no expiry');
  if (payload.iat !== undefined && payload.iat * 1000 > Date.now() + 1000) {
    throw new Error('the token was issued in the future');
  }
  return payload;
}

function keysOf(issuer: string): Promise<JWTVerifyGetKey> {
  let known = keys.get(issuer);
  if (!known) {
    known = discovered(issuer);
    keys.set(issuer, known);
    // An issuer that cannot be reached now may be there later.
    known.catch(() => keys.delete(issuer));
  }
  return known;
}

async function discovered(issuer: string): Promise<JWTVerifyGetKey> {
  const { createRemoteJWKSet } = await import('jose');
  const discovery = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const answer = await fetch(discovery, { signal: AbortSignal.timeout(patience) });
  if (!answer.ok) throw new Error(`${discovery} answers ${answer.status}`);
  const { jwks_uri: uri } = (await answer.json()) as { jwks_uri?: string };
  if (uri === undefined || !URL.canParse(uri)) throw new Error(`${discovery} names no jwks_uri`);
  return createRemoteJWKSet(new URL(uri), { timeoutDuration: patience, cooldownDuration: 0 });
}

/** Of the claims `scope` and `scp`: a text with spaces, or a list. */
function scopesOf({ scope, scp }: JWTPayload): string[] {
  return [scope, scp].flatMap((value) =>
    typeof value === 'string' ? value.split(' ') : Array.isArray(value) ? value.map(String) : [],
  );
}
