// Finds the credentials: the SDK's providers in the SDK's own order, with the environment of the host.
import { CredentialsProviderError } from '@smithy/core/config';
import type { Settings } from '../settings.ts';
import type { Caller, Credentials, Provider } from './provider.ts';

/**
 * The order: a named profile (`--profile` or `AWS_PROFILE`), keys of the environment, the default profile, a web
 * identity, the container or the machine. All clients share the provider: a credential process or a browser login runs
 * once, until the credentials expire. `warn` is called when both a profile and keys are set.
 */
export function credentialProvider(
  settings: Settings,
  options: { profile?: string; warn?: (text: string) => void },
): Provider {
  const { env } = settings;
  const keys = keysOf(env);
  const named = options.profile ?? env.AWS_PROFILE;
  if (named && keys) {
    options.warn?.(
      `profile ${settings.profile} is used; AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are set too, and are ignored`,
    );
  }
  return remembered(async (caller) => {
    if (!named && keys) return keys;
    for await (const provider of providers(settings)) {
      try {
        return await provider(caller);
      } catch (error) {
        if (!(error as CredentialsProviderError).tryNextLink) throw error;
      }
    }
    throw new CredentialsProviderError('Could not load credentials from any providers', {
      tryNextLink: false,
    });
  });
}

async function* providers(settings: Settings): AsyncGenerator<Provider> {
  yield* (await import('./profile.ts')).profileProviders(settings);
  yield* (await import('./machine.ts')).machineProviders(settings);
}

function keysOf(env: NodeJS.ProcessEnv): Credentials | undefined {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = env;
  if (!accessKeyId || !secretAccessKey) return undefined;
  return {
    accessKeyId,
    secretAccessKey,
    ...(env.AWS_SESSION_TOKEN && { sessionToken: env.AWS_SESSION_TOKEN }),
    ...(env.AWS_CREDENTIAL_EXPIRATION && { expiration: new Date(env.AWS_CREDENTIAL_EXPIRATION) }),
    ...(env.AWS_CREDENTIAL_SCOPE && { credentialScope: env.AWS_CREDENTIAL_SCOPE }),
    ...(env.AWS_ACCOUNT_ID && { accountId: env.AWS_ACCOUNT_ID }),
  };
}

/** Milliseconds before credentials expire at which new ones are fetched, in the background. */
const renewal = 5 * 60_000;

function remembered(ask: Provider): Provider {
  let known: Credentials | undefined;
  let asking: Promise<Credentials> | undefined;
  const askOnce = (caller: Caller) => {
    asking ??= ask(caller)
      .then((credentials) => (known = credentials))
      .finally(() => {
        asking = undefined;
      });
    return asking;
  };
  return async (caller) => {
    const left = known?.expiration ? known.expiration.getTime() - Date.now() : Number.POSITIVE_INFINITY;
    if (!known || left < 0) return askOnce(caller);
    if (left < renewal) askOnce(caller).catch(() => {});
    return known;
  };
}
