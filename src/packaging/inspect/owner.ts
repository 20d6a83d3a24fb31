// Which package brought a file: by the folder for npm, by the installer's record for Python.
import type { Package } from '../package.ts';

export interface Owner {
  /** As its registry has it: `@img/sharp-linux-x64`, `numpy`. */
  name: string;
  version?: string;
  kind: 'npm' | 'python';
}

/** The innermost npm package around the file. */
export function npmOwner(path: string): string | undefined {
  const inside = path.split('node_modules/').slice(1).pop();
  const [first, second] = inside?.split('/') ?? [];
  return first?.startsWith('@') && second ? `${first}/${second}` : first;
}

/** Reads what is needed to name the owners of these files; those of nobody are missing in the answer. */
export async function ownersOf(zip: Package, paths: readonly string[]): Promise<Map<string, Owner>> {
  const owners = new Map<string, Owner>();
  for (const path of paths) {
    const name = npmOwner(path);
    if (name) owners.set(path, { name, kind: 'npm' });
  }
  const records = zip.entries.filter(({ path }) => /\.dist-info\/RECORD$/.test(path));
  if (owners.size === paths.length) return owners;
  const wanted = new Set(paths);
  for (const { path: record } of records) {
    const [, root = '', name = '', version] =
      /^(.*?)([^/]+?)-([^/-]+)\.dist-info\/RECORD$/.exec(record) ?? [];
    const text = (await zip.read(record))?.toString('utf8') ?? '';
    for (const line of text.split('\n')) {
      // A path with a comma in it is quoted, and is of no native file that ever was.
      const path = root + line.slice(0, line.indexOf(','));
      if (wanted.has(path) && !owners.has(path)) owners.set(path, { name, version, kind: 'python' });
    }
  }
  return owners;
}
