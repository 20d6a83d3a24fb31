// Looks for files beside the code and in the folders above it, up to the folder of the project.
import { stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative } from 'node:path';

/** Folders to look in, from the code's up to the project's. Both paths are absolute. */
export async function foldersAbove(code: string, dir: string): Promise<string[]> {
  const facts = await stat(code).catch(() => undefined);
  const first = facts?.isFile() ? dirname(code) : code;
  const folders = [first];
  for (let folder = first; isBelow(folder, dir); folder = dirname(folder)) folders.push(dirname(folder));
  return folders;
}

/** Whether `folder` is a folder inside `dir`, not `dir` itself. */
function isBelow(folder: string, dir: string): boolean {
  const path = relative(dir, folder);
  return path !== '' && path.split(/[\\/]/)[0] !== '..' && !isAbsolute(path);
}

export async function isFile(...path: string[]): Promise<boolean> {
  return stat(join(...path)).then(
    (facts) => facts.isFile(),
    () => false,
  );
}

export async function isFolder(...path: string[]): Promise<boolean> {
  return stat(join(...path)).then(
    (facts) => facts.isDirectory(),
    () => false,
  );
}
