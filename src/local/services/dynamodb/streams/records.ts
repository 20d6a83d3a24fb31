// The records of streams as functions and GetRecords show them.
import { createHash } from 'node:crypto';
import { type Item, typeOf, type Value } from '../values/value.ts';
import type { Entry, StreamRecord } from './log.ts';

/** 32 hexadecimal digits, always the same for a record. */
export const eventIdOf = (stream: StreamRecord, sequence: string): string =>
  createHash('md5').update(`${stream.id}/${sequence}`).digest('hex');

const seconds = (time: number): number => Math.floor(time / 1000);

/** The part of a record that tells the change. `T` is the form of its items. */
export function changeOf<T>(stream: StreamRecord, { sequence, record }: Entry, shown: (item: Item) => T) {
  return {
    ApproximateCreationDateTime: seconds(record.at),
    Keys: shown(record.keys),
    ...(record.new && { NewImage: shown(record.new) }),
    ...(record.old && { OldImage: shown(record.old) }),
    SequenceNumber: sequence,
    SizeBytes: record.size,
    StreamViewType: stream.view,
  };
}

/** The members of a record which functions receive, without those that name the source. */
export function eventOf(stream: StreamRecord, entry: Entry): Readonly<Record<string, unknown>> {
  return {
    eventID: eventIdOf(stream, entry.sequence),
    eventName: entry.record.name,
    eventVersion: '1.1',
    dynamodb: changeOf(stream, entry, asJson),
    ...(entry.record.expired && {
      userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' },
    }),
  };
}

const asJson = (item: Item): Record<string, unknown> =>
  Object.fromEntries(Object.entries(item).map(([name, value]) => [name, jsonOf(value)]));

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

/** The value in the form of JSON: bytes in base64. */
function jsonOf(value: Value): unknown {
  switch (typeOf(value)) {
    case 'B':
      return { B: base64(value.B as Uint8Array) };
    case 'BS':
      return { BS: value.BS?.map(base64) };
    case 'L':
      return { L: value.L?.map(jsonOf) };
    case 'M':
      return { M: asJson(value.M as Item) };
    default:
      return value;
  }
}

/** The key of the item that a record is about: records of one item have the same. */
export const itemOf = ({ record }: Entry): string => JSON.stringify(asJson(record.keys));
