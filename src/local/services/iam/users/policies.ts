// The policies of users: attached managed policies and inline policies.
import type * as sdk from '@aws-sdk/client-iam';
import type { Handlers } from '../../../service.ts';
import { identityPolicies } from '../policies/of-identities.ts';
import type { IamState } from '../state.ts';
import { userNamed } from './users.ts';

const policies = identityPolicies('user', userNamed, (state) => state.users);

export const userPolicies: Handlers<typeof sdk, IamState> = {
  AttachUserPolicy({ UserName, PolicyArn }, { call, state }) {
    return policies.attach(state, call.account, UserName, PolicyArn);
  },

  DetachUserPolicy({ UserName, PolicyArn }, { call, state }) {
    return policies.detach(state, call.account, UserName, PolicyArn);
  },

  ListAttachedUserPolicies({ UserName, ...rest }, { call, state }) {
    return policies.listAttached(state, call.account, UserName, rest);
  },

  PutUserPolicy({ UserName, ...policy }, { call, state }) {
    return policies.put(state, call.account, UserName, policy);
  },

  GetUserPolicy({ UserName, PolicyName }, { call, state }) {
    const user = userNamed(state, call.account, UserName);
    return { UserName: user.name, ...policies.get(user, PolicyName) };
  },

  DeleteUserPolicy({ UserName, PolicyName }, { call, state }) {
    return policies.remove(state, call.account, UserName, PolicyName);
  },

  ListUserPolicies({ UserName, ...paging }, { call, state }) {
    return policies.list(state, call.account, UserName, paging);
  },
};
