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
      raiseDescription(jsonSchema);
    },
  });
  return { ...schema, title: 'slsctl.yml', description: 'AWS Lambda functions, as slsctl deploys them' };
}

/** What a field is stands with the field, not with the alternative to null. */
function raiseDescription(node: Node): void {
  const described = node.anyOf?.find((one) => one.description !== undefined);
  if (!described || node.description !== undefined) return;
  node.description = described.description;
  delete described.description;
}

/** Texts that are checked may also have `${…}` in them. */
function admitReferences(node: Node): void {
  if (node.type !== 'string') return;
  const { enum: values, pattern } = node;
  if (values) {
    delete node.type;
    delete node.enum;
    node.anyOf = [{ enum: values }, { type: 'string', pattern: reference }];
  } else if (pattern !== undefined) node.pattern = `${pattern}|${reference}`;
}
