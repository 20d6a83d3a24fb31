// The fields of slsctl.yml as Markdown, from the schema that checks the file.
import { stringify } from 'yaml';
import * as z from 'zod';
import { attachments } from '../../src/config/attachments/all.ts';
import { functionFields } from '../../src/config/from-api.ts';
import { fileSchema } from '../../src/config/schema/file.ts';
import { functionSchema } from '../../src/config/schema/function.ts';
import { layerSchema } from '../../src/config/schema/layer.ts';
import { packaging } from '../../src/config/schema/packaging.ts';
import { thingSections } from '../../src/config/schema/things/all.ts';
import { resetSettings, resettable } from '../../src/resources/function/aws-defaults.ts';
import { table } from './blocks.ts';
import { operationsOf } from './operations.ts';

type Field = keyof typeof functionSchema.shape;

/** In the order in which a reader meets them; a field that stands in no group is an error. */
const groups: Record<string, readonly Field[]> = {
  'Code and runtime': ['runtime', 'handler', 'code', 'image', 'architectures', 'description'],
  'Resources and time': ['memorySize', 'timeout', 'ephemeralStorage', 'snapStart'],
  'Environment and network': ['environment', 'kmsKeyArn', 'layers', 'vpcConfig', 'fileSystemConfigs'],
  'Logs, traces and failures': ['logRetentionInDays', 'loggingConfig', 'tracingConfig', 'deadLetterConfig'],
  'Role and tags': ['role', 'link', 'policies', 'statements', 'permissionsBoundary', 'tags'],
  'How the package is built': Object.keys(packaging) as Field[],
  'Fields with AWS operations of their own': Object.keys(attachments) as Field[],
  'Special kinds of functions': ['durableConfig', 'capacityProviderConfig', 'tenancyConfig'],
};

/** What a function has on AWS when nothing is said, in the words of slsctl.yml. */
const awsDefaults = functionFields(resetSettings('NAME', resettable) as Record<string, unknown>, {});

export const fieldBlocks: Record<string, () => string> = {
  'fields of the file': () =>
    inOrder(fileSchema.shape, ['project'])
      .map(([name, schema]) => section(name, schema, { members: false }))
      .join('\n\n'),
  'fields of a function': functionBlock,
  'fields of a layer': () =>
    Object.entries(layerSchema.shape)
      .map(([name, schema]) => section(name, schema))
      .join('\n\n'),
  'fields of things': () =>
    Object.entries(thingSections)
      .map(([name, schema]) => thingsBlock(name, schema))
      .join('\n\n'),
};

/** The fields of each queue, topic, bucket, table or stream in one table, with an example of each field. */
function thingsBlock(name: string, schema: z.ZodType): string {
  const record = unwrap(schema).inner as z.ZodRecord;
  const { shape } = unwrap(record.valueType as z.ZodType).inner as z.ZodObject;
  const rows = Object.entries(shape).flatMap(([field, member]) => {
    const { examples: [example] = [] } = metaOf(member as z.ZodType);
    const [, allows = '', meaning = ''] = memberRow(field, member as z.ZodType);
    const shown = example === undefined ? '' : ` Example: ${inline(example)}.`;
    const below = membersOf(member as z.ZodType, field).map(({ path, schema: one }) => memberRow(path, one));
    return [[`\`${field}\``, allows, `${meaning}${shown}`], ...below];
  });
  return [`### \`${name}\``, table(['field', 'allowed', 'meaning'], rows)].join('\n\n');
}

/** These first, the others as they stand in the schema. */
function inOrder(shape: z.ZodRawShape, first: readonly string[]): [name: string, schema: z.ZodType][] {
  const entries = Object.entries(shape) as [string, z.ZodType][];
  const leads = ([name]: [string, z.ZodType]) => first.includes(name);
  return [...entries.filter(leads), ...entries.filter((entry) => !leads(entry))];
}

function functionBlock(): string {
  const grouped = Object.values(groups).flat();
  const missing = Object.keys(functionSchema.shape).filter((name) => !grouped.includes(name as Field));
  if (missing.length > 0) throw new Error(`these fields stand in no group: ${missing.join(', ')}`);
  return Object.entries(groups)
    .map(([title, names]) => {
      const sections = names.map((name) => section(name, functionSchema.shape[name], { facts: facts(name) }));
      return [`### ${title}`, ...sections].join('\n\n');
    })
    .join('\n\n');
}

/** What is true of the fields of a function alone. */
function facts(name: Field): string[] {
  const { nullable } = unwrap(functionSchema.shape[name]);
  const operations = operationsOf(name);
  const reset = nullable ? backTo(name) : undefined;
  return [
    ...(reset ? [`- \`null\`: ${reset}`] : []),
    ...(operations.length > 0 ? [`- AWS: ${operations.join(', ')}`] : []),
  ];
}

