// Installs the dependencies of a Node.js function, for Linux and the function's architecture.
import { mkdir, rename, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { badInput } from '../../../errors/user-error.ts';
import { type Build, build } from '../cache.ts';
import { describeTarget, type Target } from '../target.ts';
import type { BuildHost } from '../tools.ts';
import { npmInstall } from './npm.ts';
import { narrowLock, withoutLinks } from './npm-lock.ts';
import { pnpmInstall } from './pnpm.ts';
import type { NodeSource } from './source.ts';
import { type TidiedNode, tidyNode } from './tidy.ts';

export interface NodeDependenciesJob {
  source: NodeSource;
  /** Folder of the project. */
  dir: string;
  target: Target;
  host: BuildHost;
  /** Install only these packages, which are not in the bundle, and their dependencies. undefined: all of package.json. */
  only?: readonly string[];
}

/** Resolves with a build whose folder has node_modules. Rejects with a UserError when the installation fails. */
export async function nodeDependencies(job: NodeDependenciesJob): Promise<Build<TidiedNode>> {
  const { dir, target, host } = job;
  const source = await installable(job);
  const { manifest, lock, file } = source;
  const { dependencies, optionalDependencies, peerDependencies, overrides, pnpm } = manifest;
  const declared = [dependencies, optionalDependencies, peerDependencies, overrides, pnpm];
  const inputs = ['nodejs', declared, lock?.name, lock?.text, target.architecture];
  const built = await build(dir, inputs, (folder) => {
    const title = `install ${relative(dir, file)} for ${describeTarget(target)}`;
    return host.step(title, async (report) => {
      const into = join(folder, '..', 'install');
      const modules = join(folder, 'node_modules');
      await mkdir(into);
      const install = lock?.tool === 'pnpm' ? pnpmInstall : npmInstall;
      await install({ source, into, target, host });
      // There is no node_modules when all packages are for other platforms.
      await mkdir(join(into, 'node_modules'), { recursive: true });
      await rename(join(into, 'node_modules'), modules);
      await rm(into, { recursive: true, force: true });
      const tidied = await tidyNode(modules, target);
      report(`${tidied.packages} package${tidied.packages === 1 ? '' : 's'}`);
      return tidied;
    });
  });
  tell(built.note, source, target, host);
  return built;
}

/** The source in a form that npm or pnpm can install. Throws (exit 2) when its lockfile is not supported. */
async function installable({ source, only }: NodeDependenciesJob): Promise<NodeSource> {
  const { lock, file } = source;
  if (!lock) return withoutLinks(source, only);
  if (lock.tool === 'npm') return only || lock.member !== '' ? narrowLock(source, lock, only) : source;
  if (lock.tool === 'pnpm' && lock.member === '') return source;
  const where = `${join(lock.folder, lock.name)}${lock.member === '' ? '' : ', the lockfile of its workspace'}`;
  throw badInput(`slsctl cannot install ${file} with ${where}`, {
    reason: 'it supports lockfiles of npm, and of pnpm outside of workspaces',
    next: [
      ...(only ? [] : ['bundle: true needs no lockfile']),
      // Not for a member of a workspace: npm would take other members from a public registry, by their names.
      ...(lock.member === '' ? ['npm install --package-lock-only makes a lockfile of npm'] : []),
      only
        ? `put ${only.join(', ')} into a layer, list it in bundle: { external: [...] }, and in package.json only under devDependencies`
        : 'set dependencies: none',
    ].join('; or '),
  });
}

/** Notes and warnings about the installation. They are shown in each run, also when the build comes from the cache. */
function tell(
  { unbuilt, scripts }: TidiedNode,
  { lock, file }: NodeSource,
  target: Target,
  host: BuildHost,
): void {
  if (!lock) {
    host.note(
      `${file} has no lockfile, so versions depend on the day of the installation; npm install --package-lock-only makes one`,
    );
  }
  if (unbuilt.length > 0) {
    host.warn(
      `no native code for ${describeTarget(target)} in ${unbuilt.join(', ')}: this machine cannot compile it for the ` +
        'target; if the function needs it, use a version with prebuilt native code, or put the package into a layer',
    );
  }
  if (scripts.length > 0) host.note(`install scripts were not run: ${scripts.join(', ')}`);
}
