// Runs `slsctl package` in a test project, and reads the zip.
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { RunOptions } from './cli.ts';
import { expectSlsctl } from './in-process.ts';
import { folderWith } from './project.ts';

export type Files = Record<string, string | Uint8Array>;

/** Writes files, and creates their folders. */
export async function addFiles(folder: string, files: Files): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
}

/** A folder with these files and a slsctl.yml with a function `one`; `lines` go into that function. */
export async function projectWith(files: Files, lines: readonly string[]): Promise<string> {
  const folder = await folderWith();
  const config = ['project: p', 'functions:', '  one:', ...lines.map((line) => `    ${line}`), ''];
  await addFiles(folder, { 'slsctl.yml': config.join('\n'), ...files });
  return folder;
}

export interface Packaged {
  sha256: string;
  /** In the order of the zip. */
  paths: string[];
  stderr: string;
}

export async function packaged(
  cwd: string,
  options: RunOptions & { run?: typeof expectSlsctl } = {},
  name = 'one',
): Promise<Packaged> {
  const { run = expectSlsctl, ...rest } = options;
  const { stdout, stderr } = await run(['package', name, '-o', 'json'], { cwd, ...rest });
  const { sha256, entries } = JSON.parse(stdout) as { sha256: string; entries: { path: string }[] };
  return { sha256, paths: entries.map(({ path }) => path), stderr };
}
