// The stamp of a file, folder or link: metadata that changes whenever the file changes.
import { type Dirent, readlinkSync, realpathSync, type Stats } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { badInput, exitCodes, UserError } from '../../errors/user-error.ts';

/** slsctl's folder in the project's folder. No rule can include it in a package. */
export const ownFolder = '.slsctl';

/** Metadata from stat. */
export interface FileStamp {
  /** Bytes. */
  size: number;
  /** When the content changed last, epoch milliseconds. */
  modified: number;
  /** When the content or the metadata changed last, epoch milliseconds. */
  changed: number;
  inode: number;
  /** Permissions and file type. */
  mode: number;
}

export function stampOf({ size, mtimeMs, ctimeMs, ino, mode }: Stats): FileStamp {
  return { size, modified: mtimeMs, changed: ctimeMs, inode: ino, mode };
}

/** The error for a file or folder that was listed, but cannot be read. */
export function unreadable(source: string, cause: unknown): UserError {
  const { code, message } = cause as NodeJS.ErrnoException;
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new UserError(`${source} was removed while the package was made`, exitCodes.failed, {
      next: 'run it again',
      cause,
    });
  }
  return badInput(`${source} cannot be read`, { reason: message, cause });
}

/**
 * The names and kinds of a folder's entries, as one text. slsctl's own folder is left out: the first package creates it,
 * and that must not count as a change.
 */
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

/** Target that a link below the root gets in the package. Throws (exit 2) when it leads out of the root or nowhere. */
export function linkOf(root: string, source: string): string {
  const advice = { next: 'replace the link by a copy of its target, or list the link in .slsctlignore' };
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
  // The link's own target, which may be another link; the final target when the next one is outside of the root.
  const folder = join(real, dirname(relative(root, source)));
  const nextTarget = resolve(folder, readlinkSync(source));
  const inRoot = relative(real, isInside(real, nextTarget) ? nextTarget : target);
  return relative(folder, join(real, inRoot)).split(sep).join('/').normalize('NFC') || '.';
}

function isInside(root: string, path: string): boolean {
  const fromRoot = relative(root, path);
  return fromRoot !== '..' && !fromRoot.startsWith(`..${sep}`) && !isAbsolute(fromRoot);
}
