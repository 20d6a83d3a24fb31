// Every field of a function in slsctl.yml with two allowed values, read from the schema itself.
import { z } from 'zod';

export interface Field {
  /** Its place below the function; list items are `0`. */
  path: (string | number)[];
  /** The path with dots, and the kind of value where a field has several, or `whole` for a map. */
  name: string;
  /** Two different values, or the only one. */
  values: unknown[];
  /** `null` is allowed. */
  nullable: boolean;
  /** Its parent is valid without it. */
  optional: boolean;
}

/** Values by path, and map keys under `PATH.*`, where the schema is too general to generate them. */
export type Samples = Record<string, readonly unknown[]>;

interface Place {
  path: (string | number)[];
  name: string;
  nullable: boolean;
  optional: boolean;
}

/**
 * Leaves, and also maps and lists that can be removed as a whole. Throws `no sample for field X` for fields
 * without a value from schema or samples.
 */
export function schemaFields(schema: z.ZodType, samples: Samples, skip: readonly string[] = []): Field[] {
  const missing: string[] = [];
  const fields: Field[] = [];

  const visit = (here: z.ZodType, place: Place): void => {
    const { inner, nullable, optional } = unwrap(here);
    const at = { ...place, nullable: place.nullable || nullable, optional: place.optional || optional };
    if (skip.includes(at.name)) return;
    if (inner instanceof z.ZodUnion && !literals(inner)) {
      for (const option of inner.options as z.ZodType[]) {
        const name = isMap(option) ? at.name : `${at.name} (${kindOf(option)})`;
        visit(option, { ...at, name });
      }
      return;
    }
    const below = membersOf(inner, at.name, samples);
    if (below.length === 0) add(inner, at);
    else if (at.nullable) add(inner, at, `${at.name} (whole)`);
    for (const { key, schema: member } of below) {
      visit(member, {
        path: [...at.path, key],
        name: at.name ? `${at.name}.${key}` : String(key),
        nullable: false,
        optional: false,
      });
    }
  };
  const add = (inner: z.ZodType, place: Place, name = place.name): void => {
    const { path, nullable, optional } = place;
    if (path.length === 0 || skip.includes(name)) return;
    try {
      fields.push({ path, name, nullable, optional, values: valuesOf(inner, place.name, samples) });
    } catch (error) {
      if (!(error instanceof NoSample)) throw error;
      missing.push(error.message);
    }
  };

  visit(schema, { path: [], name: '', nullable: false, optional: false });
  if (missing.length > 0) throw new Error([...new Set(missing)].join('\n'));
  return fields;
}

class NoSample extends Error {
  constructor(name: string) {
    super(`no sample for field ${name}`);
  }
}

/** One or two values that the schema allows. */
function valuesOf(schema: z.ZodType, name: string, samples: Samples): unknown[] {
  const given = samples[name];
  if (given) return [...given];
  const { inner } = unwrap(schema);
  const several = literals(inner);
  if (several) return several.slice(0, 2);
  if (inner instanceof z.ZodEnum) return inner.options.slice(0, 2);
  if (inner instanceof z.ZodBoolean) return [true, false];
  if (inner instanceof z.ZodNumber) {
    const { minValue, maxValue } = inner;
    if (minValue === null || maxValue === null) throw new NoSample(name);
    if (!Number.isFinite(maxValue - minValue)) throw new NoSample(name);
    // Inside the range: not its end, and not AWS's default.
    const upper = Math.min(maxValue, minValue + 100);
    return [...new Set([Math.ceil((minValue + upper) / 2), upper])];
  }
  if (inner instanceof z.ZodString && inner.maxLength !== null && !inner._zod.def.checks?.some(isPattern)) {
    return ['one of these', 'another “text”'];
  }
  if (inner instanceof z.ZodUnion) {
    const [first] = inner.options as z.ZodType[];
    return first ? valuesOf(first, isMap(first) ? name : `${name} (${kindOf(first)})`, samples) : [];
  }
  if (inner instanceof z.ZodArray) return lists(inner, name, samples);
  if (isMap(inner)) {
    const members = membersOf(inner, name, samples);
    if (members.length === 0) throw new NoSample(`${name}.*`);
    const columns = members.map(({ key, schema: member }) => ({
      key,
      values: valuesOf(member, `${name}.${key}`, samples),
    }));
    return [0, 1].map((row) =>
      Object.fromEntries(columns.map(({ key, values }) => [key, values[row] ?? values[0]])),
    );
  }
  throw new NoSample(name);
}

