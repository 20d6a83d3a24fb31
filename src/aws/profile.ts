// Which profile of the shared files applies, in the order of the `aws` CLI.
import { exitCodes, UserError } from '../errors/user-error.ts';

export interface ChosenProfile {
  name: string;
  /** What names it: `--profile`, `AWS_PROFILE`, `slsctl.yml`; undefined: nothing does. */
  from?: string;
}

interface Choice {
  env: NodeJS.ProcessEnv;
  /** `--profile`. */
  profile?: string;
  /** `profile:` of slsctl.yml. */
  projectProfile?: string;
}

/**
 * The order: `--profile`, AWS_PROFILE, `profile:` of slsctl.yml, `default`. The project's profile does not apply when
 * keys are exported. It does not apply either where the machine has no such profile and gets its credentials in
 * another way: teams deploy the same slsctl.yml from laptops and from CI.
 */
export function chooseProfile(
  { env, profile, projectProfile }: Choice,
  exists: (name: string) => boolean,
): ChosenProfile {
  if (profile) return { name: profile, from: '--profile' };
  for (const from of ['AWS_PROFILE', 'AWS_DEFAULT_PROFILE']) {
    const name = env[from];
    if (name) return { name, from };
  }
  const applies =
    projectProfile && !env.AWS_ACCESS_KEY_ID && (exists(projectProfile) || !machineCredentials(env));
  return applies ? { name: projectProfile, from: 'slsctl.yml' } : { name: 'default' };
}

/** Whether the environment says that a web identity or a container gives credentials. */
function machineCredentials(env: NodeJS.ProcessEnv): boolean {
  return Boolean(
    env.AWS_WEB_IDENTITY_TOKEN_FILE ||
      env.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI ||
      env.AWS_CONTAINER_CREDENTIALS_FULL_URI,
  );
}

/** Throws a UserError (exit 3) that names the known profiles. `sections`: those of the shared files. */
export function refuseUnknown({ name, from }: ChosenProfile, sections: readonly string[]): never {
  const known = [...new Set(sections)].filter((section) => !section.includes('.')).sort();
  const names = from === '--profile' ? [] : [`${from} names it`];
  const others =
    known.length > 0 ? `there are: ${known.join(', ')}` : 'the AWS config files have no profiles';
  const correct = from === '--profile' ? 'pass another --profile' : `correct ${from}, pass --profile`;
  throw new UserError(`there is no AWS profile ${JSON.stringify(name)}`, exitCodes.credentials, {
    reason: [...names, others].join('; '),
    next: `${correct}, or create it: aws configure --profile ${name}`,
  });
}
