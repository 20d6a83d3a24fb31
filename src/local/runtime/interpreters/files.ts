// Where interpreters may be: files along PATH, and the versions that version managers install next to their shims.
import { constants } from 'node:fs';
import { access, readdir } from 'node:fs/promises';
import { basename, delimiter, dirname, isAbsolute, join } from 'node:path';

export type Family = 'python' | 'nodejs';

export interface InterpreterFiles {
  /** Files whose name contains the wanted version; for Node.js all files, since its name has no version. */
  readonly named: readonly string[];
  readonly others: readonly string[];
}

const suffix = process.platform === 'win32' ? '.exe' : '';

/** In the order of PATH. */
export async function candidatesOf(family: Family, version: string): Promise<InterpreterFiles> {
  // A relative entry would mean the folder of the server.
  const folders = [...new Set((process.env.PATH ?? '').split(delimiter))].filter(isAbsolute);
  const found = await Promise.all(folders.map((folder) => inFolder(family, version, folder)));
  const unique = (files: string[]) => [...new Set(files)];
  const named = unique(found.flatMap((files) => files.named));
  return {
    named,
    others: unique(found.flatMap(({ others }) => others)).filter((file) => !named.includes(file)),
  };
}

async function inFolder(family: Family, version: string, folder: string): Promise<InterpreterFiles> {
  const installed = await installedVersions(family, folder);
  const isWanted = (installation: string) =>
    `${basename(installation).replace(/^v/, '')}.`.startsWith(`${version}.`);
  const program = (installation: string) =>
    join(installation, 'bin', family === 'python' ? 'python3' : 'node');
  const wanted = installed.filter(isWanted).map(program);
  const rest = installed.filter((installation) => !isWanted(installation)).map(program);
  // A shim takes 100 ms to start, and fails when its version is not the active one.
  if (basename(folder) === 'shims' && installed.length > 0) return existing(wanted, rest);
  if (family === 'nodejs') return existing([join(folder, `node${suffix}`), ...wanted], rest);
  const others = Array.from({ length: 20 }, (_, minor) => `python3.${minor}`).filter(
    (name) => name !== `python${version}`,
  );
  const own = (names: string[]) => names.map((name) => join(folder, `${name}${suffix}`));
  return existing(
    [...own([`python${version}`]), ...wanted],
    [...own(['python3', 'python', ...others]), ...rest],
  );
}

/** The version folders of the version manager behind this PATH entry, newest first. */
async function installedVersions(family: Family, folder: string): Promise<string[]> {
  const parent = dirname(folder);
  const roots =
    basename(folder) === 'shims'
      ? [join(parent, 'versions'), join(parent, 'installs', family), join(parent, 'installs', 'node')]
      : basename(folder) === 'bin' && isVersion(basename(parent))
        ? [dirname(parent)]
        : [];
  const lists = await Promise.all(
    roots.map(async (root) => {
      const names = await readdir(root).catch(() => []);
      return names.filter(isVersion).map((name) => join(root, name));
    }),
  );
  return lists.flat().sort((a, b) => compare(basename(b), basename(a)));
}

function isVersion(name: string): boolean {
  return /^v?\d+\.\d+\.\d+$/.test(name);
}

function compare(a: string, b: string): number {
  return a.replace(/^v/, '').localeCompare(b.replace(/^v/, ''), 'en', { numeric: true });
}

async function existing(named: string[], others: string[]): Promise<InterpreterFiles> {
  const [first, second] = await Promise.all([runnable(named), runnable(others)]);
  return { named: first, others: second };
}

async function runnable(files: string[]): Promise<string[]> {
  const present = await Promise.all(
    files.map((file) =>
      access(file, constants.X_OK).then(
        () => true,
        () => false,
      ),
    ),
  );
  return files.filter((_, index) => present[index]);
}
