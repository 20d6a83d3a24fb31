// The same wheels by uv, for projects with uv.lock, and where there is no pip.
import { writeFile } from 'node:fs/promises';
import { badInput, UserError } from '../../errors.ts';
import { type Host, lastLines, onPath, type Program, runProgram } from './program.ts';
import { describeTarget, pythonMachine, type Target } from './target.ts';

export async function findUv({ env }: Host): Promise<Program | undefined> {
  const file = await onPath('uv', env);
  return file ? { file, args: [] } : undefined;
}

/** Writes what uv.lock of the folder says, without groups, as a requirements file. */
export async function exportLock(uv: Program, folder: string, file: string, host: Host): Promise<void> {
  const args = ['export', '--frozen', '--no-default-groups', '--no-emit-project', '--no-editable'];
  const format = ['--no-header', '--no-annotate', '--format', 'requirements-txt'];
  const ended = await runProgram(uv, [...args, ...format], { cwd: folder, host });
  if (ended.code !== 0) {
    throw badInput(`uv cannot read uv.lock in ${folder}`, {
      reason: lastLines(ended.output, 6),
      next: 'uv lock',
    });
  }
  await writeFile(file, ended.stdout);
}

export interface UvJob {
  file: string;
  cwd: string;
  into: string;
  target: Target;
  host: Host;
  /** Everything is in the file, dependencies of dependencies too. */
  complete: boolean;
}

/** Rejects with a UserError when uv fails. */
export async function uvInstall(uv: Program, job: UvJob): Promise<void> {
  const { file, cwd, into, target, host, complete } = job;
  const ended = await runProgram(
    uv,
    [
      ...['pip', 'install', '--target', into, '--only-binary', ':all:', '--python-version', target.version],
      ...['--python-platform', platform(target), '--no-progress', ...(complete ? ['--no-deps'] : [])],
      ...['-r', file],
    ],
    // Files of a package must be files of their own: they are tidied later.
    { cwd, host, env: { UV_LINK_MODE: 'copy' } },
  );
  if (ended.code === 0) return;
  const title = `uv cannot install ${file} for ${describeTarget(target)}`;
  const source = /Wheels are required for `([^`]+)`/.exec(ended.output)?.[1];
  if (source) {
    throw badInput(`no wheel of ${source} for ${describeTarget(target)} on Amazon Linux`, {
      reason: 'it is published as source only, and that would be compiled for this machine',
      next: `pin a version with wheels; or make one (uv build) and name it in [tool.uv.sources]; or leave it out`,
    });
  }
  const reason = lastLines(ended.output, 8);
  throw /No solution found|has no wheels|hash/i.test(reason)
    ? badInput(title, { reason })
    : new UserError(title, undefined, { reason });
}

/** uv knows glibc 2.17, 2.28 and newer: Amazon Linux 2 has 2.26. */
function platform(target: Target): string {
  return `${pythonMachine(target)}-manylinux_2_${target.glibcMinor === 26 ? 17 : target.glibcMinor}`;
}
