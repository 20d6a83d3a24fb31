// Packages for another machine, by the npm of this one: by the lockfile, without development packages and scripts.
import { copyFile, mkdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { badInput, UserError } from '../../../errors/user-error.ts';
import { describeTarget, type Target } from '../target.ts';
import { type BuildHost, lastLines, nodeTool, runTool, type Tool, type ToolResult } from '../tools.ts';
import { type Locked, linkRefused, lockedPackages } from './npm-lock.ts';
import type { Lock, NodeSource } from './source.ts';

export interface NodeJob {
  source: NodeSource;
  /** An empty folder; `node_modules` is made in it. */
  into: string;
  target: Target;
  host: BuildHost;
}

/** Rejects with a UserError when npm is missing or fails, or has not installed what was meant. */
export async function npmInstall({ source, into, target, host }: NodeJob): Promise<void> {
  const npm = await nodeTool('npm', 'npm/bin/npm-cli.js', host.env);
  if (!npm) throw missingTool('npm', source);
  const { folder, manifest, lock } = source;
  const locked = lock && neededPackages(lock);
  await writeFile(join(into, 'package.json'), JSON.stringify(manifest));
  if (lock) await writeFile(join(into, lock.name), lock.text);
  await copyFile(join(folder, '.npmrc'), join(into, '.npmrc')).catch(() => {});
  const specs = { ...manifest.dependencies, ...manifest.optionalDependencies };
  const from = locked?.map(([path, { resolved }]) => [path, resolved] as const) ?? Object.entries(specs);
  for (const [path, resolved] of from) await copyTarball(path, resolved, folder, into);
  const ended = await runTool(
    npm,
    [
      ...[lock ? 'ci' : 'install', '--omit=dev', '--ignore-scripts', '--no-bin-links'],
      ...['--os=linux', `--cpu=${nodeCpu(target)}`, '--libc=glibc'],
      ...['--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=error'],
    ],
    { cwd: into, host },
  );
  if (ended.code !== 0) throw failure('npm', ended, source, target);
  if (locked) await checkPlatform(npm, locked, { source, into, target, host });
}

/** By path. Throws (exit 2) on what lies outside of node_modules: it has no place in a package. */
function neededPackages(lock: Lock): [path: string, Locked][] {
  const needed = Object.entries(lockedPackages(lock)).filter(([path, { dev }]) => path !== '' && !dev);
  const link = needed.find(([, one]) => one.link);
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
    throw badInput(`${path} comes from ${resolved}, outside of ${from}`, { next: 'put the tarball inside' });
  }
  await mkdir(dirname(join(to, name)), { recursive: true });
  await copyFile(join(from, name), join(to, name)).catch((cause) => {
    throw badInput(`${join(from, name)} cannot be read`, { reason: (cause as Error).message, cause });
  });
}

/** Old versions of npm do not know --os, --cpu and --libc, and say nothing. */
async function checkPlatform(
  npm: Tool,
  locked: readonly [path: string, Locked][],
  { source, into, target, host }: NodeJob,
): Promise<void> {
  for (const [path, { os, cpu, libc, devOptional }] of locked) {
    if (devOptional || !(os ?? cpu ?? libc)) continue;
    const wanted = fits(os, 'linux') && fits(cpu, nodeCpu(target)) && fits(libc, 'glibc');
    const there = await stat(join(into, path)).then(
      () => true,
      () => false,
    );
    if (wanted === there) continue;
    const { output } = await runTool(npm, ['--version'], { cwd: into, host });
    const name = path.replace(/^.*node_modules\//, '');
    throw new UserError(
      `npm ${output.trim()} ${wanted ? 'left out' : 'installed'} ${name} for ${describeTarget(target)}`,
      undefined,
      {
        reason: `${source.file} has packages by platform, and this npm installs those of this machine`,
        next: 'npm install --global npm@latest (10.4 or newer knows other platforms)',
      },
    );
  }
}

/** `["!win32"]` allows all but win32. */
function fits(allowed: readonly string[] | undefined, name: string): boolean {
  if (!allowed || allowed.length === 0) return true;
  if (allowed.includes(`!${name}`)) return false;
  return allowed.includes(name) || allowed.every((one) => one.startsWith('!'));
}

/** The architecture as Node.js names it. */
export function nodeCpu({ architecture }: Target): 'x64' | 'arm64' {
  return architecture === 'arm64' ? 'arm64' : 'x64';
}

export function missingTool(tool: string, { file, lock }: NodeSource): UserError {
  return new UserError(
    `${tool} is needed to install what ${file} and ${lock?.name ?? 'no lockfile'} say, and it is not on this machine`,
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
  // `npm ci` says what does not fit, and then how it is used.
  const unfit = said.filter((line) => /^(Invalid|Missing): /.test(line)).slice(0, 8);
  const reason = unfit.length > 0 ? unfit.join('\n') : lastLines(said.join('\n'), 8);
  const title = `${tool} cannot install ${file} for ${describeTarget(target)}`;
  const wrong = /\b(EUSAGE|ETARGET|E404|ERESOLVE|EINVALIDPACKAGENAME|EINTEGRITY|OUTDATED_LOCKFILE)\b/.test(
    output,
  );
  const next = /EUSAGE|OUTDATED_LOCKFILE/.test(output)
    ? `${tool} install, so that the lockfile fits`
    : undefined;
  return wrong ? badInput(title, { reason, next }) : new UserError(title, undefined, { reason, next });
}
