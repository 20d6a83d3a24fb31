// What a file, a folder or a link says of itself: as long as it says the same, nobody has changed it.
import { type Dirent, readlinkSync, realpathSync, type Stats } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { badInput, exitCodes, UserError } from '../../errors/user-error.ts';

/** In the folder of the project; no rule brings it in. */
export const ownFolder = '.slsctl';

/** What stat says. */
export interface FileStamp {
  /** Bytes. */
  size: number;
  /** Of content and of everything that stat tells, epoch milliseconds. */
  modified: number;
  changed: number;
  /** Number on its disk. */
  inode: number;
  /** With the type. */
  mode: number;
}

export function stampOf({ size, mtimeMs, ctimeMs, ino, mode }: Stats): FileStamp {
  return { size, modified: mtimeMs, changed: ctimeMs, inode: ino, mode };
}

/** Of a file or folder that was found, and cannot be read. */
export function unreadable(source: string, cause: unknown): UserError {
  const { code, message } = cause as NodeJS.ErrnoException;
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new UserError(`${source} has gone while the package was made`, exitCodes.failed, {
      next: 'run it again',
      cause,
    });
  }
  return badInput(`${source} cannot be read`, { reason: message, cause });
}

/** What a folder lists, with the kinds. slsctl's own folder comes with the first package, and is no change. */
export function namesOf(entries: readonly Dirent[]): string {
  return entries
    .filter(({ name }) => name !== ownFolder)
    .map((entry) => `${entry.name}/${kindOf(entry)}`)
    .sort()
    .join('/');
}

function kindOf(entry: Dirent): string {
  if (entry.isFile()) return 'file';
  if (entry.isDirectory()) return 'folder';
  return entry.isSymbolicLink() ? 'link' : 'other';
}

/** What a link below the root says in the package. Throws (exit 2) when it leads out of the root or nowhere. */
export function linkOf(root: string, source: string): string {
  const advice = { next: 'copy what it leads to, or list the link in .slsctlignore' };
  const real = realpathSync(root);
  let target: string;
  try {
    target = realpathSync(source);
  } catch (cause) {
    throw badInput(`${source} is a link that leads nowhere`, { ...advice, cause });
  }
  if (!isInside(real, target)) {
    throw badInput(`${source} is a link that leads out of the code folder, to ${target}`, advice);
  }
  // One step, as the link says it, unless that step goes through the outside.
  const home = join(real, dirname(relative(root, source)));
  const step = resolve(home, readlinkSync(source));
  const named = relative(real, isInside(real, step) ? step : target);
  return relative(home, join(real, named)).split(sep).join('/').normalize('NFC') || '.';
}

function isInside(root: string, path: string): boolean {
  const way = relative(root, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
