// The schema of slsctl.yml. The message of a check says which values are allowed; load.ts adds the place and the value.
import * as z from 'zod';
import { apiSchema } from './api.ts';
import { bucketName, fields, list, matching, text } from './checks.ts';
import { defaultsSchema, functionSchema } from './function.ts';
import { layerSchema } from './layer.ts';
import { thingSections } from './things/all.ts';

const stageName = matching(
  /^([a-zA-Z0-9-_]{1,64}|\*)$/,
  'letters, digits, - and _, at most 64; or "*" for all stages that are not listed',
);

const name = matching(/^[a-zA-Z0-9-_]{1,64}$/, 'letters, digits, - and _, at most 64');

export const stageSchema = fields({
  region: text('an AWS region')
    .optional()
    .meta({
      description:
        'AWS region of the project. --region overrides it. Without either, the region comes from AWS_REGION, AWS_DEFAULT_REGION or the profile.',
      examples: ['us-east-1'],
    }),
  profile: matching(/./, 'a profile of the AWS config files')
    .optional()
    .meta({
      description:
        'Profile of the AWS config files whose credentials are used. It applies when neither --profile nor AWS_PROFILE names one and no keys are exported (AWS_ACCESS_KEY_ID).',
      examples: ['team-dev'],
    }),
  allowedAccounts: list(
    matching(/^\d{12}$/, 'account numbers of 12 digits, in quotes'),
    'a list of account numbers',
  )
    .optional()
    .meta({
      description:
        'AWS accounts that the project may use. With credentials of any other account, slsctl refuses every command.',
      examples: [['123456789012']],
    }),
  bucket: bucketName.optional().meta({
    description:
      'S3 bucket for zips above 50 MB. Without it, slsctl creates slsctl-ACCOUNT-REGION when a zip needs a bucket.',
    examples: ['my-deployments'],
  }),
  defaults: defaultsSchema.optional().meta({
    description: 'Fields of every function that does not set them itself.',
    examples: [{ runtime: 'python3.12', memorySize: 512 }],
  }),
  functions: z
    .record(name, functionSchema, { error: 'a map of function names to their settings' })
    .optional()
    .describe('Fields of functions that differ in this stage, by function name.'),
  layers: z
    .record(name, layerSchema.partial({ path: true }).nullable(), {
      error: 'a map of layer names to their settings',
    })
    .optional()
    .describe(
      'Fields of layers that differ in this stage, by layer name. null: no such layer in this stage.',
    ),
  ...thingSections,
  api: apiSchema.optional(),
});

export const fileSchema = stageSchema.extend({
  project: name.meta({
    description:
      'Name of the project. slsctl writes it on everything that it creates, and changes or removes only resources that carry it.',
    examples: ['hello'],
  }),
  functions: z.record(name, functionSchema, { error: 'a map of function names to their settings' }).meta({
    description: 'The functions, by name. In a stage, the name on AWS is NAME-STAGE.',
    examples: [{ hello: { handler: 'lambda_function.handler' } }],
  }),
  layers: z
    .record(name, layerSchema, { error: 'a map of layer names to their settings' })
    .optional()
    .meta({
      description: 'Layers that slsctl publishes, by name. A function lists the names in its field layers.',
      examples: [{ 'shared-libs': { path: 'layer' } }],
    }),
  stages: z
    .record(stageName, stageSchema.nullable(), { error: 'a map of stage names to what differs there' })
    .optional()
    .meta({
      description:
        'Stages, by name, each with the fields that differ in it. --stage NAME, SLSCTL_STAGE or defaultStage selects one, and a file with stages is used with one of them only. "*" allows any other name, and has the fields of those.',
      examples: [{ dev: {}, prod: { defaults: { memorySize: 1024 } } }],
    }),
  defaultStage: text('the name of a stage')
    .optional()
    .meta({
      description: 'The stage when neither --stage nor SLSCTL_STAGE names one. It must be one of stages.',
      examples: ['dev'],
    }),
});

export type StageFile = z.infer<typeof stageSchema>;
export type ConfigFile = z.infer<typeof fileSchema>;

/** Keys that the file can have at a path, for "did you mean". */
export function knownKeys(path: readonly PropertyKey[]): string[] {
  return schemasAt(path)
    .flatMap(maps)
    .flatMap((schema) => (schema instanceof z.ZodObject ? Object.keys(schema.shape) : []));
}

/** The schemas of the value at a path: several where the schema has alternatives, none where it has no such field. */
export function schemasAt(path: readonly PropertyKey[]): z.ZodType[] {
  let schemas: z.ZodType[] = [fileSchema];
  for (const key of path) schemas = schemas.flatMap((schema) => schemasOfField(schema, String(key)));
  return schemas;
}

/** The schemas of a field or item in a value of this schema. */
function schemasOfField(schema: z.ZodType, key: string): z.ZodType[] {
  return maps(schema).flatMap((kind): z.ZodType[] => {
    if (kind instanceof z.ZodObject) return key in kind.shape ? [kind.shape[key]] : [];
    if (kind instanceof z.ZodRecord) return [kind.valueType as z.ZodType];
    if (kind instanceof z.ZodUnknown) return [kind];
    return kind instanceof z.ZodArray ? [kind.element as z.ZodType] : [];
  });
}

/** The alternatives of a schema, without the wrappers for optional and null. */
export function maps(schema: z.ZodType): z.ZodType[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) {
    return maps(schema.unwrap() as z.ZodType);
  }
  if (schema instanceof z.ZodUnion) return (schema.options as z.ZodType[]).flatMap(maps);
  return [schema];
}
