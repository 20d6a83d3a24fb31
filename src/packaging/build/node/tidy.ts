// Removes files for other platforms and files of the installer from node_modules, and finds packages that were not built.
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isFile } from '../nearest-file.ts';
import type { Target } from '../target.ts';
import { nodeCpu } from './npm.ts';

export interface TidiedNode {
  packages: number;
  /** Packages that compile native code when they are installed, and have no prebuilt code for the target. */
  unbuilt: string[];
  /** Other packages whose install scripts were not run. */
  scripts: string[];
}

/** `modules` is a node_modules folder. */
export async function tidyNode(modules: string, target: Target): Promise<TidiedNode> {
  const tidied: TidiedNode = { packages: 0, unbuilt: [], scripts: [] };
  await tidyModules(modules, target, tidied);
  return { ...tidied, unbuilt: [...new Set(tidied.unbuilt)], scripts: [...new Set(tidied.scripts)] };
}

async function tidyModules(modules: string, target: Target, tidied: TidiedNode): Promise<void> {
  for (const name of await readdir(modules).catch(() => [])) {
    const folder = join(modules, name);
    if (name.startsWith('.')) await rm(folder, { recursive: true, force: true });
    else if (name.startsWith('@')) {
      for (const scoped of await readdir(folder).catch(() => [])) {
        await tidyPackage(`${name}/${scoped}`, join(folder, scoped), target, tidied);
      }
    } else await tidyPackage(name, folder, target, tidied);
  }
}

async function tidyPackage(name: string, folder: string, target: Target, tidied: TidiedNode): Promise<void> {
  tidied.packages++;
  const prebuilt = await prunePrebuilds(join(folder, 'prebuilds'), target);
  const text = await readFile(join(folder, 'package.json'), 'utf8').catch(() => '{}');
  const { scripts = {} } = JSON.parse(text) as { scripts?: Record<string, string> };
  const compiles = await isFile(folder, 'binding.gyp');
  if (compiles && !prebuilt) tidied.unbuilt.push(name);
  else if (!compiles && (scripts.preinstall ?? scripts.install ?? scripts.postinstall)) {
    tidied.scripts.push(name);
  }
  await tidyModules(join(folder, 'node_modules'), target, tidied);
}

/** Removes prebuilt code for other platforms. Resolves with whether there is code for the target. */
async function prunePrebuilds(folder: string, target: Target): Promise<boolean> {
  let hasFitting = false;
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
      else hasFitting = true;
    }
  }
  return hasFitting;
}
