// The package that an imported function has: as long as its files stay as they came, it is the very zip that is live.
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Package } from './package.ts';

interface Note {
  /** SHA-256 of the package that slsctl makes of the unpacked files. */
  made: string;
  /** SHA-256 of the live package. */
  live: string;
}

/** Remembers that the package of these files is the live zip. */
export async function rememberImported(
  dir: string,
  name: string,
  made: Package,
  live: Uint8Array,
): Promise<void> {
  const { zip, note } = filesOf(dir, name);
  await mkdir(join(dir, '.slsctl'), { recursive: true });
  await writeFile(zip, live);
  const said: Note = { made: made.sha256, live: sha256(live) };
  await writeFile(note, JSON.stringify(said));
}

/** The live zip, if the package was made of the files that came out of it; else the package as it is. */
export async function importedIfUnchanged(dir: string, name: string, own: Package): Promise<Package> {
  const { zip, note } = filesOf(dir, name);
  try {
    const { made, live } = JSON.parse(await readFile(note, 'utf8')) as Note;
    if (made !== own.sha256) return own;
    const content = await readFile(zip);
    if (sha256(content) !== live) return own;
    return { ...own, file: zip, size: content.length, sha256: live, bytes: async () => content };
  } catch {
    // Nothing was imported, or not on this machine.
    return own;
  }
}

function filesOf(dir: string, name: string): { zip: string; note: string } {
  const path = join(dir, '.slsctl', `${name}.imported`);
  return { zip: `${path}.zip`, note: `${path}.json` };
}

function sha256(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('base64');
}
