// Merges the events of many streams in order of time. A stream is read only once its time has come.
import type { Scope } from '../../../call.ts';
import { type GroupRecord, type LogsState, type StreamRecord, streamPrefix } from '../state.ts';
import { comparePlaces, type Place } from './event-id.ts';
import { type LogEvent, type Range, read } from './event-log.ts';
import { slotEnd, slotOf, slotStart, slotsOf } from './stream-index.ts';

interface Source {
  readonly events: Generator<LogEvent>;
  /** The place of the next event. For a stream that is not open yet, no event comes before it. */
  place: Place;
  event?: LogEvent;
}

/** Closes every open stream when the reader stops. */
export function* merge(
  state: LogsState,
  streams: readonly StreamRecord[],
  range: Range,
): Generator<LogEvent> {
  const { descending, start, end } = range;
  const heap = new Heap<Source>((a, b) =>
    descending ? comparePlaces(b.place, a.place) : comparePlaces(a.place, b.place),
  );
  const opened: Generator<LogEvent>[] = [];
  for (const stream of streams) {
    const { first, last, id: streamId } = stream;
    if (first === undefined || last === undefined || first > end || last < start) continue;
    const place = descending
      ? { timestamp: Math.min(last, end), sequence: Number.MAX_SAFE_INTEGER, streamId }
      : { timestamp: Math.max(first, start), sequence: -1, streamId };
    heap.push({ place, events: read(state, stream, range) });
  }
  try {
    for (let source = heap.pop(); source; source = heap.pop()) {
      if (source.event) yield source.event;
      else opened.push(source.events);
      const next = source.events.next();
      if (next.done) continue;
      source.place = next.value;
      source.event = next.value;
      heap.push(source);
    }
  } finally {
    for (const events of opened) events.return(undefined);
  }
}

/** The events of a group, or of its streams with a name prefix, slot by slot (five minutes each). */
export function* mergeGroup(
  state: LogsState,
  scope: Scope,
  group: GroupRecord,
  namePrefix: string,
  range: Range,
): Generator<LogEvent> {
  const { start, end, descending, after } = range;
  const from = slotOf(descending || !after ? start : Math.max(start, after.timestamp));
  const to = slotOf(descending && after ? Math.min(end, after.timestamp) : end);
  for (const { slot, names } of slotsOf(state, scope, group, { from, to, descending })) {
    const streams = names
      .filter((name) => name.startsWith(namePrefix))
      .flatMap((name) => state.streams.get(streamPrefix(scope, group) + name) ?? []);
    yield* merge(state, streams, {
      ...range,
      start: Math.max(start, slotStart(slot)),
      end: Math.min(end, slotEnd(slot)),
    });
  }
}

/** A binary heap: pops the smallest item first. */
class Heap<T> {
  readonly items: T[] = [];
  private readonly compare: (a: T, b: T) => number;

  constructor(compare: (a: T, b: T) => number) {
    this.compare = compare;
  }

  push(item: T): void {
    const { items } = this;
    let at = items.push(item) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (this.compare(items[parent]!, item) <= 0) break;
      items[at] = items[parent]!;
      at = parent;
    }
    items[at] = item;
  }

  pop(): T | undefined {
    const { items } = this;
    const least = items[0];
    const item = items.pop();
    if (item === undefined || items.length === 0) return least;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= items.length) break;
      if (child + 1 < items.length && this.compare(items[child + 1]!, items[child]!) < 0) child++;
      if (this.compare(item, items[child]!) <= 0) break;
      items[at] = items[child]!;
      at = child;
    }
    items[at] = item;
    return least;
  }
}
