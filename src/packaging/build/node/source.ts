// Where a Node.js project says what it needs: the nearest package.json with dependencies, and the lockfile beside it.
import { readFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import ignore from 'ignore';
import { badInput } from '../../../errors/user-error.ts';
import { foldersAbove, isFile } from '../nearest-file.ts';

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
  folder: string;
  /** Path from there to the package.json, when that is a member of a workspace; else `''`. */
  member: string;
  text: string;
  /** Of the package.json beside the lockfile. */
  overrides?: unknown;
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
    return { file, folder, manifest, lock: (await lockIn(folder)) ?? (await sharedLock(folder)) };
  }
  return undefined;
}

/** Whether there is a package.json, and it has nothing that the code needs when it runs. */
export async function asksForNothing(code: string, dir: string): Promise<boolean> {
  for (const folder of await foldersAbove(code, dir)) {
    if (!(await isFile(folder, 'package.json'))) continue;
    const { peerDependencies = {} } = await readManifest(join(folder, 'package.json'));
    return Object.keys(peerDependencies as object).length === 0;
  }
  return false;
}

export async function readManifest(file: string): Promise<PackageJson> {
  let manifest: unknown;
  try {
    manifest = JSON.parse(await readFile(file, 'utf8'));
  } catch (cause) {
    throw badInput(`${file} is not JSON`, { reason: (cause as Error).message, cause });
  }
  if (typeof manifest === 'object' && manifest !== null && !Array.isArray(manifest))
    return manifest as PackageJson;
  throw badInput(`${file} is ${JSON.stringify(manifest).slice(0, 40)}; allowed: an object`);
}

async function lockIn(folder: string): Promise<Lock | undefined> {
  for (const [name, tool] of locks) {
    if (!(await isFile(folder, name))) continue;
    return { tool, name, folder, member: '', text: await readFile(join(folder, name), 'utf8') };
  }
  return undefined;
}

/** Members of a workspace have one lockfile together, which may be above the project, too. */
async function sharedLock(folder: string): Promise<Lock | undefined> {
  for (let root = dirname(folder); ; root = dirname(root)) {
    const member = relative(root, folder).split(sep).join('/');
    const file = join(root, 'package.json');
    const manifest = (await isFile(file)) ? await readManifest(file) : undefined;
    if (hasMember(await workspacesOf(root, manifest), member)) {
      const lock = await lockIn(root);
      if (lock) return { ...lock, member, overrides: manifest?.overrides };
      throw badInput(`${folder} is a member of the workspace of ${root}, which has no lockfile`, {
        reason: 'without it nothing tells packages of the workspace from those of a registry',
        next: `npm install --package-lock-only in ${root} makes one`,
      });
    }
    if (root === dirname(root)) return undefined;
  }
}

/** Patterns of folders. */
async function workspacesOf(root: string, manifest: PackageJson | undefined): Promise<string[]> {
  const own = manifest?.workspaces as string[] | { packages?: string[] } | undefined;
  return (Array.isArray(own) ? own : own?.packages) ?? (await ofPnpm(join(root, 'pnpm-workspace.yaml')));
}

async function ofPnpm(file: string): Promise<string[]> {
  if (!(await isFile(file))) return [];
  const { parse } = await import('yaml');
  try {
    return (parse(await readFile(file, 'utf8')) as { packages?: string[] } | null)?.packages ?? [];
  } catch (cause) {
    throw badInput(`${file} is not YAML`, { reason: (cause as Error).message, cause });
  }
}

function hasMember(patterns: readonly string[], member: string): boolean {
  const anchored = patterns.map((one) => String(one).replace(/^(!?)(\.?\/)?/, '$1/'));
  return ignore({ ignorecase: false }).add(anchored).ignores(`${member}/`);
}
