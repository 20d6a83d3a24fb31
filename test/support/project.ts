// Folders, projects and edits of slsctl.yml for tests.
import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { parseDocument } from 'yaml';

/** A new temporary folder, as a real path, so that paths in output compare equal. */
export async function temporaryFolder(purpose: string): Promise<string> {
  return await mkdtemp(join(await realpath(tmpdir()), `slsctl-${purpose}-`));
}

export async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}

/** A folder with the given files; it is removed after the running test. */
export async function folderWith(files: Record<string, string | Uint8Array> = {}): Promise<string> {
  const folder = await filesIn('test', files);
  onTestFinished(() => removeFolder(folder));
  return folder;
}

/** A new folder with the given files, below folders or not. */
export async function filesIn(purpose: string, files: Record<string, string | Uint8Array>): Promise<string> {
  const folder = await temporaryFolder(purpose);
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  return folder;
}

/** Sets fields of the project's slsctl.yml, by path; undefined removes the field. */
export async function editProject(
  folder: string,
  edits: [path: (string | number)[], value: unknown][],
): Promise<void> {
  const file = join(folder, 'slsctl.yml');
  const document = parseDocument(await readFile(file, 'utf8'));
  for (const [path, value] of edits) {
    if (value === undefined) document.deleteIn(path);
    else document.setIn(path, value);
  }
  await writeFile(file, document.toString());
}

/** The key of the only function in the folder's slsctl.yml. */
export async function functionKey(folder: string): Promise<string> {
  const { functions } = parseDocument(await readFile(join(folder, 'slsctl.yml'), 'utf8')).toJS();
  return Object.keys(functions)[0] as string;
}

/** Replaces text in a file of the project; fails when the text is missing. */
export async function replaceIn(file: string, from: string | RegExp, to: string): Promise<void> {
  const before = await readFile(file, 'utf8');
  const after = before.replace(from, to);
  if (after === before) throw new Error(`${file} has no ${from}`);
  await writeFile(file, after);
}
