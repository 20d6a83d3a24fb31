// `slsctl schema`: slsctl.yml as JSON Schema.
import type { Context } from '../context.ts';

export async function schema({ ui }: Context): Promise<void> {
  const { jsonSchema } = await import('../config/schema/json-schema.ts');
  const made = jsonSchema();
  ui.print(JSON.stringify(made, undefined, 2));
  ui.answer(made);
}
