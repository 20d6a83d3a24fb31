// Applies the actions of an update to an item.
import { validation } from '../errors.ts';
import { addNumbers } from '../values/number.ts';
import { type Item, sameBytes, typeOf, type Value } from '../values/value.ts';
import type { Path } from './names.ts';
import { valueAt } from './paths.ts';
import type { Action, Source } from './update.ts';

/** A value whose maps and lists can be changed. A list has a gap where an element was removed. */
interface Mutable {
  M?: Record<string, Value>;
  L?: (Value | undefined)[];
}

/** @throws ValidationException when the item does not allow an action */
export function applyUpdate(item: Item, actions: readonly Action[]): Item {
  // All sources are read before the first action is applied.
  const sources = actions.map((action) =>
    action.kind === 'SET' ? sourceValue(item, action.source) : undefined,
  );
  const draft = new Draft(item);
  actions.forEach((action, index) => {
    if (action.kind === 'SET') draft.set(action.path, sources[index] as Value);
    else if (action.kind === 'REMOVE') draft.set(action.path, undefined);
    else draft.set(action.path, changed(valueAt(item, action.path), action));
  });
  return draft.finish();
}

const wrongType = () => validation('An operand in the update expression has an incorrect data type');

function sourceValue(item: Item, source: Source): Value {
  switch (source.kind) {
    case 'value':
      return source.value;
    case 'path': {
      const value = valueAt(item, source.path);
      if (value) return value;
      throw validation('The provided expression refers to an attribute that does not exist in the item');
    }
    case 'if_not_exists':
      return valueAt(item, source.path) ?? sourceValue(item, source.otherwise);
    case 'list_append': {
      const [first, second] = source.of.map((one) => sourceValue(item, one).L);
      if (!first || !second) throw wrongType();
      return { L: [...first, ...second] };
    }
    default: {
      const [left, right] = source.of.map((one) => sourceValue(item, one).N);
      if (left === undefined || right === undefined) throw wrongType();
      return { N: addNumbers(left, right, source.kind === '-') };
    }
  }
}

type Combination = Extract<Action, { kind: 'ADD' | 'DELETE' }>;

/** The value after ADD or DELETE; undefined when nothing is left. */
function changed(before: Value | undefined, { kind, value }: Combination): Value | undefined {
  const type = typeOf(value);
  if (before && typeOf(before) !== type) throw wrongType();
  if (kind === 'ADD') {
    if (!before) return value;
    if (type === 'N') return { N: addNumbers(before.N as string, value.N as string) };
    if (type === 'L') return { L: [...(before.L ?? []), ...(value.L ?? [])] };
    return union(before, value);
  }
  return before && difference(before, value);
}

function union(before: Value, more: Value): Value {
  if (before.SS) return { SS: [...new Set([...before.SS, ...(more.SS ?? [])])] };
  if (before.NS) return { NS: [...new Set([...before.NS, ...(more.NS ?? [])])] };
  const known = before.BS ?? [];
  return {
    BS: [...known, ...(more.BS ?? []).filter((one) => !known.some((other) => sameBytes(one, other)))],
  };
}

function difference(before: Value, less: Value): Value | undefined {
  const kept: Value = before.SS
    ? { SS: before.SS.filter((one) => !less.SS?.includes(one)) }
    : before.NS
      ? { NS: before.NS.filter((one) => !less.NS?.includes(one)) }
      : { BS: (before.BS ?? []).filter((one) => !less.BS?.some((other) => sameBytes(one, other))) };
  return (kept.SS ?? kept.NS ?? kept.BS)?.length === 0 ? undefined : kept;
}

/** A copy of an item. Only the maps and lists on the paths of changes are copied. */
class Draft {
  private readonly root: Mutable;
  private readonly copies = new Set<object>();
  /** The changed lists, and what is set beyond their ends: it follows their elements, in the order of the positions. */
  private readonly lists = new Map<(Value | undefined)[], Map<number, Value>>();

  constructor(item: Item) {
    this.root = { M: { ...item } };
    this.copies.add(this.root);
  }

  /** Sets or removes what the path leads to. @throws ValidationException when its parent does not exist */
  set(path: Path, value: Value | undefined): void {
    let parent = this.root;
    path.forEach((part, index) => {
      if (index < path.length - 1) parent = this.child(parent, part);
      else this.put(parent, part, value);
    });
  }

  private put({ M, L }: Mutable, part: string | number, value: Value | undefined): void {
    if (typeof part === 'string' && M) {
      if (value) M[part] = value;
      else delete M[part];
    } else if (typeof part === 'number' && L) {
      const beyond = this.lists.get(L) ?? new Map<number, Value>();
      this.lists.set(L, beyond);
      if (part < L.length) L[part] = value;
      else if (value) beyond.set(part, value);
    } else throw misplaced();
  }

  private child(parent: Mutable, part: string | number): Mutable {
    const inner = (typeof part === 'number' ? parent.L?.[part] : own(parent.M, part)) as Mutable | undefined;
    if (!inner) throw misplaced();
    if (this.copies.has(inner)) return inner;
    const copy: Mutable = inner.M ? { M: { ...inner.M } } : inner.L ? { L: [...inner.L] } : inner;
    this.copies.add(copy);
    this.put(parent, part, copy as Value);
    return copy;
  }

  finish(): Item {
    for (const [list, beyond] of this.lists) {
      const kept = list.filter((one) => one !== undefined);
      const added = [...beyond].sort(([one], [two]) => one - two).map(([, value]) => value);
      list.length = 0;
      for (const value of [...kept, ...added]) list.push(value);
    }
    return this.root.M as Item;
  }
}

const misplaced = () =>
  validation('The document path provided in the update expression is invalid for update');

const own = (map: Record<string, Value> | undefined, name: string): Value | undefined =>
  map && Object.hasOwn(map, name) ? map[name] : undefined;
