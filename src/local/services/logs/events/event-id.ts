// Event ids: 56 digits that encode an event's place (time, order of arrival, stream), so that ids sort like events.
import type { StreamRecord } from '../state.ts';

/** The place of an event among all events of a group. */
export interface Place {
  /** Epoch milliseconds. */
  readonly timestamp: number;
  readonly sequence: number;
  /** Twelve hex digits. */
  readonly streamId: string;
}

const timeShift = 144n;
const sequenceShift = 80n;
const sequenceMask = (1n << (timeShift - sequenceShift)) - 1n;
const streamMask = (1n << sequenceShift) - 1n;

/** The place as one number: time above 144 bits, arrival above 80, the stream below. */
export function numberOf({ timestamp, sequence, streamId }: Place): bigint {
  return (BigInt(timestamp) << timeShift) | (BigInt(sequence) << sequenceShift) | BigInt(`0x${streamId}`);
}

export function placeOf(number: bigint): Place {
  return {
    timestamp: Number(number >> timeShift),
    sequence: Number((number >> sequenceShift) & sequenceMask),
    streamId: (number & streamMask).toString(16).padStart(12, '0'),
  };
}

export const digits = (number: bigint): string => number.toString().padStart(56, '0');

export const eventId = (place: Place): string => digits(numberOf(place));

/** The number of the next or previous place in the same stream. */
export function neighbour(number: bigint, step: 1n | -1n): bigint {
  const next = number + (step << sequenceShift);
  return next < 0n ? 0n : next;
}

/** The next sequence token in PutLogEvents' answer; clients no longer need it. */
export const sequenceToken = (stream: StreamRecord): string =>
  `49${String(stream.sequence).padStart(40, '0')}${(Number.parseInt(stream.id, 16) % 1e14).toString().padStart(14, '0')}`;

/** Negative, zero or positive when a is before, at or after b. */
export function comparePlaces(a: Place, b: Place): number {
  if (a.timestamp !== b.timestamp) return a.timestamp - b.timestamp;
  if (a.sequence !== b.sequence) return a.sequence - b.sequence;
  return a.streamId < b.streamId ? -1 : a.streamId > b.streamId ? 1 : 0;
}
