// Deletes expired items. A timer runs only while an item with an expiry exists.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html
import { type Change, dueAt, isLongPast, writeChanges } from './items/changes.ts';
import type { DynamoState } from './state.ts';

/** Items that are deleted in one turn of the event loop. */
const atOnce = 100;
/** The longest delay of a timer in Node.js. */
const longestDelay = 2 ** 31 - 1;

export class Expiry {
  private readonly state: DynamoState;
  private timer: NodeJS.Timeout | undefined;
  private next = Number.POSITIVE_INFINITY;

  constructor(state: DynamoState) {
    this.state = state;
  }

  /** Makes sure that the timer rings at this time, in epoch milliseconds. */
  plan(due: number): void {
    if (due >= this.next) return;
    this.next = due;
    clearTimeout(this.timer);
    const delay = Math.min(Math.max(due - this.state.now(), 0), longestDelay);
    this.timer = setTimeout(() => this.ring(), delay).unref();
  }

  /** Plans the first expiry in the store. */
  resume(): void {
    for (const [key] of this.state.expiry.entries('', { limit: 1 })) this.plan(dueAt(key));
  }

  close(): void {
    clearTimeout(this.timer);
    this.next = Number.NEGATIVE_INFINITY;
  }

  private ring(): void {
    this.next = Number.POSITIVE_INFINITY;
    const { state } = this;
    const due = [...state.expiry.entries('', { limit: atOnce })].filter(([key]) => dueAt(key) <= state.now());
    const changes: Change[] = [];
    for (const [key, { table: tableKey, item }] of due) {
      const table = state.tables.get(tableKey);
      const before = table && item.startsWith(table.id) ? state.items.get(item) : undefined;
      if (!table || !before || isLongPast(dueAt(key), state.now())) state.expiry.remove(key);
      else changes.push({ table, key: item, before, expired: true });
    }
    writeChanges(state, changes);
    void state.host.store.committed().then(() => this.resume());
  }
}
