// Settings of streams: retention, mode, encryption, metrics, the size of records, resource policies, and the limits of
// the account. Encryption and metrics are kept, and have no effect.
import type * as sdk from '@aws-sdk/client-kinesis';
import type { MetricsName } from '@aws-sdk/client-kinesis';
import { scopePrefix } from '../../call.ts';
import type { Handlers } from '../../service.ts';
import { Violations } from '../lambda/violations.ts';
import { consumerOf } from './consumers.ts';
import { invalid, notFound } from './errors.ts';
import { isOpen } from './hash-ranges.ts';
import {
  idleStream,
  type KinesisState,
  type StreamRecord,
  saveStream,
  streamArn,
  streamOf,
  updating,
} from './state.ts';

const shortest = 24;
const longest = 8760;
/** The streams on demand, and the shards, that an account may have. */
const mostOnDemand = 50;
const mostShards = 500;

const metricNames: MetricsName[] = [
  'IncomingBytes',
  'IncomingRecords',
  'OutgoingBytes',
  'OutgoingRecords',
  'WriteProvisionedThroughputExceeded',
  'ReadProvisionedThroughputExceeded',
  'IteratorAgeMilliseconds',
];

export const settings: Handlers<typeof sdk, KinesisState> = {
  IncreaseStreamRetentionPeriod({ RetentionPeriodHours = shortest, ...naming }, { state, call }) {
    const stream = idleStream(state, call, naming);
    checkRetention(RetentionPeriodHours);
    if (RetentionPeriodHours < stream.retentionHours) {
      throw invalid(
        `Requested retention period (${RetentionPeriodHours} hours) for stream ${stream.name} can not be shorter than existing retention period (${stream.retentionHours} hours). Use DecreaseRetentionPeriod API.`,
      );
    }
    change(state, stream, { retentionHours: RetentionPeriodHours });
    return {};
  },

  DecreaseStreamRetentionPeriod({ RetentionPeriodHours = shortest, ...naming }, { state, call }) {
    const stream = idleStream(state, call, naming);
    checkRetention(RetentionPeriodHours);
    if (RetentionPeriodHours > stream.retentionHours) {
      throw invalid(
        `Requested retention period (${RetentionPeriodHours} hours) for stream ${stream.name} can not be longer than existing retention period (${stream.retentionHours} hours). Use IncreaseRetentionPeriod API.`,
      );
    }
    change(state, stream, { retentionHours: RetentionPeriodHours });
    return {};
  },

  UpdateStreamMode({ StreamARN, StreamModeDetails }, { state, call }) {
    const { StreamMode } = StreamModeDetails ?? {};
    new Violations().oneOf(StreamMode, 'streamModeDetails.streamMode', ['ON_DEMAND', 'PROVISIONED']).refuse();
    const stream = idleStream(state, call, { StreamARN });
    change(state, stream, { mode: StreamMode ?? stream.mode });
    return {};
  },

  UpdateMaxRecordSize({ StreamARN, MaxRecordSizeInKiB }, { state, call }) {
    new Violations().range(MaxRecordSizeInKiB, 'maxRecordSizeInKiB', 1024, 10_240).refuse();
    const stream = idleStream(state, call, { StreamARN });
    change(state, stream, { largestRecordKiB: MaxRecordSizeInKiB ?? stream.largestRecordKiB });
    return {};
  },

  StartStreamEncryption({ EncryptionType, KeyId = '', ...naming }, { state, call }) {
    new Violations()
      .oneOf(EncryptionType, 'encryptionType', ['NONE', 'KMS'])
      .length(KeyId, 'keyId', 2048, 1)
      .refuse();
    const stream = idleStream(state, call, naming);
    change(state, stream, { encryption: { type: EncryptionType ?? 'KMS', key: KeyId } });
    return {};
  },

  StopStreamEncryption(naming, { state, call }) {
    const { encryption: _, ...stream } = idleStream(state, call, naming);
    change(state, stream, {});
    return {};
  },

  EnableEnhancedMonitoring({ ShardLevelMetrics = [], ...naming }, { state, call }) {
    const stream = idleStream(state, call, naming);
    const wanted = expanded(ShardLevelMetrics);
    return monitored(
      state,
      stream,
      metricNames.filter((name) => wanted.includes(name) || stream.metrics.includes(name)),
    );
  },

  DisableEnhancedMonitoring({ ShardLevelMetrics = [], ...naming }, { state, call }) {
    const stream = idleStream(state, call, naming);
    const unwanted = expanded(ShardLevelMetrics);
    return monitored(
      state,
      stream,
      stream.metrics.filter((name) => !unwanted.includes(name)),
    );
  },

  DescribeLimits(_input, { state, call }) {
    const all = [...state.streams.entries(scopePrefix(call))].map(([, stream]) => stream);
    return {
      ShardLimit: mostShards,
      OpenShardCount: all.reduce((sum, { shards }) => sum + shards.filter(isOpen).length, 0),
      OnDemandStreamCount: all.filter(({ mode }) => mode === 'ON_DEMAND').length,
      OnDemandStreamCountLimit: mostOnDemand,
    };
  },

  PutResourcePolicy({ ResourceARN = '', Policy = '' }, { state, call }) {
    checkResource(state, call, ResourceARN);
    state.policies.put(ResourceARN, Policy);
    return {};
  },

  GetResourcePolicy({ ResourceARN = '' }, { state, call }) {
    checkResource(state, call, ResourceARN);
    return { Policy: state.policies.get(ResourceARN) ?? '{}' };
  },

  DeleteResourcePolicy({ ResourceARN = '' }, { state, call }) {
    checkResource(state, call, ResourceARN);
    if (state.policies.get(ResourceARN) === undefined) {
      throw notFound(`No resource policy found for resource ARN ${ResourceARN}`);
    }
    state.policies.remove(ResourceARN);
    return {};
  },
};

type Context = Parameters<NonNullable<(typeof settings)['GetResourcePolicy']>>[1];

function checkResource(state: KinesisState, call: Context['call'], arn: string): void {
  if (arn.includes('/consumer/')) consumerOf(state, call, { ConsumerARN: arn });
  else streamOf(state, call, { StreamARN: arn });
}

function change(state: KinesisState, stream: StreamRecord, changes: Partial<StreamRecord>): void {
  saveStream(state, updating(state, { ...stream, ...changes }));
}

function checkRetention(hours: number): void {
  if (hours < shortest) {
    throw invalid(
      `Minimum allowed retention period is ${shortest} hours. Requested retention period (${hours} hours) is too short.`,
    );
  }
  if (hours > longest) {
    throw invalid(
      `Maximum allowed retention period is ${longest} hours. Requested retention period (${hours} hours) is too long.`,
    );
  }
}

const expanded = (names: readonly MetricsName[]): readonly MetricsName[] =>
  names.includes('ALL') ? metricNames : names;

function monitored(state: KinesisState, stream: StreamRecord, metrics: MetricsName[]) {
  change(state, stream, { metrics });
  return {
    StreamName: stream.name,
    StreamARN: streamArn(stream),
    CurrentShardLevelMetrics: [...stream.metrics],
    DesiredShardLevelMetrics: metrics,
  };
}
