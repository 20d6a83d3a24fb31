// The shape of slsctl.yml. A message of a check says what is allowed; load.ts says where and what was given.
import * as z from 'zod';
import { bucketName, fields, list, matching, text } from './checks.ts';
import { defaultsSchema, functionSchema } from './function.ts';
import { layerSchema } from './layer.ts';

const name = matching(/^[a-zA-Z0-9-_]{1,64}$/, 'letters, digits, - and _, at most 64');

export const stageSchema = fields({
  region: text('an AWS region').optional().describe('The AWS region'),
  allowedAccounts: list(
    matching(/^\d{12}$/, 'account numbers of 12 digits, in quotes'),
    'a list of account numbers',
  )
    .optional()
    .describe('The only accounts that this may be deployed to'),
  bucket: bucketName
    .optional()
    .describe('The S3 bucket for packages above 50 MB; without one slsctl makes its own'),
  defaults: defaultsSchema.optional().describe('Fields that all functions have unless they say otherwise'),
  functions: z
    .record(name, functionSchema, { error: 'a map of function names to their settings' })
    .optional()
    .describe('The functions, by name'),
  layers: z
    .record(name, layerSchema.partial({ path: true }).nullable(), {
      error: 'a map of layer names to their settings',
    })
    .optional()
    .describe('What differs of the layers there; null: there is none'),
});

export const fileSchema = stageSchema.extend({
  project: name.describe('The name of the project: what it owns is marked with it'),
  functions: z
    .record(name, functionSchema, { error: 'a map of function names to their settings' })
    .describe('The functions, by name'),
  layers: z
    .record(name, layerSchema, { error: 'a map of layer names to their settings' })
    .optional()
    .describe('Layers that are published from folders, by name; functions name them in their layers'),
  stages: z
    .record(name, stageSchema, { error: 'a map of stage names to what differs there' })
    .optional()
    .describe('What differs in each stage; names get the suffix -STAGE'),
});

export type StageFile = z.infer<typeof stageSchema>;
export type ConfigFile = z.infer<typeof fileSchema>;

/** Keys that may stand at a path of the file, for "did you mean". */
export function knownKeys(path: readonly PropertyKey[]): string[] {
  let at: z.ZodType[] = [fileSchema];
  for (const key of path) at = at.flatMap((schema) => below(schema, String(key)));
  return at
    .flatMap(maps)
    .flatMap((schema) => (schema instanceof z.ZodObject ? Object.keys(schema.shape) : []));
}

/** What a field of a value of this schema is. */
function below(schema: z.ZodType, key: string): z.ZodType[] {
  return maps(schema).flatMap((one): z.ZodType[] => {
    if (one instanceof z.ZodObject) return key in one.shape ? [one.shape[key]] : [];
    if (one instanceof z.ZodRecord) return [one.valueType as z.ZodType];
    return one instanceof z.ZodArray ? [one.element as z.ZodType] : [];
  });
}

/** The schemas of maps and lists that a schema admits. */
export function maps(schema: z.ZodType): z.ZodType[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) {
    return maps(schema.unwrap() as z.ZodType);
  }
  if (schema instanceof z.ZodUnion) return (schema.options as z.ZodType[]).flatMap(maps);
  return [schema];
}
