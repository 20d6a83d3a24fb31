// `slsctl schema`: prints the JSON Schema of slsctl.yml.
import type { Context } from '../context.ts';

export async function schema({ ui }: Context): Promise<void> {
  const { jsonSchema } = await import('../config/schema/json-schema.ts');
  const schema = jsonSchema();
  ui.print(JSON.stringify(schema, undefined, 2));
  ui.answer(schema);
}
