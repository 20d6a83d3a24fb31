// Whether the content of files is what it was: what stat says is looked at first, and content only where that differs.
import { createHash } from 'node:crypto';
import { createReadStream, readFileSync, type Stats } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Ignore } from 'ignore';

/** What stat says of a file, and the digest of its content. */
type Print = readonly [look: string, digest: string];

/** By path; what is not there is `absent`. */
export type Prints = Record<string, Print>;

/** `known`: those of an earlier look, whose digests hold for what stat says the same of. */
export async function printsOf(files: Iterable<string>, known: Prints = {}): Promise<Prints> {
  const paths = [...new Set(files)];
  const facts = await Promise.all(paths.map((path) => stat(path).catch(() => undefined)));
  const prints: Prints = {};
  for (const [index, path] of paths.entries()) prints[path] = await printOf(path, facts[index], known[path]);
  return prints;
}

async function printOf(path: string, facts: Stats | undefined, known?: Print): Promise<Print> {
  if (!facts) return ['absent', 'absent'];
  const look = `${facts.size} ${facts.mtimeMs} ${facts.ctimeMs} ${facts.ino}`;
  if (known?.[0] === look) return known;
  // Of a folder behind a link, a socket, what may not be read: what stat says.
  return [look, facts.isFile() ? await digestOf(path, facts.size).catch(() => look) : look];
}

const readWhole = 1024 * 1024;

async function digestOf(path: string, size: number): Promise<string> {
  const hash = createHash('sha256');
  if (size <= readWhole) return hash.update(readFileSync(path)).digest('hex');
  for await (const piece of createReadStream(path)) hash.update(piece);
  return hash.digest('hex');
}

/** Whether these files still have their content. */
export function hold(prints: Prints, now: Prints): boolean {
  return Object.entries(prints).every(([file, [, digest]]) => now[file]?.[1] === digest);
}

/** Whether they are of the same files with the same content. */
export function sameContent(one: Prints, other: Prints): boolean {
  return Object.keys(one).length === Object.keys(other).length && hold(one, other);
}

/** Files below a folder (or the file itself) that the rules, by paths relative to the folder, do not leave out. */
export async function filesBelow(folder: string, rules?: Ignore, prefix = ''): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => undefined);
  if (!entries) return [folder];
  const found: string[] = [];
  for (const entry of entries) {
    const path = prefix + entry.name;
    if (rules?.ignores(path) || rules?.ignores(`${path}/`)) continue;
    const file = join(folder, entry.name);
    if (entry.isDirectory()) found.push(...(await filesBelow(file, rules, `${path}/`)));
    else found.push(file);
  }
  return found;
}
