// Log groups: creating, deleting and describing them.
import type * as sdk from '@aws-sdk/client-cloudwatch-logs';
import type { Scope } from '../../call.ts';
import type { Handlers } from '../../service.ts';
import { tokenOf } from '../pages.ts';
import { checkEnum, checkGroupName, checkLength } from './checks.ts';
import { alreadyExists, invalid, invalidRequest, invalidToken } from './errors.ts';
import { sweepGroup } from './events/event-log.ts';
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
  sizeKey,
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
      ...(input.deletionProtectionEnabled ? { deletionProtected: true } : {}),
    });
    return {};
  },

  DeleteLogGroup({ logGroupName }, { call, state }) {
    const group = requireGroup(state, call, logGroupName ?? '');
    if (group.deletionProtected)
      throw invalidRequest(
        'Cannot delete log group with deletion protection enabled. Disable deletion protection first.',
      );
    const prefix = streamPrefix(call, group);
    for (const [, stream] of state.streams.entries(prefix)) {
      if (stream.first !== undefined) removeAll(state.events, eventPrefix(stream));
    }
    for (const part of [state.streams, state.index, state.metricFilters, state.subscriptionFilters])
      removeAll(part, prefix);
    state.sizes.remove(sizeKey(call, group));
    state.swept.delete(group.id);
    state.subscriptions.delete(group.id);
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
    const last = items.at(-1);
    // A search by name pattern, as on AWS, ends with an empty page.
    const further =
      nextToken ??
      (pattern !== undefined && after === undefined && last ? tokenOf(groupKey(call, last.name)) : undefined);
    return { logGroups, ...(further === undefined ? {} : { nextToken: further }) };
  },

  ListLogGroups(input, { call, state }) {
    checkEnum(input.logGroupClass, 'logGroupClass', classes);
    const matches = listMatcher(input.logGroupNamePattern);
    const wanted = (group: GroupRecord): boolean =>
      matches(group.name) && (input.logGroupClass === undefined || group.class === input.logGroupClass);
    const after = keyOf(input.nextToken);
    const { items, nextToken } = page(
      matching(state, groupKey(call, ''), after, wanted),
      input.limit,
      ({ name }) => groupKey(call, name),
      1000,
    );
    const logGroups = items.map((group) => ({
      logGroupName: group.name,
      logGroupArn: groupArn(call, group.name),
      logGroupClass: group.class,
    }));
    return { logGroups, ...(nextToken === undefined ? {} : { nextToken }) };
  },

  PutLogGroupDeletionProtection({ logGroupIdentifier, deletionProtectionEnabled }, { call, state }) {
    const { deletionProtected: _, ...group } = groupOf(state, call, { logGroupIdentifier });
    const record = deletionProtectionEnabled ? { ...group, deletionProtected: true as const } : group;
    state.groups.put(groupKey(call, group.name), record);
    return {};
  },

  AssociateKmsKey({ logGroupName, resourceIdentifier, kmsKeyId }, { call, state }) {
    const group = groupOf(state, call, { logGroupName, resourceIdentifier });
    if (!/^arn:[\w-]+:kms:[^:]+:\d{12}:key\/.+$/.test(kmsKeyId ?? ''))
      throw invalid('The specified KMS Key Id could not be found.');
    state.groups.put(groupKey(call, group.name), { ...group, ...(kmsKeyId && { kmsKeyId }) });
    return {};
  },

  DisassociateKmsKey({ logGroupName, resourceIdentifier }, { call, state }) {
    const found = groupOf(state, call, { logGroupName, resourceIdentifier });
    const { kmsKeyId: _, ...group } = found;
    state.groups.put(groupKey(call, group.name), group);
    return {};
  },
};

/** Up to five texts separated by `|`; `^` before a text means the start of the name (ListLogGroups reference). */
function listMatcher(pattern: string | undefined): (name: string) => boolean {
  if (pattern === undefined) return () => true;
  checkLength(pattern, 'logGroupNamePattern', 3, 129);
  const texts = pattern.split('|');
  return (name) =>
    texts.some((text) => (text.startsWith('^') ? name.startsWith(text.slice(1)) : name.includes(text)));
}

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

/** The shorter answer of a search by name pattern. */
function brief(scope: Scope, group: GroupRecord): sdk.LogGroup {
  return {
    logGroupName: group.name,
    creationTime: group.created,
    metricFilterCount: group.metricFilters ?? 0,
    arn: `${groupArn(scope, group.name)}:*`,
    logGroupClass: group.class,
    logGroupArn: groupArn(scope, group.name),
  };
}

function described(state: LogsState, scope: Scope, group: GroupRecord): sdk.LogGroup {
  sweepGroup(state, scope, group);
  return {
    ...brief(scope, group),
    ...(group.retentionInDays === undefined ? {} : { retentionInDays: group.retentionInDays }),
    storedBytes: state.sizes.get(sizeKey(scope, group)) ?? 0,
    ...(group.kmsKeyId === undefined ? {} : { kmsKeyId: group.kmsKeyId }),
    deletionProtectionEnabled: group.deletionProtected ?? false,
  };
}
