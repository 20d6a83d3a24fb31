// An index of streams by slots of five minutes in which they have events. A search skips streams without events.
import type { Scope } from '../../../call.ts';
import { type GroupRecord, type LogsState, type StreamRecord, streamPrefix } from '../state.ts';

/** The length of a slot in milliseconds. */
const width = 300_000;

/** The slot of a time; -1 stands for streams without events. */
export const slotOf = (timestamp: number): number => Math.floor(timestamp / width);

export const slotStart = (slot: number): number => slot * width;

/** The last millisecond of the slot. */
export const slotEnd = (slot: number): number => (slot + 1) * width - 1;

/** A stream, and a slot in which it has events. */
export interface Entry {
  readonly slot: number;
  readonly name: string;
  readonly key: string;
}

const slotDigits = (slot: number): string => String(slot + 1).padStart(10, '0');

const keyOf = (scope: Scope, group: GroupRecord, slot: number, stream: StreamRecord): string =>
  `${streamPrefix(scope, group)}${slotDigits(slot)}/${stream.id}`;

/** Records that the stream has events in this slot. */
export function noteSlot(
  state: LogsState,
  scope: Scope,
  group: GroupRecord,
  stream: StreamRecord,
  slot: number,
): void {
  const key = keyOf(scope, group, slot, stream);
  if (state.index.get(key) === undefined) state.index.put(key, stream.name);
}

export function dropSlot(
  state: LogsState,
  scope: Scope,
  group: GroupRecord,
  stream: StreamRecord,
  slot: number,
): void {
  state.index.remove(keyOf(scope, group, slot, stream));
}

/** The entries of a group from one slot to another, both inclusive, in order of time; read on demand. */
export function* entriesOf(
  state: LogsState,
  scope: Scope,
  group: GroupRecord,
  { from, to, descending = false }: { from: number; to: number; descending?: boolean },
): Generator<Entry> {
  const prefix = streamPrefix(scope, group);
  const start = descending ? `${prefix}${slotDigits(to)}/~` : `${prefix}${slotDigits(from)}/`;
  for (const [key, name] of state.index.entries(prefix, { start, reverse: descending })) {
    const slot = Number(key.slice(prefix.length, prefix.length + 10)) - 1;
    if (descending ? slot < from : slot > to) return;
    yield { slot, name, key };
  }
}

/** The entries, grouped by slot. */
export function* slotsOf(
  state: LogsState,
  scope: Scope,
  group: GroupRecord,
  range: { from: number; to: number; descending?: boolean },
): Generator<{ slot: number; names: string[] }> {
  let current: { slot: number; names: string[] } | undefined;
  for (const { slot, name } of entriesOf(state, scope, group, range)) {
    if (current && current.slot !== slot) {
      yield current;
      current = undefined;
    }
    current ??= { slot, names: [] };
    current.names.push(name);
  }
  if (current) yield current;
}
