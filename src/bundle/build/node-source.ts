// Where a Node.js project says what it needs: the nearest package.json with dependencies, and the lockfile beside it.
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { badInput } from '../../errors.ts';
import { foldersAbove, isFile } from './nearest.ts';

export interface PackageJson {
  name?: string;
  type?: string;
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  workspaces?: unknown;
  [field: string]: unknown;
}

export interface NodeSource {
  /** package.json, and its folder. */
  file: string;
  folder: string;
  manifest: PackageJson;
  lock?: Lock;
}

export interface Lock {
  tool: 'npm' | 'pnpm' | 'yarn' | 'bun';
  /** File name. */
  name: string;
  text: string;
}

const locks: [name: string, tool: Lock['tool']][] = [
  ['npm-shrinkwrap.json', 'npm'],
  ['package-lock.json', 'npm'],
  ['pnpm-lock.yaml', 'pnpm'],
  ['yarn.lock', 'yarn'],
  ['bun.lock', 'bun'],
  ['bun.lockb', 'bun'],
];

/** undefined: nothing is needed. Rejects with a UserError (exit 2) when package.json is no JSON. */
export async function nodeSource(code: string, dir: string): Promise<NodeSource | undefined> {
  for (const folder of await foldersAbove(code, dir)) {
    const file = join(folder, 'package.json');
    if (!(await isFile(file))) continue;
    const manifest = await readManifest(file);
    const wanted = { ...manifest.dependencies, ...manifest.optionalDependencies };
    if (Object.keys(wanted).length === 0) continue;
    return { file, folder, manifest, lock: (await lockIn(folder)) ?? (await sharedLock(folder, dir)) };
  }
  return undefined;
}

export async function readManifest(file: string): Promise<PackageJson> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as PackageJson;
  } catch (cause) {
    throw badInput(`${file} is not JSON`, { reason: (cause as Error).message, cause });
  }
}

async function lockIn(folder: string): Promise<Lock | undefined> {
  for (const [name, tool] of locks) {
    if (await isFile(folder, name)) return { tool, name, text: await readFile(join(folder, name), 'utf8') };
  }
  return undefined;
}

/** Members of a workspace have one lockfile together, which cannot be installed for one of them. */
async function sharedLock(folder: string, dir: string): Promise<undefined> {
  if (folder === dir) return undefined;
  for (const above of (await foldersAbove(dirname(folder), dir)).filter((one) => one !== folder)) {
    const manifest = await readManifest(join(above, 'package.json')).catch(() => undefined);
    const lock = manifest?.workspaces !== undefined && (await lockIn(above));
    if (!lock) continue;
    throw badInput(`${folder} is a member of the workspace of ${above}, which has the lockfile`, {
      next: 'bundle: true makes one file of the function and what it imports; or set dependencies: none',
    });
  }
  return undefined;
}
