// What a role may do: managed policies that are attached, and inline policies.
import type * as sdk from '@aws-sdk/client-iam';
import type { Handlers } from '../../../service.ts';
import { identityPolicies } from '../policies/of-identities.ts';
import type { IamState } from '../state.ts';
import { changeRole, roleNamed } from './roles.ts';

const policies = identityPolicies('role');

export const rolePolicies: Handlers<typeof sdk, IamState> = {
  AttachRolePolicy({ RoleName, PolicyArn }, { call: { account }, state }) {
    const find = () => roleNamed(state, account, RoleName);
    const change = policies.attach(state, account, find, PolicyArn);
    changeRole(state, account, find(), change);
    return {};
  },

  DetachRolePolicy({ RoleName, PolicyArn }, { call: { account }, state }) {
    const find = () => roleNamed(state, account, RoleName);
    const change = policies.detach(find, PolicyArn);
    changeRole(state, account, find(), change);
    return {};
  },

  ListAttachedRolePolicies({ RoleName, ...rest }, { call: { account }, state }) {
    return policies.listAttached(state, account, roleNamed(state, account, RoleName), rest);
  },

  PutRolePolicy({ RoleName, PolicyName, PolicyDocument }, { call: { account }, state }) {
    const find = () => roleNamed(state, account, RoleName);
    const change = policies.put(find, PolicyName, PolicyDocument);
    changeRole(state, account, find(), change);
    return {};
  },

  GetRolePolicy({ RoleName, PolicyName }, { call: { account }, state }) {
    const role = roleNamed(state, account, RoleName);
    return { RoleName: role.name, ...policies.get(role, PolicyName) };
  },

  DeleteRolePolicy({ RoleName, PolicyName }, { call: { account }, state }) {
    const role = roleNamed(state, account, RoleName);
    changeRole(state, account, role, policies.remove(role, PolicyName));
    return {};
  },

  ListRolePolicies({ RoleName, ...paging }, { call: { account }, state }) {
    return policies.list(roleNamed(state, account, RoleName), paging);
  },
};
