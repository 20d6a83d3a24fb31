// slsctl.yml as JSON Schema, for editors: made from the schema that checks the file.
import { z } from 'zod';
import { fileSchema } from './schema.ts';

type Node = z.core.JSONSchema.BaseSchema;

/** Anywhere in a text: its value comes when the file is used, so that only then it can be checked. */
const reference = '\\$\\{';

/** Draft 7, which editors know best. */
export function jsonSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(fileSchema, {
    target: 'draft-7',
    io: 'input',
    override: ({ jsonSchema }) => admitReferences(jsonSchema),
  });
  return { ...schema, title: 'slsctl.yml', description: 'AWS Lambda functions, as slsctl deploys them' };
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
