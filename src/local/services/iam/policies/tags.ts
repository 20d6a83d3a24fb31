// The tags of managed policies.
import type * as sdk from '@aws-sdk/client-iam';
import type { Handlers } from '../../../service.ts';
import { overLimit } from '../errors.ts';
import { entityKey, type IamState } from '../state.ts';
import { checkedKeys, checkedTags, tagPage, withoutTags, withTags } from '../tags.ts';
import { checkOwn, foundPolicy } from './policies.ts';

export const policyTags: Handlers<typeof sdk, IamState> = {
  TagPolicy({ PolicyArn, Tags }, { call, state }) {
    const added = checkedTags(Tags, 'exact');
    const policy = foundPolicy(state, call.account, PolicyArn);
    checkOwn(policy, 'TagPolicy', call.callerArn);
    const tags = withTags(policy.tags, added, 'exact');
    if (tags.length > 50) throw overLimit('Cannot exceed quota for TagsPerPolicy: 50');
    state.policies.put(entityKey(call.account, policy.name), { ...policy, tags });
    return {};
  },

  UntagPolicy({ PolicyArn, TagKeys }, { call, state }) {
    const keys = checkedKeys(TagKeys);
    const policy = foundPolicy(state, call.account, PolicyArn);
    checkOwn(policy, 'UntagPolicy', call.callerArn);
    const tags = withoutTags(policy.tags, keys, 'exact');
    state.policies.put(entityKey(call.account, policy.name), { ...policy, tags });
    return {};
  },

  ListPolicyTags({ PolicyArn, ...paging }, { call, state }) {
    return tagPage(foundPolicy(state, call.account, PolicyArn).tags, paging);
  },
};