/** What `null` does, where it neither removes the field nor sets back what Lambda takes by itself. */
const ofNull: Partial<Record<Field, string>> = {
  environment: 'slsctl removes all variables',
  layers: 'slsctl removes all layers',
  link: 'the same as no `link`',
  tags: 'slsctl removes all tags but its own',
  role: 'the same as no `role`',
  policies: 'slsctl detaches all policies that the settings of the function do not need',
  logRetentionInDays: 'the same as `never`',
  permissions: 'slsctl removes all statements but those of `url`',
  aliases: 'slsctl removes all aliases',
  recursiveLoop: 'back to `Terminate`',
  runtimeManagementConfig: 'back to `updateRuntimeOn: Auto`',
};

function backTo(name: Field): string {
  const value = (awsDefaults as Record<string, unknown>)[name];
  if (ofNull[name]) return ofNull[name];
  return value === undefined ? 'slsctl removes it' : `back to what Lambda takes by itself, ${inline(value)}`;
}

interface More {
  facts?: readonly string[];
  /** A table of the fields below it; default: where there are any. */
  members?: false;
}

function section(name: string, schema: z.ZodType, { facts = [], members }: More = {}): string {
  const { description = '', default: own, examples = [] } = metaOf(schema);
  const [example] = examples;
  const rows =
    members === false ? [] : membersOf(schema).map(({ path, schema: one }) => memberRow(path, one));
  return [
    `#### \`${name}\``,
    description,
    [
      `- Allowed: ${allowed(schema)}`,
      ...(own === undefined ? [] : [`- Default: ${inline(own)}`]),
      ...facts,
    ].join('\n'),
    ...(rows.length > 0 ? [table(['field', 'allowed', 'meaning'], rows)] : []),
    ...(example === undefined ? [] : [`\`\`\`yaml\n${stringify({ [name]: example }).trim()}\n\`\`\``]),
  ].join('\n\n');
}

function memberRow(path: string, schema: z.ZodType): string[] {
  const { description = '', default: own } = metaOf(schema);
  const { optional } = unwrap(schema);
  const required = optional ? '' : ' Required.';
  const defaults = own === undefined ? '' : ` Default: ${inline(own)}.`;
  return [`\`${path}\``, allowed(schema), `${description}${required}${defaults}`];
}

interface Meta {
  description?: string;
  default?: unknown;
  examples?: unknown[];
}

/** Of the schema, or of what it wraps. */
function metaOf(schema: z.ZodType): Meta {
  const own = schema.meta() as Meta | undefined;
  if (own?.description !== undefined) return own;
  return schema instanceof z.ZodOptional || schema instanceof z.ZodNullable
    ? metaOf(schema.unwrap() as z.ZodType)
    : {};
}

function unwrap(schema: z.ZodType): { inner: z.ZodType; nullable: boolean; optional: boolean } {
  if (!(schema instanceof z.ZodOptional || schema instanceof z.ZodNullable)) {
    return { inner: schema, nullable: false, optional: false };
  }
  const below = unwrap(schema.unwrap() as z.ZodType);
  return schema instanceof z.ZodOptional ? { ...below, optional: true } : { ...below, nullable: true };
}

/** In the words in which slsctl refuses everything else. */
function allowed(schema: z.ZodType): string {
  const { inner, nullable } = unwrap(schema);
  const words = inner.safeParse(Symbol('nothing that is allowed')).error?.issues[0]?.message ?? 'anything';
  const most = inner instanceof z.ZodArray ? inner._zod.bag.maximum : undefined;
  const choice = inner instanceof z.ZodArray ? choices(inner.element as z.ZodType) : undefined;
  return [
    choice && !choice.split(', ').some((one) => words.includes(one)) ? `${words} (${choice})` : words,
    most !== undefined && most !== inner._zod.bag.minimum ? `, at most ${most}` : '',
    nullable && !/\bnull$/.test(words) ? ', or null' : '',
  ].join('');
}

function choices(item: z.ZodType): string | undefined {
  const { inner } = unwrap(item);
  if (!(inner instanceof z.ZodEnum) || inner.options.length > 10) return undefined;
  return inner.options.join(', ');
}

/** The fields below a field, each with its path from there. */
function membersOf(schema: z.ZodType, path = ''): { path: string; schema: z.ZodType }[] {
  const { inner } = unwrap(schema);
  if (inner instanceof z.ZodUnion)
    return (inner.options as z.ZodType[]).flatMap((one) => membersOf(one, path));
  if (inner instanceof z.ZodArray) return membersOf(inner.element as z.ZodType, `${path}[]`);
  if (inner instanceof z.ZodRecord)
    return membersOf(inner.valueType as z.ZodType, path ? `${path}.NAME` : 'NAME');
  if (!(inner instanceof z.ZodObject)) return [];
  return Object.entries(inner.shape as z.ZodRawShape).flatMap(([key, member]) => {
    const at = path ? `${path}.${key}` : key;
    return [{ path: at, schema: member as z.ZodType }, ...membersOf(member as z.ZodType, at)];
  });
}

function inline(value: unknown): string {
  const text = stringify(value, { collectionStyle: 'flow', lineWidth: 0 }).trim();
  return `\`${text}\``;
}
