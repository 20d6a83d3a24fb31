// Validates JSON values by JSON schemas of draft 4, as models of REST APIs are.
// https://json-schema.org/draft-04/draft-fge-json-schema-validation-00
import { isDeepStrictEqual } from 'node:util';

type Json = Record<string, unknown>;

export interface Schemas {
  /** The document in which `#/definitions/…` is looked for. */
  readonly root: unknown;
  /** The schema behind any other reference. */
  find(reference: string): unknown;
}

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The first violation, in words; undefined: the value fits. */
export function violationOf(value: unknown, schema: unknown, schemas: Schemas): string | undefined {
  if (!isObject(schema)) return undefined;
  if (typeof schema.$ref === 'string') {
    const [target, root] = resolved(schema.$ref, schemas);
    return target === undefined
      ? `cannot resolve ${schema.$ref}`
      : violationOf(value, target, { ...schemas, root });
  }
  for (const [keyword, check] of Object.entries(keywords)) {
    if (schema[keyword] === undefined) continue;
    const violation = check(value, schema[keyword] as never, { schema, schemas });
    if (violation !== undefined) return violation;
  }
  return undefined;
}

function resolved(reference: string, { root, find }: Schemas): [target: unknown, root: unknown] {
  if (!reference.startsWith('#')) {
    const found = find(reference);
    return [found, found];
  }
  const steps = reference.slice(1).split('/').slice(1);
  const names = steps.map((step) => decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~'));
  let found = root;
  for (const name of names) found = isObject(found) && Object.hasOwn(found, name) ? found[name] : undefined;
  return [found, root];
}

interface Around {
  readonly schema: Json;
  readonly schemas: Schemas;
}

type Check = (value: unknown, rule: never, around: Around) => string | undefined;

const typeOf = (value: unknown): string => {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value;
};

function isOfType(value: unknown, type: string): boolean {
  return type === 'integer' ? Number.isInteger(value) : typeOf(value) === type;
}

const fits = (value: unknown, schema: unknown, { schemas }: Around) =>
  violationOf(value, schema, schemas) === undefined;

const comparison =
  (
    holds: (value: number, limit: number, exclusive: boolean) => boolean,
    words: string,
    exclusively: string,
  ): Check =>
  (value, limit: number, { schema }) =>
    typeof value !== 'number' || holds(value, limit, schema[exclusively] === true)
      ? undefined
      : `numeric instance is ${words} than the required bound (${limit}, found: ${value})`;

const size =
  (
    measure: (value: unknown) => number | undefined,
    isWrong: (size: number, limit: number) => boolean,
    what: string,
  ): Check =>
  (value, limit: number) => {
    const found = measure(value);
    return found !== undefined && isWrong(found, limit)
      ? `${what} (limit: ${limit}, found: ${found})`
      : undefined;
  };

const lengthOf = (value: unknown) => (typeof value === 'string' ? [...value].length : undefined);
const countOf = (value: unknown) => (Array.isArray(value) ? value.length : undefined);
const membersOf = (value: unknown) => (isObject(value) ? Object.keys(value).length : undefined);
const below = (found: number, limit: number) => found < limit;
const above = (found: number, limit: number) => found > limit;

const keywords: Readonly<Record<string, Check>> = {
  type: (value, type: string | string[]) =>
    [type].flat().some((one) => isOfType(value, one))
      ? undefined
      : `instance type (${typeOf(value)}) does not match any allowed primitive type (allowed: ${JSON.stringify([type].flat())})`,
  enum: (value, values: unknown[]) =>
    values.some((one) => isDeepStrictEqual(one, value))
      ? undefined
      : `instance value (${JSON.stringify(value)}) not found in enum (possible values: ${JSON.stringify(values)})`,
  required(value, names: string[]) {
    if (!isObject(value) || !Array.isArray(names)) return undefined;
    const missing = names.filter((name) => !Object.hasOwn(value, name));
    return missing.length > 0
      ? `object has missing required properties (${JSON.stringify(missing)})`
      : undefined;
  },
  properties(value, properties: Json, { schemas }) {
    if (!isObject(value)) return undefined;
    return first(Object.entries(properties), ([name, schema]) =>
      Object.hasOwn(value, name) ? violationOf(value[name], schema, schemas) : undefined,
    );
  },
  additionalProperties(value, rule: unknown, { schema, schemas }) {
    if (!isObject(value)) return undefined;
    const patterns = Object.keys((schema.patternProperties ?? {}) as Json).map(
      (text) => new RegExp(text, 'u'),
    );
    const known = (schema.properties ?? {}) as Json;
    const others = Object.keys(value).filter(
      (name) => !Object.hasOwn(known, name) && !patterns.some((pattern) => pattern.test(name)),
    );
    if (rule === false && others.length > 0) {
      return `object instance has properties which are not allowed by the schema: ${JSON.stringify(others)}`;
    }
    return first(others, (name) => violationOf(value[name], rule, schemas));
  },
  patternProperties(value, patterns: Json, { schemas }) {
    if (!isObject(value)) return undefined;
    return first(Object.entries(patterns), ([pattern, schema]) => {
      const names = Object.keys(value).filter((name) => new RegExp(pattern, 'u').test(name));
      return first(names, (name) => violationOf(value[name], schema, schemas));
    });
  },
  items(value, items: unknown, { schemas }) {
    if (!Array.isArray(value)) return undefined;
    return first([...value.entries()], ([index, item]) =>
      violationOf(item, Array.isArray(items) ? items[index] : items, schemas),
    );
  },
  additionalItems: (value, rule: unknown, { schema }) =>
    rule === false &&
    Array.isArray(value) &&
    Array.isArray(schema.items) &&
    value.length > schema.items.length
      ? 'array is too long'
      : undefined,
  minimum: comparison(
    (value, limit, out) => (out ? value > limit : value >= limit),
    'lower',
    'exclusiveMinimum',
  ),
  maximum: comparison(
    (value, limit, out) => (out ? value < limit : value <= limit),
    'greater',
    'exclusiveMaximum',
  ),
  multipleOf: (value, divisor: number) =>
    typeof value === 'number' && !Number.isInteger(value / divisor)
      ? `remainder of division is not zero (${value} / ${divisor})`
      : undefined,
  minLength: size(lengthOf, below, 'string is too short'),
  maxLength: size(lengthOf, above, 'string is too long'),
  minItems: size(countOf, below, 'array is too short'),
  maxItems: size(countOf, above, 'array is too long'),
  minProperties: size(membersOf, below, 'object has too few properties'),
  maxProperties: size(membersOf, above, 'object has too many properties'),
  uniqueItems: (value, unique: boolean) =>
    unique && Array.isArray(value) && new Set(value.map((item) => JSON.stringify(item))).size < value.length
      ? 'array must not contain duplicate elements'
      : undefined,
  pattern: (value, pattern: string) =>
    typeof value === 'string' && !new RegExp(pattern, 'u').test(value)
      ? `ECMA 262 regex "${pattern}" does not match input string "${value}"`
      : undefined,
  allOf: (value, all: unknown[], { schemas }) => first(all, (one) => violationOf(value, one, schemas)),
  anyOf: (value, any: unknown[], around) =>
    any.some((one) => fits(value, one, around))
      ? undefined
      : `instance failed to match at least one required schema among ${any.length}`,
  oneOf(value, one: unknown[], around) {
    const count = one.filter((schema) => fits(value, schema, around)).length;
    return count === 1
      ? undefined
      : `instance failed to match exactly one schema (matched ${count} out of ${one.length})`;
  },
  not: (value, schema: unknown, around) =>
    fits(value, schema, around) ? 'instance matched a schema which it should not have' : undefined,
};

function first<T>(items: readonly T[], violation: (item: T) => string | undefined): string | undefined {
  for (const item of items) {
    const found = violation(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
