// Digests of files, to find out whether their content has changed. A file is read only when its metadata has changed.
import { createHash } from 'node:crypto';
import { createReadStream, readFileSync, type Stats } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Ignore } from 'ignore';

/** Metadata of a file, and the digest of its content. */
type FileDigest = readonly [stamp: string, digest: string];

/** By path. A file that does not exist is `absent`. */
export type FileDigests = Record<string, FileDigest>;

/** `known`: earlier digests, which are used for files with unchanged metadata. */
export async function digestsOf(files: Iterable<string>, known: FileDigests = {}): Promise<FileDigests> {
  const paths = [...new Set(files)];
  const facts = await Promise.all(paths.map((path) => stat(path).catch(() => undefined)));
  const digests: FileDigests = {};
  for (const [index, path] of paths.entries()) {
    digests[path] = await digestOf(path, facts[index], known[path]);
  }
  return digests;
}

async function digestOf(path: string, facts: Stats | undefined, known?: FileDigest): Promise<FileDigest> {
  if (!facts) return ['absent', 'absent'];
  const stamp = `${facts.size} ${facts.mtimeMs} ${facts.ctimeMs} ${facts.ino}`;
  if (known?.[0] === stamp) return known;
  // Sockets, linked folders and unreadable files have no digest: their metadata is used instead.
  return [stamp, facts.isFile() ? await contentDigest(path, facts.size).catch(() => stamp) : stamp];
}

/** Files up to this size are read whole. */
const readWholeBytes = 1024 * 1024;

async function contentDigest(path: string, size: number): Promise<string> {
  const hash = createHash('sha256');
  if (size <= readWholeBytes) return hash.update(readFileSync(path)).digest('hex');
  for await (const piece of createReadStream(path)) hash.update(piece);
  return hash.digest('hex');
}

/** Whether the files of `before` still have the same content. `now` may have further files. */
export function haveContent(before: FileDigests, now: FileDigests): boolean {
  return Object.entries(before).every(([file, [, digest]]) => now[file]?.[1] === digest);
}

/** Whether both have the same files with the same content. */
export function isSameContent(before: FileDigests, now: FileDigests): boolean {
  return Object.keys(before).length === Object.keys(now).length && haveContent(before, now);
}

/** Files below a folder, or the path itself if it is a file. `rules` get paths relative to the folder. */
export async function filesBelow(folder: string, rules?: Ignore, prefix = ''): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => undefined);
  if (!entries) return [folder];
  const files: string[] = [];
  for (const entry of entries) {
    const path = prefix + entry.name;
    if (rules?.ignores(path) || rules?.ignores(`${path}/`)) continue;
    const file = join(folder, entry.name);
    if (entry.isDirectory()) files.push(...(await filesBelow(file, rules, `${path}/`)));
    else files.push(file);
  }
  return files;
}
