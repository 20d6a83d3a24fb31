// The source files of a Python library in a folder, and their digests: a change of one means a new build.
import { createHash } from 'node:crypto';
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { isFile } from '../nearest-file.ts';

/** Names that no build reads: history, caches, environments, results of builds. Python uses this pattern too. */
export const ignoredNames =
  /^(\.git|\.hg|\.svn|\.slsctl|__pycache__|node_modules|\.venv|\.tox|\.nox|\.eggs|\.idea|\.vscode|\.DS_Store|\.coverage|\.hypothesis|\.ipynb_checkpoints|\.[a-z]+_cache)$|\.egg-info$|\.py[co]$/;

/** Folders for build results at the top of a library, unless they are packages of that name. */
export const buildOutputs = ['build', 'dist'];

/** SHA-256 of each source file, by absolute path. Links are followed. */
export async function digestsOf(library: string): Promise<Record<string, string>> {
  const digests: Record<string, string> = {};
  await addBelow(library, digests, true);
  return digests;
}

async function addBelow(folder: string, digests: Record<string, string>, top = false): Promise<void> {
  const above = await realpath(folder);
  for (const name of (await readdir(folder)).sort()) {
    const path = join(folder, name);
    const facts = await stat(path).catch(() => undefined);
    if (ignoredNames.test(name) || !facts) continue;
    if (facts.isFile()) digests[path] = await readFile(path).then(digest, () => 'unreadable');
    if (!facts.isDirectory() || (await isFile(path, 'pyvenv.cfg'))) continue;
    if (top && buildOutputs.includes(name) && !(await isFile(path, '__init__.py'))) continue;
    // A link to a parent folder would never end.
    if (!`${above}${sep}`.startsWith(join(await realpath(path), sep))) await addBelow(path, digests);
  }
}

export function digest(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
