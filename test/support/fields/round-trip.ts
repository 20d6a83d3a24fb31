// Deploys one field of slsctl.yml through its whole life: set, changed, undeclared, removed; read back each time.
import { expect } from 'vitest';
import { functionSchema } from '../../../src/config/schema/function.ts';
import { differing, type Engine } from '../engine.ts';
import { type Told, withoutEmpty } from '../live-function.ts';
import { type Particular, particulars } from './samples.ts';
import { type Field, frame, type Samples, schemaAt } from './schema-fields.ts';

type Path = readonly (string | number)[];
type Map = Record<string, unknown>;

export interface RoundTrip {
  engine: Engine;
  samples: Samples;
  tell(name: string): Promise<Told>;
  /** The values read from a function with no optional field. */
  bare: Told;
}

/** For the field of that name among all of them. The function is called like the field. */
export async function roundTrip(
  { engine, samples, tell, bare }: RoundTrip,
  fieldName: string,
  all: readonly Field[],
): Promise<void> {
  const field = all.find((one) => one.name === fieldName) as Field;
  const name = field.name.replace(/[^\w]+/g, '-').slice(-64);
  const { told = (value) => value, at = field.path, ...particular } = particularOf(field.name);
  const { own, base, withField } = settingsAround(field, samples);
  /** Deploys, reads the field back, and checks that the plan is empty. */
  const check = async (what: string, settings: Map, expected: unknown) => {
    await engine.deploy({ [name]: settings });
    expect(valueAt(await tell(name), at), `${field.name} ${what}`).toEqual(withoutEmpty(expected));
    expect(differing(await engine.plan({ [name]: settings })), `${field.name} ${what}, planned`).toEqual([]);
  };

  for (const settings of particular.before ?? []) {
    await engine.deploy({ [name]: merge(own, settings) as Map });
  }
  let last: unknown;
  for (const value of field.values) {
    last = told(value);
    await check(`set to ${JSON.stringify(value)}`, withField(value), last);
  }
  if (field.path.length > 1 && field.optional && !particular.together) {
    if ('unnamed' in particular) last = particular.unnamed;
    await check('no longer named', merge(own, base) as Map, last);
    const sibling = all.find((one) => isSibling(one, field));
    for (const value of sibling ? sibling.values.toReversed() : []) {
      const changed = put(base, (sibling as Field).path, value);
      await check(`while ${sibling?.name} is changed`, merge(own, changed) as Map, last);
    }
  }
  const removed = particular.leftBehind && engine.removesLeftBehind;
  const kept = 'dropped' in particular ? particular.dropped : last;
  if (!(String(field.path[0]) in own))
    await check('dropped with what it stands in', own, removed ? undefined : kept);
  if (!field.nullable) return;
  await check('set again', withField(field.values[0]), particular.grows ? last : told(field.values[0]));
  const reset = 'removed' in particular ? particular.removed : valueAt(bare, at);
  await check('removed', withField(null), reset);
}

/** A function's settings with nothing in particular, what a field stands in, and the whole with a value in it. */
export function settingsAround(
  field: Field,
  samples: Samples,
): { own: Map; base: Map; withField(value: unknown): Map } {
  const own: Map = field.path[0] === 'image' ? { image: frame(imageSchema, samples, 'image') } : code;
  const base = merge(surroundings(field.path, samples), particularOf(field.name).with ?? {}) as Map;
  return { own, base, withField: (value) => merge(own, put(base, field.path, value)) as Map };
}

/** Another field of the same map that can be set while the first is not named. */
function isSibling(one: Field, other: Field): boolean {
  const [parent, otherParent] = [one.path.slice(0, -1), other.path.slice(0, -1)];
  return (
    one.path.at(-1) !== other.path.at(-1) &&
    parent.join('.') === otherParent.join('.') &&
    one.optional &&
    one.values.length > 1 &&
    !particularOf(one.name).together &&
    !particularOf(one.name).decides &&
    !particularOf(one.name).with
  );
}

const code = { runtime: 'python3.12', handler: 'app.handler', code: '.' };
const imageSchema = functionSchema.shape.image;

/** The required neighbours of a field, from the schema. */
function surroundings(path: Path, samples: Samples): Map {
  let settings: Map = {};
  for (let length = path.length - 1; length > 0; length--) {
    const place = path.slice(0, length);
    const schema = schemaAt(functionSchema, place);
    if (!schema) continue;
    settings = merge(put({}, place, frame(schema, samples, place.join('.'))), settings) as Map;
  }
  return settings;
}

function particularOf(name: string): Particular {
  const found = Object.keys(particulars)
    .filter((key) => name === key || name.startsWith(`${key}.`) || name.startsWith(`${key} (`))
    .toSorted((a, b) => b.length - a.length)[0];
  return found === undefined ? {} : (particulars[found] as Particular);
}

/** A copy that holds the value at the path. */
function put(root: unknown, path: Path, value: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  if (typeof key === 'number') {
    const items = Array.isArray(root) ? [...root] : [];
    items[key] = put(items[key], rest, value);
    return items;
  }
  const map = (root ?? {}) as Map;
  return { ...map, [key]: put(map[key], rest, value) };
}

function merge(base: unknown, over: unknown): unknown {
  if (!isMap(base) || !isMap(over)) return over;
  const merged = { ...base };
  for (const [key, value] of Object.entries(over)) merged[key] = merge(base[key], value);
  return merged;
}

function isMap(value: unknown): value is Map {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function valueAt(told: unknown, path: Path): unknown {
  return path.reduce((value, key) => (value as Map | undefined)?.[key as string], told);
}
