// Asks STS for the session of a role.
import {
  AssumeRoleCommand,
  type AssumeRoleCommandInput,
  AssumeRoleWithWebIdentityCommand,
  type AssumeRoleWithWebIdentityCommandInput,
  type AssumeRoleWithWebIdentityCommandOutput,
  STSClient,
} from '@aws-sdk/client-sts';
import { nameErrors } from '../middleware/name-errors.ts';
import { isThrottled } from '../middleware/throttled.ts';
import { unusable } from './problem.ts';
import type { Credentials, Means } from './provider.ts';

export interface Session {
  credentials: Credentials;
  /** What the `aws` CLI keeps beside them in its cache. */
  rest: object;
}

export async function assumeRole(
  means: Means,
  source: Credentials,
  input: AssumeRoleCommandInput,
): Promise<Session> {
  return sessionOf(await client(means, source).send(new AssumeRoleCommand(input)));
}

export async function assumeRoleWithWebIdentity(
  means: Means,
  input: AssumeRoleWithWebIdentityCommandInput,
): Promise<Session> {
  return sessionOf(await client(means).send(new AssumeRoleWithWebIdentityCommand(input)));
}

/** The name that CloudTrail shows for a session whose profile sets none. */
export function sessionName(): string {
  return `slsctl-${Math.floor(Date.now() / 1000)}`;
}

/** The code and text with which the service refused a request; undefined: it was not reached, has failed, or is too busy. */
export function refusalOf(error: unknown): { code: string; text: string } | undefined {
  const { name, message, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
  const status = $metadata?.httpStatusCode;
  if (status === undefined || status >= 500 || isThrottled(error)) return undefined;
  return { code: name.replace(/Exception$/, ''), text: message.trim().replace(/\s*\.$/, '') };
}

function client({ client, settings }: Means, credentials?: Credentials): STSClient {
  const endpoint = settings.endpoint('STS');
  const sts = new STSClient({
    ...client,
    ...(endpoint && { endpoint }),
    ...(credentials && { credentials }),
  });
  nameErrors(sts.middlewareStack);
  return sts;
}

function sessionOf({
  Credentials: given,
  AssumedRoleUser,
}: Pick<AssumeRoleWithWebIdentityCommandOutput, 'Credentials' | 'AssumedRoleUser'>): Session {
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = given ?? {};
  if (!AccessKeyId || !SecretAccessKey) throw unusable('STS answered without credentials');
  const accountId = AssumedRoleUser?.Arn?.split(':')[4];
  return {
    credentials: {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      sessionToken: SessionToken,
      expiration: Expiration,
      ...(accountId && { accountId }),
    },
    rest: { ...(AssumedRoleUser && { AssumedRoleUser }) },
  };
}
