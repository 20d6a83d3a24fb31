// Credentials of a role that a profile assumes: `role_arn` with `source_profile` or `credential_source`, and MFA.
import { mfaCode, wrongCode } from './mfa.ts';
import { misconfigured, unusable } from './problem.ts';
import { assumesRole, ownCredentials } from './profile.ts';
import type { Credentials, Means, Source } from './provider.ts';
import { cachedSession } from './session-cache.ts';
import { assumeRole, refusalOf, sessionName } from './sts.ts';

/** `below`: the profiles that led to this one. */
export async function assumedRole(
  means: Means,
  name: string,
  below: readonly string[] = [],
): Promise<Credentials> {
  const section = means.settings.section(name);
  const { role_arn: RoleArn = '', source_profile, credential_source, mfa_serial } = section;
  if (source_profile && credential_source) {
    throw misconfigured(`profile ${name} has both source_profile and credential_source`, name);
  }
  if (!source_profile && !credential_source) {
    throw misconfigured(
      `profile ${name} has role_arn, and neither source_profile nor credential_source`,
      name,
    );
  }
  const path = [...below, name];
  if (source_profile) checkSource(means, path, source_profile);
  const seconds = Number.parseInt(section.duration_seconds ?? '', 10);
  const parameters = {
    RoleArn,
    RoleSessionName: section.role_session_name,
    ExternalId: section.external_id,
    SerialNumber: mfa_serial,
    DurationSeconds: Number.isNaN(seconds) ? undefined : seconds,
  };
  return cachedSession(means.settings, { parameters }, async () => {
    const source = source_profile
      ? await ofSourceProfile(means, path, source_profile)
      : await ofCredentialSource(means, name, credential_source ?? '');
    const TokenCode = mfa_serial ? await mfaCode(means, name, mfa_serial) : undefined;
    const RoleSessionName = parameters.RoleSessionName ?? sessionName();
    return assumeRole(means, source, { ...parameters, RoleSessionName, TokenCode }).catch((error) => {
      throw refused(error, { name, RoleArn, from: source_profile ?? credential_source ?? '' });
    });
  });
}

/** The source must exist and not lead back. A profile may name itself, for keys of its own. */
function checkSource({ settings }: Means, path: readonly string[], source: string): void {
  const name = path.at(-1) ?? '';
  if (!settings.hasProfile(source)) {
    throw misconfigured(
      `source_profile ${JSON.stringify(source)} of profile ${name} does not exist`,
      name,
      `correct source_profile, or create that profile: aws configure --profile ${source}`,
    );
  }
  const { aws_access_key_id, aws_secret_access_key } = settings.section(source);
  const ownKeys = source === name && (aws_access_key_id || aws_secret_access_key);
  if (path.includes(source) && !ownKeys) {
    const circle = [...path.slice(path.indexOf(source)), source].join(' → ');
    throw misconfigured(`source_profile goes round in a circle: ${circle}`, name);
  }
}

async function ofSourceProfile(means: Means, path: readonly string[], source: string): Promise<Credentials> {
  const { aws_access_key_id, aws_secret_access_key } = means.settings.section(source);
  const hasKeys = Boolean(aws_access_key_id || aws_secret_access_key);
  if (!hasKeys && assumesRole(means, source)) return assumedRole(means, source, path);
  const credentials = await ownCredentials(means, source, { environment: false });
  if (credentials) return credentials;
  throw misconfigured(
    `source_profile ${JSON.stringify(source)} of profile ${path.at(-1)} has no credentials`,
    source,
    `give it some: aws configure --profile ${source}`,
  );
}

const credentialSources: Record<string, () => Promise<Source>> = {
  Environment: async () => {
    const { exportedKeys } = await import('./exported-keys.ts');
    return async ({ settings }) => exportedKeys(settings.env);
  },
  EcsContainer: async () => (await import('./machine.ts')).containerCredentials,
  Ec2InstanceMetadata: async () => (await import('./machine.ts')).instanceCredentials,
};

async function ofCredentialSource(means: Means, name: string, named: string): Promise<Credentials> {
  const load = Object.hasOwn(credentialSources, named) ? credentialSources[named] : undefined;
  if (!load) {
    const allowed = Object.keys(credentialSources).join(', ');
    throw misconfigured(
      `credential_source of profile ${name} is ${JSON.stringify(named)}; allowed: ${allowed}`,
      name,
    );
  }
  const source = await load();
  const credentials = await source(means);
  if (credentials) return credentials;
  throw unusable(`credential_source ${named} of profile ${name} has no credentials`, {
    next: named === 'Environment' ? 'export AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY' : undefined,
  });
}

/** The error itself when STS was not reached. */
function refused(error: unknown, role: { name: string; RoleArn: string; from: string }): unknown {
  const refusal = refusalOf(error);
  if (!refusal) return error;
  const { name, RoleArn, from } = role;
  const { code, text } = refusal;
  if (/MultiFactorAuthentication failed/i.test(text)) return wrongCode(name, text, error);
  const message = `profile ${name} may not assume ${RoleArn}`;
  if (/AccessDenied/.test(code)) {
    return unusable(message, {
      reason: text,
      next: `${from} needs sts:AssumeRole on the role, and the role's trust policy must name it`,
      cause: error,
    });
  }
  if (/Expired/.test(code)) {
    return unusable(`the credentials of ${from}, by which profile ${name} assumes its role, have expired`, {
      reason: text,
      next: 'sign in again, then repeat the command',
      cause: error,
    });
  }
  if (!/InvalidClientTokenId|UnrecognizedClient|Signature|AuthFailure/.test(code)) {
    const next = `correct profile ${name} in the AWS config file`;
    return unusable(`STS gives profile ${name} no session of ${RoleArn}`, {
      reason: text,
      next,
      cause: error,
    });
  }
  return unusable(`STS refuses the credentials of ${from}, by which profile ${name} assumes its role`, {
    reason: text,
    next: Object.hasOwn(credentialSources, from)
      ? `correct the credentials of ${from}, or name another credential_source in profile ${name}`
      : `correct them: aws configure --profile ${from}`,
    cause: error,
  });
}
