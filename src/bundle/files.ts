// Which files go into the package.
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import ignore, { type Ignore } from 'ignore';
import type { CodeConfig } from '../config/project.ts';
import { badInput } from '../errors.ts';

export interface SourceFile {
  /** Path inside the zip, with `/`. */
  path: string;
  /** Path on disk. */
  source: string;
  size: number;
  /** Modification time, epoch milliseconds. */
  time: number;
  executable: boolean;
}

/** Never wanted on Lambda, and secrets that must not slip in. */
const builtIn = [
  '.git',
  '.hg',
  '.svn',
  '.slsctl',
  '.slsctlignore',
  '.gitignore',
  'slsctl.yml',
  '.env',
  '.env.*',
  '.DS_Store',
  'Thumbs.db',
  '__pycache__',
  '*.pyc',
  '.venv',
  'venv',
  '.mypy_cache',
  '.pytest_cache',
  '.ruff_cache',
  '.idea',
  '.vscode',
  'node_modules/.cache',
  'node_modules/.bin',
  '/test',
  '/tests',
  '/function.zip',
  '/response.json',
];

/**
 * The files of the code and of folders that are laid beside it whole, sorted by path, so that the zip does not
 * depend on the file system. Rejects (exit 2) when a file is in two of them.
 */
export async function packageFiles(code: CodeConfig, folders: readonly string[] = []): Promise<SourceFile[]> {
  const parts = [sourceFiles(code), ...folders.map((folder) => filesBelow(folder))];
  const files = (await Promise.all(parts)).flat();
  files.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  const twice = files.find(({ path }, index) => path === files[index - 1]?.path);
  if (!twice) return files;
  throw badInput(`${twice.path} is in ${code.path} and in its dependencies`, {
    next: 'remove or rename one of the two, or set dependencies: none',
  });
}

async function filesBelow(folder: string): Promise<SourceFile[]> {
  const files: SourceFile[] = [];
  await walk(folder, await realpath(folder), '', ignore(), files);
  return files;
}

async function sourceFiles(code: CodeConfig): Promise<SourceFile[]> {
  const root = await stat(code.path).catch((cause) => {
    throw badInput(`code is ${code.path}; there is no such file or folder`, { cause });
  });
  if (root.isFile()) return [await describe(code.path, basename(code.path))];
  const rules = ignore().add(builtIn);
  rules.add(await readFile(join(code.path, '.slsctlignore'), 'utf8').catch(() => ''));
  rules.add([...code.exclude]);
  rules.add(code.include.map((pattern) => `!${pattern}`));
  const files: SourceFile[] = [];
  await walk(code.path, await realpath(code.path), '', rules, files);
  return files;
}

async function walk(
  folder: string,
  root: string,
  prefix: string,
  rules: Ignore,
  files: SourceFile[],
): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = prefix + entry.name;
    const source = join(folder, entry.name);
    if (rules.ignores(path) || rules.ignores(`${path}/`)) continue;
    if (entry.isSymbolicLink()) {
      const target = await realpath(source).catch(() => undefined);
      const inside =
        target !== undefined &&
        !relative(root, target).startsWith(`..${sep}`) &&
        relative(root, target) !== '..';
      if (!inside)
        throw badInput(`${source} is a link that leads out of the code folder or nowhere`, {
          next: 'copy the file, or list it in .slsctlignore',
        });
      if ((await stat(source)).isDirectory()) {
        throw badInput(`${source} is a link to a folder`, {
          next: 'copy the folder, or list it in .slsctlignore',
        });
      }
      files.push(await describe(source, path));
    } else if (entry.isDirectory()) await walk(source, root, `${path}/`, rules, files);
    else if (entry.isFile()) files.push(await describe(source, path));
  }
}

async function describe(source: string, path: string): Promise<SourceFile> {
  const { size, mtimeMs, mode } = await stat(source);
  return { path, source, size, time: mtimeMs, executable: (mode & 0o111) !== 0 };
}
