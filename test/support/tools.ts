// Finds the programs of others that tests run against; in CI a missing one is an error, elsewhere a skip.
import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);
const windows = process.platform === 'win32';

/** The AWS CLI, version 2; undefined (and said so on stderr) when there is none. */
export async function awsCli(): Promise<string | undefined> {
  for (const file of await candidates('aws', ['/usr/bin', '/usr/local/bin', '/opt/homebrew/bin'])) {
    const version = await execute(file, ['--version'], { shell: windows }).catch(() => undefined);
    if (version && /aws-cli\/2\./.test(version.stdout + version.stderr)) return file;
  }
  return missing('the AWS CLI, version 2 (aws)', 'install it and put it on PATH');
}

/**
 * An AWS CLI of either version that knows what Lambda has had since the end of 2025; undefined (and said so on
 * stderr) when there is none: packages of systems are older. The commands of slsctl are the same for both.
 */
export async function recentAwsCli(): Promise<string | undefined> {
  const beside = process.env.SLSCTL_MOTO ? [dirname(process.env.SLSCTL_MOTO)] : [];
  for (const file of await candidates('aws', [...beside, '/usr/local/bin', '/opt/homebrew/bin'])) {
    const args = ['lambda', 'add-permission', '--generate-cli-skeleton'];
    const env = { ...process.env, AWS_EC2_METADATA_DISABLED: 'true', AWS_DEFAULT_REGION: 'us-east-1' };
    const skeleton = await execute(file, args, { shell: windows, env }).catch(() => undefined);
    if (skeleton?.stdout.includes('InvokedViaFunctionUrl')) return file;
  }
  process.stderr.write("SKIPPED: no recent AWS CLI (aws): pip install awscli, or AWS's own installer\n");
  return undefined;
}

/** moto's server: on PATH, in a common folder, or where SLSCTL_MOTO names it; undefined when there is none. */
export async function motoServer(): Promise<string | undefined> {
  const named = process.env.SLSCTL_MOTO;
  if (named && (await isProgram(named))) return named;
  const folders = ['/usr/local/bin', '/opt/homebrew/bin', join(homedir(), '.local', 'bin')];
  const [found] = await candidates('moto_server', folders);
  return found ?? missing('moto_server', "pip install 'moto[server]', or name it in SLSCTL_MOTO");
}

/** uv: on PATH, in a common folder or beside moto's server; undefined (and said so on stderr) when there is none. */
export async function uvProgram(): Promise<string | undefined> {
  const beside = process.env.SLSCTL_MOTO ? [dirname(process.env.SLSCTL_MOTO)] : [];
  const [found] = await candidates('uv', [...beside, join(homedir(), '.local', 'bin')]);
  if (!found) process.stderr.write('SKIPPED: no uv: pip install uv\n');
  return found;
}

/** A program of Info-ZIP (`zip`, `unzip`), which not every system has; undefined when it is missing. */
export async function infoZip(name: 'zip' | 'unzip'): Promise<string | undefined> {
  const [found] = await candidates(name, ['/usr/bin']);
  return found ?? missing(name, 'install it and put it on PATH');
}

/** What is not there: an error in CI. */
export function missing(tool: string, advice: string): undefined {
  const text = `${tool} is missing: ${advice}`;
  if (process.env.CI) throw new Error(text);
  process.stderr.write(`SKIPPED: ${text}\n`);
  return undefined;
}

/** Files of that name, in the order of PATH and then in the folders. */
async function candidates(name: string, folders: string[]): Promise<string[]> {
  const path = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  const names = windows ? [`${name}.exe`, `${name}.cmd`] : [name];
  const all = [...new Set([...path, ...folders])].flatMap((folder) =>
    names.map((each) => join(folder, each)),
  );
  const there = await Promise.all(all.map(isProgram));
  return all.filter((_, index) => there[index]);
}

async function isProgram(file: string): Promise<boolean> {
  return await access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}
