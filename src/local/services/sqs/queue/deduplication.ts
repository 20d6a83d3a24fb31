// What a FIFO queue accepted in the last five minutes: a duplicate gets the same answer, and is not delivered.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/using-messagededuplicationid-property.html
import type { Collection } from '../../../store/store.ts';
import type { AcceptedRecord } from '../records.ts';
import { Line } from './line.ts';

const interval = 5 * 60_000;

export class Deduplication {
  private readonly collection: Collection<AcceptedRecord>;
  private readonly prefix: string;
  private readonly now: () => number;
  private readonly known = new Map<string, AcceptedRecord>();
  /** The keys in the order in which they end. */
  private readonly line = new Line<string>();

  constructor(collection: Collection<AcceptedRecord>, prefix: string, now: () => number) {
    this.collection = collection;
    this.prefix = prefix;
    this.now = now;
    const kept = [...collection.entries(prefix)].sort(([, a], [, b]) => a.until - b.until);
    for (const [key, record] of kept) this.remember(key, record);
  }

  /** The message with this id that was accepted before; undefined: there is none. */
  find(id: string): AcceptedRecord | undefined {
    this.forget();
    return this.known.get(this.prefix + id);
  }

  accept(id: string, message: Pick<AcceptedRecord, 'id' | 'sequence'>): void {
    const key = this.prefix + id;
    const record = { ...message, until: this.now() + interval };
    this.collection.put(key, record);
    this.remember(key, record);
  }

  clear(): void {
    for (const key of this.known.keys()) this.collection.remove(key);
    this.known.clear();
  }

  private remember(key: string, record: AcceptedRecord): void {
    this.known.set(key, record);
    this.line.push(key);
  }

  private forget(): void {
    const now = this.now();
    for (let key = this.line.first(); key !== undefined; key = this.line.first()) {
      const record = this.known.get(key);
      if (record && record.until > now) return;
      this.known.delete(key);
      this.collection.remove(key);
      this.line.shift();
    }
  }
}
