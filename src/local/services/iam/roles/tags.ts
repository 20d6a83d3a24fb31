// The tags of roles.
import type * as sdk from '@aws-sdk/client-iam';
import type { Handlers } from '../../../service.ts';
import { entityKey, type IamState } from '../state.ts';
import { tagOperations } from '../tag-operations.ts';
import { roleNamed } from './roles.ts';

const tags = tagOperations({
  noun: 'Role',
  rule: 'any case',
  find: (state, { account }, name) => roleNamed(state, account, name),
  save: (state, account, role) => state.roles.put(entityKey(account, role.name), role),
});

export const roleTags: Handlers<typeof sdk, IamState> = {
  TagRole: ({ RoleName, Tags }, { call, state }) => tags.tag(state, call, RoleName, Tags),

  UntagRole: ({ RoleName, TagKeys }, { call, state }) => tags.untag(state, call, RoleName, TagKeys),

  ListRoleTags: ({ RoleName, ...paging }, { call, state }) => tags.list(state, call, RoleName, paging),
};
