// A library that lies in a folder, as it is before anything is built of it: what of it counts, and its digests.
import { createHash } from 'node:crypto';
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { isFile } from '../nearest-file.ts';

/** History, caches, environments and what builders leave: nothing is built of these. Python reads this pattern too. */
export const unread =
  /^(\.git|\.hg|\.svn|\.slsctl|__pycache__|node_modules|\.venv|\.tox|\.nox|\.eggs|\.idea|\.vscode|\.DS_Store|\.coverage|\.hypothesis|\.ipynb_checkpoints|\.[a-z]+_cache)$|\.egg-info$|\.py[co]$/;

/** What builders make at the top of a library, unless that is a package of this name. */
export const outputs = ['build', 'dist'];

/** SHA-256 of each file that counts, by absolute path. Links are followed. */
export async function digestsOf(library: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  await addBelow(library, found, true);
  return found;
}

async function addBelow(folder: string, found: Record<string, string>, top = false): Promise<void> {
  const above = await realpath(folder);
  for (const name of (await readdir(folder)).sort()) {
    const path = join(folder, name);
    const facts = await stat(path).catch(() => undefined);
    if (unread.test(name) || !facts) continue;
    if (facts.isFile()) found[path] = await readFile(path).then(digest, () => 'unreadable');
    if (!facts.isDirectory() || (await isFile(path, 'pyvenv.cfg'))) continue;
    if (top && outputs.includes(name) && !(await isFile(path, '__init__.py'))) continue;
    // A link to a folder that this one is in leads round and round.
    if (!`${above}${sep}`.startsWith(join(await realpath(path), sep))) await addBelow(path, found);
  }
}

export function digest(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
