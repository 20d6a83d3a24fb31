// Whether files are what they were: size and times instead of content, so that thousands are looked at quickly.
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Ignore } from 'ignore';

/** By path; `absent` for what is not there. */
export type Stamps = Record<string, string>;

export async function stampsOf(files: Iterable<string>): Promise<Stamps> {
  const entries = [...new Set(files)].map(async (file) => [file, await stampOf(file)] as const);
  return Object.fromEntries(await Promise.all(entries));
}

async function stampOf(file: string): Promise<string> {
  try {
    const { size, mtimeMs, ctimeMs } = await stat(file);
    return `${size} ${mtimeMs} ${ctimeMs}`;
  } catch {
    return 'absent';
  }
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
