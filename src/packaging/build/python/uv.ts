// The same wheels by uv, for projects with uv.lock, and where there is no pip.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { badInput, type UserError } from '../../../errors/user-error.ts';
import { describeTarget, pythonMachine, type Target } from '../target.ts';
import { type BuildHost, lastLines, onPath, runTool, type Tool } from '../tools.ts';
import { installFailure, placeIn, saidByGit, shortened } from './install-failure.ts';
import { refuseCompiled } from './refuse-compiled.ts';

export async function findUv({ env }: BuildHost): Promise<Tool | undefined> {
  const file = await onPath('uv', env);
  return file ? { file, args: [] } : undefined;
}

export interface Lock {
  /** uv.lock. */
  file: string;
  /** Folder of the pyproject.toml that it is locked for. */
  member: string;
}

/** Writes what uv.lock says, without groups, as a requirements file; paths in it count from the folder of the lock. */
export async function exportLock(uv: Tool, lock: Lock, file: string, host: BuildHost): Promise<void> {
  const groups = ['--no-default-groups', '--no-emit-project', '--no-editable'];
  const format = ['--no-header', '--no-annotate', '--format', 'requirements-txt'];
  const run = (mode: string) =>
    runTool(uv, ['export', mode, ...groups, ...format], {
      cwd: lock.member,
      host,
      // Python is needed only to compare uv.lock with pyproject.toml: none is downloaded for that.
      env: { UV_PYTHON_DOWNLOADS: 'never' },
    });
  const locked = await run('--locked');
  const unchecked = /No interpreter found|incompatible with the project's Python/.test(locked.output);
  const ended = unchecked ? await run('--frozen') : locked;
  if (unchecked) {
    host.note(`whether uv.lock fits pyproject.toml was not checked: ${said(locked.output).split('\n')[0]}`);
  }
  if (ended.code !== 0) {
    const stale = /needs to be updated/.test(ended.output);
    throw badInput(
      stale
        ? `${lock.file} is out of step with ${join(lock.member, 'pyproject.toml')}`
        : `uv cannot read ${lock.file}`,
      {
        reason: stale ? 'pyproject.toml has changed since it was written' : said(ended.output),
        next: 'uv lock, and run it again',
      },
    );
  }
  await writeFile(file, ended.stdout);
}

export interface UvJob {
  file: string;
  /** The file that the user wrote: the same, or what the requirements come from. */
  source: string;
  cwd: string;
  into: string;
  target: Target;
  host: BuildHost;
  /** Everything is in the file, dependencies of dependencies too. */
  complete: boolean;
}

/** Rejects with a UserError when uv fails, and when it compiled something for this machine. */
export async function uvInstall(uv: Tool, job: UvJob): Promise<void> {
  const { file, cwd, into, target, host, complete } = job;
  const ended = await runTool(
    uv,
    [
      ...['pip', 'install', '--target', into, '--only-binary', ':all:', '--python-version', target.version],
      ...['--python-platform', platform(target), '--no-progress', ...(complete ? ['--no-deps'] : [])],
      ...['-r', file],
    ],
    // Files of a package must be files of their own: they are tidied later.
    { cwd, host, env: { UV_LINK_MODE: 'copy' } },
  );
  if (ended.code !== 0) throw await uvFailure(ended.output, job);
  await refuseCompiled(into, ended.output, target);
  for (const [, text = ''] of ended.output.matchAll(/^warning: (.* does not have an extra .*)$/gm))
    host.note(text);
}

async function uvFailure(output: string, { source, file, target }: UvJob): Promise<UserError> {
  const only =
    /Wheels are required for `([^`]+)`|distributions is disabled, but attempted to build `([^`]+)`/;
  const [, wheel, build = wheel] = only.exec(output) ?? [];
  if (build) {
    return badInput(`no wheel of ${build} for ${describeTarget(target)} on Amazon Linux`, {
      reason: 'it is there as source only, and that would be compiled for this machine',
      next: 'pin a version with wheels; or make one (uv build) and name it in [tool.uv.sources]; or leave it out',
    });
  }
  const reason = shortened((saidByGit(output) ?? said(output)).replaceAll(file, source));
  const position = file === source && /in `[^`]+` at position (\d+)/.exec(reason)?.[1];
  const place = position
    ? `${source}:${await lineOf(source, Number(position))}`
    : await placeIn(source, reason);
  return installFailure(`uv cannot install ${place} for ${describeTarget(target)}`, reason);
}

/** What it says after the word "error", without what it was doing until then. */
function said(output: string): string {
  const [, words = lastLines(output, 8)] = /^(?:error: | *× )([\s\S]*)/m.exec(output) ?? [];
  return words
    .trim()
    .split(/\r?\n/)
    .map((line) => line.replace(/^ *(cause: |[╰├]─▶ )/, ''))
    .slice(0, 8)
    .join('\n');
}

async function lineOf(file: string, position: number): Promise<number> {
  return (await readFile(file)).subarray(0, position).toString().split('\n').length;
}

/** uv knows glibc 2.17, 2.28 and newer: Amazon Linux 2 has 2.26. */
function platform(target: Target): string {
  return `${pythonMachine(target)}-manylinux_2_${target.glibcMinor === 26 ? 17 : target.glibcMinor}`;
}
