// Installs wheels with uv: for projects with uv.lock, and on machines without pip.
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { badInput, type UserError } from '../../../errors/user-error.ts';
import { describeTarget, pythonMachine, type Target } from '../target.ts';
import { type BuildHost, lastLines, onPath, runTool, type Tool } from '../tools.ts';
import { boundsOf, describeFitting, majorOf } from './fitting-versions.ts';
import { installFailure, placeIn, saidByGit, shortened } from './install-failure.ts';
import { noWheel, otherWheels, sourceOnly } from './no-wheel.ts';
import { refuseCompiled } from './refuse-compiled.ts';
import { optionLines } from './requirements.ts';
import { clausesOf } from './versions.ts';

export async function findUv({ env }: BuildHost): Promise<Tool | undefined> {
  const file = await onPath('uv', env);
  return file ? { file, args: [] } : undefined;
}

export interface Lock {
  /** uv.lock. */
  file: string;
  /** Folder of the locked pyproject.toml. */
  member: string;
}

/** Exports uv.lock, without groups, to a requirements file. Paths in it are relative to the folder of uv.lock. */
export async function exportLock(uv: Tool, lock: Lock, file: string, host: BuildHost): Promise<void> {
  const groups = ['--no-default-groups', '--no-emit-project', '--no-editable'];
  const format = ['--no-header', '--no-annotate', '--format', 'requirements-txt'];
  const run = (mode: string) =>
    runTool(uv, ['export', mode, ...groups, ...format], {
      cwd: lock.member,
      host,
      // uv needs Python only to compare uv.lock with pyproject.toml. It must not download one for that.
      env: { UV_PYTHON_DOWNLOADS: 'never' },
    });
  const locked = await run('--locked');
  const unchecked = /No interpreter found|incompatible with the project's Python/.test(locked.output);
  const exported = unchecked ? await run('--frozen') : locked;
  if (unchecked) {
    host.note(`uv.lock was not checked against pyproject.toml: ${said(locked.output).split('\n')[0]}`);
  }
  if (exported.code !== 0) {
    const stale = /needs to be updated/.test(exported.output);
    throw badInput(
      stale
        ? `${lock.file} does not match ${join(lock.member, 'pyproject.toml')}`
        : `uv cannot read ${lock.file}`,
      {
        reason: stale ? 'pyproject.toml has changed since uv.lock was written' : said(exported.output),
        next: 'run uv lock, then try again',
      },
    );
  }
  await writeFile(file, exported.stdout);
}

export interface UvJob {
  file: string;
  /** The file that the user wrote: the same, or the one that the requirements were made from. */
  source: string;
  cwd: string;
  into: string;
  target: Target;
  host: BuildHost;
  /** The file lists all packages, indirect dependencies too. */
  complete: boolean;
}

/** Rejects with a UserError when uv fails, and when it compiled native code for this machine. */
export async function uvInstall(uv: Tool, job: UvJob): Promise<void> {
  const { file, cwd, into, target, host, complete } = job;
  const result = await runTool(
    uv,
    [
      ...['pip', 'install', '--target', into, '--only-binary', ':all:', '--python-version', target.version],
      ...['--python-platform', platform(target), '--no-progress', ...(complete ? ['--no-deps'] : [])],
      ...['-r', file],
    ],
    // Copies, not links into uv's cache: the files are changed later.
    { cwd, host, env: { UV_LINK_MODE: 'copy' } },
  );
  if (result.code !== 0) throw await uvFailure(uv, result.output, job);
  await refuseCompiled(into, result.output, target);
  for (const [, text = ''] of result.output.matchAll(/^warning: (.* does not have an extra .*)$/gm))
    host.note(text);
}

async function uvFailure(uv: Tool, output: string, job: UvJob): Promise<UserError> {
  const { source, file, target } = job;
  const requirement = withoutWheel(output);
  if (requirement) {
    const reason =
      (await fittingByUv(uv, job, requirement)) ??
      (/matching .* tag|found wheels for/.test(output) ? otherWheels : sourceOnly);
    const next =
      'pin a version with wheels; or build a wheel (uv build) and set it in [tool.uv.sources]; or remove it';
    return noWheel(requirement, target, reason, next);
  }
  const reason = shortened((saidByGit(output) ?? said(output)).replaceAll(file, source));
  const position = file === source && /in `[^`]+` at position (\d+)/.exec(reason)?.[1];
  const place = position
    ? `${source}:${await lineOf(source, Number(position))}`
    : await placeIn(source, reason);
  return installFailure(`uv cannot install ${place} for ${describeTarget(target)}`, reason);
}

/** The requirement that no wheel fits, by the words of uv. */
function withoutWheel(output: string): string | undefined {
  const [, name, versions = ''] =
    /Because ([\w.-]+?)([<>=!~][^\s]*)? has no (?:usable )?wheels/.exec(output) ?? [];
  if (name) return name + versions;
  const [, required, build = required] =
    /Wheels are required for `([^`]+)`|distributions is disabled, but attempted to build `([^`]+)`/.exec(
      output,
    ) ?? [];
  return build;
}

/** uv names no versions that fit, so it is asked for the nearest ones. */
async function fittingByUv(uv: Tool, job: UvJob, requirement: string): Promise<string | undefined> {
  const name = /^[\w.-]+/.exec(requirement)?.[0] ?? requirement;
  const clauses = clausesOf(requirement);
  const newestOf = (specifier: string, ...more: string[]) => resolvedByUv(uv, job, name + specifier, more);
  if (clauses.length === 0) return describeFitting({ newest: await newestOf('') });
  const [lowest, highest] = boundsOf(clauses);
  const [older, first, newest] = await Promise.all([
    newestOf(`<=${lowest}`),
    newestOf(`${lowest === highest ? '>' : '>='}${highest}`, '--resolution', 'lowest'),
    newestOf(''),
  ]);
  const last = first && (await newestOf(`>=${first},==${majorOf(first)}.*`));
  return describeFitting({ older, newer: first ? [first, last ?? first] : undefined, newest });
}

/** The version that uv would install; undefined when none fits. */
async function resolvedByUv(
  uv: Tool,
  { into, file, cwd, host, target }: UvJob,
  requirement: string,
  more: readonly string[],
): Promise<string | undefined> {
  const only = join(
    into,
    '..',
    `only-${createHash('sha256').update(requirement).digest('hex').slice(0, 12)}.txt`,
  );
  await writeFile(only, [...(await optionLines(file)), requirement, ''].join('\n'));
  const { code, stdout } = await runTool(
    uv,
    [
      ...['pip', 'compile', '--no-deps', '--only-binary', ':all:', '--python-version', target.version],
      ...['--python-platform', platform(target), '--no-header', '--no-annotate', '--quiet', ...more, only],
    ],
    { cwd, host, env: { UV_PYTHON_DOWNLOADS: 'never' } },
  );
  return code === 0 ? /==([^\s;]+)/.exec(stdout)?.[1] : undefined;
}

/** uv's error message, without its progress lines. */
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

/** Platform name for uv, which knows glibc 2.17, 2.28 and newer. Amazon Linux 2 has 2.26, so 2.17 is taken. */
function platform(target: Target): string {
  return `${pythonMachine(target)}-manylinux_2_${target.glibcMinor === 26 ? 17 : target.glibcMinor}`;
}
