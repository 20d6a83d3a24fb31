// Keeps a copy of the JSON Schema in each project. The first line of slsctl.yml tells editors to use it.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { schemaFile } from '../config/schema-file.ts';
import { installed } from '../installation.ts';

/**
 * Writes the schema of this version of slsctl into the project, unless it exists already. Only editors need it, so a
 * failure is ignored.
 */
export async function keepEditorSchema(dir: string): Promise<void> {
  const schema = installed('dist', 'slsctl.schema.json');
  if (!schema) return;
  const file = join(dir, schemaFile);
  try {
    const source = await readFile(schema, 'utf8');
    if (source === (await readFile(file, 'utf8').catch(() => undefined))) return;
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, source);
  } catch {}
}
