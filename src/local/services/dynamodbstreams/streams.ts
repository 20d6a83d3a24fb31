// ListStreams, DescribeStream, GetShardIterator and GetRecords.
import type * as sdk from '@aws-sdk/client-dynamodb-streams';
import type { _Record, AttributeValue } from '@aws-sdk/client-dynamodb-streams';
import type { Handlers } from '../../service.ts';
import { noStream } from '../dynamodb/errors.ts';
import { arnPrefix, type Entry, type StreamReader, type StreamRecord } from '../dynamodb/streams/log.ts';
import { changeOf, eventIdOf } from '../dynamodb/streams/records.ts';
import { schemaOf } from '../dynamodb/values/schema.ts';
import type { Item } from '../dynamodb/values/value.ts';
import { Violations } from '../lambda/violations.ts';
import { checkShard, findStream, iteratorOf, placeIn, startOf } from './iterators.ts';

export interface StreamsState {
  readonly reader: StreamReader;
  now(): number;
}

const mostRecords = 1000;
const answerBytes = 1024 * 1024;
const types = ['AFTER_SEQUENCE_NUMBER', 'LATEST', 'AT_SEQUENCE_NUMBER', 'TRIM_HORIZON'];

const checkArn = (arn: string | undefined, violations = new Violations()) =>
  violations.length(arn, 'streamArn', 1024, 37);

export const streams: Handlers<typeof sdk, StreamsState> = {
  ListStreams({ TableName, Limit = 100, ExclusiveStartStreamArn: after = '' }, { state, call }) {
    new Violations().range(Limit, 'limit', 1, 100).refuse();
    const { reader } = state;
    const all = Array.from(reader.streams.entries(arnPrefix(call)), ([, stream]) => stream).filter(
      ({ arn, table }) =>
        arn > after && reader.find(arn) && (TableName === undefined || table === nameIn(TableName)),
    );
    const page = all.slice(0, Limit);
    return {
      ...(all.length > Limit && { LastEvaluatedStreamArn: page.at(-1)?.arn }),
      Streams: page.map(({ arn, label, table }) => ({
        StreamArn: arn,
        StreamLabel: label,
        TableName: table,
      })),
    };
  },

  DescribeStream({ StreamArn = '', Limit, ExclusiveStartShardId }, { state, call }) {
    checkArn(StreamArn).range(Limit, 'limit', 1, 100).refuse();
    const stream = ownStream(state, call, StreamArn);
    const shard = {
      SequenceNumberRange: {
        ...(stream.ended && { EndingSequenceNumber: stream.ended.sequence }),
        StartingSequenceNumber: stream.start,
      },
      ShardId: stream.shard,
    };
    return {
      StreamDescription: {
        CreationRequestDateTime: new Date(stream.created),
        KeySchema: schemaOf(stream.keys),
        Shards: ExclusiveStartShardId === stream.shard ? [] : [shard],
        StreamArn: stream.arn,
        StreamLabel: stream.label,
        StreamStatus: stream.ended ? 'DISABLED' : 'ENABLED',
        StreamViewType: stream.view,
        TableName: stream.table,
      },
    };
  },

  GetShardIterator({ StreamArn = '', ShardId, ShardIteratorType, SequenceNumber }, { state, call }) {
    checkArn(StreamArn).oneOf(ShardIteratorType, 'shardIteratorType', types).refuse();
    const stream = ownStream(state, call, StreamArn);
    checkShard(stream, ShardId);
    const after = startOf(state.reader, stream, ShardIteratorType, SequenceNumber);
    return { ShardIterator: iteratorOf({ arn: stream.arn, after }, state.now()) };
  },

  GetRecords({ ShardIterator = '', Limit = mostRecords }, { state, call }) {
    new Violations().range(Limit, 'limit', 1, mostRecords).refuse();
    const { arn, after } = placeIn(ShardIterator, state.now());
    const stream = ownStream(state, call, arn);
    const found = state.reader.read(stream, after, Limit);
    const entries = upTo(found, answerBytes);
    const ended = stream.ended && entries.length === found.length && found.length < Limit;
    const next = { arn, after: entries.at(-1)?.sequence ?? after };
    return {
      ...(!ended && { NextShardIterator: iteratorOf(next, state.now()) }),
      Records: entries.map((entry) => recordOf(stream, entry, call.region)),
    };
  },
};

const nameIn = (nameOrArn: string): string => nameOrArn.slice(nameOrArn.lastIndexOf('/') + 1);

/** Streams of other accounts and regions are not found. */
function ownStream(state: StreamsState, scope: Parameters<typeof arnPrefix>[0], arn: string): StreamRecord {
  if (!arn.startsWith(arnPrefix(scope))) throw noStream(arn);
  return findStream(state.reader, arn);
}

/** The first entries, at least one, that have so many bytes together. */
function upTo(entries: readonly Entry[], bytes: number): readonly Entry[] {
  let size = 0;
  const end = entries.findIndex(({ record }, index) => {
    size += record.size;
    return index > 0 && size > bytes;
  });
  return end < 0 ? entries : entries.slice(0, end);
}

const asAttributes = (item: Item) => item as unknown as Record<string, AttributeValue>;

function recordOf(stream: StreamRecord, entry: Entry, region: string): _Record {
  const { ApproximateCreationDateTime: seconds, ...change } = changeOf(stream, entry, asAttributes);
  return {
    awsRegion: region,
    dynamodb: { ApproximateCreationDateTime: new Date(seconds * 1000), ...change },
    eventID: eventIdOf(stream, entry.sequence),
    eventName: entry.record.name,
    eventSource: 'aws:dynamodb',
    eventVersion: '1.1',
    ...(entry.record.expired && {
      userIdentity: { PrincipalId: 'dynamodb.amazonaws.com', Type: 'Service' },
    }),
  };
}
