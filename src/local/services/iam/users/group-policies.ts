// The policies of groups: attached managed policies and inline policies.
import type * as sdk from '@aws-sdk/client-iam';
import type { Handlers } from '../../../service.ts';
import { identityPolicies } from '../policies/of-identities.ts';
import type { IamState } from '../state.ts';
import { groupNamed } from './groups.ts';

const policies = identityPolicies('group', groupNamed, (state) => state.groups);

export const groupPolicies: Handlers<typeof sdk, IamState> = {
  AttachGroupPolicy({ GroupName, PolicyArn }, { call, state }) {
    return policies.attach(state, call.account, GroupName, PolicyArn);
  },

  DetachGroupPolicy({ GroupName, PolicyArn }, { call, state }) {
    return policies.detach(state, call.account, GroupName, PolicyArn);
  },

  ListAttachedGroupPolicies({ GroupName, ...rest }, { call, state }) {
    return policies.listAttached(state, call.account, GroupName, rest);
  },

  PutGroupPolicy({ GroupName, ...policy }, { call, state }) {
    return policies.put(state, call.account, GroupName, policy);
  },

  GetGroupPolicy({ GroupName, PolicyName }, { call, state }) {
    const group = groupNamed(state, call.account, GroupName);
    return { GroupName: group.name, ...policies.get(group, PolicyName) };
  },

  DeleteGroupPolicy({ GroupName, PolicyName }, { call, state }) {
    return policies.remove(state, call.account, GroupName, PolicyName);
  },

  ListGroupPolicies({ GroupName, ...paging }, { call, state }) {
    return policies.list(state, call.account, GroupName, paging);
  },
};
