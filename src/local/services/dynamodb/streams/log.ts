// The streams of tables: their records in the store, in order, for 24 hours.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html
import { randomBytes } from 'node:crypto';
import type { StreamViewType } from '@aws-sdk/client-dynamodb';
import type { Scope } from '../../../call.ts';
import { partitionOf } from '../../../partition.ts';
import type { Collection, Store } from '../../../store/store.ts';
import type { KeyNames } from '../values/keys.ts';
import { type Item, sizeOfItem, type Value } from '../values/value.ts';

/** A stream has one shard, so all its records are in order. */
export interface StreamRecord {
  /** Twelve hexadecimal digits. */
  readonly id: string;
  readonly arn: string;
  readonly label: string;
  readonly account: string;
  readonly region: string;
  readonly table: string;
  readonly keys: KeyNames;
  readonly view: StreamViewType;
  /** Epoch milliseconds, as all times here. */
  readonly created: number;
  readonly shard: string;
  /** The sequence number before those of its records. */
  readonly start: string;
  /** When the stream was disabled, and the last sequence number that it may have. */
  readonly ended?: { readonly at: number; readonly sequence: string };
}

/** A change of an item, as the stream's view shows it. */
export interface ChangeRecord {
  readonly name: 'INSERT' | 'MODIFY' | 'REMOVE';
  readonly keys: Item;
  readonly new?: Item;
  readonly old?: Item;
  readonly size: number;
  readonly at: number;
  /** Present when the item expired. */
  readonly expired?: true;
}

export interface Entry {
  readonly sequence: string;
  readonly record: ChangeRecord;
}

/** Milliseconds for which records are kept. */
export const retention = 24 * 60 * 60 * 1000;
/** Milliseconds between two removals of expired records. */
const betweenTrims = 60 * 1000;
const trimmedAtOnce = 500;

/** Sequence numbers have 21 digits, so that their order as texts is their order as numbers. */
const sequenceOf = (number: number): string => `1${String(number).padStart(20, '0')}`;
/** Sequence numbers count microseconds, and at least one for each record. */
const numberOf = (sequence: string): number => Number(sequence.slice(1));

/** Reads streams. */
export class StreamReader {
  /** Keys: `ARN`. */
  readonly streams: Collection<StreamRecord>;
  /** Keys: `stream id/sequence number`. */
  protected readonly records: Collection<ChangeRecord>;
  protected readonly now: () => number;

  constructor(store: Store, now: () => number) {
    this.streams = store.collection('dynamodb.streams');
    this.records = store.collection('dynamodb.stream-records');
    this.now = now;
  }

  /** undefined: there is no such stream, or it was disabled more than 24 hours ago. */
  find(arn: string): StreamRecord | undefined {
    const stream = this.streams.get(arn);
    return stream?.ended && stream.ended.at <= this.now() - retention ? undefined : stream;
  }

  /** Up to `most` records after a sequence number, the oldest first. */
  read(stream: StreamRecord, after: string, most: number): Entry[] {
    const found: Entry[] = [];
    const prefix = `${stream.id}/`;
    const oldest = this.now() - retention;
    for (const [key, record] of this.records.entries(prefix, { start: prefix + after })) {
      const sequence = key.slice(prefix.length);
      if (sequence === after || record.at <= oldest) continue;
      found.push({ sequence, record });
      if (found.length === most) break;
    }
    return found;
  }

  /** The sequence number of the newest record; the one before all records when there is none. */
  latest(stream: StreamRecord): string {
    const prefix = `${stream.id}/`;
    for (const [key] of this.records.entries(prefix, { reverse: true, limit: 1 })) {
      return key.slice(prefix.length);
    }
    return stream.start;
  }

  /** The sequence number before those of the records at or after this time. */
  before(time: number): string {
    return sequenceOf(Math.max(time * 1000 - 1, 0));
  }

  /** Whether the records up to this sequence number are no longer kept. */
  isTrimmed(sequence: string): boolean {
    return numberOf(sequence) < (this.now() - retention) * 1000;
  }

  /** When the newest record was written. */
  newest(stream: StreamRecord): number | undefined {
    for (const [, { at }] of this.records.entries(`${stream.id}/`, { reverse: true, limit: 1 })) return at;
    return undefined;
  }
}

/** Creates streams and writes their records. There is one for each store, because it counts. */
export class StreamLog extends StreamReader {
  private readonly byId = new Map<string, StreamRecord>();
  private readonly last = new Map<string, number>();
  private readonly trimmed = new Map<string, number>();
  private readonly watchers = new Map<string, Set<() => void>>();

