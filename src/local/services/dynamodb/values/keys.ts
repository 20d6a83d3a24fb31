// The keys of items and index entries in the store. Their order is that of DynamoDB: partitions by a hash, and the
// items of a partition by their sort key.
import { hash } from 'node:crypto';
import { sortableNumber } from './number.ts';
import type { Item, Value } from './value.ts';

/** The attributes of a key. */
export interface KeyNames {
  readonly hash: string;
  readonly range?: string;
}

/** Follows the sort key; it comes before all characters of a sort key. */
const end = ' ';
const afterEnd = '!';

/** 64 characters in the order of their codes. */
const alphabet = Buffer.from('-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz');

/** 32 hexadecimal digits, evenly spread. */
export const digest = (bytes: string | Uint8Array): string => hash('sha256', bytes, 'hex').slice(0, 32);

const bytesOf = (value: Value): string | Uint8Array => value.S ?? value.N ?? value.B ?? '';

/** Six bits in a character, so that a sort key of 1024 bytes fits into a key of the store. */
function sortableBytes(bytes: Uint8Array): string {
  const text = Buffer.allocUnsafe(Math.ceil((bytes.length * 4) / 3));
  let held = 0;
  let bits = 0;
  let at = 0;
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xffff;
    bits += 8;
    while (bits >= 6) {
      bits -= 6;
      text[at++] = alphabet[(held >> bits) & 63] as number;
    }
  }
  if (bits > 0) text[at++] = alphabet[(held << (6 - bits)) & 63] as number;
  return text.toString('latin1', 0, at);
}

function sortable(value: Value): string {
  if (value.N !== undefined) return sortableNumber(value.N);
  return sortableBytes(value.S === undefined ? (value.B as Uint8Array) : Buffer.from(value.S));
}

/** The key of a table's item: the attributes that `names` names are there. */
export function itemKey(tableId: string, names: KeyNames, item: Item): string {
  const range = names.range === undefined ? '' : sortable(item[names.range] as Value);
  return partitionPrefix(tableId, item[names.hash] as Value) + range + end;
}

/** The key of an item's entry in an index; undefined when the item lacks an attribute of the key. */
export function entryKey(indexId: string, names: KeyNames, item: Item, ofItem: string): string | undefined {
  const hashValue = item[names.hash];
  const rangeValue = names.range === undefined ? undefined : item[names.range];
  if (!hashValue || (names.range !== undefined && !rangeValue)) return undefined;
  const range = rangeValue ? sortable(rangeValue) : '';
  return partitionPrefix(indexId, hashValue) + range + end + digest(ofItem);
}

/** The beginning of the keys of a partition. */
export const partitionPrefix = (id: string, value: Value): string => id + digest(bytesOf(value));

/** The keys from `low` to before `high`; both follow the prefix of the partition. */
export interface Bounds {
  readonly low: string;
  readonly high?: string;
}

export type RangeOperator = '=' | '<' | '<=' | '>' | '>=' | 'between' | 'begins_with';

/** The keys whose sort key fulfils the condition. */
export function boundsOf(operator: RangeOperator, values: readonly Value[]): Bounds {
  const [first, last] = values.map(sortable) as [string, string];
  switch (operator) {
    case '=':
      return { low: first + end, high: first + afterEnd };
    case '<':
      return { low: '', high: first + end };
    case '<=':
      return { low: '', high: first + afterEnd };
    case '>':
      return { low: first + afterEnd };
    case '>=':
      return { low: first + end };
    case 'between':
      return { low: first + end, high: last + afterEnd };
    case 'begins_with':
      return beginning(values[0] as Value);
  }
}

function beginning({ S, B }: Value): Bounds {
  const bytes = S === undefined ? (B as Uint8Array) : Buffer.from(S);
  const low = sortableBytes(bytes);
  const last = bytes.findLastIndex((byte) => byte < 255);
  if (last < 0) return { low };
  const next = Buffer.from(bytes.subarray(0, last + 1));
  next[last] = (next[last] as number) + 1;
  return { low, high: sortableBytes(next) };
}

/** The keys of one of `total` segments of equal size. */
export function segmentBounds(segment: number, total: number): Bounds {
  const at = (number: number) =>
    Math.ceil((number * 2 ** 32) / total)
      .toString(16)
      .padStart(8, '0');
  return { low: at(segment), ...(segment + 1 < total && { high: at(segment + 1) }) };
}
