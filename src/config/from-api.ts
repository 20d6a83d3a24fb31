// Translates answers of AWS into fields of slsctl.yml: the schema's names, without AWS's defaults.
import * as z from 'zod';
import { apiName } from './api-names.ts';
import { type Attachments, attachments } from './attachments/all.ts';
import { maps } from './schema/file.ts';
import { functionSchema } from './schema/function.ts';
import { asText } from './text/template.ts';
import { withoutDefaults } from './without-defaults.ts';

type Values = Record<string, unknown>;

/**
 * The fields of a live function. `live` and `defaults` have the API's names; fields that equal `defaults` are left out.
 * Attachments, which have AWS operations of their own, are not among these fields.
 */
export function functionFields(live: Values, defaults: Values): Values {
  const { Environment, EphemeralStorage } = withoutDefaults(live, defaults) as {
    Environment?: { Variables?: Values };
    EphemeralStorage?: { Size?: number };
  };
  // Two fields are nested less deeply in the file than in the API.
  const flat = { ...live, Environment: Environment?.Variables, EphemeralStorage: EphemeralStorage?.Size };
  return fromApi(functionSchema, withoutDefaults(flat, defaults)) as Values;
}

/** The attachments of a live function. `live` has their field names in the API's spelling. undefined: there are none. */
export function attachmentFields(live: Values): Partial<Attachments> | undefined {
  return fromApi(z.object(attachments), live) as Partial<Attachments> | undefined;
}

/** Translates a value of the API into a value of this schema. Members that the schema does not know are left out. */
export function fromApi(schema: z.ZodType, value: unknown): unknown {
  const kinds = maps(schema);
  // A value of any shape, such as a pattern.
  if (kinds.some((kind) => kind instanceof z.ZodUnknown)) return verbatim(value);
  if (Array.isArray(value)) {
    const list = kinds.find((kind) => kind instanceof z.ZodArray);
    return list && value.map((item) => fromApi(list.element as z.ZodType, item));
  }
  if (typeof value === 'object' && value !== null) {
    const map = kinds.find((kind) => kind instanceof z.ZodRecord);
    if (map) return mapped(value, (item) => fromApi(map.valueType as z.ZodType, item));
    const shape = kinds.find((kind) => kind instanceof z.ZodObject)?.shape ?? {};
    const entries = Object.entries(shape)
      .map(([key, below]) => [key, fromApi(below as z.ZodType, (value as Values)[apiName(key)])] as const)
      .filter(([, item]) => !isUnset(item));
    return entries.length > 0 ? Object.fromEntries(entries) : undefined;
  }
  return verbatim(value);
}

/** Escapes a value for slsctl.yml, so that no text in it is taken for a reference. */
export function verbatim(value: unknown): unknown {
  if (typeof value === 'string') return asText(value);
  if (Array.isArray(value)) return value.map(verbatim);
  return isMap(value) ? (mapped(value, verbatim) ?? {}) : value;
}

/** The map with each item translated; undefined for an empty map. */
function mapped(map: object, each: (item: unknown) => unknown): Values | undefined {
  const entries = Object.entries(map).map(([key, item]) => [key, each(item)]);
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}

function isMap(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether AWS answers this for a setting that was never set. */
function isUnset(value: unknown): boolean {
  return (
    value === undefined ||
    value === null ||
    value === '' ||
    value === false ||
    (Array.isArray(value) && value.length === 0)
  );
}
