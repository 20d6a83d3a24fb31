// Installs packages for another machine with the npm of this one: by the lockfile, without development packages, and
// without running scripts.
import { copyFile, mkdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { badInput, UserError } from '../../../errors/user-error.ts';
import { describeTarget, type Target } from '../target.ts';
import { type BuildHost, lastLines, nodeTool, runTool, type Tool, type ToolResult } from '../tools.ts';
import { type Locked, linkRefused, lockedPackages } from './npm-lock.ts';
import type { Lock, NodeSource } from './source.ts';

export interface NodeJob {
  source: NodeSource;
  /** An empty folder, in which `node_modules` is created. */
  into: string;
  target: Target;
  host: BuildHost;
}

/** Rejects with a UserError when npm is missing or fails, or has installed packages for another platform. */
export async function npmInstall({ source, into, target, host }: NodeJob): Promise<void> {
  const npm = await nodeTool('npm', 'npm/bin/npm-cli.js', host.env);
  if (!npm) throw missingTool('npm', source);
  const { folder, manifest, lock } = source;
  const locked = lock && neededPackages(lock);
  await writeFile(join(into, 'package.json'), JSON.stringify(manifest));
  if (lock) await writeFile(join(into, lock.name), lock.text);
  await copyFile(join(folder, '.npmrc'), join(into, '.npmrc')).catch(() => {});
  const specs = { ...manifest.dependencies, ...manifest.optionalDependencies };
  const sources = locked?.map(([path, { resolved }]) => [path, resolved] as const) ?? Object.entries(specs);
  for (const [path, resolved] of sources) await copyTarball(path, resolved, folder, into);
  const result = await runTool(
    npm,
    [
      ...[lock ? 'ci' : 'install', '--omit=dev', '--ignore-scripts', '--no-bin-links'],
      ...['--os=linux', `--cpu=${nodeCpu(target)}`, '--libc=glibc'],
      ...['--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=error'],
    ],
    { cwd: into, host },
  );
  if (result.code !== 0) throw failure('npm', result, source, target);
  if (locked) await checkPlatform(npm, locked, { source, into, target, host });
}

/** Packages to install, by path. Throws (exit 2) for a link to a folder outside of node_modules: it cannot be packaged. */
function neededPackages(lock: Lock): [path: string, Locked][] {
  const needed = Object.entries(lockedPackages(lock)).filter(([path, { dev }]) => path !== '' && !dev);
  const link = needed.find(([, locked]) => locked.link);
  if (link) throw linkRefused(link[0].replace(/^.*node_modules\//, ''), link[1].resolved);
  return needed;
}

async function copyTarball(
  path: string,
  resolved: string | undefined,
  from: string,
  to: string,
): Promise<void> {
  const name = resolved?.startsWith('file:') ? resolved.slice('file:'.length) : undefined;
  if (name === undefined) return;
  if (name.startsWith('..') || name.startsWith('/')) {
    throw badInput(`${path} comes from ${resolved}, outside of ${from}`, {
      next: `move the tarball into ${from}`,
    });
  }
  await mkdir(dirname(join(to, name)), { recursive: true });
  await copyFile(join(from, name), join(to, name)).catch((cause) => {
    throw badInput(`${join(from, name)} cannot be read`, { reason: (cause as Error).message, cause });
  });
}

/** Throws when npm has ignored --os, --cpu and --libc: old versions do that without a warning. */
async function checkPlatform(
  npm: Tool,
  locked: readonly [path: string, Locked][],
  { source, into, target, host }: NodeJob,
): Promise<void> {
  for (const [path, { os, cpu, libc, devOptional }] of locked) {
    if (devOptional || !(os ?? cpu ?? libc)) continue;
    const isForTarget = fits(os, 'linux') && fits(cpu, nodeCpu(target)) && fits(libc, 'glibc');
    const isInstalled = await stat(join(into, path)).then(
      () => true,
      () => false,
    );
    if (isForTarget === isInstalled) continue;
    const { output } = await runTool(npm, ['--version'], { cwd: into, host });
    const name = path.replace(/^.*node_modules\//, '');
    throw new UserError(
      `npm ${output.trim()} ${isForTarget ? 'left out' : 'installed'} ${name} for ${describeTarget(target)}`,
      undefined,
      {
        reason: `${source.file} has packages for several platforms, and this npm installs only those for this machine`,
        next: 'npm install --global npm@latest (10.4 or newer can install for other platforms)',
      },
    );
  }
}

/** Whether the name is allowed; `["!win32"]` allows all but win32. */
function fits(allowed: readonly string[] | undefined, name: string): boolean {
  if (!allowed || allowed.length === 0) return true;
  if (allowed.includes(`!${name}`)) return false;
  return allowed.includes(name) || allowed.every((rule) => rule.startsWith('!'));
}

/** The architecture as Node.js names it. */
export function nodeCpu({ architecture }: Target): 'x64' | 'arm64' {
  return architecture === 'arm64' ? 'arm64' : 'x64';
}

export function missingTool(tool: string, { file, lock }: NodeSource): UserError {
  return new UserError(
    `${tool} is needed to install ${file}${lock ? ` with ${lock.name}` : ''}, and it is not on this machine`,
    undefined,
    { next: `install ${tool} and put it on PATH, or set dependencies: none` },
  );
}

export function failure(
  tool: string,
  { output }: ToolResult,
  { file }: NodeSource,
  target: Target,
): UserError {
  const said = output
    .split(/\r?\n/)
    .map((line) => line.replace(/^npm (error|ERR!) ?/, ''))
    .filter((line) => line !== '' && !/A complete log of this run/.test(line));
  // `npm ci` prints the mismatches, and then its usage.
  const mismatches = said.filter((line) => /^(Invalid|Missing): /.test(line)).slice(0, 8);
  const reason = mismatches.length > 0 ? mismatches.join('\n') : lastLines(said.join('\n'), 8);
  const title = `${tool} cannot install ${file} for ${describeTarget(target)}`;
  const isInputError =
    /\b(EUSAGE|ETARGET|E404|ERESOLVE|EINVALIDPACKAGENAME|EINTEGRITY|OUTDATED_LOCKFILE)\b/.test(output);
  const next = /EUSAGE|OUTDATED_LOCKFILE/.test(output)
    ? `run ${tool} install to update the lockfile`
    : undefined;
  return isInputError ? badInput(title, { reason, next }) : new UserError(title, undefined, { reason, next });
}
