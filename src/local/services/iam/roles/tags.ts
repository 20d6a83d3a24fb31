// The tags of roles.
import type * as sdk from '@aws-sdk/client-iam';
import type { Handlers } from '../../../service.ts';
import { overLimit } from '../errors.ts';
import type { IamState } from '../state.ts';
import { checkedKeys, checkedTags, tagPage, withoutTags, withTags } from '../tags.ts';
import { changeRole, roleNamed } from './roles.ts';

export const roleTags: Handlers<typeof sdk, IamState> = {
  TagRole({ RoleName, Tags }, { call, state }) {
    const added = checkedTags(Tags, 'any case');
    const role = roleNamed(state, call.account, RoleName);
    const tags = withTags(role.tags, added, 'any case');
    if (tags.length > 50) throw overLimit('Cannot exceed quota for TagsPerRole: 50');
    changeRole(state, call.account, role, { tags });
    return {};
  },

  UntagRole({ RoleName, TagKeys }, { call, state }) {
    const keys = checkedKeys(TagKeys);
    const role = roleNamed(state, call.account, RoleName);
    changeRole(state, call.account, role, { tags: withoutTags(role.tags, keys, 'any case') });
    return {};
  },

  ListRoleTags({ RoleName, ...paging }, { call, state }) {
    return tagPage(roleNamed(state, call.account, RoleName).tags, paging);
  },
};
