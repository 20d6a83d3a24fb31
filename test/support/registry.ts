// Checks whether the package registries of this machine's pip and npm are reachable.
import { homeFolder, run } from './cli.ts';
import { missing } from './tools.ts';

export const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';

/** Runs the program, which asks its registry for something; undefined (and said so on stderr) when that fails. */
export async function reaches(program: string, args: readonly string[]): Promise<true | undefined> {
  const { code } = await run(program, args, { cwd: await homeFolder() });
  return code === 0 || missing(`the registry of ${program}`, 'it could not be reached');
}

export const reachesNpm = () =>
  reaches(npm, ['view', '@node-rs/crc32@1.10.6', 'version', '--fetch-retries=0']);
