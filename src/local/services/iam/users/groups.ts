// Groups of users.
import type * as sdk from '@aws-sdk/client-iam';
import type { Group } from '@aws-sdk/client-iam';
import type { Handlers } from '../../../service.ts';
import { alreadyExists, deleteConflict, noSuchGroup, overLimit } from '../errors.ts';
import { checkedName, checkedPath } from '../names.ts';
import { pageOf } from '../page.ts';
import { rename } from '../rename.ts';
import {
  change,
  entityArn,
  entityKey,
  type GroupRecord,
  groupsOf,
  type IamState,
  now,
  usersOf,
} from '../state.ts';
import { uniqueId } from '../unique-id.ts';
import { shownUser, userNamed } from './users.ts';

const mostGroups = 10;

/** @throws NoSuchEntityException, ServiceError ValidationError */
export function groupNamed(state: IamState, account: string, name: string | undefined): GroupRecord {
  const group = state.groups.get(entityKey(account, checkedName('groupName', name)));
  if (!group) throw noSuchGroup(name ?? '');
  return group;
}

/** The groups of the user with this unique id. */
export const groupsWith = (state: IamState, account: string, userId: string): GroupRecord[] =>
  [...groupsOf(state, account)].filter(({ members }) => members.includes(userId));

export const shownGroup = ({ path, name, id, arn, created }: GroupRecord): Group => ({
  Path: path,
  GroupName: name,
  GroupId: id,
  Arn: arn,
  CreateDate: new Date(created),
});

export const groups: Handlers<typeof sdk, IamState> = {
  CreateGroup({ GroupName, Path }, { call, state }) {
    const { account } = call;
    const name = checkedName('groupName', GroupName);
    const path = checkedPath(Path);
    if (state.groups.get(entityKey(account, name)))
      throw alreadyExists(`Group with name ${name} already exists.`);
    const group: GroupRecord = {
      name,
      path,
      arn: entityArn(call, 'group', path, name),
      id: uniqueId('AGPA'),
      created: now(),
      attached: [],
      inline: [],
      members: [],
    };
    state.groups.put(entityKey(account, name), group);
    return { Group: shownGroup(group) };
  },

  GetGroup({ GroupName, ...paging }, { call: { account }, state }) {
    const group = groupNamed(state, account, GroupName);
    const members = [...usersOf(state, account)].filter(({ id }) => group.members.includes(id));
    const { items, rest } = pageOf(members, ({ name }) => name.toLowerCase(), paging);
    return { Group: shownGroup(group), Users: items.map(shownUser), ...rest };
  },

  ListGroups({ PathPrefix = '/', ...paging }, { call: { account }, state }) {
    const found = [...groupsOf(state, account)].filter(({ path }) => path.startsWith(PathPrefix));
    const { items, rest } = pageOf(found, ({ name }) => name.toLowerCase(), paging);
    return { Groups: items.map(shownGroup), ...rest };
  },

  ListGroupsForUser({ UserName, ...paging }, { call: { account }, state }) {
    const found = groupsWith(state, account, userNamed(state, account, UserName).id);
    const { items, rest } = pageOf(found, ({ name }) => name.toLowerCase(), paging);
    return { Groups: items.map(shownGroup), ...rest };
  },

  UpdateGroup({ GroupName, NewGroupName, NewPath }, { call, state }) {
    const group = groupNamed(state, call.account, GroupName);
    rename(state.groups, call, 'Group', group, { name: NewGroupName, path: NewPath });
    return {};
  },

  DeleteGroup({ GroupName }, { call: { account }, state }) {
    const group = groupNamed(state, account, GroupName);
    const conflict = (what: string) => deleteConflict(`Cannot delete entity, must ${what} first.`);
    if (group.attached.length > 0) throw conflict('detach all policies');
    if (group.inline.length > 0) throw conflict('delete policies');
    if (group.members.length > 0) throw conflict('remove users from group');
    state.groups.remove(entityKey(account, group.name));
    return {};
  },

  AddUserToGroup({ GroupName, UserName }, { call: { account }, state }) {
    const { id } = userNamed(state, account, UserName);
    const group = groupNamed(state, account, GroupName);
    if (group.members.includes(id)) return {};
    if (groupsWith(state, account, id).length >= mostGroups) {
      throw overLimit(`Cannot exceed quota for GroupsPerUser: ${mostGroups}`);
    }
    change(state.groups, account, group, { members: [...group.members, id] });
    return {};
  },

  RemoveUserFromGroup({ GroupName, UserName }, { call: { account }, state }) {
    const { id } = userNamed(state, account, UserName);
    const group = groupNamed(state, account, GroupName);
    change(state.groups, account, group, { members: group.members.filter((one) => one !== id) });
    return {};
  },
};
