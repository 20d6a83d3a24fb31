// Finds the parts of items that paths lead to.
import type { Item, Value } from '../values/value.ts';
import type { Path } from './names.ts';

export function valueAt(item: Item, path: readonly (string | number)[]): Value | undefined {
  let value: Value | undefined = { M: item };
  for (const part of path) {
    if (typeof part === 'number') value = value?.L?.[part];
    else value = value?.M && Object.hasOwn(value.M, part) ? value.M[part] : undefined;
    if (value === undefined) return undefined;
  }
  return value;
}

/** A part of an item while it is put together: lists by their positions. */
interface Part {
  value?: Value;
  map?: Map<string, Part>;
  list?: Map<number, Part>;
}

/** The parts of an item to which these paths lead. Lists keep the order of their items, without gaps. */
export function project(item: Item, paths: readonly Path[]): Item {
  if (paths.every((path) => path.length === 1))
    return pick(
      item,
      paths.map(([name]) => name),
    );
  const root: Part = {};
  for (const path of paths) {
    const value = valueAt(item, path);
    if (value === undefined) continue;
    let part = root;
    for (const step of path) part = inside(part, step);
    part.value = value;
  }
  return asValue(root).M ?? {};
}

/** The attributes with these names. */
export function pick(item: Item, names: Iterable<string>): Item {
  const picked: Record<string, Value> = {};
  for (const name of names) {
    if (Object.hasOwn(item, name)) picked[name] = item[name] as Value;
  }
  return picked;
}

function inside(part: Part, step: string | number): Part {
  const inner: Part = {};
  if (typeof step === 'number') {
    part.list ??= new Map();
    const known = part.list.get(step);
    if (!known) part.list.set(step, inner);
    return known ?? inner;
  }
  part.map ??= new Map();
  const known = part.map.get(step);
  if (!known) part.map.set(step, inner);
  return known ?? inner;
}

function asValue({ value, map, list }: Part): Value {
  if (value) return value;
  if (list) {
    const inOrder = [...list].sort(([one], [two]) => one - two);
    return { L: inOrder.map(([, part]) => asValue(part)) };
  }
  return { M: Object.fromEntries([...(map ?? [])].map(([name, part]) => [name, asValue(part)])) };
}
