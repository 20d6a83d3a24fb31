// Finds programs on this machine that the tests need but a user does not.
import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);
const windows = process.platform === 'win32';

/** The AWS CLI, version 2. */
export async function findAwsCli(): Promise<string | undefined> {
  for (const file of await candidates('aws', ['/usr/bin', '/usr/local/bin', '/opt/homebrew/bin'])) {
    const version = await execute(file, ['--version'], { shell: windows }).catch(() => undefined);
    if (version && /aws-cli\/2\./.test(version.stdout + version.stderr)) return file;
  }
  return undefined;
}

/**
 * An AWS CLI of either version that knows what Lambda has had since the end of 2025: packages of systems are older.
 * The commands of slsctl are the same for both.
 */
export async function findRecentAwsCli(): Promise<string | undefined> {
  const folders = [...besideMoto(), ...path, '/usr/local/bin', '/opt/homebrew/bin'];
  for (const file of await programs('aws', folders)) {
    const args = ['lambda', 'add-permission', '--generate-cli-skeleton'];
    const env = { ...process.env, AWS_EC2_METADATA_DISABLED: 'true', AWS_DEFAULT_REGION: 'us-east-1' };
    const skeleton = await execute(file, args, { shell: windows, env }).catch(() => undefined);
    if (skeleton?.stdout.includes('InvokedViaFunctionUrl')) return file;
  }
  return undefined;
}

/** moto's server: on PATH, in a common folder, or where SLSCTL_MOTO names it. */
export async function findMotoServer(): Promise<string | undefined> {
  const named = process.env.SLSCTL_MOTO;
  if (named && (await isProgram(named))) return named;
  const folders = ['/usr/local/bin', '/opt/homebrew/bin', join(homedir(), '.local', 'bin')];
  return (await candidates('moto_server', folders))[0];
}

/** ministack: on PATH, or where SLSCTL_MINISTACK names it. */
export async function findMinistack(): Promise<string | undefined> {
  const named = process.env.SLSCTL_MINISTACK;
  if (named && (await isProgram(named))) return named;
  return (await candidates('ministack', [join(homedir(), '.local', 'bin')]))[0];
}

/** A Python that has LocalStack: SLSCTL_LOCALSTACK names it, since the `localstack` command wants Docker. */
export async function findLocalStack(): Promise<string | undefined> {
  const named = process.env.SLSCTL_LOCALSTACK;
  return named && (await isProgram(named)) ? named : undefined;
}

/** uv: on PATH, in a common folder or beside moto's server. */
export async function findUv(): Promise<string | undefined> {
  return (await candidates('uv', [...besideMoto(), join(homedir(), '.local', 'bin')]))[0];
}

/** A program of Info-ZIP (`zip`, `unzip`), which not every system has. */
export async function findInfoZip(name: 'zip' | 'unzip'): Promise<string | undefined> {
  return (await candidates(name, ['/usr/bin']))[0];
}

function besideMoto(): string[] {
  return process.env.SLSCTL_MOTO ? [dirname(process.env.SLSCTL_MOTO)] : [];
}

const path = (process.env.PATH ?? '').split(delimiter).filter(Boolean);

/** Files of that name, in the order of PATH and then in the folders. */
async function candidates(name: string, folders: string[]): Promise<string[]> {
  return await programs(name, [...path, ...folders]);
}

async function programs(name: string, folders: string[]): Promise<string[]> {
  const names = windows ? [`${name}.exe`, `${name}.cmd`] : [name];
  const all = [...new Set(folders)].flatMap((folder) => names.map((each) => join(folder, each)));
  const there = await Promise.all(all.map(isProgram));
  return all.filter((_, index) => there[index]);
}

async function isProgram(file: string): Promise<boolean> {
  return await access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}
