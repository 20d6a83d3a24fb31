// The events of a stream in the store: appending, reading a range in either direction, removing expired events.
import type { Scope } from '../../../call.ts';
import {
  type EventRecord,
  eventPrefix,
  type GroupRecord,
  type LogsState,
  type StreamRecord,
  sizeKey,
  streamPrefix,
} from '../state.ts';
import { comparePlaces, type Place } from './event-id.ts';
import { expiryOf } from './retention.ts';
import { dropSlot, entriesOf, noteSlot, slotEnd, slotOf, slotStart } from './stream-index.ts';

export interface LogEvent extends Place {
  readonly message: string;
  readonly ingested: number;
  readonly stream: StreamRecord;
}

export interface Range {
  /** Epoch milliseconds, both inclusive. */
  readonly start: number;
  readonly end: number;
  readonly descending: boolean;
  /** Only events after this place, in the direction of reading. */
  readonly after?: Place | undefined;
}

/** A time later than every event: fifteen digits of milliseconds. */
export const endOfTime = 999_999_999_999_999;

/** The most characters of messages in one record. */
const longestRun = 4096;

/** The number of expired records that are removed at once, and the milliseconds between two removals. */
const sweep = 1000;
const sweepPause = 60_000;

/** The size of an event in quotas and stored bytes, by the PutLogEvents reference. */
export const sizeOf = (message: string): number => Buffer.byteLength(message) + 26;

const timeDigits = (timestamp: number): string => String(timestamp).padStart(15, '0');
const keyTail = (timestamp: number, sequence: number): string =>
  `${timeDigits(timestamp)}/${String(sequence).padStart(16, '0')}`;

/** Writes once per run of events, once for the stream and once for the group's size; reads no existing events. */
export function append(
  state: LogsState,
  scope: Scope,
  group: GroupRecord,
  stream: StreamRecord,
  events: readonly { readonly timestamp: number; readonly message: string }[],
): StreamRecord {
  const prefix = eventPrefix(stream);
  const ingested = state.now();
  let { first, last, sequence, slot } = stream;
  let bytes = 0;
  const runs = new Runs();
  const written: { timestamp: number; sequence: number; message: string }[] = [];
  if (slot < 0 && events.length > 0) dropSlot(state, scope, group, stream, slot);
  for (const { timestamp, message } of events) {
    sequence = state.nextSequence(sequence);
    runs.add(timestamp, sequence, message);
    written.push({ timestamp, sequence, message });
    if (slotOf(timestamp) !== slot) {
      slot = slotOf(timestamp);
      noteSlot(state, scope, group, stream, slot);
    }
    first = first === undefined ? timestamp : Math.min(first, timestamp);
    last = last === undefined ? timestamp : Math.max(last, timestamp);
    bytes += sizeOf(message);
  }
  for (const { timestamp, first, messages } of runs.all) {
    const kept = messages.length === 1 ? (messages[0] as string) : messages;
    state.events.put(prefix + keyTail(timestamp, first), [kept, ingested]);
  }
  const grown: StreamRecord =
    first === undefined || last === undefined
      ? stream
      : { ...stream, first, last, slot, sequence, lastIngested: ingested };
  state.streams.put(streamPrefix(scope, group) + stream.name, grown);
  if (bytes > 0) grow(state, scope, group, bytes);
  for (const listener of state.listeners) listener(scope, group, grown, written, ingested);
  sweepGroup(state, scope, group);
  return grown;
}

interface Run {
  readonly timestamp: number;
  /** The sequence of the first event. */
  readonly first: number;
  readonly messages: string[];
  /** Characters. */
  length: number;
}

/** Groups events into records: most events of an invocation have the same millisecond. */
class Runs {
  readonly all: Run[] = [];

  add(timestamp: number, sequence: number, message: string): void {
    const run = this.all.at(-1);
    const { length } = message;
    const follows = run?.timestamp === timestamp && run.first + run.messages.length === sequence;
    if (!run || !follows || run.length + length > longestRun) {
      this.all.push({ timestamp, first: sequence, messages: [message], length });
      return;
    }
    run.messages.push(message);
    run.length += length;
  }
}

function messagesOf([messages]: EventRecord): readonly string[] {
  return typeof messages === 'string' ? [messages] : messages;
}

function grow(state: LogsState, scope: Scope, group: GroupRecord, bytes: number): void {
  const key = sizeKey(scope, group);
  state.sizes.put(key, (state.sizes.get(key) ?? 0) + bytes);
}

