// Who signs: the providers of the SDK in the order of its own chain, in the environment of the host.
import { CredentialsProviderError } from '@smithy/core/config';
import type { Settings } from '../settings.ts';
import type { Caller, Credentials, Provider } from './provider.ts';

/**
 * A profile that is named (by `--profile` or `AWS_PROFILE`) comes before the keys of the environment; then come the
 * default profile, a web identity, and what the container or the machine gives. One for all clients: a process or a
 * browser that gives credentials is asked once, until they expire. `warn` is told when both a profile and keys are set.
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
      `AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are set, and so is profile ${settings.profile}, which is used`,
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

/** Milliseconds before the end of credentials from which on others are asked for, beside the calls. */
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
