// Attribute values: their types, equality, order and size.
import { sizeOfNumber, sortableNumber } from './number.ts';

/** An attribute value; one of these members is set. Numbers are normalized. */
export interface Value {
  readonly S?: string | undefined;
  readonly N?: string | undefined;
  readonly B?: Uint8Array | undefined;
  readonly SS?: readonly string[] | undefined;
  readonly NS?: readonly string[] | undefined;
  readonly BS?: readonly Uint8Array[] | undefined;
  readonly M?: Item | undefined;
  readonly L?: readonly Value[] | undefined;
  readonly NULL?: boolean | undefined;
  readonly BOOL?: boolean | undefined;
}

export type Item = Readonly<Record<string, Value>>;
export type Type = keyof Value;
/** The types that a key attribute may have. */
export type ScalarType = 'S' | 'N' | 'B';

export function typeOf(value: Value): Type {
  for (const name in value) if (value[name as Type] !== undefined) return name as Type;
  return 'NULL';
}

export const sameBytes = (left: Uint8Array, right: Uint8Array): boolean => Buffer.compare(left, right) === 0;

/** Whether the values are equal. The order in sets does not count. */
export function equal(left: Value, right: Value): boolean {
  const type = typeOf(left);
  if (type !== typeOf(right)) return false;
  switch (type) {
    case 'B':
      return sameBytes(left.B as Uint8Array, right.B as Uint8Array);
    case 'SS':
    case 'NS': {
      const members = new Set(right[type]);
      return left[type]?.length === members.size && left[type].every((one) => members.has(one));
    }
    case 'BS': {
      const members = right.BS as readonly Uint8Array[];
      return (
        left.BS?.length === members.length &&
        left.BS.every((one) => members.some((other) => sameBytes(one, other)))
      );
    }
    case 'L': {
      const others = right.L as readonly Value[];
      return (
        left.L?.length === others.length && left.L.every((one, index) => equal(one, others[index] as Value))
      );
    }
    case 'M':
      return sameItem(left.M as Item, right.M as Item);
    default:
      return left[type] === right[type];
  }
}

/** Whether the items have the same attributes. */
export function sameItem(left: Item, right: Item): boolean {
  const names = Object.keys(left);
  return (
    names.length === Object.keys(right).length &&
    names.every((name) => {
      const other = Object.hasOwn(right, name) ? right[name] : undefined;
      return other !== undefined && equal(left[name] as Value, other);
    })
  );
}

/** Negative, zero or positive; undefined when the values have no order: of different types, or not scalar. */
export function compare(left: Value, right: Value): number | undefined {
  const type = typeOf(left);
  if (type !== typeOf(right)) return undefined;
  if (type === 'S') return Buffer.compare(Buffer.from(left.S as string), Buffer.from(right.S as string));
  if (type === 'B') return Buffer.compare(left.B as Uint8Array, right.B as Uint8Array);
  if (type !== 'N') return undefined;
  const [a, b] = [sortableNumber(left.N as string), sortableNumber(right.N as string)];
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The bytes that the attributes of an item count for, with their names. */
export function sizeOfItem(item: Item): number {
  let size = 0;
  for (const [name, value] of Object.entries(item)) size += Buffer.byteLength(name) + sizeOf(value);
  return size;
}

function sizeOf(value: Value): number {
  const type = typeOf(value);
  switch (type) {
    case 'S':
      return Buffer.byteLength(value.S as string);
    case 'N':
      return sizeOfNumber(value.N as string);
    case 'B':
      return value.B?.length ?? 0;
    case 'SS':
      return sum(value.SS, (one) => Buffer.byteLength(one));
    case 'NS':
      return sum(value.NS, sizeOfNumber);
    case 'BS':
      return sum(value.BS, (one) => one.length);
    case 'L':
      return 3 + sum(value.L, (one) => 1 + sizeOf(one));
    case 'M':
      return 3 + Object.keys(value.M as Item).length + sizeOfItem(value.M as Item);
    default:
      return 1;
  }
}

const sum = <T>(list: readonly T[] | undefined, sizeOfOne: (one: T) => number): number =>
  (list ?? []).reduce((total, one) => total + sizeOfOne(one), 0);
