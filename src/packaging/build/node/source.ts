// Finds the dependencies of Node.js code: the nearest package.json that has some, and its lockfile.
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
  /** Path of package.json. */
  file: string;
  /** Folder of package.json. */
  folder: string;
  manifest: PackageJson;
  lock?: Lock;
}

export interface Lock {
  tool: 'npm' | 'pnpm' | 'yarn' | 'bun';
  /** File name. */
  name: string;
  folder: string;
  /** Path from `folder` to the folder of package.json when that is a member of a workspace; otherwise `''`. */
  member: string;
  text: string;
  /** Overrides in the package.json beside the lockfile. */
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

/** undefined: there are no dependencies. Rejects with a UserError (exit 2) when package.json is not JSON. */
export async function nodeSource(code: string, dir: string): Promise<NodeSource | undefined> {
  for (const folder of await foldersAbove(code, dir)) {
    const file = join(folder, 'package.json');
    if (!(await isFile(file))) continue;
    const manifest = await readManifest(file);
    const dependencies = { ...manifest.dependencies, ...manifest.optionalDependencies };
    if (Object.keys(dependencies).length === 0) continue;
    return { file, folder, manifest, lock: (await lockIn(folder)) ?? (await sharedLock(folder)) };
  }
  return undefined;
}

/** Whether the nearest package.json exists and lists no package that the running code needs. */
export async function hasNoDependencies(code: string, dir: string): Promise<boolean> {
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

/** The lockfile that members of a workspace share. It may be in a folder above the project. */
async function sharedLock(folder: string): Promise<Lock | undefined> {
  for (let root = dirname(folder); ; root = dirname(root)) {
    const member = relative(root, folder).split(sep).join('/');
    const file = join(root, 'package.json');
    const manifest = (await isFile(file)) ? await readManifest(file) : undefined;
    if (hasMember(await workspacesOf(root, manifest), member)) {
      const lock = await lockIn(root);
      if (lock) return { ...lock, member, overrides: manifest?.overrides };
      throw badInput(`${folder} is a member of the workspace of ${root}, which has no lockfile`, {
        reason:
          'without a lockfile, slsctl cannot tell packages of the workspace from packages of a registry',
        next: `npm install --package-lock-only in ${root} makes one`,
      });
    }
    if (root === dirname(root)) return undefined;
  }
}

/** Patterns of the folders that are members of the workspace, for npm, yarn, bun or pnpm. */
async function workspacesOf(root: string, manifest: PackageJson | undefined): Promise<string[]> {
  const declared = manifest?.workspaces as string[] | { packages?: string[] } | undefined;
  return (
    (Array.isArray(declared) ? declared : declared?.packages) ??
    (await pnpmWorkspaces(join(root, 'pnpm-workspace.yaml')))
  );
}

async function pnpmWorkspaces(file: string): Promise<string[]> {
  if (!(await isFile(file))) return [];
  const { parse } = await import('yaml');
  try {
    return (parse(await readFile(file, 'utf8')) as { packages?: string[] } | null)?.packages ?? [];
  } catch (cause) {
    throw badInput(`${file} is not YAML`, { reason: (cause as Error).message, cause });
  }
}

function hasMember(patterns: readonly string[], member: string): boolean {
  const anchored = patterns.map((pattern) => String(pattern).replace(/^(!?)(\.?\/)?/, '$1/'));
  return ignore({ ignorecase: false }).add(anchored).ignores(`${member}/`);
}
