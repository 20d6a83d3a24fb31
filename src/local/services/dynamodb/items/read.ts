// Reads a page of a table or an index, in the order of the keys.
import type { Condition } from '../expressions/condition-tree.ts';
import { fulfils } from '../expressions/evaluate.ts';
import type { DynamoState, IndexRecord, TableRecord } from '../state.ts';
import type { Bounds } from '../values/keys.ts';
import { type Item, sizeOfItem } from '../values/value.ts';
import { inIndex } from './view.ts';

export interface Reading {
  readonly table: TableRecord;
  readonly index?: IndexRecord | undefined;
  /** The beginning of all keys that are read: of a partition, or of the whole table. */
  readonly prefix: string;
  readonly bounds: Bounds;
  readonly reverse?: boolean;
  /** The key in the store after which the page starts. */
  readonly after?: string | undefined;
  readonly limit?: number | undefined;
  readonly filter?: Condition | undefined;
  /** Whether whole items are read, also when the index has only a part of them. */
  readonly whole?: boolean;
}

export interface Page {
  readonly items: readonly Item[];
  readonly scanned: number;
  readonly bytes: number;
  /** The last item that was looked at, when there may be more after it. */
  readonly last?: Item;
}

/** A page ends after this many bytes. */
const pageBytes = 1024 * 1024;

export function readPage(state: DynamoState, reading: Reading): Page {
  const { table, index, filter, limit = Number.POSITIVE_INFINITY, whole } = reading;
  const items: Item[] = [];
  let scanned = 0;
  let bytes = 0;
  for (const stored of walk(state, reading)) {
    const item = index && !whole ? inIndex(table, index, stored) : stored;
    scanned++;
    bytes += sizeOfItem(item);
    if (!filter || fulfils(item, filter)) items.push(item);
    if (scanned >= limit || bytes >= pageBytes) return { items, scanned, bytes, last: stored };
  }
  return { items, scanned, bytes };
}

/** The items between the bounds. */
function* walk(state: DynamoState, reading: Reading): Generator<Item> {
  const { index, prefix, bounds, after, reverse = false } = reading;
  const low = prefix + bounds.low;
  const high = bounds.high === undefined ? undefined : prefix + bounds.high;
  const start = after ?? (reverse ? high : low);
  const collection = index ? state.entries : state.items;
  for (const [key, value] of collection.entries(prefix, { reverse, ...(start !== undefined && { start }) })) {
    if (key === after) continue;
    if (key < low || (high !== undefined && key >= high)) {
      // Before the first key inside the bounds, the read goes on; after the last one it ends.
      if (reverse ? key < low : key >= low) return;
      continue;
    }
    const item = index ? state.items.get(value as string) : (value as Item);
    if (item) yield item;
  }
}
