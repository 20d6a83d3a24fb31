// What a group may do: managed policies that are attached, and inline policies.
import type * as sdk from '@aws-sdk/client-iam';
import type { Handlers } from '../../../service.ts';
import { identityPolicies } from '../policies/of-identities.ts';
import type { IamState } from '../state.ts';
import { changeGroup, groupNamed } from './groups.ts';

const policies = identityPolicies('group');

export const groupPolicies: Handlers<typeof sdk, IamState> = {
  AttachGroupPolicy({ GroupName, PolicyArn }, { call: { account }, state }) {
    const find = () => groupNamed(state, account, GroupName);
    const change = policies.attach(state, account, find, PolicyArn);
    changeGroup(state, account, find(), change);
    return {};
  },

  DetachGroupPolicy({ GroupName, PolicyArn }, { call: { account }, state }) {
    const find = () => groupNamed(state, account, GroupName);
    const change = policies.detach(find, PolicyArn);
    changeGroup(state, account, find(), change);
    return {};
  },

  ListAttachedGroupPolicies({ GroupName, ...rest }, { call: { account }, state }) {
    return policies.listAttached(state, account, groupNamed(state, account, GroupName), rest);
  },

  PutGroupPolicy({ GroupName, PolicyName, PolicyDocument }, { call: { account }, state }) {
    const find = () => groupNamed(state, account, GroupName);
    const change = policies.put(find, PolicyName, PolicyDocument);
    changeGroup(state, account, find(), change);
    return {};
  },

  GetGroupPolicy({ GroupName, PolicyName }, { call: { account }, state }) {
    const group = groupNamed(state, account, GroupName);
    return { GroupName: group.name, ...policies.get(group, PolicyName) };
  },

  DeleteGroupPolicy({ GroupName, PolicyName }, { call: { account }, state }) {
    const group = groupNamed(state, account, GroupName);
    changeGroup(state, account, group, policies.remove(group, PolicyName));
    return {};
  },

  ListGroupPolicies({ GroupName, ...paging }, { call: { account }, state }) {
    return policies.list(groupNamed(state, account, GroupName), paging);
  },
};
