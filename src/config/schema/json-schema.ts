// slsctl.yml as JSON Schema, for editors: made from the schema that checks the file.
import * as z from 'zod';
import { fileSchema } from './file.ts';
import { defaultsSchema, functionSchema } from './function.ts';

type Node = z.core.JSONSchema.BaseSchema;

/** Anywhere in a text: its value comes when the file is used, so that only then it can be checked. */
const reference = '\\$\\{';

/** Draft 7, which editors know best. */
export function jsonSchema(): Record<string, unknown> {
  // Named, they are said once each.
  z.globalRegistry.add(functionSchema, { id: 'function' });
  z.globalRegistry.add(defaultsSchema, { id: 'defaults' });
  const schema = z.toJSONSchema(fileSchema, {
    target: 'draft-7',
    io: 'input',
    override: ({ jsonSchema }) => {
      admitReferences(jsonSchema);
      raiseAnnotations(jsonSchema);
    },
  });
  return { ...schema, title: 'slsctl.yml', description: 'AWS Lambda functions, as slsctl deploys them' };
}

/** Editors look for these on the field itself, and not on the alternative to null. */
function raiseAnnotations(node: Node): void {
  for (const name of ['description', 'default', 'examples'] as const) {
    const annotated = node.anyOf?.find((one) => one[name] !== undefined);
    if (!annotated || node[name] !== undefined) continue;
    Object.assign(node, { [name]: annotated[name] });
    delete annotated[name];
  }
}

/** Texts that are checked may also contain `${…}`. zod hands over some nodes twice. */
function admitReferences(node: Node): void {
  if (node.type !== 'string') return;
  const { enum: values, pattern } = node;
  if (values) {
    delete node.type;
    delete node.enum;
    node.anyOf = [{ enum: values }, { type: 'string', pattern: reference }];
  } else if (pattern !== undefined && !pattern.endsWith(`|${reference}`))
    node.pattern = `${pattern}|${reference}`;
}