  create(table: Scope & { name: string; keys: KeyNames }, view: StreamViewType): StreamRecord {
    this.forgetEnded(table);
    const { account, region, name, keys } = table;
    const base = `${arnPrefix(table)}table/${name}/stream/`;
    let created = this.now();
    // A label has milliseconds; two streams of a table must not have the same one.
    while (this.streams.get(base + labelOf(created))) created++;
    const stream: StreamRecord = {
      id: randomBytes(6).toString('hex'),
      arn: base + labelOf(created),
      label: labelOf(created),
      account,
      region,
      table: name,
      keys,
      view,
      created,
      shard: `shardId-${String(created).padStart(20, '0')}-${randomBytes(4).toString('hex')}`,
      start: sequenceOf(created * 1000),
    };
    this.streams.put(stream.arn, stream);
    return stream;
  }

  /** Removes the streams of this scope that ended more than 24 hours ago. */
  private forgetEnded(scope: Scope): void {
    const ended = [...this.streams.entries(arnPrefix(scope))].filter(([arn]) => !this.find(arn));
    for (const [arn, { id }] of ended) {
      this.streams.remove(arn);
      for (const key of Array.from(this.records.entries(`${id}/`), ([one]) => one)) this.records.remove(key);
    }
  }

  /** The stream with this ARN, unless it is disabled. */
  open(arn: string): StreamRecord | undefined {
    let stream = this.byId.get(arn);
    if (!stream) {
      stream = this.streams.get(arn);
      if (stream) this.byId.set(arn, stream);
    }
    return stream?.ended ? undefined : stream;
  }

  end(arn: string): void {
    const stream = this.open(arn);
    if (!stream) return;
    this.byId.delete(arn);
    const sequence = sequenceOf(this.lastOf(stream));
    this.streams.put(arn, { ...stream, ended: { at: this.now(), sequence } });
    this.tell(arn);
  }

  /** Prepares what `append` needs from the store. Nothing may be read between the writes of one commit. */
  prepare(stream: StreamRecord): void {
    this.lastOf(stream);
    this.trim(stream);
  }

  append(stream: StreamRecord, keys: KeyNames, before?: Item, after?: Item, expired = false): void {
    const item = (after ?? before) as Item;
    const own: Record<string, Value> = { [keys.hash]: item[keys.hash] as Value };
    if (keys.range !== undefined) own[keys.range] = item[keys.range] as Value;
    const { view } = stream;
    const shownNew = after && (view === 'NEW_IMAGE' || view === 'NEW_AND_OLD_IMAGES') ? after : undefined;
    const shownOld = before && (view === 'OLD_IMAGE' || view === 'NEW_AND_OLD_IMAGES') ? before : undefined;
    const number = Math.max(this.lastOf(stream) + 1, this.now() * 1000);
    this.last.set(stream.id, number);
    this.records.put(`${stream.id}/${sequenceOf(number)}`, {
      name: before ? (after ? 'MODIFY' : 'REMOVE') : 'INSERT',
      keys: own,
      ...(shownNew && { new: shownNew }),
      ...(shownOld && { old: shownOld }),
      size: sizeOfItem(own) + sizeOfItem(shownNew ?? {}) + sizeOfItem(shownOld ?? {}),
      at: this.now(),
      ...(expired && { expired: true as const }),
    });
    this.tell(stream.arn);
  }

  watch(arn: string, ready: () => void): () => void {
    const watchers = this.watchers.get(arn) ?? new Set();
    this.watchers.set(arn, watchers);
    watchers.add(ready);
    return () => {
      watchers.delete(ready);
      if (watchers.size === 0) this.watchers.delete(arn);
    };
  }

  private tell(arn: string): void {
    const watchers = this.watchers.get(arn);
    if (!watchers) return;
    queueMicrotask(() => {
      for (const ready of watchers) ready();
    });
  }

  private lastOf(stream: StreamRecord): number {
    const last = this.last.get(stream.id) ?? numberOf(this.latest(stream));
    this.last.set(stream.id, last);
    return last;
  }

  /** Removes a part of the records that are older than 24 hours. */
  private trim(stream: StreamRecord): void {
    const now = this.now();
    if (now - (this.trimmed.get(stream.id) ?? 0) < betweenTrims) return;
    const old: string[] = [];
    for (const [key, { at }] of this.records.entries(`${stream.id}/`, { limit: trimmedAtOnce })) {
      if (at > now - retention) break;
      old.push(key);
    }
    for (const key of old) this.records.remove(key);
    if (old.length < trimmedAtOnce) this.trimmed.set(stream.id, now);
  }
}

/** The beginning of the ARNs of all streams of an account and region. */
export const arnPrefix = ({ account, region }: Scope): string =>
  `arn:${partitionOf(region)}:dynamodb:${region}:${account}:`;

/** `2025-01-01T00:00:00.000` */
const labelOf = (time: number): string => new Date(time).toISOString().slice(0, -1);
