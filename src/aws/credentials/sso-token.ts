// The token of a sign-in at IAM Identity Center, from the cache of the `aws` CLI, refreshed when it is about to expire.
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CreateTokenCommand, SSOOIDCClient } from '@aws-sdk/nested-clients/sso-oidc';
import type { UserError } from '../../errors/user-error.ts';
import { replaceFile } from '../../replace-file.ts';
import { nameErrors } from '../middleware/name-errors.ts';
import { awsFolder } from '../shared-files.ts';
import { unusable } from './problem.ts';
import type { Means } from './provider.ts';
import { refusalOf } from './sts.ts';

export interface SsoSession {
  readonly profile: string;
  readonly startUrl: string;
  readonly region: string;
  /** Name of the section `sso-session`; undefined: the profile itself says where to sign in. */
  readonly name?: string;
}

/** Milliseconds before a token expires at which it is refreshed. */
const renewal = 15 * 60_000;

interface Token {
  accessToken: string;
  expiresAt: string;
  clientId?: string;
  clientSecret?: string;
  refreshToken?: string;
  registrationExpiresAt?: string;
}

/** Rejects with a UserError (exit 3) when nobody has signed in, or the sign-in has expired. */
export async function ssoToken(means: Means, session: SsoSession): Promise<string> {
  const { name, startUrl, profile } = session;
  const hash = createHash('sha1')
    .update(name ?? startUrl)
    .digest('hex');
  const file = join(awsFolder(means.settings), 'sso', 'cache', `${hash}.json`);
  const token = await readToken(file);
  if (!token) {
    throw unusable(`nobody has signed in for profile ${profile} with SSO`, {
      reason: 'the cache of sign-ins has no token for it',
      next: `aws sso login --profile ${profile}`,
    });
  }
  const fresh = name && lifetimeOf(token) < renewal ? await refreshed(means, session, token) : undefined;
  if (fresh) {
    // A token that cannot be kept still serves this run.
    await replaceFile(file, (temporary) =>
      writeFile(temporary, JSON.stringify(fresh), { mode: 0o600, flag: 'wx' }),
    ).catch(() => {});
    return fresh.accessToken;
  }
  if (isGood(token)) return token.accessToken;
  throw expiredSession(profile, `it ended at ${token.expiresAt}`);
}

export function expiredSession(profile: string, reason: string): UserError {
  return unusable(`the SSO session of profile ${profile} has expired`, {
    reason,
    next: `aws sso login --profile ${profile}`,
  });
}

/** Milliseconds until it expires. */
function lifetimeOf({ expiresAt }: Token): number {
  return new Date(expiresAt.replace(/UTC$/, 'Z')).getTime() - Date.now();
}

function isGood(token: Token): boolean {
  return lifetimeOf(token) > 0;
}

async function readToken(file: string): Promise<Token | undefined> {
  try {
    const token = JSON.parse(await readFile(file, 'utf8'));
    const complete = typeof token.accessToken === 'string' && typeof token.expiresAt === 'string';
    return complete ? token : undefined;
  } catch {
    return undefined;
  }
}

/** undefined: it cannot be refreshed, so the user must sign in again. */
async function refreshed(
  { client, settings }: Means,
  { region, startUrl }: SsoSession,
  token: Token,
): Promise<Token | undefined> {
  const { clientId, clientSecret, refreshToken, registrationExpiresAt = '' } = token;
  if (!clientId || !clientSecret || !refreshToken) return undefined;
  if (!(new Date(registrationExpiresAt.replace(/UTC$/, 'Z')).getTime() > Date.now())) return undefined;
  const endpoint = settings.endpoint('SSO OIDC');
  const oidc = new SSOOIDCClient({ ...client, region, ...(endpoint && { endpoint }) });
  nameErrors(oidc.middlewareStack);
  try {
    const given = await oidc.send(
      new CreateTokenCommand({ clientId, clientSecret, refreshToken, grantType: 'refresh_token' }),
    );
    if (!given.accessToken) return undefined;
    const expires = new Date(Date.now() + (given.expiresIn ?? 0) * 1000);
    return {
      ...token,
      ...{ startUrl, region, accessToken: given.accessToken },
      expiresAt: expires.toISOString().replace(/\.\d+Z$/, 'Z'),
      ...(given.refreshToken && { refreshToken: given.refreshToken }),
    };
  } catch (error) {
    // A token that is still good serves this run, whatever kept the service from refreshing it.
    if (refusalOf(error) || isGood(token)) return undefined;
    throw error;
  }
}
