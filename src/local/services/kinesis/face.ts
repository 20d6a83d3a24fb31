// The streams as event source mappings read them.
import type { RecordSink, RecordStreams } from '../../faces.ts';
import { noSuchStream } from './errors.ts';
import { append } from './put.ts';
import { type Found, readFrom, startIn } from './read.ts';
import {
  findStream,
  type KinesisState,
  placeInArn,
  readyStream,
  type ShardRecord,
  type StreamRecord,
  shardId,
  statusOf,
  wake,
} from './state.ts';
import { watch } from './watch.ts';

export function recordStreams(state: KinesisState): RecordStreams & RecordSink {
  const shardOf = (streamArn: string, id: string): { stream: StreamRecord; shard: ShardRecord } => {
    const place = placeInArn(streamArn);
    const stream = findStream(state, place);
    const shard = stream?.shards.find(({ number }) => shardId(number) === id);
    if (!stream || !shard) throw noSuchStream(place.name, place.account);
    return { stream, shard };
  };
  return {
    describe(streamArn) {
      const stream = findStream(state, placeInArn(streamArn));
      if (!stream) return undefined;
      const shards = statusOf(stream) === 'CREATING' ? [] : stream.shards;
      return {
        shards: shards.map(({ number, parents, end }) => ({
          id: shardId(number),
          parents: parents.map(shardId),
          closed: end !== undefined,
        })),
      };
    },
    place(streamArn, id, start) {
      const { stream, shard } = shardOf(streamArn, id);
      return startIn(state, stream, shard, start);
    },
    read(streamArn, id, place, most) {
      const { stream, shard } = shardOf(streamArn, id);
      const reading = readFrom(state, stream, shard, place, most);
      return {
        ...reading,
        records: reading.records.map((record) => ({
          sequenceNumber: record.sequenceNumber,
          key: record.key,
          arrived: record.arrived,
          event: { kinesis: kinesisOf(record) },
        })),
      };
    },
    watch: (streamArn, ready) => watch(state, streamArn, ready),
    put(streamArn, { data, key }) {
      const place = placeInArn(streamArn);
      append(state, readyStream(state, place, { StreamARN: streamArn }), { Data: data, PartitionKey: key });
      wake(state, place);
    },
  };
}

/** In the order in which functions receive these members. */
const kinesisOf = ({ key, sequenceNumber, data, arrived }: Found) => ({
  kinesisSchemaVersion: '1.0',
  partitionKey: key,
  sequenceNumber,
  data: Buffer.from(data).toString('base64'),
  approximateArrivalTimestamp: arrived / 1000,
});
