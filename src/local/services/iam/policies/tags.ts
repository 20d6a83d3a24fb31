// The tags of managed policies.
import type * as sdk from '@aws-sdk/client-iam';
import type { Handlers } from '../../../service.ts';
import { entityKey, type IamState } from '../state.ts';
import { tagOperations } from '../tag-operations.ts';
import { checkOwn, foundPolicy } from './policies.ts';

const tags = tagOperations({
  noun: 'Policy',
  rule: 'exact',
  find(state, { account, callerArn }, arn, operation) {
    const policy = foundPolicy(state, account, arn);
    if (operation !== undefined) checkOwn(policy, operation, callerArn);
    return policy;
  },
  save: (state, account, policy) => state.policies.put(entityKey(account, policy.name), policy),
});

export const policyTags: Handlers<typeof sdk, IamState> = {
  TagPolicy: ({ PolicyArn, Tags }, { call, state }) => tags.tag(state, call, PolicyArn, Tags),

  UntagPolicy: ({ PolicyArn, TagKeys }, { call, state }) => tags.untag(state, call, PolicyArn, TagKeys),

  ListPolicyTags: ({ PolicyArn, ...paging }, { call, state }) => tags.list(state, call, PolicyArn, paging),
};
