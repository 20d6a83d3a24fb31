// Writes changed items with everything that follows from them: index entries, sizes, expiry and stream records. All of
// it reaches the disk in one commit.

import type { DynamoState, TableRecord } from '../state.ts';
import { digest, entryKey } from '../values/keys.ts';
import { type Item, sameItem, sizeOfItem, type Value } from '../values/value.ts';

/** One item before and after a request. Without `after` it is deleted. */
export interface Change {
  readonly table: TableRecord;
  readonly key: string;
  readonly before?: Item | undefined;
  readonly after?: Item | undefined;
  /** Whether the item expired. */
  readonly expired?: true;
}

export function writeChanges(state: DynamoState, changes: readonly Change[]): void {
  const due = changes.filter(({ before, after }) =>
    before && after ? !sameItem(before, after) : before !== after,
  );
  // First everything that reads the store: a read would commit a part of the writes.
  for (const { table } of due) {
    const stream = table.stream === undefined ? undefined : state.log.open(table.stream);
    if (stream) state.log.prepare(stream);
  }
  for (const change of due) writeChange(state, change);
}

function writeChange(state: DynamoState, { table, key, before, after, expired }: Change): void {
  if (after) state.items.put(key, after);
  else state.items.remove(key);
  for (const { id, keys } of table.indexes) {
    const old = before && entryKey(id, keys, before, key);
    const now = after && entryKey(id, keys, after, key);
    if (old === now) continue;
    if (old !== undefined) state.entries.remove(old);
    if (now !== undefined) state.entries.put(now, key);
  }
  count(state, table, before, after);
  if (table.ttl !== undefined) noteExpiry(state, table, key, before, after);
  const stream = table.stream === undefined ? undefined : state.log.open(table.stream);
  if (stream) state.log.append(stream, table.keys, before, after, expired);
}

function count(state: DynamoState, table: TableRecord, before?: Item, after?: Item): void {
  const { items, bytes } = state.sizes.get(table.id) ?? { items: 0, bytes: 0 };
  state.sizes.put(table.id, {
    items: items + (after ? 1 : 0) - (before ? 1 : 0),
    bytes: bytes + (after ? sizeOfItem(after) : 0) - (before ? sizeOfItem(before) : 0),
  });
}

function noteExpiry(
  state: DynamoState,
  table: TableRecord,
  key: string,
  before: Item | undefined,
  after: Item | undefined,
): void {
  const old = before && expiryKey(table, key, before);
  const due = after && expiryKey(table, key, after);
  if (old === due) return;
  if (old !== undefined) state.expiry.remove(old);
  if (due === undefined) return;
  state.expiry.put(due, { table: `${table.account}/${table.region}/${table.name}`, item: key });
  state.expires(dueAt(due));
}

/** Items that should have expired more than five years ago do not expire. In seconds. */
const longPast = 5 * 365 * 24 * 60 * 60;

/** The key of the item's entry in `expiry`; undefined when it does not expire. Its beginning is the time. */
export function expiryKey(table: TableRecord, key: string, item: Item): string | undefined {
  const value: Value | undefined = table.ttl === undefined ? undefined : item[table.ttl];
  const seconds = Math.floor(Number(value?.N));
  if (!(seconds > 0 && seconds < 1e11)) return undefined;
  return `${String(seconds).padStart(12, '0')}/${digest(key)}`;
}

/** When the entry with this key is due, in epoch milliseconds. */
export const dueAt = (expiry: string): number => Number(expiry.slice(0, 12)) * 1000;

export const isLongPast = (due: number, now: number): boolean => due < now - longPast * 1000;
