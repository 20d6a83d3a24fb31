// Credentials for a token of a web identity: in CI and in Kubernetes.
import { readFile } from 'node:fs/promises';
import { absolute } from '../shared-files.ts';
import { firstLine, misconfigured, unusable } from './problem.ts';
import type { Credentials, Means } from './provider.ts';
import { cachedSession } from './session-cache.ts';
import { assumeRoleWithWebIdentity, refusalOf, sessionName } from './sts.ts';

/** `env`: variables that come before the profile's fields. */
export async function webIdentity(
  means: Means,
  profile: string,
  env: NodeJS.ProcessEnv,
): Promise<Credentials> {
  const section = means.settings.section(profile);
  const ofProfile = `web_identity_token_file of profile ${profile}`;
  const from = env.AWS_WEB_IDENTITY_TOKEN_FILE ? 'AWS_WEB_IDENTITY_TOKEN_FILE' : ofProfile;
  const path = env.AWS_WEB_IDENTITY_TOKEN_FILE || section.web_identity_token_file || '';
  const RoleArn = env.AWS_ROLE_ARN || section.role_arn;
  if (!RoleArn) {
    throw misconfigured(
      `${from} is set, and no role is`,
      profile,
      'set AWS_ROLE_ARN, or role_arn in the profile',
    );
  }
  const RoleSessionName = env.AWS_ROLE_SESSION_NAME || section.role_session_name;
  return cachedSession(means.settings, { parameters: { RoleArn, RoleSessionName } }, async () => {
    const WebIdentityToken = await readToken(absolute(means.settings, path), from);
    return assumeRoleWithWebIdentity(means, {
      RoleArn,
      RoleSessionName: RoleSessionName ?? sessionName(),
      WebIdentityToken,
    }).catch((error) => {
      const refusal = refusalOf(error);
      if (!refusal) throw error;
      throw unusable(`AWS refuses the web identity token for ${RoleArn}`, {
        reason: `${refusal.code}: ${firstLine(refusal.text)}`,
        next: `see whether the token of ${from} is fresh, and whether the role's trust policy names its issuer, audience and subject`,
        cause: error,
      });
    });
  });
}

async function readToken(file: string, from: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    const problem = cause.code === 'ENOENT' ? 'does not exist' : 'cannot be read';
    throw unusable(`the web identity token file ${file} ${problem}`, {
      reason: cause.code === 'ENOENT' ? `${from} names it` : cause.message,
      next: `correct ${from}, or unset it`,
      cause,
    });
  });
  return text.trim();
}
