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
  /** Twelve hex digits: a group made again under the same name is another one. */
  readonly id: string;
  readonly name: string;
  /** Epoch milliseconds, as all times here. */
  readonly created: number;
  readonly class: LogGroupClass;
  readonly retentionInDays?: number;
  readonly kmsKeyId?: string;
  /** Present when the group may not be deleted. */
  readonly deletionProtected?: true;
  readonly metricFilters?: number;
  readonly tags: Readonly<Record<string, string>>;
}

export interface StreamRecord {
  /** Twelve hex digits; the events are kept under it, so that keys stay short whatever the names. */
  readonly id: string;
  readonly name: string;
  readonly created: number;
  /** The oldest event that is kept; absent when there is none. */
  readonly first?: number;
  /** The newest event that was ever written. */
  readonly last?: number;
  readonly lastIngested?: number;
  /** Of the event that was written last; grows with every event. */
  readonly sequence: number;
  /** The slot of the index that was noted last. */
  readonly slot: number;
}

/** A tuple, since there are so many; the messages of events with one time and numbers that follow one another. */
export type EventRecord = readonly [messages: string | readonly string[], ingested: number];

export interface LogsState {
  /** By `account/region/group name`. */
  readonly groups: Collection<GroupRecord>;
  /** By `account/region/group id/stream name`. */
  readonly streams: Collection<StreamRecord>;
  /** By `stream id/timestamp/sequence of the first`, the numbers padded: stream ids are nobody else's. */
  readonly events: Collection<EventRecord>;
  /** Names of streams, by `account/region/group id/slot/stream id`. */
  readonly index: Collection<string>;
  /** What the kept events of a group count for: UTF-8 bytes and 26 for each; by `account/region/group id`. */
  readonly sizes: Collection<number>;
  /** By `account/region/group id/filter name`. */
  readonly metricFilters: Collection<MetricFilterRecord>;
  readonly subscriptionFilters: Collection<SubscriptionFilterRecord>;
  /** By `account/region/policy name`. */
  readonly resourcePolicies: Collection<ResourcePolicyRecord>;
  /** Who is told of events as they come in. */
  readonly listeners: Set<Listener>;
  /** The subscriptions of groups that were written to since, by the group's id. */
  readonly subscriptions: Map<string, readonly Subscription[]>;
  /** When the expired events of a group were last looked for, by the group's id. */
  readonly swept: Map<string, number>;
  readonly host: Pick<ServiceHost, 'face'>;
  now(): number;
  /** A number above `after` and above all that it gave before: the order in which events came in. */
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

/** A subscription filter that sends to a function. */
export interface Subscription {
  readonly name: string;
  readonly functionArn: string;
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

/** Without the `:*` that stands for the group's streams. */
export const groupArn = ({ account, region }: Scope, name: string): string =>
  `arn:${partitionOf(region)}:logs:${region}:${account}:log-group:${name}`;

/** Makes the group; whoever calls has looked whether it is there. */
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

/** A new stream, not yet in the store. */
export function newStream(state: LogsState, name: string): StreamRecord {
  return { id: newId(), name, created: state.now(), sequence: 0, slot: -1 };
}

/** @throws ResourceNotFoundException, InvalidParameterException for an impossible name. */
export function requireGroup(state: LogsState, scope: Scope, name: string): GroupRecord {
  checkGroupName(name);
  const group = state.groups.get(groupKey(scope, name));
  if (!group) throw notFound('log group');
  return group;
}

const arnForm = /^arn:[\w-]+:logs:([^:]*):([^:]*):log-group:([^:]+)(?::\*)?$/;

/**
 * The group of an ARN, with or without `:*`.
 * @throws ResourceNotFoundException when it is another account's or region's, or not there.
 */
export function groupOfArn(state: LogsState, scope: Scope, arn: string): GroupRecord {
  const [, region, account, name] = arnForm.exec(arn) ?? [];
  if (name === undefined) throw invalid(`The specified ARN ${arn} is not the ARN of a log group.`);
  if (region !== scope.region || account !== scope.account) throw notFound('log group');
  return requireGroup(state, scope, name);
}

/** The group that a request names, by name or by identifier (name or ARN), never by both. */
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
  // Where a group alone can be meant, nothing stands for its streams.
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

/** Removes all that is under a prefix, some at a time, so that nothing is written while it is read. */
export function removeAll(collection: Collection<unknown>, prefix: string): void {
  for (;;) {
    const keys = Array.from(collection.entries(prefix, { limit: 1000 }), ([key]) => key);
    for (const key of keys) collection.remove(key);
    if (keys.length < 1000) return;
  }
}
