// Credentials that a profile has itself, from the kinds of sources that it configures, in the order of the `aws` CLI.
import { misconfigured } from './problem.ts';
import type { Credentials, Means } from './provider.ts';

/** Whether it assumes a role with the credentials of another source. A web identity needs none. */
export function assumesRole({ settings }: Means, name: string): boolean {
  const { role_arn, web_identity_token_file } = settings.section(name);
  return Boolean(role_arn && !web_identity_token_file);
}

/**
 * The credentials that it has without assuming a role. `environment`: the variables for a web identity come before its
 * own fields.
 */
export async function ownCredentials(
  means: Means,
  name: string,
  { environment }: { environment: boolean },
): Promise<Credentials | undefined> {
  const section = means.settings.section(name);
  const env = environment ? means.settings.env : {};
  if (env.AWS_WEB_IDENTITY_TOKEN_FILE || section.web_identity_token_file) {
    return (await import('./web-identity.ts')).webIdentity(means, name, env);
  }
  if (section.sso_account_id || section.sso_role_name) {
    return (await import('./sso.ts')).ssoCredentials(means, name);
  }
  if (section.login_session) return (await import('./login.ts')).loginCredentials(means, name);
  const { credentials, config } = means.settings;
  const inCredentials = staticKeys(credentials[name] ?? {}, name);
  if (inCredentials) return inCredentials;
  if (section.credential_process) {
    return (await import('./process.ts')).processCredentials(means, name);
  }
  return staticKeys(config[name] ?? {}, name);
}

function staticKeys(section: Record<string, string | undefined>, name: string): Credentials | undefined {
  const { aws_access_key_id: accessKeyId, aws_secret_access_key: secretAccessKey } = section;
  if (!accessKeyId) return undefined;
  if (!secretAccessKey) {
    throw misconfigured(`profile ${name} has aws_access_key_id, and no aws_secret_access_key`, name);
  }
  const sessionToken = section.aws_security_token || section.aws_session_token;
  const { aws_account_id: accountId } = section;
  return {
    accessKeyId,
    secretAccessKey,
    ...(sessionToken && { sessionToken }),
    ...(accountId && { accountId }),
  };
}
