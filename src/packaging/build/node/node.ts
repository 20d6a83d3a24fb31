// The dependencies of a Node.js function, as packages of Linux and its architecture.
import { mkdir, rename, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { badInput } from '../../../errors/user-error.ts';
import { type Build, build } from '../cache.ts';
import { describeTarget, type Target } from '../target.ts';
import type { BuildHost } from '../tools.ts';
import { npmInstall } from './npm.ts';
import { narrowed, withoutLinks } from './npm-lock.ts';
import { pnpmInstall } from './pnpm.ts';
import type { NodeSource } from './source.ts';
import { type TidiedNode, tidyNode } from './tidy.ts';

export interface NodeDependenciesJob {
  source: NodeSource;
  /** Folder of the project. */
  dir: string;
  target: Target;
  host: BuildHost;
  /** Packages beside a bundle, with what they need, as far as there are such; undefined: all that package.json names. */
  only?: readonly string[];
}

/** The folder of the build has node_modules in it. Rejects with a UserError when it cannot be installed. */
export async function nodeDependencies(job: NodeDependenciesJob): Promise<Build<TidiedNode>> {
  const { dir, target, host } = job;
  const source = await installable(job);
  const { manifest, lock, file } = source;
  const { dependencies, optionalDependencies, peerDependencies, overrides, pnpm } = manifest;
  const asked = [dependencies, optionalDependencies, peerDependencies, overrides, pnpm];
  const inputs = ['nodejs', asked, lock?.name, lock?.text, target.architecture];
  const built = await build(dir, inputs, (folder) => {
    const title = `install ${relative(dir, file)} for ${describeTarget(target)}`;
    return host.step(title, async (report) => {
      const into = join(folder, '..', 'install');
      const modules = join(folder, 'node_modules');
      await mkdir(into);
      const install = lock?.tool === 'pnpm' ? pnpmInstall : npmInstall;
      await install({ source, into, target, host });
      // Packages for other platforms alone leave nothing.
      await mkdir(join(into, 'node_modules'), { recursive: true });
      await rename(join(into, 'node_modules'), modules);
      await rm(into, { recursive: true, force: true });
      const found = await tidyNode(modules, target);
      report(`${found.packages} package${found.packages === 1 ? '' : 's'}`);
      return found;
    });
  });
  tell(built.note, source, target, host);
  return built;
}

/** What npm and pnpm can install. */
async function installable({ source, only }: NodeDependenciesJob): Promise<NodeSource> {
  const { lock, file } = source;
  if (!lock) return withoutLinks(source, only);
  if (lock.tool === 'npm') return only || lock.member !== '' ? narrowed(source, lock, only) : source;
  if (lock.tool === 'pnpm' && lock.member === '') return source;
  const where = `${join(lock.folder, lock.name)}${lock.member === '' ? '' : ', of the workspace that it is in'}`;
  throw badInput(`${file} is locked by ${where}: slsctl cannot install by that`, {
    reason: 'it knows lockfiles of npm, and of pnpm outside of workspaces',
    next: [
      ...(only ? [] : ['bundle: true needs no lockfile']),
      // Of a member it would have what a registry has under the names of other members.
      ...(lock.member === '' ? ['npm install --package-lock-only makes one of npm'] : []),
      only
        ? `put ${only.join(', ')} into a layer, named in bundle: { external: [...] } and in devDependencies alone`
        : 'set dependencies: none',
    ].join('; or '),
  });
}

/** Each time, since each package made of it is the same. */
function tell(
  { unbuilt, scripts }: TidiedNode,
  { lock, file }: NodeSource,
  target: Target,
  host: BuildHost,
): void {
  if (!lock) {
    host.note(
      `${file} has no lockfile: versions are those of the day of the install; npm install --package-lock-only keeps them`,
    );
  }
  if (unbuilt.length > 0) {
    host.warn(
      `no native code for ${describeTarget(target)} in ${unbuilt.join(', ')}: it would be compiled for this ` +
        'machine; take a version that has it prebuilt, or bring it in a layer, if the package needs it',
    );
  }
  if (scripts.length > 0) host.note(`install scripts were not run: ${scripts.join(', ')}`);
}
