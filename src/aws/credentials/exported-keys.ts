// Keys that are exported into the environment.
import { unusable } from './problem.ts';
import type { Credentials } from './provider.ts';

/** undefined: none are exported. Throws a UserError (exit 3) when they are incomplete or have expired. */
export function exportedKeys(env: NodeJS.ProcessEnv): Credentials | undefined {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = env;
  if (!accessKeyId) return undefined;
  if (!secretAccessKey) {
    throw unusable('AWS_ACCESS_KEY_ID is exported, and AWS_SECRET_ACCESS_KEY is not', {
      next: 'export both, or unset both and pass --profile NAME',
    });
  }
  const sessionToken = env.AWS_SECURITY_TOKEN || env.AWS_SESSION_TOKEN;
  const expires = env.AWS_CREDENTIAL_EXPIRATION;
  const expiration = expires ? new Date(expires) : undefined;
  if (expiration && expiration.getTime() <= Date.now()) {
    throw unusable(`the exported AWS credentials have expired at ${expires}`, {
      reason: 'AWS_CREDENTIAL_EXPIRATION says so',
      next: 'export new ones, or unset AWS_ACCESS_KEY_ID and AWS_CREDENTIAL_EXPIRATION and pass --profile NAME',
    });
  }
  return {
    accessKeyId,
    secretAccessKey,
    ...(sessionToken && { sessionToken }),
    ...(expiration && !Number.isNaN(expiration.getTime()) && { expiration }),
    ...(env.AWS_CREDENTIAL_SCOPE && { credentialScope: env.AWS_CREDENTIAL_SCOPE }),
    ...(env.AWS_ACCOUNT_ID && { accountId: env.AWS_ACCOUNT_ID }),
  };
}