/** Removes expired events of the group: a limited number, and not at every call. */
export function sweepGroup(state: LogsState, scope: Scope, group: GroupRecord): void {
  if (group.retentionInDays === undefined) return;
  const now = state.now();
  if (now - (state.swept.get(group.id) ?? Number.NEGATIVE_INFINITY) < sweepPause) return;
  state.swept.set(group.id, now);
  const to = slotOf(expiryOf(group, now)) - 1;
  const gone: { slot: number; name: string }[] = [];
  for (const entry of entriesOf(state, scope, group, { from: 0, to })) {
    gone.push(entry);
    if (gone.length === sweep) break;
  }
  let left = sweep;
  for (const { slot, name } of gone) {
    if (left > 0) left -= removeSlot(state, scope, group, name, slot, left);
  }
  // There may be more: the next call continues.
  if (left <= 0 || gone.length === sweep) state.swept.delete(group.id);
}

/** Removes up to `limit` records of a stream's slot, and the slot once it is empty. Returns their number. */
function removeSlot(
  state: LogsState,
  scope: Scope,
  group: GroupRecord,
  name: string,
  slot: number,
  limit: number,
): number {
  const key = streamPrefix(scope, group) + name;
  const stream = state.streams.get(key);
  if (!stream) return 0;
  const gone: string[] = [];
  let bytes = 0;
  let next: number | undefined;
  const prefix = eventPrefix(stream);
  const start = prefix + keyTail(slotStart(slot), 0);
  for (const [event, record] of state.events.entries(prefix, { start })) {
    const timestamp = Number(event.slice(prefix.length, prefix.length + 15));
    if (timestamp > slotEnd(slot) || gone.length === limit) {
      next = timestamp;
      break;
    }
    gone.push(event);
    for (const message of messagesOf(record)) bytes += sizeOf(message);
  }
  for (const event of gone) state.events.remove(event);
  grow(state, scope, group, -bytes);
  if (next === undefined || next > slotEnd(slot)) dropSlot(state, scope, group, stream, slot);
  const { first: _, ...rest } = stream;
  if (next !== undefined) {
    // The slot that was recorded last may have been removed.
    state.streams.put(key, { ...rest, first: next, slot: slotOf(next) });
  } else {
    noteSlot(state, scope, group, stream, -1);
    state.streams.put(key, { ...rest, slot: -1 });
  }
  return gone.length;
}

/** Removes the stream with all its events. */
export function removeStream(state: LogsState, scope: Scope, group: GroupRecord, stream: StreamRecord): void {
  const prefix = eventPrefix(stream);
  const slots = new Set([-1, stream.slot]);
  let bytes = 0;
  for (;;) {
    const gone: string[] = [];
    for (const [key, record] of state.events.entries(prefix, { limit: sweep })) {
      gone.push(key);
      slots.add(slotOf(Number(key.slice(prefix.length, prefix.length + 15))));
      for (const message of messagesOf(record)) bytes += sizeOf(message);
    }
    for (const key of gone) state.events.remove(key);
    if (gone.length < sweep) break;
  }
  for (const slot of slots) dropSlot(state, scope, group, stream, slot);
  if (bytes > 0) grow(state, scope, group, -bytes);
  state.streams.remove(streamPrefix(scope, group) + stream.name);
}

/** The events of one stream in order of time and arrival, read on demand. */
export function* read(state: LogsState, stream: StreamRecord, range: Range): Generator<LogEvent> {
  const prefix = eventPrefix(stream);
  const { after, descending, start, end } = range;
  const from = descending
    ? keyTail(Math.min(end, after?.timestamp ?? end), Number.MAX_SAFE_INTEGER)
    : keyTail(Math.max(start, after?.timestamp ?? start), 0);
  for (const [key, record] of state.events.entries(prefix, { start: prefix + from, reverse: descending })) {
    const timestamp = Number(key.slice(prefix.length, prefix.length + 15));
    const first = Number(key.slice(prefix.length + 16));
    if (descending ? timestamp < start : timestamp > end) return;
    const messages = [...messagesOf(record).entries()];
    for (const [index, message] of descending ? messages.reverse() : messages) {
      const sequence = first + index;
      const event = { timestamp, sequence, streamId: stream.id, stream, message, ingested: record[1] };
      if (after) {
        const order = comparePlaces(event, after);
        if (descending ? order >= 0 : order <= 0) continue;
      }
      yield event;
    }
  }
}
