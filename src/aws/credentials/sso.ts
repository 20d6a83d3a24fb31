// Credentials of IAM Identity Center (SSO), with the token that `aws sso login` keeps.
import { GetRoleCredentialsCommand, SSOClient } from '@aws-sdk/nested-clients/sso';
import { nameErrors } from '../middleware/name-errors.ts';
import { misconfigured, unusable } from './problem.ts';
import type { Credentials, Means } from './provider.ts';
import { cachedSession } from './session-cache.ts';
import { expiredSession, type SsoSession, ssoToken } from './sso-token.ts';
import { refusalOf } from './sts.ts';

export async function ssoCredentials(means: Means, profile: string): Promise<Credentials> {
  const { sso_account_id: accountId, sso_role_name: roleName, session } = ssoFields(means, profile);
  const parameters = session.name
    ? { roleName, accountId, sessionName: session.name }
    : { roleName, accountId, startUrl: session.startUrl };
  return cachedSession(means.settings, { parameters, compact: true }, async () => {
    const accessToken = await ssoToken(means, session);
    const { roleCredentials } = await client(means, session)
      .send(new GetRoleCredentialsCommand({ accountId, roleName, accessToken }))
      .catch((error) => {
        const refusal = refusalOf(error);
        if (!refusal) throw error;
        if (/Unauthorized/.test(refusal.code)) throw expiredSession(profile, refusal.text);
        throw unusable(
          `IAM Identity Center gives no credentials for role ${roleName} of account ${accountId}`,
          {
            reason: refusal.text,
            next: `see whether you may use that role, and correct profile ${profile} in the AWS config file`,
            cause: error,
          },
        );
      });
    const { accessKeyId, secretAccessKey, sessionToken, expiration } = roleCredentials ?? {};
    if (!accessKeyId || !secretAccessKey) {
      throw unusable(`IAM Identity Center answered without credentials for profile ${profile}`);
    }
    const expires = expiration ? new Date(expiration) : undefined;
    return {
      credentials: { accessKeyId, secretAccessKey, sessionToken, expiration: expires, accountId },
      rest: { ProviderType: 'sso' },
    };
  });
}

function client({ client, settings }: Means, { region }: SsoSession): SSOClient {
  const endpoint = settings.endpoint('SSO');
  const sso = new SSOClient({ ...client, region, ...(endpoint && { endpoint }) });
  nameErrors(sso.middlewareStack);
  return sso;
}

function ssoFields({ settings }: Means, profile: string) {
  const section = settings.section(profile);
  const name = section.sso_session;
  const session = name ? settings.config[`sso-session.${name}`] : {};
  if (!session)
    throw misconfigured(`sso_session ${JSON.stringify(name)} of profile ${profile} does not exist`, profile);
  for (const [field, value] of Object.entries(session)) {
    if (section[field] === undefined || section[field] === value) continue;
    throw misconfigured(`${field} differs between profile ${profile} and its sso-session ${name}`, profile);
  }
  const fields = { ...section, ...session };
  const value = (field: string) => {
    const given = fields[field];
    if (given) return given;
    throw misconfigured(
      `profile ${profile} uses SSO, and has no ${field}`,
      profile,
      `set it: aws configure sso --profile ${profile}`,
    );
  };
  return {
    sso_account_id: value('sso_account_id'),
    sso_role_name: value('sso_role_name'),
    session: { profile, name, startUrl: value('sso_start_url'), region: value('sso_region') },
  };
}
