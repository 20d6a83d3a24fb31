// The files of a package, whether slsctl made it or the user. A package may have very many, so there are ways to get at
// a few without listing all.
import { posix } from 'node:path';
import { type FileFacts, isNotable } from './file-facts.ts';

export interface PackageEntry extends FileFacts {
  /** Path inside the zip, with `/`. */
  path: string;
  /** Bytes, unpacked. */
  size: number;
  /** Target, when it is a symbolic link. */
  link?: string;
  /** Its mode in a zip that the user made has no execute bit. Noted only for files that may be programs. */
  notExecutable?: true;
  /** Its mode in a zip that slsctl made. */
  mode?: number;
}

export interface Entries {
  /** All files, in the order of the zip. */
  readonly entries: readonly PackageEntry[];
  readonly count: number;
  /** Files that have facts. */
  readonly notable: readonly PackageEntry[];
  /** Targets of the symbolic links, by path. */
  readonly links: ReadonlyMap<string, string>;
  has(path: string): boolean;
  /** The `count` largest files, the largest first. */
  largest(count: number): PackageEntry[];
}

export function entriesOf(entries: readonly PackageEntry[]): Entries {
  return {
    entries,
    count: entries.length,
    notable: entries.filter(isNotable),
    links: new Map(entries.flatMap(({ path, link }) => (link === undefined ? [] : [[path, link]]))),
    has: (path) => entries.some((entry) => entry.path === path),
    largest: (count) =>
      indicesOfLargest(
        entries.map(({ size }) => size),
        count,
      ).map((index) => entries[index] as PackageEntry),
  };
}

/** Follows the symbolic links in a path. Without links it is the same path. */
export function followLinks(path: string, links: Entries['links']): string {
  let target = path;
  // Linux follows 40 links at most.
  for (let left = 40; left > 0 && links.size > 0; left -= 1) {
    const parts = target.split('/');
    const at = parts.findIndex((_, index) => links.has(parts.slice(0, index + 1).join('/')));
    if (at < 0) break;
    const link = links.get(parts.slice(0, at + 1).join('/')) as string;
    target = posix.join(...parts.slice(0, at), link, ...parts.slice(at + 1));
  }
  return target;
}

/** Indices of the `count` largest numbers, the largest first. Reads each number once. */
export function indicesOfLargest(sizes: ArrayLike<number>, count: number): number[] {
  const largest: number[] = [];
  const sizeAt = (index: number | undefined) => sizes[index as number] as number;
  for (let index = 0; index < sizes.length; index += 1) {
    if (largest.length === count && sizeAt(index) <= sizeAt(largest.at(-1))) continue;
    const before = largest.findIndex((other) => sizeAt(other) < sizeAt(index));
    largest.splice(before < 0 ? largest.length : before, 0, index);
    largest.length = Math.min(largest.length, count);
  }
  return largest;
}
