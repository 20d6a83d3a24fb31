// Credentials from CI, a container or an EC2 instance. A separate file: loaded only when nothing else gives credentials.
import { fromHttp } from '@aws-sdk/credential-provider-http';
import { fromTokenFile } from '@aws-sdk/credential-provider-web-identity';
import { CredentialsProviderError } from '@smithy/core/config';
import { fromInstanceMetadata } from '@smithy/credential-provider-imds';
import type { Settings } from '../settings.ts';
import type { Provider } from './provider.ts';

/** Settings that are absent are passed as empty, so that the SDK does not look for them elsewhere. */
export function machineProviders({ env, files, profile }: Settings): Provider[] {
  const webIdentity = fromTokenFile({
    webIdentityTokenFile: env.AWS_WEB_IDENTITY_TOKEN_FILE ?? '',
    roleArn: env.AWS_ROLE_ARN ?? '',
    roleSessionName: env.AWS_ROLE_SESSION_NAME ?? `aws-sdk-js-session-${Date.now()}`,
  });
  return [webIdentity, () => hostProvider(env, { ...files, profile })()];
}

function hostProvider(env: NodeJS.ProcessEnv, init: { profile: string }): Provider {
  const relative = env.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI;
  const full = env.AWS_CONTAINER_CREDENTIALS_FULL_URI;
  if (relative || full) {
    return fromHttp({
      awsContainerCredentialsRelativeUri: relative ?? '',
      awsContainerCredentialsFullUri: full ?? '',
      awsContainerAuthorizationToken: env.AWS_CONTAINER_AUTHORIZATION_TOKEN ?? '',
      awsContainerAuthorizationTokenFile: env.AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE ?? '',
    });
  }
  const disabled = env.AWS_EC2_METADATA_DISABLED;
  if (disabled && disabled !== 'false') {
    throw new CredentialsProviderError('EC2 Instance Metadata Service access disabled');
  }
  return fromInstanceMetadata(init);
}
