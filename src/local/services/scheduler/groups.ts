// Schedule groups and their tags.
import type * as sdk from '@aws-sdk/client-scheduler';
import { type Call, type Scope, scopePrefix } from '../../call.ts';
import type { TaggedResource, TaggedResources } from '../../faces.ts';
import type { Handlers } from '../../service.ts';
import { page } from '../pages.ts';
import { fromTagList, toTagList } from '../tag-lists.ts';
import { checkLimit, checkName } from './checks.ts';
import { groupBeingDeleted, groupExists, invalid } from './errors.ts';
import {
  defaultGroup,
  type GroupRecord,
  groupArn,
  groupKey,
  groupOf,
  isGone,
  requireGroup,
  type SchedulerState,
  schedulePrefix,
} from './state.ts';

export const groups: Handlers<typeof sdk, SchedulerState> = {
  CreateScheduleGroup({ Name = '', Tags = [] }, { state, call }) {
    checkName(Name, 'name');
    if (groupOf(state, call, Name)) throw groupExists(Name);
    const now = state.host.now();
    const group: GroupRecord = { name: Name, created: now, modified: now, tags: fromTagList(Tags) };
    state.groups.put(groupKey(call, Name), group);
    return { ScheduleGroupArn: groupArn(call, Name) };
  },

  GetScheduleGroup({ Name }, { state, call }) {
    return described(call, requireGroup(state, call, Name, 'name'));
  },

  ListScheduleGroups({ NamePrefix = '', MaxResults, NextToken }, { state, call }) {
    checkLimit(MaxResults);
    groupOf(state, call, defaultGroup);
    const found = Array.from(
      state.groups.entries(scopePrefix(call) + NamePrefix),
      ([, group]) => group,
    ).filter((group) => !isGone(state, group));
    const { items, next } = page(found, ({ name }) => name, NextToken, MaxResults ?? 100, badToken);
    return { ScheduleGroups: items.map((group) => described(call, group)), NextToken: next };
  },

  /** Its schedules are deleted with it. */
  DeleteScheduleGroup({ Name }, { state, call }) {
    const group = requireGroup(state, call, Name, 'name');
    if (group.name === defaultGroup) throw invalid('The default schedule group cannot be deleted.');
    const keys = Array.from(state.schedules.entries(schedulePrefix(call, group.name)), ([key]) => key);
    for (const key of keys) state.schedules.remove(key);
    const deleted = group.deleted ?? state.host.now();
    state.groups.put(groupKey(call, group.name), { ...group, deleted });
    return {};
  },

  TagResource({ ResourceArn, Tags = [] }, { state, call }) {
    const group = groupAt(state, call, ResourceArn);
    retag(state, call, group, { ...group.tags, ...fromTagList(Tags) });
    return {};
  },

  UntagResource({ ResourceArn, TagKeys = [] }, { state, call }) {
    const group = groupAt(state, call, ResourceArn);
    const kept = Object.entries(group.tags).filter(([key]) => !TagKeys.includes(key));
    retag(state, call, group, Object.fromEntries(kept));
    return {};
  },

  ListTagsForResource({ ResourceArn }, { state, call }) {
    const { tags } = groupAt(state, call, ResourceArn);
    return { Tags: toTagList(tags) };
  },
};

export const badToken = () => invalid('Invalid NextToken.');

export const taggedGroups = (state: SchedulerState): TaggedResources => ({
  *list(call) {
    for (const [, group] of state.groups.entries(scopePrefix(call))) {
      // The default group belongs to nobody until it is tagged.
      if (group.name === defaultGroup && Object.keys(group.tags).length === 0) continue;
      if (group.deleted !== undefined) continue;
      yield tagged(state, call, group);
    }
  },
});

const tagged = (state: SchedulerState, call: Call, group: GroupRecord): TaggedResource => ({
  arn: groupArn(call, group.name),
  type: 'scheduler:schedule-group',
  tags: group.tags,
  retag: (tags) => retag(state, call, group, tags),
});

function retag(state: SchedulerState, scope: Scope, group: GroupRecord, tags: Record<string, string>): void {
  if (group.deleted !== undefined) throw groupBeingDeleted(group.name);
  if (Object.keys(tags).length > 200) throw invalid('A schedule group has at most 200 tags.');
  state.groups.put(groupKey(scope, group.name), { ...group, modified: state.host.now(), tags });
}

/** @throws ResourceNotFoundException, ValidationException for an ARN of something else: schedules have no tags */
function groupAt(state: SchedulerState, call: Call, arn = ''): GroupRecord {
  const prefix = groupArn(call, '');
  if (!arn.startsWith(prefix)) throw invalid('Provided Arn is not in correct format.');
  return requireGroup(state, call, arn.slice(prefix.length));
}

const described = (scope: Scope, { name, created, modified, deleted }: GroupRecord) => ({
  Arn: groupArn(scope, name),
  CreationDate: new Date(created),
  LastModificationDate: new Date(modified),
  Name: name,
  State: deleted === undefined ? ('ACTIVE' as const) : ('DELETING' as const),
});
