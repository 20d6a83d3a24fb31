// What a user may do: managed policies that are attached, and inline policies.
import type * as sdk from '@aws-sdk/client-iam';
import type { Handlers } from '../../../service.ts';
import { identityPolicies } from '../policies/of-identities.ts';
import type { IamState } from '../state.ts';
import { changeUser, userNamed } from './users.ts';

const policies = identityPolicies('user');

export const userPolicies: Handlers<typeof sdk, IamState> = {
  AttachUserPolicy({ UserName, PolicyArn }, { call: { account }, state }) {
    const find = () => userNamed(state, account, UserName);
    const change = policies.attach(state, account, find, PolicyArn);
    changeUser(state, account, find(), change);
    return {};
  },

  DetachUserPolicy({ UserName, PolicyArn }, { call: { account }, state }) {
    const find = () => userNamed(state, account, UserName);
    const change = policies.detach(find, PolicyArn);
    changeUser(state, account, find(), change);
    return {};
  },

  ListAttachedUserPolicies({ UserName, ...rest }, { call: { account }, state }) {
    return policies.listAttached(state, account, userNamed(state, account, UserName), rest);
  },

  PutUserPolicy({ UserName, PolicyName, PolicyDocument }, { call: { account }, state }) {
    const find = () => userNamed(state, account, UserName);
    const change = policies.put(find, PolicyName, PolicyDocument);
    changeUser(state, account, find(), change);
    return {};
  },

  GetUserPolicy({ UserName, PolicyName }, { call: { account }, state }) {
    const user = userNamed(state, account, UserName);
    return { UserName: user.name, ...policies.get(user, PolicyName) };
  },

  DeleteUserPolicy({ UserName, PolicyName }, { call: { account }, state }) {
    const user = userNamed(state, account, UserName);
    changeUser(state, account, user, policies.remove(user, PolicyName));
    return {};
  },

  ListUserPolicies({ UserName, ...paging }, { call: { account }, state }) {
    return policies.list(userNamed(state, account, UserName), paging);
  },
};
