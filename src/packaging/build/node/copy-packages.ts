// Some packages of an installed node_modules, with all that they need, copied to another place.
import { cp, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import type { PackageJson } from './source.ts';

/** Both are folders that have node_modules in them. Answers the names of packages that are not there. */
export async function copyPackages(names: Iterable<string>, from: string, to: string): Promise<string[]> {
  const found = new Set<string>();
  const missing: string[] = [];
  for (const name of names) {
    if (!(await collect(name, from, from, found))) missing.push(name);
  }
  for (const folder of found) {
    const nested = join(folder, 'node_modules');
    await cp(folder, join(to, relative(from, folder)), {
      recursive: true,
      filter: (path) => path !== nested,
    });
  }
  return missing;
}

/** Looks for the package as Node.js does, from the folder upwards to `root`. */
async function collect(name: string, at: string, root: string, found: Set<string>): Promise<boolean> {
  for (let folder = at; folder.startsWith(root); folder = dirname(folder)) {
    if (basename(folder) === 'node_modules') continue;
    const place = join(folder, 'node_modules', name);
    if (!(await stat(place).catch(() => undefined))) continue;
    if (found.has(place)) return true;
    found.add(place);
    const manifest = JSON.parse(await readFile(join(place, 'package.json'), 'utf8')) as PackageJson;
    const needed = {
      ...manifest.dependencies,
      ...manifest.optionalDependencies,
      ...(manifest.peerDependencies as Record<string, string> | undefined),
    };
    for (const one of Object.keys(needed)) await collect(one, place, root, found);
    return true;
  }
  return false;
}
