// Streams: create, describe, list, delete.
import { randomUUID } from 'node:crypto';
import type * as sdk from '@aws-sdk/client-kinesis';
import { scopePrefix } from '../../call.ts';
import type { Handlers } from '../../service.ts';
import { Violations } from '../lambda/violations.ts';
import { keyIn, page, tokenOf } from '../pages.ts';
import { consumersOf } from './consumers.ts';
import { inUse, invalid } from './errors.ts';
import { isOpen, uniformShards } from './hash-ranges.ts';
import { shownShard } from './shards.ts';
import {
  findStream,
  type KinesisState,
  namePattern,
  type StreamRecord,
  saveStream,
  shardId,
  shardPrefix,
  statusOf,
  streamArn,
  streamKey,
  streamOf,
  wake,
} from './state.ts';
import { checkTags } from './tag-rules.ts';

/** The number of shards of a new stream on demand, and of one for which the request says nothing. */
const defaultShards = 4;

export const streams: Handlers<typeof sdk, KinesisState> = {
  CreateStream({ StreamName = '', ShardCount, StreamModeDetails, Tags = {}, ...more }, { state, call }) {
    const { MaxRecordSizeInKiB = 1024 } = more;
    new Violations()
      .length(StreamName, 'streamName', 128, 1)
      .pattern(StreamName, 'streamName', namePattern)
      .range(ShardCount, 'shardCount', 1)
      .oneOf(StreamModeDetails?.StreamMode, 'streamModeDetails.streamMode', ['ON_DEMAND', 'PROVISIONED'])
      .range(MaxRecordSizeInKiB, 'maxRecordSizeInKiB', 1024, 10_240)
      .refuse();
    checkTags(Tags);
    const mode = StreamModeDetails?.StreamMode ?? (ShardCount === undefined ? 'ON_DEMAND' : 'PROVISIONED');
    if (mode === 'ON_DEMAND' && ShardCount !== undefined) {
      throw invalid(
        'ShardCount must not be provided for creation of on-demand streams. Remove ShardCount from the request and try again.',
      );
    }
    const { account, region } = call;
    if (findStream(state, { account, region, name: StreamName })) {
      throw inUse(`Stream ${StreamName} under account ${account} already exists.`);
    }
    const now = Date.now();
    const { createDelay } = state.host.pace;
    const stream: StreamRecord = {
      id: randomUUID(),
      name: StreamName,
      account,
      region,
      created: now,
      mode,
      retentionHours: 24,
      metrics: [],
      largestRecordKiB: MaxRecordSizeInKiB,
      shards: uniformShards(ShardCount ?? defaultShards, now),
      tags: Tags,
      ...(createDelay > 0 && { transition: { status: 'CREATING', until: now + createDelay } }),
    };
    saveStream(state, stream);
    wake(state, stream);
    return {};
  },

  DescribeStream({ Limit = 100, ExclusiveStartShardId, ...naming }, { state, call }) {
    new Violations().range(Limit, 'limit', 1, 10_000).refuse();
    const stream = streamOf(state, call, naming);
    const after = stream.shards.filter(({ number }) => shardId(number) > (ExclusiveStartShardId ?? ''));
    return {
      StreamDescription: {
        ...shownStream(stream),
        Shards: statusOf(stream) === 'CREATING' ? [] : after.slice(0, Limit).map(shownShard),
        HasMoreShards: after.length > Limit,
      },
    };
  },

  DescribeStreamSummary(naming, { state, call }) {
    const stream = streamOf(state, call, naming);
    return {
      StreamDescriptionSummary: {
        ...shownStream(stream),
        OpenShardCount: stream.shards.filter(isOpen).length,
        ConsumerCount: consumersOf(state, stream).length,
        MaxRecordSizeInKiB: stream.largestRecordKiB,
      },
    };
  },

  ListStreams({ Limit = 100, ExclusiveStartStreamName, NextToken }, { state, call }) {
    new Violations().range(Limit, 'limit', 1, 10_000).refuse();
    const refused = () => invalid('NextToken is not valid.');
    const names = [...state.streams.entries(scopePrefix(call))].map(([, { name }]) => name);
    const start =
      NextToken === undefined ? ExclusiveStartStreamName && tokenOf(ExclusiveStartStreamName) : NextToken;
    if (NextToken !== undefined) keyIn(NextToken, refused);
    const { items, next } = page(names, (name) => name, start, Limit, refused);
    const found = items.map((name) => findStream(state, { ...call, name }) as StreamRecord);
    return {
      StreamNames: items,
      HasMoreStreams: next !== undefined,
      ...(next && { NextToken: next }),
      StreamSummaries: found.map((stream) => ({
        StreamName: stream.name,
        StreamARN: streamArn(stream),
        StreamStatus: statusOf(stream),
        StreamModeDetails: { StreamMode: stream.mode },
        StreamCreationTimestamp: new Date(stream.created),
      })),
    };
  },

  DeleteStream({ EnforceConsumerDeletion = false, ...naming }, { state, call }) {
    const stream = streamOf(state, call, naming);
    const consumers = consumersOf(state, stream);
    if (consumers.length > 0 && !EnforceConsumerDeletion) {
      throw inUse(
        `Stream ${stream.name} under account ${stream.account} has registered consumers. Deregister them, or set EnforceConsumerDeletion.`,
      );
    }
    for (const [key] of consumers) state.consumers.remove(key);
    state.policies.remove(streamArn(stream));
    for (const { number } of stream.shards) {
      const prefix = shardPrefix(stream, number);
      for (const [key] of state.records.entries(prefix)) state.records.remove(key);
      state.last.delete(prefix);
      state.trimmed.delete(prefix);
    }
    state.streams.remove(streamKey(stream, stream.name));
    wake(state, stream);
    return {};
  },
};

function shownStream(stream: StreamRecord) {
  return {
    StreamName: stream.name,
    StreamARN: streamArn(stream),
    StreamStatus: statusOf(stream),
    StreamModeDetails: { StreamMode: stream.mode },
    RetentionPeriodHours: stream.retentionHours,
    StreamCreationTimestamp: new Date(stream.created),
    EnhancedMonitoring: [{ ShardLevelMetrics: [...stream.metrics] }],
    EncryptionType: stream.encryption?.type ?? ('NONE' as const),
    ...(stream.encryption && { KeyId: stream.encryption.key }),
  };
}
