// Keeps the live zip of an imported function. As long as the unpacked files do not change, the package is that zip, and a
// deployment does not upload the same code again.
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Package } from './package.ts';

interface Note {
  /** SHA-256 of the package that slsctl makes from the unpacked files. */
  made: string;
  /** SHA-256 of the live package. */
  live: string;
}

/** Notes that the live zip stands for the package that slsctl makes from the unpacked files. */
export async function rememberImported(
  dir: string,
  name: string,
  made: Package,
  live: Uint8Array,
): Promise<void> {
  const { zip, note } = filesOf(dir, name);
  await mkdir(join(dir, '.slsctl'), { recursive: true });
  await writeFile(zip, live);
  const content: Note = { made: made.sha256, live: sha256(live) };
  await writeFile(note, JSON.stringify(content));
}

/** The live zip if the imported files have not changed; otherwise the package that slsctl made from them. */
export async function importedIfUnchanged(dir: string, name: string, made: Package): Promise<Package> {
  const { zip, note } = filesOf(dir, name);
  try {
    const noted = JSON.parse(await readFile(note, 'utf8')) as Note;
    if (noted.made !== made.sha256) return made;
    const content = await readFile(zip);
    if (sha256(content) !== noted.live) return made;
    return { ...made, file: zip, size: content.length, sha256: noted.live, bytes: async () => content };
  } catch {
    // The function was not imported, or was imported on another machine.
    return made;
  }
}

function filesOf(dir: string, name: string): { zip: string; note: string } {
  const path = join(dir, '.slsctl', `${name}.imported`);
  return { zip: `${path}.zip`, note: `${path}.json` };
}

function sha256(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('base64');
}
