// `slsctl schema`: slsctl.yml as JSON Schema; and the copy in each project, which its first line names for editors.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { schemaFile } from '../config/schema-file.ts';
import type { Context } from '../context.ts';
import { installed } from '../installation.ts';

export async function schema({ ui }: Context): Promise<void> {
  const { jsonSchema } = await import('../config/schema/json-schema.ts');
  const made = jsonSchema();
  ui.print(JSON.stringify(made, undefined, 2));
  ui.answer(made);
}

/**
 * Writes the schema of this version of slsctl into the project, unless it is there. It is for editors alone:
 * where it cannot be written nothing is said.
 */
export async function keepSchema(dir: string): Promise<void> {
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
