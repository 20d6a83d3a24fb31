// The tags of users.
import type * as sdk from '@aws-sdk/client-iam';
import type { Handlers } from '../../../service.ts';
import { overLimit } from '../errors.ts';
import type { IamState } from '../state.ts';
import { checkedKeys, checkedTags, tagPage, withoutTags, withTags } from '../tags.ts';
import { changeUser, userNamed } from './users.ts';

export const userTags: Handlers<typeof sdk, IamState> = {
  TagUser({ UserName, Tags }, { call, state }) {
    const added = checkedTags(Tags, 'any case');
    const user = userNamed(state, call.account, UserName);
    const tags = withTags(user.tags, added, 'any case');
    if (tags.length > 50) throw overLimit('Cannot exceed quota for TagsPerUser: 50');
    changeUser(state, call.account, user, { tags });
    return {};
  },

  UntagUser({ UserName, TagKeys }, { call, state }) {
    const keys = checkedKeys(TagKeys);
    const user = userNamed(state, call.account, UserName);
    changeUser(state, call.account, user, { tags: withoutTags(user.tags, keys, 'any case') });
    return {};
  },

  ListUserTags({ UserName, ...paging }, { call, state }) {
    return tagPage(userNamed(state, call.account, UserName).tags, paging);
  },
};
