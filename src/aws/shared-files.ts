// Where the shared files of AWS's tools are: config, credentials, and their folder in the user's home.
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

export type Section = Record<string, string | undefined>;
export type Sections = Record<string, Section>;

/** Paths of the shared files, in the form that the SDK expects. */
export interface SharedFiles {
  /** The credentials file. */
  filepath: string;
  configFilepath: string;
}

interface Place {
  cwd: string;
  env: NodeJS.ProcessEnv;
}

/** The folder `.aws` in the user's home. */
export function awsFolder({ env }: Pick<Place, 'env'>): string {
  return join(homeOf(env), '.aws');
}

export function sharedFiles(place: Place): SharedFiles {
  const { env } = place;
  const path = (named: string | undefined, name: string) =>
    named ? absolute(place, named) : join(awsFolder(place), name);
  return {
    filepath: path(env.AWS_SHARED_CREDENTIALS_FILE, 'credentials'),
    configFilepath: path(env.AWS_CONFIG_FILE, 'config'),
  };
}

/** A path as users write it into a variable or a config file: `~/` is the home, a relative one starts at `cwd`. */
export function absolute({ cwd, env }: Place, path: string): string {
  return path.startsWith('~/') ? join(homeOf(env), path.slice(2)) : resolve(cwd, path);
}

function homeOf(env: NodeJS.ProcessEnv): string {
  const drive = env.HOMEPATH && `${env.HOMEDRIVE ?? 'C:\\'}${env.HOMEPATH}`;
  return env.HOME || env.USERPROFILE || drive || homedir();
}
