// The policies of roles: attached managed policies and inline policies.
import type * as sdk from '@aws-sdk/client-iam';
import type { Handlers } from '../../../service.ts';
import { identityPolicies } from '../policies/of-identities.ts';
import type { IamState } from '../state.ts';
import { roleNamed } from './roles.ts';

const policies = identityPolicies('role', roleNamed, (state) => state.roles);

export const rolePolicies: Handlers<typeof sdk, IamState> = {
  AttachRolePolicy({ RoleName, PolicyArn }, { call, state }) {
    return policies.attach(state, call.account, RoleName, PolicyArn);
  },

  DetachRolePolicy({ RoleName, PolicyArn }, { call, state }) {
    return policies.detach(state, call.account, RoleName, PolicyArn);
  },

  ListAttachedRolePolicies({ RoleName, ...rest }, { call, state }) {
    return policies.listAttached(state, call.account, RoleName, rest);
  },

  PutRolePolicy({ RoleName, ...policy }, { call, state }) {
    return policies.put(state, call.account, RoleName, policy);
  },

  GetRolePolicy({ RoleName, PolicyName }, { call, state }) {
    const role = roleNamed(state, call.account, RoleName);
    return { RoleName: role.name, ...policies.get(role, PolicyName) };
  },

  DeleteRolePolicy({ RoleName, PolicyName }, { call, state }) {
    return policies.remove(state, call.account, RoleName, PolicyName);
  },

  ListRolePolicies({ RoleName, ...paging }, { call, state }) {
    return policies.list(state, call.account, RoleName, paging);
  },
};
