// The files of a package, however it came to be. There may be many, so that nobody looks at all who asks for few.
import { posix } from 'node:path';
import { type FileFacts, isNotable } from './file-facts.ts';

export interface PackageEntry extends FileFacts {
  /** Path inside the zip, with `/`. */
  path: string;
  /** Bytes, unpacked. */
  size: number;
  /** What it says, when it is a symbolic link. */
  link?: string;
  /** The zip says that it must not be started. */
  notExecutable?: true;
}

export interface Entries {
  /** All, in the order of the zip. */
  readonly entries: readonly PackageEntry[];
  readonly count: number;
  /** Those of which something was learnt. */
  readonly notable: readonly PackageEntry[];
  /** Of the symbolic links, what they say. */
  readonly links: ReadonlyMap<string, string>;
  has(path: string): boolean;
  /** So many of the largest, the largest first. */
  largest(most: number): PackageEntry[];
}

export function listed(entries: readonly PackageEntry[]): Entries {
  return {
    entries,
    count: entries.length,
    notable: entries.filter(isNotable),
    links: new Map(entries.flatMap(({ path, link }) => (link === undefined ? [] : [[path, link]]))),
    has: (path) => entries.some((entry) => entry.path === path),
    largest: (most) =>
      indicesOfLargest(
        entries.map(({ size }) => size),
        most,
      ).map((place) => entries[place] as PackageEntry),
  };
}

/** Where the path leads: the same path, when there is no link on its way. */
export function followLinks(path: string, links: Entries['links']): string {
  let way = path;
  // As many as Linux follows.
  for (let left = 40; left > 0 && links.size > 0; left -= 1) {
    const parts = way.split('/');
    const at = parts.findIndex((_, index) => links.has(parts.slice(0, index + 1).join('/')));
    if (at < 0) break;
    const link = links.get(parts.slice(0, at + 1).join('/')) as string;
    way = posix.join(...parts.slice(0, at), link, ...parts.slice(at + 1));
  }
  return way;
}

/** Where the largest numbers stand. One look at each. */
export function indicesOfLargest(sizes: ArrayLike<number>, most: number): number[] {
  const found: number[] = [];
  const sizeAt = (place: number | undefined) => sizes[place as number] as number;
  for (let place = 0; place < sizes.length; place += 1) {
    if (found.length === most && sizeAt(place) <= sizeAt(found.at(-1))) continue;
    const before = found.findIndex((other) => sizeAt(other) < sizeAt(place));
    found.splice(before < 0 ? found.length : before, 0, place);
    found.length = Math.min(found.length, most);
  }
  return found;
}
