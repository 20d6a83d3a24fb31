// Shard iterators, and the records that they lead to.
import type * as sdk from '@aws-sdk/client-kinesis';
import type { ChildShard, ShardIteratorType } from '@aws-sdk/client-kinesis';
import type { Handlers } from '../../service.ts';
import { Violations } from '../lambda/violations.ts';
import { expired, invalid, noSuchStream } from './errors.ts';
import { after, at, type Found, type Reading, readFrom, startIn } from './read.ts';
import { partsOf } from './sequence.ts';
import { shardNamed, shownShard } from './shards.ts';
import {
  findStream,
  type KinesisState,
  readyStream,
  type ShardRecord,
  type StreamRecord,
  shardId,
} from './state.ts';

/** Milliseconds. */
const lifetime = 300_000;

export const iterators: Handlers<typeof sdk, KinesisState> = {
  GetShardIterator(input, { state, call }) {
    new Violations().oneOf(input.ShardIteratorType, 'shardIteratorType', iteratorTypes).refuse();
    const stream = readyStream(state, call, input);
    const shard = shardNamed(stream, input.ShardId);
    const { ShardIteratorType: Type, StartingSequenceNumber: SequenceNumber, Timestamp } = input;
    const place = placeIn(state, stream, shard, { Type, SequenceNumber, Timestamp });
    return { ShardIterator: iteratorOf(stream, shard, place) };
  },

  GetRecords({ ShardIterator = '', Limit = 10_000 }, { state, call }) {
    new Violations().range(Limit, 'limit', 1, 10_000).refuse();
    const { id, name, shard: number, place } = parsedIterator(ShardIterator);
    const stream = findStream(state, { account: call.account, region: call.region, name });
    if (!stream || stream.id !== id) throw noSuchStream(name, call.account);
    const shard = stream.shards[number];
    if (!shard) throw invalid('Invalid ShardIterator.');
    const reading = readFrom(state, stream, shard, place, Limit);
    return {
      Records: shownRecords(stream, reading.records),
      ...(!reading.ended && { NextShardIterator: iteratorOf(stream, shard, reading.place) }),
      MillisBehindLatest: reading.behind,
      ...childrenAtEnd(stream, shard, reading),
    };
  },
};

export const iteratorTypes = [
  'AFTER_SEQUENCE_NUMBER',
  'LATEST',
  'AT_TIMESTAMP',
  'AT_SEQUENCE_NUMBER',
  'TRIM_HORIZON',
];

export const shownRecords = ({ encryption }: StreamRecord, records: readonly Found[]) =>
  records.map(({ sequenceNumber, arrived, data, key }) => ({
    SequenceNumber: sequenceNumber,
    ApproximateArrivalTimestamp: new Date(arrived),
    Data: data,
    PartitionKey: key,
    ...(encryption && { EncryptionType: encryption.type }),
  }));

/** At the end of a closed shard, an answer names the shards that follow it. */
export function childrenAtEnd(
  { shards }: StreamRecord,
  { number }: ShardRecord,
  { ended }: Reading,
): { ChildShards?: ChildShard[] } {
  if (!ended) return {};
  const children = shards.filter(({ parents }) => parents.includes(number));
  return {
    ChildShards: children.map((child) => ({
      ShardId: shardId(child.number),
      ParentShards: child.parents.map(shardId),
      HashKeyRange: shownShard(child).HashKeyRange,
    })),
  };
}

interface Start {
  readonly Type: ShardIteratorType | undefined;
  readonly SequenceNumber?: string | undefined;
  readonly Timestamp?: Date | undefined;
}

/** @throws InvalidArgumentException */
export function placeIn(
  state: KinesisState,
  stream: StreamRecord,
  shard: ShardRecord,
  { Type, SequenceNumber, Timestamp }: Start,
): string {
  if (Type === 'TRIM_HORIZON' || Type === 'LATEST') return startIn(state, stream, shard, Type);
  if (Type === 'AT_TIMESTAMP') {
    if (!Timestamp)
      throw invalid('Must specify timestampInMillis parameter for iterator of type AT_TIMESTAMP.');
    if (Timestamp.getTime() > Date.now()) {
      throw invalid(
        `The timestampInMillis parameter cannot be greater than the currentTimestampInMillis. timestampInMillis: ${Timestamp.getTime()}, currentTimestampInMillis: ${Date.now()}`,
      );
    }
    return startIn(state, stream, shard, { time: Timestamp.getTime() });
  }
  if (SequenceNumber === undefined) {
    throw invalid(
      `Must either specify (1) ${Type} and StartingSequenceNumber or (2) TRIM_HORIZON or LATEST and no StartingSequenceNumber.`,
    );
  }
  const parts = partsOf(SequenceNumber);
  const name = `StartingSequenceNumber ${SequenceNumber} used in GetShardIterator on shard ${shardId(shard.number)} in stream ${stream.name} under account ${stream.account} is invalid`;
  if (!parts) throw invalid(`${name}.`);
  if (parts.shard !== shard.number) throw invalid(`${name} because it did not come from this stream.`);
  const exact = SequenceNumber.padStart(56, '0');
  return Type === 'AT_SEQUENCE_NUMBER' ? at(exact) : after(exact);
}

interface Iterator {
  readonly id: string;
  readonly name: string;
  readonly shard: number;
  readonly place: string;
  /** Epoch milliseconds. */
  readonly time: number;
}

function iteratorOf({ id, name }: StreamRecord, { number }: ShardRecord, place: string): string {
  const content: Iterator = { id, name, shard: number, place, time: Date.now() };
  return Buffer.from(JSON.stringify(content)).toString('base64');
}

/** AWS accepts an iterator in double quotes too. @throws InvalidArgumentException, ExpiredIteratorException */
function parsedIterator(text: string): Iterator {
  const bare = text.replace(/^"(.*)"$/s, '$1');
  let content: Partial<Iterator> | null;
  try {
    content = JSON.parse(Buffer.from(bare, 'base64').toString());
  } catch {
    throw invalid('Invalid ShardIterator.');
  }
  const { id, name, shard, place, time } = content ?? {};
  if (
    typeof id !== 'string' ||
    typeof name !== 'string' ||
    typeof shard !== 'number' ||
    typeof place !== 'string' ||
    typeof time !== 'number'
  ) {
    throw invalid('Invalid ShardIterator.');
  }
  if (Date.now() - time > lifetime) {
    throw expired(
      `Iterator expired. The iterator was created at time ${new Date(time).toUTCString()} while right now it is ${new Date().toUTCString()} which is further in the future than the tolerated delay of ${lifetime} milliseconds.`,
    );
  }
  return { id, name, shard, place, time };
}
