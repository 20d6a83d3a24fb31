// The records of CloudWatch Logs in the store, their keys, and how a request finds its group and stream.

import { randomBytes } from 'node:crypto';
import type { Distribution, LogGroupClass, MetricTransformation } from '@aws-sdk/client-cloudwatch-logs';
import { type Scope, scopePrefix } from '../../call.ts';
import { partitionOf } from '../../partition.ts';
import type { ServiceHost } from '../../service.ts';
import { cached } from '../../store/cached.ts';
import type { Collection } from '../../store/store.ts';
import { checkGroupName, checkPattern, checkStreamName } from './checks.ts';
import { invalid, invalidRequest, notFound } from './errors.ts';

export interface GroupRecord {
  /** Twelve hex digits. A group that is created again under the same name gets another id. */
  readonly id: string;
  readonly name: string;
  /** Epoch milliseconds, as all times here. */
  readonly created: number;
  readonly class: LogGroupClass;
  readonly retentionInDays?: number;
  readonly kmsKeyId?: string;
  /** Present when the group must not be deleted. */
  readonly deletionProtected?: true;
  readonly metricFilters?: number;
  readonly tags: Readonly<Record<string, string>>;
}

export interface StreamRecord {
  /** Twelve hex digits. The keys of events contain it instead of names, so that they stay short. */
  readonly id: string;
  readonly name: string;
  readonly created: number;
  /** The time of the oldest stored event; absent when there is none. */
  readonly first?: number;
  /** The time of the newest event that was ever written. */
  readonly last?: number;
  readonly lastIngested?: number;
  /** The sequence of the event that was written last; it grows with every event. */
  readonly sequence: number;
  /** The slot of the index that was recorded last. */
  readonly slot: number;
}

/** A tuple, to save space: the messages of events with the same time and consecutive sequences. */
export type EventRecord = readonly [messages: string | readonly string[], ingested: number];

export interface LogsState {
  /** Keys: `account/region/group name`. */
  readonly groups: Collection<GroupRecord>;
  /** Keys: `account/region/group id/stream name`. */
  readonly streams: Collection<StreamRecord>;
  /** Keys: `stream id/timestamp/sequence of the first`, the numbers padded. Stream ids are unique across accounts. */
  readonly events: Collection<EventRecord>;
  /** Names of streams. Keys: `account/region/group id/slot/stream id`. */
  readonly index: Collection<string>;
  /** The size of a group's stored events: UTF-8 bytes and 26 for each event. Keys: `account/region/group id`. */
  readonly sizes: Collection<number>;
  /** Keys: `account/region/group id/filter name`. */
  readonly metricFilters: Collection<MetricFilterRecord>;
  readonly subscriptionFilters: Collection<SubscriptionFilterRecord>;
  /** Keys: `account/region/policy name`. */
  readonly resourcePolicies: Collection<ResourcePolicyRecord>;
  /** Called with new events. */
  readonly listeners: Set<Listener>;
  /** The subscriptions of the groups that were written to, by the group's id. */
  readonly subscriptions: Map<string, readonly Subscription[]>;
  /** The time of the last removal of expired events, by the group's id. */
  readonly swept: Map<string, number>;
  readonly host: Pick<ServiceHost, 'face'>;
  now(): number;
  /** A number above `after` and above every earlier result: the order in which events arrived. */
  nextSequence(after: number): number;
}

export interface MetricFilterRecord {
  readonly created: number;
  readonly pattern: string;
  readonly transformations: readonly MetricTransformation[];
  readonly applyOnTransformedLogs: boolean;
}

export interface SubscriptionFilterRecord {
  readonly created: number;
  readonly pattern: string;
  readonly destinationArn: string;
  readonly roleArn?: string;
  readonly distribution: Distribution;
  readonly applyOnTransformedLogs: boolean;
}

/** A subscription filter that sends to a function or a stream. */
export interface Subscription {
  readonly name: string;
  readonly destinationArn: string;
  readonly distribution: Distribution;
  matches(message: string): boolean;
}

export interface ResourcePolicyRecord {
  readonly document: string;
  readonly updated: number;
}

export type Listener = (
  scope: Scope,
  group: GroupRecord,
  stream: StreamRecord,
  events: readonly { readonly timestamp: number; readonly sequence: number; readonly message: string }[],
  ingested: number,
) => void;

