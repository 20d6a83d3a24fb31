// Copies packages out of an installed node_modules folder, with everything that they depend on.
import { cp, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import type { PackageJson } from './source.ts';

/** `from` and `to` are folders with node_modules in them. Resolves with the names of packages that are missing. */
export async function copyPackages(names: Iterable<string>, from: string, to: string): Promise<string[]> {
  const folders = new Set<string>();
  const missing: string[] = [];
  for (const name of names) {
    if (!(await collect(name, from, from, folders))) missing.push(name);
  }
  for (const folder of folders) {
    const nested = join(folder, 'node_modules');
    await cp(folder, join(to, relative(from, folder)), {
      recursive: true,
      filter: (path) => path !== nested,
    });
  }
  return missing;
}

/**
 * Adds the folders of the package and of its dependencies to `folders`. It looks for the package as Node.js does, from
 * the folder `start` up to `root`.
 */
async function collect(name: string, start: string, root: string, folders: Set<string>): Promise<boolean> {
  for (let folder = start; folder.startsWith(root); folder = dirname(folder)) {
    if (basename(folder) === 'node_modules') continue;
    const place = join(folder, 'node_modules', name);
    if (!(await stat(place).catch(() => undefined))) continue;
    if (folders.has(place)) return true;
    folders.add(place);
    const manifest = JSON.parse(await readFile(join(place, 'package.json'), 'utf8')) as PackageJson;
    const dependencies = {
      ...manifest.dependencies,
      ...manifest.optionalDependencies,
      ...(manifest.peerDependencies as Record<string, string> | undefined),
    };
    for (const dependency of Object.keys(dependencies)) await collect(dependency, place, root, folders);
    return true;
  }
  return false;
}
