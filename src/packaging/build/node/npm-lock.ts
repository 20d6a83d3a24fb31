// Narrows a package-lock.json to some packages and their dependencies, for a bundle or a member of a workspace.
import { join, posix, resolve } from 'node:path';
import { badInput, type UserError } from '../../../errors/user-error.ts';
import { isFolder } from '../nearest-file.ts';
import type { Lock, NodeSource } from './source.ts';

/** A package in package-lock.json; only the fields that are needed here. */
export interface Locked {
  version?: string;
  dev?: boolean;
  devOptional?: boolean;
  optional?: boolean;
  link?: boolean;
  resolved?: string;
  os?: string[];
  cpu?: string[];
  libc?: string[];
  dependencies?: Specs;
  optionalDependencies?: Specs;
  peerDependencies?: Specs;
}

type Packages = Record<string, Locked>;
type Specs = Record<string, string>;

/** Packages by path, relative to the folder of the lockfile; `''` is the project. Throws (exit 2) when it is not JSON. */
export function lockedPackages({ name, text, folder }: Lock): Packages {
  try {
    return (JSON.parse(text) as { packages?: Packages }).packages ?? {};
  } catch (cause) {
    throw badInput(`${join(folder, name)} is not JSON`, { reason: (cause as Error).message, cause });
  }
}

export function linkRefused(name: string, to: string | undefined): UserError {
  return badInput(`${name} is a link to ${to}`, {
    reason: 'slsctl can package only dependencies from a registry or a tarball',
    next: 'bundle: true follows links; or set dependencies: none',
  });
}

/**
 * A source whose package.json and lockfile have only the named packages and their dependencies, in the versions that the
 * lockfile has for this member of the workspace. Named packages that are missing in the lockfile, or are links, are left
 * out. Without names, it takes all packages of package.json, and throws (exit 2) when one is missing or is a link.
 */
export function narrowLock(source: NodeSource, lock: Lock, names?: readonly string[]): NodeSource {
  const { dependencies = {}, optionalDependencies = {}, peerDependencies, overrides } = source.manifest;
  const specs = { ...(peerDependencies as Specs), ...dependencies, ...optionalDependencies };
  const packages = lockedPackages(lock);
  // npm 6 wrote no `packages`. It had no workspaces either, so the lockfile can be used as it is.
  if (Object.keys(packages).length === 0 && lock.member === '') return source;
  const kept = { dependencies: {} as Specs, optionalDependencies: {} as Specs };
  const missing: string[] = [];
  for (const name of names ?? Object.keys(specs)) {
    const path = pathOf(name, lock.member, packages);
    const locked = path === undefined ? undefined : packages[path];
    if (locked === undefined) missing.push(name);
    else if (names === undefined || !(locked.dev || locked.link)) {
      const spec = specs[name];
      const kind = name in optionalDependencies ? 'optionalDependencies' : 'dependencies';
      kept[kind][name] = spec === undefined || spec.startsWith('file:') ? (locked.version ?? '*') : spec;
    }
  }
  const required = names ? [] : missing.filter((name) => name in dependencies);
  if (required.length > 0) {
    throw badInput(
      `${join(lock.folder, lock.name)} has no ${required.join(', ')}, but ${source.file} lists it`,
      {
        next: `run npm install in ${lock.folder} to update the lockfile`,
      },
    );
  }
  const root = { name: 'function', version: '1.0.0', ...kept };
  const all = Object.keys({ ...kept.dependencies, ...kept.optionalDependencies });
  const text = JSON.stringify({
    ...{ name: root.name, version: root.version, lockfileVersion: 3, requires: true },
    packages: { '': root, ...closure(all, lock.member, packages) },
  });
  return {
    ...source,
    folder: lock.folder,
    manifest: { ...root, overrides: lock.member === '' ? overrides : lock.overrides },
    lock: { ...lock, member: '', text },
  };
}

/**
 * The packages and all their dependencies, by the path where each is to be installed. Paths below the member's own
 * node_modules move to the top.
 */
function closure(names: readonly string[], member: string, packages: Packages): Packages {
  const places = new Map<string, string>();
  const queue = names.map((name) => ({ name, from: member, at: '' }));
  for (const { name, from, at } of queue) {
    const path = pathOf(name, from, packages);
    const locked = path === undefined ? undefined : packages[path];
    // An optional dependency may be missing. npm reports any other.
    if (path === undefined || locked === undefined) continue;
    if (locked.link) throw linkRefused(name, locked.resolved);
    const place = placeFor(path, { name, from, at }, places);
    if (places.has(place)) continue;
    places.set(place, path);
    const needed = { ...locked.dependencies, ...locked.optionalDependencies, ...locked.peerDependencies };
    queue.push(...Object.keys(needed).map((name) => ({ name, from: path, at: place })));
  }
  const entries = [...places].map(([place, path]) => {
    const { dev: _, devOptional: __, ...locked } = packages[path] as Locked;
    return [place, locked] as const;
  });
  return Object.fromEntries(entries);
}

/**
 * The source without dependencies that are local folders, for a package.json without a lockfile. esbuild bundles them, so
 * with `names` they are left out; without, it throws (exit 2), since a package cannot contain links.
 */
export async function withoutLinks(source: NodeSource, names?: readonly string[]): Promise<NodeSource> {
  const { manifest, folder } = source;
  const narrowed = { ...manifest, dependencies: { ...manifest.dependencies } };
  for (const [name, spec] of Object.entries(narrowed.dependencies)) {
    const path = /^(?:file:|link:|(?=[./~]))(.+)$/.exec(spec)?.[1];
    if (path === undefined || !(await isFolder(resolve(folder, path)))) continue;
    if (names === undefined) throw linkRefused(name, spec);
    delete narrowed.dependencies[name];
  }
  return { ...source, manifest: narrowed };
}

/** The path at which a package is installed: as in the lockfile, or below its dependant when the path is taken. */
function placeFor(
  path: string,
  { name, from, at }: { name: string; from: string; at: string },
  places: ReadonlyMap<string, string>,
): string {
  const nested = posix.join(at, 'node_modules', name);
  const place = path === posix.join(from, 'node_modules', name) ? nested : path;
  const occupant = places.get(place);
  return occupant === undefined || occupant === path ? place : nested;
}

/** The path of a package in the lockfile. It looks for the package as Node.js does, from a folder upwards. */
function pathOf(name: string, from: string, packages: Packages): string | undefined {
  for (let folder = from; ; folder = posix.dirname(folder)) {
    if (folder === '.') folder = '';
    const path = posix.join(folder, 'node_modules', name);
    if (path in packages) return path;
    if (folder === '') return undefined;
  }
}
