// What package-lock.json has for some packages, as the lockfile of a project that asks for nothing else.
import { join, posix, resolve } from 'node:path';
import { badInput, type UserError } from '../../../errors/user-error.ts';
import { isFolder } from '../nearest-file.ts';
import type { Lock, NodeSource } from './source.ts';

/** One package in package-lock.json, as far as it matters here. */
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

/** By path from the folder of the lockfile; `''` is the project. Throws (exit 2) when it is no JSON. */
export function lockedPackages({ name, text, folder }: Lock): Packages {
  try {
    return (JSON.parse(text) as { packages?: Packages }).packages ?? {};
  } catch (cause) {
    throw badInput(`${join(folder, name)} is not JSON`, { reason: (cause as Error).message, cause });
  }
}

export function linkRefused(name: string, to: string | undefined): UserError {
  return badInput(`${name} is a link to ${to}`, {
    reason: 'a package can hold only what a registry or a tarball has',
    next: 'bundle: true follows links; or set dependencies: none',
  });
}

/**
 * package.json and lockfile of these packages alone, with the versions that the lockfile has for this member of the
 * workspace; of those that it does not have, or as a link, nothing. Without names: of all that package.json names;
 * then throws (exit 2) when the lockfile does not have them, or as links.
 */
export function narrowed(source: NodeSource, lock: Lock, names?: readonly string[]): NodeSource {
  const { dependencies = {}, optionalDependencies = {}, peerDependencies, overrides } = source.manifest;
  const specs = { ...(peerDependencies as Specs), ...dependencies, ...optionalDependencies };
  const packages = lockedPackages(lock);
  // npm 6 wrote none; it knew no workspaces either.
  if (Object.keys(packages).length === 0 && lock.member === '') return source;
  const wanted = { dependencies: {} as Specs, optionalDependencies: {} as Specs };
  const lost: string[] = [];
  for (const name of names ?? Object.keys(specs)) {
    const path = found(name, lock.member, packages);
    const one = path === undefined ? undefined : packages[path];
    if (one === undefined) lost.push(name);
    else if (names === undefined || !(one.dev || one.link)) {
      const spec = specs[name];
      const kind = name in optionalDependencies ? 'optionalDependencies' : 'dependencies';
      wanted[kind][name] = spec === undefined || spec.startsWith('file:') ? (one.version ?? '*') : spec;
    }
  }
  const needed = names ? [] : lost.filter((name) => name in dependencies);
  if (needed.length > 0) {
    throw badInput(
      `${join(lock.folder, lock.name)} has no ${needed.join(', ')}, which ${source.file} names`,
      {
        next: `npm install in ${lock.folder}, so that the lockfile fits`,
      },
    );
  }
  const root = { name: 'function', version: '1.0.0', ...wanted };
  const all = Object.keys({ ...wanted.dependencies, ...wanted.optionalDependencies });
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

/** All that these need, by the places where they are to be installed: nearer to the top for the member's own. */
function closure(names: readonly string[], member: string, packages: Packages): Packages {
  const places = new Map<string, string>();
  const todo = names.map((name) => ({ name, from: member, at: '' }));
  for (const { name, from, at } of todo) {
    const path = found(name, from, packages);
    const one = path === undefined ? undefined : packages[path];
    // What is not there for good is optional; npm says when it is not.
    if (path === undefined || one === undefined) continue;
    if (one.link) throw linkRefused(name, one.resolved);
    const place = placed(path, { name, from, at }, places);
    if (places.has(place)) continue;
    places.set(place, path);
    const needed = { ...one.dependencies, ...one.optionalDependencies, ...one.peerDependencies };
    todo.push(...Object.keys(needed).map((name) => ({ name, from: path, at: place })));
  }
  const kept = [...places].map(([place, path]) => {
    const { dev: _, devOptional: __, ...one } = packages[path] as Locked;
    return [place, one] as const;
  });
  return Object.fromEntries(kept);
}

/** The same for a package.json without a lockfile: it names folders, which a bundle has in it and a package cannot. */
export async function withoutLinks(source: NodeSource, names?: readonly string[]): Promise<NodeSource> {
  const { manifest, folder } = source;
  const kept = { ...manifest, dependencies: { ...manifest.dependencies } };
  for (const [name, spec] of Object.entries(kept.dependencies)) {
    const path = /^(?:file:|link:|(?=[./~]))(.+)$/.exec(spec)?.[1];
    if (path === undefined || !(await isFolder(resolve(folder, path)))) continue;
    if (names === undefined) throw linkRefused(name, spec);
    delete kept.dependencies[name];
  }
  return { ...source, manifest: kept };
}

/** Where it was, seen from the member; below whoever needs it when another version is there. */
function placed(
  path: string,
  { name, from, at }: { name: string; from: string; at: string },
  places: ReadonlyMap<string, string>,
): string {
  const nested = posix.join(at, 'node_modules', name);
  const place = path === posix.join(from, 'node_modules', name) ? nested : path;
  const other = places.get(place);
  return other === undefined || other === path ? place : nested;
}

/** The path of a package as Node.js looks for it, from a folder upwards. */
function found(name: string, from: string, packages: Packages): string | undefined {
  for (let folder = from; ; folder = posix.dirname(folder)) {
    if (folder === '.') folder = '';
    const path = posix.join(folder, 'node_modules', name);
    if (path in packages) return path;
    if (folder === '') return undefined;
  }
}
