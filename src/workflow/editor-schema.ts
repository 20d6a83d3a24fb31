// The copy of the JSON Schema in each project, which the first line of slsctl.yml names for editors.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { schemaFile } from '../config/schema-file.ts';
import { installed } from '../installation.ts';

/**
 * Writes the schema of this version of slsctl into the project, unless it is there. It is for editors alone:
 * where it cannot be written nothing is said.
 */
export async function keepEditorSchema(dir: string): Promise<void> {
  const made = installed('dist', 'slsctl.schema.json');
  if (!made) return;
  const file = join(dir, schemaFile);
  try {
    const source = await readFile(made, 'utf8');
    if (source === (await readFile(file, 'utf8').catch(() => undefined))) return;
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, source);
  } catch {}
}
