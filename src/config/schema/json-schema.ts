// Makes the JSON Schema of slsctl.yml, for editors, from the schema that checks the file.
import * as z from 'zod';
import { fileSchema } from './file.ts';
import { defaultsSchema, functionSchema } from './function.ts';
import { bucketSchema } from './things/bucket.ts';
import { queueSchema } from './things/queue.ts';
import { streamSchema } from './things/stream.ts';
import { tableSchema } from './things/table.ts';
import { topicSchema } from './things/topic.ts';

type Node = z.core.JSONSchema.BaseSchema;

/** A text with a reference is always valid: its value is known, and can be checked, only when the file is used. */
const reference = '\\$\\{';

/** JSON Schema draft 7, which editors support best. */
export function jsonSchema(): Record<string, unknown> {
  // Schemas with an id are written once, and not in each place where they are used.
  z.globalRegistry.add(functionSchema, { id: 'function' });
  z.globalRegistry.add(defaultsSchema, { id: 'defaults' });
  z.globalRegistry.add(bucketSchema, { id: 'bucket' });
  z.globalRegistry.add(queueSchema, { id: 'queue' });
  z.globalRegistry.add(topicSchema, { id: 'topic' });
  z.globalRegistry.add(tableSchema, { id: 'table' });
  z.globalRegistry.add(streamSchema, { id: 'stream' });
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

/** Moves annotations from the alternative that is not null to the field itself, where editors look for them. */
function raiseAnnotations(node: Node): void {
  for (const name of ['description', 'default', 'examples'] as const) {
    const annotated = node.anyOf?.find((alternative) => alternative[name] !== undefined);
    if (!annotated || node[name] !== undefined) continue;
    Object.assign(node, { [name]: annotated[name] });
    delete annotated[name];
  }
}

/** Lets checked texts also contain `${…}`. zod calls this twice for some nodes. */
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
