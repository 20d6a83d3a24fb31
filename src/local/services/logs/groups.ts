// Log groups: create, delete, describe.
import type * as sdk from '@aws-sdk/client-cloudwatch-logs';
import type { Handlers, Scope } from '../../service.ts';
import { checkEnum, checkGroupName, checkLength } from './checks.ts';
import { alreadyExists, invalid, invalidToken } from './faults.ts';
import { keyOf, page } from './pages.ts';
import {
  eventPrefix,
  type GroupRecord,
  groupArn,
  groupKey,
  groupOf,
  type LogsState,
  putGroup,
  removeAll,
  requireGroup,
  streamPrefix,
} from './state.ts';
import { checkTags } from './tags.ts';

const classes = ['STANDARD', 'INFREQUENT_ACCESS', 'DELIVERY', 'ESSENTIALS'];

export const groups: Handlers<typeof sdk, LogsState> = {
  CreateLogGroup(input, { call, state }) {
    const name = input.logGroupName ?? '';
    checkGroupName(name);
    checkEnum(input.logGroupClass, 'logGroupClass', classes);
    const tags = input.tags ?? {};
    checkTags(tags, name);
    if (state.groups.get(groupKey(call, name))) throw alreadyExists('log group');
    putGroup(state, call, name, {
      tags,
      class: input.logGroupClass ?? 'STANDARD',
      ...(input.kmsKeyId === undefined ? {} : { kmsKeyId: input.kmsKeyId }),
    });
    return {};
  },

  DeleteLogGroup({ logGroupName }, { call, state }) {
    const group = requireGroup(state, call, logGroupName ?? '');
    for (const [, stream] of state.streams.entries(streamPrefix(call, group))) {
      if (stream.first !== undefined) removeAll(state.events, eventPrefix(call, stream));
    }
    removeAll(state.streams, streamPrefix(call, group));
    state.groups.remove(groupKey(call, group.name));
    return {};
  },

  DescribeLogGroups(input, { call, state }) {
    const { logGroupNamePrefix: prefix, logGroupNamePattern: pattern, logGroupIdentifiers: some } = input;
    if (prefix !== undefined && pattern !== undefined)
      throw invalid('LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.');
    if (some?.length && (prefix !== undefined || pattern !== undefined))
      throw invalid('LogGroup identifiers are mutually exclusive with LogGroup name prefix and pattern.');
    if (prefix !== undefined) checkGroupName(prefix, 'logGroupNamePrefix');
    checkLength(pattern, 'logGroupNamePattern', 0, 512);
    checkEnum(input.logGroupClass, 'logGroupClass', classes);
    const after = keyOf(input.nextToken);
    if (after !== undefined && !after.startsWith(groupKey(call, prefix ?? ''))) throw invalidToken();

    const wanted = some?.length
      ? new Set(some.map((identifier) => groupOf(state, call, { logGroupIdentifier: identifier }).name))
      : undefined;
    const matches = (group: GroupRecord): boolean =>
      (pattern === undefined || group.name.includes(pattern)) &&
      (wanted === undefined || wanted.has(group.name)) &&
      (input.logGroupClass === undefined || group.class === input.logGroupClass);
    const { items, nextToken } = page(
      matching(state, groupKey(call, prefix ?? ''), after, matches),
      input.limit,
      ({ name }) => groupKey(call, name),
    );
    const logGroups = items.map((group) =>
      pattern === undefined ? described(state, call, group) : brief(call, group),
    );
    return { logGroups, ...(nextToken === undefined ? {} : { nextToken }) };
  },
};

function* matching(
  state: LogsState,
  prefix: string,
  after: string | undefined,
  matches: (group: GroupRecord) => boolean,
): Generator<GroupRecord> {
  for (const [key, group] of state.groups.entries(prefix, after === undefined ? {} : { start: after })) {
    if (key !== after && matches(group)) yield group;
  }
}

/** What a search by name pattern answers. */
function brief(scope: Scope, group: GroupRecord): sdk.LogGroup {
  return {
    logGroupName: group.name,
    creationTime: group.created,
    arn: `${groupArn(scope, group.name)}:*`,
  };
}

function described(state: LogsState, scope: Scope, group: GroupRecord): sdk.LogGroup {
  let storedBytes = 0;
  for (const [, { bytes }] of state.streams.entries(streamPrefix(scope, group))) storedBytes += bytes;
  return {
    ...brief(scope, group),
    ...(group.retentionInDays === undefined ? {} : { retentionInDays: group.retentionInDays }),
    metricFilterCount: 0,
    storedBytes,
    ...(group.kmsKeyId === undefined ? {} : { kmsKeyId: group.kmsKeyId }),
    logGroupClass: group.class,
    logGroupArn: groupArn(scope, group.name),
  };
}
