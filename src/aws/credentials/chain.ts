// Finds the credentials in the order of the `aws` CLI v2.
import { exportedKeys } from './exported-keys.ts';
import { unusable } from './problem.ts';
import type { Credentials, Means, Provider, Source } from './provider.ts';

/**
 * The order: exported keys, the profile, the container, the machine. `--profile` rules the environment out. All clients
 * share the provider: a credential process, a browser login or an MFA code is asked for once, until the credentials
 * expire. It rejects with a UserError (exit 3).
 */
export function credentialProvider(means: Means): Provider {
  const { settings } = means;
  return remembered(async (asking) => {
    if (!settings.profileByOption) {
      const exported = exportedKeys(settings.env);
      if (exported) return exported;
    }
    for await (const source of sources()) {
      const credentials = await source(asking ? means : { ...means, ask: undefined });
      if (credentials) return credentials;
    }
    throw unusable('no AWS credentials were found', {
      reason: reasonOfNone(means),
      next: 'run `aws configure` or `aws sso login`, or pass --profile NAME; --local needs no account',
    });
  });
}

async function* sources(): AsyncGenerator<Source> {
  yield ofProfile;
  const { containerCredentials, instanceCredentials } = await import('./machine.ts');
  yield containerCredentials;
  yield instanceCredentials;
}

async function ofProfile(means: Means): Promise<Credentials | undefined> {
  const { profile, profileByOption } = means.settings;
  const { assumesRole, ownCredentials } = await import('./profile.ts');
  if (!assumesRole(means, profile)) return ownCredentials(means, profile, { environment: !profileByOption });
  return (await import('./assumed-role.ts')).assumedRole(means, profile);
}

function reasonOfNone({ settings }: Means): string {
  const { profile, chosenBy, machineAsked } = settings;
  const looked = chosenBy
    ? `profile ${profile} has none`
    : 'none are exported, and the default profile has none';
  return machineAsked ? looked : `${looked}; AWS_EC2_METADATA_DISABLED turns those of the machine off`;
}

/** Milliseconds before credentials expire at which new ones are fetched, in the background. */
const renewal = 5 * 60_000;

/** `find`: `asking` is false in the background, where no question may appear. */
function remembered(find: (asking: boolean) => Promise<Credentials>): Provider {
  let known: Credentials | undefined;
  let finding: { asking: boolean; found: Promise<Credentials> } | undefined;
  /** Milliseconds; below 0: there are none, or they have expired. */
  const left = () => {
    if (!known) return -1;
    return known.expiration ? known.expiration.getTime() - Date.now() : Number.POSITIVE_INFINITY;
  };
  const findOnce = (asking: boolean) => {
    if (finding) return finding.found;
    // A first search that fails is not repeated: the next call would ask for the same code again.
    const first = !known;
    const found = find(asking).then((credentials) => (known = credentials));
    finding = { asking, found };
    const done = () => {
      finding = undefined;
    };
    found.then(done, first ? () => {} : done);
    return found;
  };
  return async () => {
    if (left() < 0 && finding?.asking === false) await finding.found.catch(() => {});
    if (!known || left() < 0) return findOnce(true);
    if (left() < renewal) findOnce(false).catch(() => {});
    return known;
  };
}