export function createLogsState(host: ServiceHost): LogsState {
  const { store, now } = host;
  let sequence = 0;
  return {
    groups: cached(store.collection<GroupRecord>('logs.groups')),
    streams: cached(store.collection<StreamRecord>('logs.streams')),
    events: store.collection<EventRecord>('logs.events'),
    index: store.collection<string>('logs.index'),
    sizes: cached(store.collection<number>('logs.sizes')),
    metricFilters: store.collection<MetricFilterRecord>('logs.metric-filters'),
    subscriptionFilters: store.collection<SubscriptionFilterRecord>('logs.subscription-filters'),
    resourcePolicies: store.collection<ResourcePolicyRecord>('logs.resource-policies'),
    listeners: new Set(),
    subscriptions: new Map(),
    swept: new Map(),
    host,
    now,
    nextSequence(after) {
      sequence = Math.max(sequence + 1, after + 1, now() * 1000);
      return sequence;
    },
  };
}

const newId = (): string => randomBytes(6).toString('hex');

export const groupKey = (scope: Scope, name: string): string => scopePrefix(scope) + name;

export const streamPrefix = (scope: Scope, group: GroupRecord): string => `${scopePrefix(scope)}${group.id}/`;

export const eventPrefix = (stream: StreamRecord): string => `${stream.id}/`;

export const sizeKey = (scope: Scope, group: GroupRecord): string => scopePrefix(scope) + group.id;

/** The ARN without `:*` at its end, which stands for the group's streams. */
export const groupArn = ({ account, region }: Scope, name: string): string =>
  `arn:${partitionOf(region)}:logs:${region}:${account}:log-group:${name}`;

/** Creates the group. The caller has checked that it does not exist. */
export function putGroup(
  state: LogsState,
  scope: Scope,
  name: string,
  more: Partial<Pick<GroupRecord, 'class' | 'kmsKeyId' | 'deletionProtected' | 'tags'>> = {},
): GroupRecord {
  const group: GroupRecord = {
    id: newId(),
    name,
    created: state.now(),
    class: 'STANDARD',
    tags: {},
    ...more,
  };
  state.groups.put(groupKey(scope, name), group);
  return group;
}

/** A new stream that is not in the store yet. */
export function newStream(state: LogsState, name: string): StreamRecord {
  return { id: newId(), name, created: state.now(), sequence: 0, slot: -1 };
}

/** @throws ResourceNotFoundException, InvalidParameterException for an impossible name */
export function requireGroup(state: LogsState, scope: Scope, name: string): GroupRecord {
  checkGroupName(name);
  const group = state.groups.get(groupKey(scope, name));
  if (!group) throw notFound('log group');
  return group;
}

const arnForm = /^arn:[\w-]+:logs:([^:]*):([^:]*):log-group:([^:]+)(?::\*)?$/;

/**
 * The group with this ARN, with or without `:*`.
 * @throws ResourceNotFoundException when it belongs to another account or region, or does not exist
 */
export function groupOfArn(state: LogsState, scope: Scope, arn: string): GroupRecord {
  const [, region, account, name] = arnForm.exec(arn) ?? [];
  if (name === undefined) throw invalid(`The specified ARN ${arn} is not the ARN of a log group.`);
  if (region !== scope.region || account !== scope.account) throw notFound('log group');
  return requireGroup(state, scope, name);
}

/** The group in a request: by name or by identifier (name or ARN), never by both. */
export function groupOf(
  state: LogsState,
  scope: Scope,
  input: {
    logGroupName?: string | undefined;
    logGroupIdentifier?: string | undefined;
    resourceIdentifier?: string | undefined;
  },
): GroupRecord {
  const { logGroupName: name, logGroupIdentifier, resourceIdentifier } = input;
  // For operations on a group itself, `:*` is not allowed.
  checkPattern(logGroupIdentifier, 'logGroupIdentifier', '[\\w#+=/:,.@-]*');
  const identifier = logGroupIdentifier ?? resourceIdentifier;
  if (name !== undefined && identifier !== undefined)
    throw invalidRequest('LogGroup name and LogGroup ARN are mutually exclusive parameters.');
  if (name !== undefined) return requireGroup(state, scope, name);
  if (identifier === undefined)
    throw invalidRequest('One of LogGroup name or LogGroup ARN must be specified.');
  return identifier.startsWith('arn:')
    ? groupOfArn(state, scope, identifier)
    : requireGroup(state, scope, identifier);
}

/** @throws ResourceNotFoundException */
export function requireStream(
  state: LogsState,
  scope: Scope,
  group: GroupRecord,
  name: string,
): StreamRecord {
  checkStreamName(name);
  const stream = state.streams.get(streamPrefix(scope, group) + name);
  if (!stream) throw notFound('log stream');
  return stream;
}

/** Removes everything under a prefix in batches, because nothing may be written while it is read. */
export function removeAll(collection: Collection<unknown>, prefix: string): void {
  for (;;) {
    const keys = Array.from(collection.entries(prefix, { limit: 1000 }), ([key]) => key);
    for (const key of keys) collection.remove(key);
    if (keys.length < 1000) return;
  }
}