/** One item; and both of them, the other first, where there may be two. */
function lists(schema: z.ZodArray, name: string, samples: Samples): unknown[] {
  const item = isMap(unwrap(schema.element as z.ZodType).inner) ? `${name}.0` : name;
  const [one, other] = valuesOf(schema.element as z.ZodType, item, samples);
  if (other === undefined) return [[one]];
  return [[one], schema.safeParse([other, one]).success ? [other, one] : [other]];
}

/** The required fields of a map of this schema. */
export function frame(schema: z.ZodType, samples: Samples, name = ''): Record<string, unknown> {
  const { inner } = unwrap(schema);
  if (inner instanceof z.ZodUnion) {
    const map = (inner.options as z.ZodType[]).find(isMap);
    return map ? frame(map, samples, name) : {};
  }
  if (!(inner instanceof z.ZodObject)) return {};
  return Object.fromEntries(
    membersOf(inner, name, samples)
      .filter(({ schema: member }) => !unwrap(member).optional)
      .map(({ key, schema: member }) => {
        const place = name ? `${name}.${key}` : String(key);
        const below = isMap(unwrap(member).inner);
        return [key, below ? frame(member, samples, place) : valuesOf(member, place, samples)[0]];
      }),
  );
}

/** The schema at a path, the first alternative that has it. */
export function schemaAt(schema: z.ZodType, path: readonly (string | number)[]): z.ZodType | undefined {
  const [key, ...rest] = path;
  const { inner } = unwrap(schema);
  if (key === undefined) return schema;
  const options = inner instanceof z.ZodUnion ? (inner.options as z.ZodType[]) : [inner];
  for (const option of options) {
    const member =
      option instanceof z.ZodObject
        ? (option.shape[key] as z.ZodType | undefined)
        : option instanceof z.ZodRecord
          ? (option.valueType as z.ZodType)
          : option instanceof z.ZodArray
            ? (option.element as z.ZodType)
            : undefined;
    if (member) return schemaAt(member, rest);
  }
  return undefined;
}

function membersOf(
  schema: z.ZodType,
  name: string,
  samples: Samples,
): { key: string | number; schema: z.ZodType }[] {
  if (schema instanceof z.ZodObject) {
    return Object.entries(schema.shape).map(([key, member]) => ({ key, schema: member as z.ZodType }));
  }
  if (schema instanceof z.ZodRecord) {
    const keys = samples[`${name}.*`] ?? [];
    return keys.map((key) => ({ key: String(key), schema: schema.valueType as z.ZodType }));
  }
  if (schema instanceof z.ZodArray && !samples[name]) {
    const { inner } = unwrap(schema.element as z.ZodType);
    return isMap(inner) ? [{ key: 0, schema: inner }] : [];
  }
  return [];
}

function unwrap(schema: z.ZodType): { inner: z.ZodType; nullable: boolean; optional: boolean } {
  let inner = schema;
  let nullable = false;
  let optional = false;
  while (inner instanceof z.ZodOptional || inner instanceof z.ZodNullable) {
    if (inner instanceof z.ZodNullable) nullable = true;
    else optional = true;
    inner = inner.unwrap() as z.ZodType;
  }
  return { inner, nullable, optional };
}

function literals(schema: z.ZodType): unknown[] | undefined {
  if (schema instanceof z.ZodLiteral) return [...schema.values];
  if (!(schema instanceof z.ZodUnion)) return undefined;
  const all = (schema.options as z.ZodType[]).map(literals);
  return all.every((values) => values !== undefined) ? all.flat() : undefined;
}

function isMap(schema: z.ZodType): boolean {
  return schema instanceof z.ZodObject || schema instanceof z.ZodRecord;
}

function isPattern(check: { _zod: { def: { check: string } } }): boolean {
  return check._zod.def.check === 'string_format';
}

function kindOf(schema: z.ZodType): string {
  return schema.type;
}
