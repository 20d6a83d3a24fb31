// The tags of users.
import type * as sdk from '@aws-sdk/client-iam';
import type { Handlers } from '../../../service.ts';
import { entityKey, type IamState } from '../state.ts';
import { tagOperations } from '../tag-operations.ts';
import { userNamed } from './users.ts';

const tags = tagOperations({
  noun: 'User',
  rule: 'any case',
  find: (state, { account }, name) => userNamed(state, account, name),
  save: (state, account, user) => state.users.put(entityKey(account, user.name), user),
});

export const userTags: Handlers<typeof sdk, IamState> = {
  TagUser: ({ UserName, Tags }, { call, state }) => tags.tag(state, call, UserName, Tags),

  UntagUser: ({ UserName, TagKeys }, { call, state }) => tags.untag(state, call, UserName, TagKeys),

  ListUserTags: ({ UserName, ...paging }, { call, state }) => tags.list(state, call, UserName, paging),
};
