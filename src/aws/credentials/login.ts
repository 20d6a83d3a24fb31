// Credentials of `aws login`: a sign-in at the console, which the CLI keeps.
import { fromLoginCredentials } from '@aws-sdk/credential-provider-login';
import { firstLine, unusable } from './problem.ts';
import type { Credentials, Means } from './provider.ts';

export async function loginCredentials({ settings, client }: Means, profile: string): Promise<Credentials> {
  const endpoint = settings.endpoint('Signin');
  const provide = fromLoginCredentials({
    ...settings.files,
    profile,
    ignoreCache: true,
    clientConfig: { ...client, ...(endpoint && { endpoint }) },
  });
  return provide().catch((cause: Error) => {
    throw unusable(`the sign-in of profile ${profile} has expired, or there is none`, {
      reason: firstLine(cause.message),
      next: `aws login --profile ${profile}`,
      cause,
    });
  });
}
