// Takes out of node_modules what is of other platforms or of the installer, and finds what could not be built.
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isFile } from '../nearest-file.ts';
import type { Target } from '../target.ts';
import { nodeCpu } from './npm.ts';

export interface TidiedNode {
  packages: number;
  /** Packages that compile native code when they are installed, and have none ready for the target. */
  unbuilt: string[];
  /** Other packages whose install scripts were not run. */
  scripts: string[];
}

/** `modules` is a node_modules folder. */
export async function tidyNode(modules: string, target: Target): Promise<TidiedNode> {
  const found: TidiedNode = { packages: 0, unbuilt: [], scripts: [] };
  await tidyModules(modules, target, found);
  return { ...found, unbuilt: [...new Set(found.unbuilt)], scripts: [...new Set(found.scripts)] };
}

async function tidyModules(modules: string, target: Target, found: TidiedNode): Promise<void> {
  for (const name of await readdir(modules).catch(() => [])) {
    const folder = join(modules, name);
    if (name.startsWith('.')) await rm(folder, { recursive: true, force: true });
    else if (name.startsWith('@')) {
      for (const scoped of await readdir(folder).catch(() => [])) {
        await tidyPackage(`${name}/${scoped}`, join(folder, scoped), target, found);
      }
    } else await tidyPackage(name, folder, target, found);
  }
}

async function tidyPackage(name: string, folder: string, target: Target, found: TidiedNode): Promise<void> {
  found.packages++;
  const prebuilt = await prunePrebuilds(join(folder, 'prebuilds'), target);
  const text = await readFile(join(folder, 'package.json'), 'utf8').catch(() => '{}');
  const { scripts = {} } = JSON.parse(text) as { scripts?: Record<string, string> };
  const compiles = await isFile(folder, 'binding.gyp');
  if (compiles && !prebuilt) found.unbuilt.push(name);
  else if (!compiles && (scripts.preinstall ?? scripts.install ?? scripts.postinstall)) {
    found.scripts.push(name);
  }
  await tidyModules(join(folder, 'node_modules'), target, found);
}

/** Keeps what was built for the target. Answers whether there is any. */
async function prunePrebuilds(folder: string, target: Target): Promise<boolean> {
  let fitting = false;
  for (const name of await readdir(folder).catch(() => [])) {
    const [, platform, cpus] = /^(linux|darwin|win32|android|freebsd|ios|aix|sunos)-(.+)$/.exec(name) ?? [];
    if (platform === undefined || cpus === undefined) continue;
    const path = join(folder, name);
    if (platform !== 'linux' || !cpus.split('+').includes(nodeCpu(target))) {
      await rm(path, { recursive: true, force: true });
      continue;
    }
    for (const file of await readdir(path).catch(() => [])) {
      if (/[.-]musl\b/.test(file)) await rm(join(path, file), { force: true });
      else fitting = true;
    }
  }
  return fitting;
}
