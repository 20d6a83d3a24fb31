// From what AWS answers to what slsctl.yml would say of it: the schema's names, and nothing that AWS does by itself.
import * as z from 'zod';
import { apiName } from './api-names.ts';
import { type Attachments, attachments } from './attachments/all.ts';
import { maps } from './schema/file.ts';
import { functionSchema } from './schema/function.ts';
import { withoutDefaults } from './without-defaults.ts';

type Values = Record<string, unknown>;

/**
 * The fields of a function that stand in `live`, under the API's names; what equals `defaults` is left out.
 * Fields with operations of their own are nobody's members here.
 */
export function functionFields(live: Values, defaults: Values): Values {
  const { Environment, EphemeralStorage } = withoutDefaults(live, defaults) as {
    Environment?: { Variables?: Values };
    EphemeralStorage?: { Size?: number };
  };
  // The two fields that the file nests less than the API does.
  const flat = { ...live, Environment: Environment?.Variables, EphemeralStorage: EphemeralStorage?.Size };
  return fromApi(functionSchema, withoutDefaults(flat, defaults)) as Values;
}

/** What hangs on a function, each under the field's own name in the API's spelling; undefined: nothing is left. */
export function attachmentFields(live: Values): Partial<Attachments> | undefined {
  return fromApi(z.object(attachments), live) as Partial<Attachments> | undefined;
}

/** A value in the API's names and nesting as this schema has it; members that it does not know are left out. */
export function fromApi(schema: z.ZodType, value: unknown): unknown {
  const kinds = maps(schema);
  if (Array.isArray(value)) {
    const list = kinds.find((one) => one instanceof z.ZodArray);
    return list && value.map((item) => fromApi(list.element as z.ZodType, item));
  }
  if (typeof value === 'object' && value !== null) {
    const map = kinds.find((one) => one instanceof z.ZodRecord);
    if (map) return mapped(value, (item) => fromApi(map.valueType as z.ZodType, item));
    const shape = kinds.find((one) => one instanceof z.ZodObject)?.shape ?? {};
    const entries = Object.entries(shape)
      .map(([key, below]) => [key, fromApi(below as z.ZodType, (value as Values)[apiName(key)])] as const)
      .filter(([, item]) => !isNothing(item));
    return entries.length > 0 ? Object.fromEntries(entries) : undefined;
  }
  return verbatim(value);
}

/** A value that slsctl.yml is to take as it is: what looks like a reference is none. */
export function verbatim(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('${', () => '$${');
  if (Array.isArray(value)) return value.map(verbatim);
  return isMap(value) ? (mapped(value, verbatim) ?? {}) : value;
}

/** undefined for a map with nothing in it. */
function mapped(map: object, each: (item: unknown) => unknown): Values | undefined {
  const entries = Object.entries(map).map(([key, item]) => [key, each(item)]);
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}

function isMap(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** AWS answers so where nothing was set. */
function isNothing(value: unknown): boolean {
  return (
    value === undefined ||
    value === null ||
    value === '' ||
    value === false ||
    (Array.isArray(value) && value.length === 0)
  );
}
