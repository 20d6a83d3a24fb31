// The state of the local Kinesis: its collections, their records and keys, and how streams are found.
import type { EncryptionType, MetricsName, StreamMode, StreamStatus } from '@aws-sdk/client-kinesis';
import { type Scope, scopePrefix } from '../../call.ts';
import { partitionOf } from '../../partition.ts';
import type { ServiceHost } from '../../service.ts';
import { cached } from '../../store/cached.ts';
import type { Collection } from '../../store/store.ts';
import { Violations } from '../lambda/violations.ts';
import { inUse, invalid, noSuchStream } from './errors.ts';

export interface ShardRecord {
  readonly number: number;
  /** Epoch milliseconds. */
  readonly created: number;
  /** Decimal numbers of 128 bits, both included. */
  readonly startHash: string;
  readonly endHash: string;
  readonly start: string;
  /** The sequence number that ends a closed shard. */
  readonly end?: string;
  /** The shard that was split, or the two that were merged. */
  readonly parents: readonly number[];
}

export interface StreamRecord {
  /** Differs from that of an earlier stream with the same name. */
  readonly id: string;
  readonly name: string;
  readonly account: string;
  readonly region: string;
  /** Epoch milliseconds. */
  readonly created: number;
  readonly mode: StreamMode;
  readonly retentionHours: number;
  readonly encryption?: { readonly type: EncryptionType; readonly key: string };
  readonly metrics: readonly MetricsName[];
  readonly largestRecordKiB: number;
  /** In the order of their numbers. */
  readonly shards: readonly ShardRecord[];
  readonly tags: Readonly<Record<string, string>>;
  readonly transition?: { readonly status: StreamStatus; readonly until: number };
}

export interface DataRecord {
  readonly key: string;
  readonly data: Uint8Array;
  /** Epoch milliseconds; never earlier than that of the record before it. */
  readonly arrived: number;
}

export interface ConsumerRecord {
  readonly name: string;
  readonly arn: string;
  readonly streamArn: string;
  /** Epoch milliseconds. */
  readonly created: number;
  readonly tags: Readonly<Record<string, string>>;
}

export interface KinesisState {
  /** Keys: `account/region/name`. */
  readonly streams: Collection<StreamRecord>;
  /** Keys: `stream id/shard/sequence number`. */
  readonly records: Collection<DataRecord>;
  /** Keys: `account/region/stream/consumer`. */
  readonly consumers: Collection<ConsumerRecord>;
  /** Resource policies, by the ARN of a stream or consumer. */
  readonly policies: Collection<string>;
  /** The last record of each open shard, by the prefix of its records. Read from the store at first use. */
  readonly last: Map<string, { index: bigint; arrived: number }>;
  /** Epoch milliseconds of the last removal of old records, by the same prefix. */
  readonly trimmed: Map<string, number>;
  /** Called when a stream has new records or other shards, by its key. */
  readonly watchers: Map<string, Set<() => void>>;
  readonly host: ServiceHost;
}

export function createKinesisState(host: ServiceHost): KinesisState {
  const { store } = host;
  return {
    streams: cached(store.collection('kinesis/streams')),
    records: store.collection('kinesis/records'),
    consumers: store.collection('kinesis/consumers'),
    policies: store.collection('kinesis/policies'),
    last: new Map(),
    trimmed: new Map(),
    watchers: new Map(),
    host,
  };
}

export const namePattern = '[a-zA-Z0-9_.-]+';

export const streamKey = (scope: Scope, name: string): string => `${scopePrefix(scope)}${name}`;

export const shardId = (number: number): string => `shardId-${String(number).padStart(12, '0')}`;

export const shardPrefix = ({ id }: StreamRecord, shard: number): string => `${id}/${shard}/`;

export const streamArn = ({ account, region, name }: Scope & { readonly name: string }): string =>
  `arn:${partitionOf(region)}:kinesis:${region}:${account}:stream/${name}`;

/** How requests name a stream. */
export interface StreamNaming {
  readonly StreamName?: string | undefined;
  readonly StreamARN?: string | undefined;
}

export interface StreamPlace extends Scope {
  readonly name: string;
}

/** @throws InvalidArgumentException, ServiceError ValidationException */
export function placeOf(call: Scope, { StreamName, StreamARN }: StreamNaming): StreamPlace {
  new Violations()
    .length(StreamName, 'streamName', 128, 1)
    .pattern(StreamName, 'streamName', namePattern)
    .length(StreamARN, 'streamARN', 2048, 1)
    .pattern(StreamARN, 'streamARN', 'arn:aws.*:kinesis:.*:\\d{12}:stream/\\S+')
    .refuse();
  if (StreamARN !== undefined) {
    const place = placeInArn(StreamARN);
    if (StreamName !== undefined && StreamName !== place.name)
      throw invalid('StreamName does not match the name of the stream in StreamARN.');
    return place;
  }
  if (StreamName === undefined) throw invalid('Either StreamARN or StreamName must be provided.');
  return { account: call.account, region: call.region, name: StreamName };
}

/** The place of a stream in its own ARN, or in that of one of its consumers. */
export function placeInArn(arn: string): StreamPlace {
  const [, , , region = '', account = '', resource = ''] = arn.split(':');
  return { region, account, name: resource.split('/')[1] ?? '' };
}

/** The stream in its current state; undefined when there is none. */
export function findStream(state: KinesisState, place: StreamPlace): StreamRecord | undefined {
  const record = state.streams.get(streamKey(place, place.name));
  return record && settled(record);
}

/** @throws ResourceNotFoundException, InvalidArgumentException */
export function streamOf(state: KinesisState, call: Scope, naming: StreamNaming): StreamRecord {
  const place = placeOf(call, naming);
  const found = place.account === call.account ? findStream(state, place) : undefined;
  if (!found) throw noSuchStream(place.name, place.account);
  return found;
}

/** A stream whose records can be read and written. @throws ResourceNotFoundException */
export function readyStream(state: KinesisState, call: Scope, naming: StreamNaming): StreamRecord {
  const stream = streamOf(state, call, naming);
  if (statusOf(stream) === 'CREATING') throw noSuchStream(stream.name, stream.account);
  return stream;
}

/** A stream that can be changed. @throws ResourceNotFoundException, ResourceInUseException */
export function idleStream(state: KinesisState, call: Scope, naming: StreamNaming): StreamRecord {
  const stream = streamOf(state, call, naming);
  if (!stream.transition) return stream;
  throw inUse(
    `Stream ${stream.name} under account ${stream.account} not ACTIVE, instead in state ${stream.transition.status}`,
  );
}

export const statusOf = ({ transition }: StreamRecord): StreamStatus => transition?.status ?? 'ACTIVE';

function settled(record: StreamRecord): StreamRecord {
  const { transition, ...rest } = record;
  return !transition || transition.until > Date.now() ? record : rest;
}

export function saveStream(state: KinesisState, stream: StreamRecord): void {
  state.streams.put(streamKey(stream, stream.name), stream);
}

/** The stream while AWS changes it; the change itself takes effect at once. */
export function updating({ host }: KinesisState, stream: StreamRecord): StreamRecord {
  const { updateDelay } = host.pace;
  if (updateDelay === 0) return stream;
  return { ...stream, transition: { status: 'UPDATING', until: Date.now() + updateDelay } };
}

/** Tells those who wait for the records of this stream. */
export function wake(state: KinesisState, stream: StreamPlace): void {
  for (const ready of state.watchers.get(streamKey(stream, stream.name)) ?? []) ready();
}
