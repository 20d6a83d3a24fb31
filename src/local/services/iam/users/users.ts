// Users: creating, reading, renaming and deleting them, and their permissions boundaries.
import type * as sdk from '@aws-sdk/client-iam';
import type { User } from '@aws-sdk/client-iam';
import type { Call } from '../../../call.ts';
import type { Handlers } from '../../../service.ts';
import { alreadyExists, deleteConflict, invalid, noSuchUser } from '../errors.ts';
import { checkedName, checkedPath } from '../names.ts';
import { pageOf } from '../page.ts';
import { checkedBoundary, shownBoundary } from '../policies/policies.ts';
import { rename } from '../rename.ts';
import {
  change,
  entityArn,
  entityKey,
  groupsOf,
  type IamState,
  now,
  type UserRecord,
  usersOf,
} from '../state.ts';
import { checkedTags, listedTags, wireTags } from '../tags.ts';
import { uniqueId } from '../unique-id.ts';

/** @throws NoSuchEntityException, ServiceError ValidationError */
export function userNamed(state: IamState, account: string, name: string | undefined): UserRecord {
  const user = state.users.get(entityKey(account, checkedName('userName', name)));
  if (!user) throw noSuchUser(name ?? '');
  return user;
}

/**
 * The name in the request, or the name of the calling user.
 * @throws ServiceError ValidationError when there is neither
 */
export function givenOrCaller(name: string | undefined, { callerArn }: Call): string {
  if (name !== undefined) return name;
  const [, own] = /:user\/(?:.*\/)?([^/]+)$/.exec(callerArn) ?? [];
  if (own === undefined) throw invalid('Must specify userName when calling with non-User credentials');
  return own;
}

export const shownUser = ({ path, name, id, arn, created }: UserRecord): User => ({
  Path: path,
  UserName: name,
  UserId: id,
  Arn: arn,
  CreateDate: new Date(created),
});

export const users: Handlers<typeof sdk, IamState> = {
  CreateUser(input, { call, state }) {
    const { account } = call;
    const name = checkedName('userName', input.UserName);
    const path = checkedPath(input.Path);
    const tags = checkedTags(input.Tags, 'any case');
    const boundary = checkedBoundary(state, account, input.PermissionsBoundary);
    if (state.users.get(entityKey(account, name)))
      throw alreadyExists(`User with name ${name} already exists.`);
    const user: UserRecord = {
      name,
      path,
      arn: entityArn(call, 'user', path, name),
      id: uniqueId('AIDA'),
      created: now(),
      tags,
      keys: [],
      attached: [],
      inline: [],
      ...(boundary && { boundary }),
    };
    state.users.put(entityKey(account, name), user);
    return {
      User: {
        ...shownUser(user),
        ...shownBoundary(user),
        ...(tags.length > 0 && { Tags: wireTags(tags) }),
      } as User,
    };
  },

  GetUser({ UserName }, { call, state }) {
    const { account, callerArn } = call;
    if (UserName === undefined && callerArn.endsWith(':root')) {
      return { User: { Path: '/', UserId: account, Arn: callerArn, CreateDate: new Date(0) } as User };
    }
    const user = userNamed(state, account, givenOrCaller(UserName, call));
    return {
      User: {
        ...shownUser(user),
        ...shownBoundary(user),
        ...(user.tags.length > 0 && { Tags: listedTags(user.tags) }),
      } as User,
    };
  },

  ListUsers({ PathPrefix = '/', ...paging }, { call, state }) {
    const found = [...usersOf(state, call.account)].filter(({ path }) => path.startsWith(PathPrefix));
    const { items, rest } = pageOf(found, ({ name }) => name.toLowerCase(), paging);
    return { Users: items.map(shownUser), ...rest };
  },

  UpdateUser({ UserName, NewUserName, NewPath }, { call, state }) {
    const user = userNamed(state, call.account, UserName);
    const { name } = rename(state.users, call, 'User', user, { name: NewUserName, path: NewPath });
    for (const id of user.keys) {
      const key = state.keys.get(id);
      if (key) state.keys.put(id, { ...key, user: name });
    }
    return {};
  },

  DeleteUser({ UserName }, { call: { account }, state }) {
    const user = userNamed(state, account, UserName);
    const conflict = (what: string) => deleteConflict(`Cannot delete entity, must ${what} first.`);
    if (user.attached.length > 0) throw conflict('detach all policies');
    if (user.inline.length > 0) throw conflict('delete policies');
    if (user.keys.length > 0) throw conflict('delete access keys');
    if (user.login) throw conflict('delete login profile');
    for (const { members } of groupsOf(state, account)) {
      if (members.includes(user.id)) throw conflict('remove users from group');
    }
    state.users.remove(entityKey(account, user.name));
    return {};
  },

  PutUserPermissionsBoundary({ UserName, PermissionsBoundary }, { call: { account }, state }) {
    const user = userNamed(state, account, UserName);
    change(state.users, account, user, { boundary: checkedBoundary(state, account, PermissionsBoundary) });
    return {};
  },

  DeleteUserPermissionsBoundary({ UserName }, { call: { account }, state }) {
    const { boundary: _, ...user } = userNamed(state, account, UserName);
    change(state.users, account, user, {});
    return {};
  },
};
