// Credentials of the machine: from a container (ECS, EKS, CodeBuild) or from an EC2 instance.
import { fromHttp } from '@aws-sdk/credential-provider-http';
import { fromInstanceMetadata } from '@smithy/credential-provider-imds';
import { firstLine, unusable } from './problem.ts';
import type { Credentials, Means } from './provider.ts';

/** Settings that are absent are passed as empty, so that the SDK does not look for them elsewhere. */
export async function containerCredentials({ settings: { env } }: Means): Promise<Credentials | undefined> {
  const relative = env.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI;
  const full = relative ? undefined : env.AWS_CONTAINER_CREDENTIALS_FULL_URI;
  if (!relative && !full) return undefined;
  const tokenFile = env.AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE;
  try {
    return await fromHttp({
      awsContainerCredentialsRelativeUri: relative ?? '',
      awsContainerCredentialsFullUri: full ?? '',
      awsContainerAuthorizationToken: tokenFile ? '' : (env.AWS_CONTAINER_AUTHORIZATION_TOKEN ?? ''),
      awsContainerAuthorizationTokenFile: tokenFile ?? '',
      maxRetries: 1,
    })();
  } catch (error) {
    const { Code, Message, message } = error as Error & { Code?: string; Message?: string };
    const from = `AWS_CONTAINER_CREDENTIALS_${relative ? 'RELATIVE' : 'FULL'}_URI`;
    throw unusable(`the container gives no AWS credentials: ${relative ?? full}`, {
      reason: firstLine([Code, Message ?? message].filter(Boolean).join(': ')),
      next: `see whether the task or pod has a role; ${from} names this address`,
      cause: error,
    });
  }
}

/** undefined: this is no EC2 instance, it has no role, or its metadata is turned off. */
export async function instanceCredentials({ settings }: Means): Promise<Credentials | undefined> {
  if (!settings.machineAsked) return undefined;
  const { AWS_METADATA_SERVICE_TIMEOUT: seconds, AWS_METADATA_SERVICE_NUM_ATTEMPTS: attempts } = settings.env;
  return fromInstanceMetadata({
    profile: settings.profile,
    timeout: Number(seconds) * 1000 || 1000,
    maxRetries: (Number(attempts) || 1) - 1,
    logger: silent,
  })().catch(() => undefined);
}

const nothing = () => {};
/** The SDK would write its own text to the console. */
const silent = { debug: nothing, info: nothing, warn: nothing, error: nothing };
