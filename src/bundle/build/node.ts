// The dependencies of a Node.js function, as packages of Linux and its architecture.
import { mkdir, rename, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { badInput } from '../../errors.ts';
import { type Build, build } from './cache.ts';
import type { NodeSource } from './node-source.ts';
import { npmInstall } from './npm.ts';
import { pnpmInstall } from './pnpm.ts';
import type { Host } from './program.ts';
import { describeTarget, type Target } from './target.ts';
import { type TidiedNode, tidyNode } from './tidy-node.ts';

export interface NodeDependenciesJob {
  source: NodeSource;
  /** Folder of the project. */
  dir: string;
  target: Target;
  host: Host;
}

/** The folder of the build has node_modules in it. Rejects with a UserError when it cannot be installed. */
export async function nodeDependencies({
  source,
  dir,
  target,
  host,
}: NodeDependenciesJob): Promise<Build<TidiedNode>> {
  const { manifest, lock, file } = source;
  if (lock?.tool === 'yarn' || lock?.tool === 'bun') {
    throw badInput(`${lock.name} beside ${file}: slsctl installs by npm and pnpm lockfiles`, {
      next: `bundle: true needs no lockfile; or npm install --package-lock-only makes one; or set dependencies: none`,
    });
  }
  const { dependencies, optionalDependencies, peerDependencies, overrides, pnpm } = manifest;
  const asked = [dependencies, optionalDependencies, peerDependencies, overrides, pnpm];
  const inputs = ['nodejs', asked, lock?.name, lock?.text, target.architecture];
  return build(dir, inputs, async (folder) => {
    const title = `install ${relative(dir, file)} for ${describeTarget(target)}`;
    const tidied = await host.step(title, async (report) => {
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
    tell(tidied, source, target, host);
    return tidied;
  });
}

function tell(
  { unbuilt, scripts }: TidiedNode,
  { lock, file }: NodeSource,
  target: Target,
  host: Host,
): void {
  if (!lock) {
    host.note(
      `${file} has no lockfile: these are today's versions; npm install --package-lock-only keeps them`,
    );
  }
  if (unbuilt.length > 0) {
    host.note(
      `no native code for ${describeTarget(target)} in ${unbuilt.join(', ')}: it would be compiled for this ` +
        'machine; take a version that has it prebuilt, or bring it in a layer, if the package needs it',
    );
  }
  if (scripts.length > 0) host.note(`install scripts were not run: ${scripts.join(', ')}`);
}
