// The events of a stream in the store: append, read a range in either direction, forget what has expired.
import type { Scope } from '../../service.ts';
import { comparePlaces, type Place } from './event-id.ts';
import { expiryOf } from './retention.ts';
import {
  type EventRecord,
  eventPrefix,
  type GroupRecord,
  type LogsState,
  type StreamRecord,
  streamPrefix,
} from './state.ts';

export interface LogEvent extends Place, EventRecord {
  readonly stream: StreamRecord;
}

export interface Range {
  /** Epoch milliseconds, both inclusive. */
  readonly start: number;
  readonly end: number;
  readonly descending: boolean;
  /** Only what comes behind this place, in the direction of reading. */
  readonly after?: Place | undefined;
}

/** No event is later: what fifteen digits of milliseconds hold. */
export const endOfTime = 999_999_999_999_999;

/** Expired events that one append or read removes at most. */
const sweep = 1000;

/** What an event counts for in quotas and stored bytes, by the PutLogEvents reference. */
export const sizeOf = (message: string): number => Buffer.byteLength(message) + 26;

const timeDigits = (timestamp: number): string => String(timestamp).padStart(15, '0');
const keyTail = (timestamp: number, sequence: number): string =>
  `${timeDigits(timestamp)}/${String(sequence).padStart(16, '0')}`;

/** One put for each event and one for the stream. */
export function append(
  state: LogsState,
  scope: Scope,
  group: GroupRecord,
  stream: StreamRecord,
  events: readonly { readonly timestamp: number; readonly message: string }[],
): StreamRecord {
  const prefix = eventPrefix(scope, stream);
  const ingested = state.now();
  let { first, last, bytes, sequence } = stream;
  for (const { timestamp, message } of events) {
    sequence = state.nextSequence(sequence);
    state.events.put(prefix + keyTail(timestamp, sequence), { message, ingested });
    first = Math.min(first ?? timestamp, timestamp);
    last = Math.max(last ?? timestamp, timestamp);
    bytes += sizeOf(message);
  }
  const grown: StreamRecord = events.length
    ? { ...stream, first: first!, last: last!, bytes, sequence, lastIngested: ingested }
    : stream;
  const kept = expired(state, scope, group, grown);
  state.streams.put(streamPrefix(scope, group) + stream.name, kept);
  return kept;
}

/** The stream without (some of) its expired events. */
export function swept(
  state: LogsState,
  scope: Scope,
  group: GroupRecord,
  stream: StreamRecord,
): StreamRecord {
  const kept = expired(state, scope, group, stream);
  if (kept !== stream) state.streams.put(streamPrefix(scope, group) + stream.name, kept);
  return kept;
}

function expired(state: LogsState, scope: Scope, group: GroupRecord, stream: StreamRecord): StreamRecord {
  const expiry = expiryOf(group, state.now());
  if (stream.first === undefined || stream.first >= expiry) return stream;
  const prefix = eventPrefix(scope, stream);
  const gone: string[] = [];
  let { bytes } = stream;
  let first: number | undefined;
  for (const [key, { message }] of state.events.entries(prefix)) {
    const timestamp = Number(key.slice(prefix.length, prefix.length + 15));
    if (timestamp >= expiry || gone.length === sweep) {
      first = timestamp;
      break;
    }
    gone.push(key);
    bytes -= sizeOf(message);
  }
  for (const key of gone) state.events.remove(key);
  const { first: _, ...rest } = stream;
  return first === undefined ? { ...rest, bytes } : { ...rest, bytes, first };
}

/** The events of one stream in order of time and arrival, read as they are asked for. */
export function* read(
  state: LogsState,
  scope: Scope,
  stream: StreamRecord,
  range: Range,
): Generator<LogEvent> {
  const prefix = eventPrefix(scope, stream);
  const { after, descending, start, end } = range;
  const from = descending
    ? keyTail(Math.min(end, after?.timestamp ?? end), Number.MAX_SAFE_INTEGER)
    : keyTail(Math.max(start, after?.timestamp ?? start), 0);
  for (const [key, record] of state.events.entries(prefix, { start: prefix + from, reverse: descending })) {
    const timestamp = Number(key.slice(prefix.length, prefix.length + 15));
    const sequence = Number(key.slice(prefix.length + 16));
    if (descending ? timestamp < start : timestamp > end) return;
    const event = { timestamp, sequence, streamId: stream.id, stream, ...record };
    if (after) {
      const order = comparePlaces(event, after);
      if (descending ? order >= 0 : order <= 0) continue;
    }
    yield event;
  }
}
