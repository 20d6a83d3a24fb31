// Finds the package that a file belongs to: by its folder for npm, by the installer's RECORD for Python.
import type { Package } from '../package.ts';

export interface Owner {
  /** Its name in the registry: `@img/sharp-linux-x64`, `numpy`. */
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

/** The owners by path. Files without an owner are missing in the map. */
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
      // A path with a comma would be quoted. No native file has one.
      const path = root + line.slice(0, line.indexOf(','));
      if (wanted.has(path) && !owners.has(path)) owners.set(path, { name, version, kind: 'python' });
    }
  }
  return owners;
}
