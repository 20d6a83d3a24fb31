// The local IAM: roles, users and groups, their policies and tags, access keys, and managed policies.
import * as sdk from '@aws-sdk/client-iam';
import type { Service } from '../../service.ts';
import type { Store } from '../../store.ts';
import { accessKeys } from './access-keys.ts';
import { account } from './account.ts';
import { authorizationDetails } from './authorization-details.ts';
import { groupPolicies } from './group-policies.ts';
import { groups } from './groups.ts';
import { loginProfiles } from './login-profiles.ts';
import { policies } from './policies.ts';
import { policyTags } from './policy-tags.ts';
import { policyVersions } from './policy-versions.ts';
import { rolePolicies } from './role-policies.ts';
import { roleTags } from './role-tags.ts';
import { roles } from './roles.ts';
import { serviceLinkedRoles } from './service-linked-roles.ts';
import { simulation } from './simulation.ts';
import { type IamState, iamState } from './state.ts';
import { userPolicies } from './user-policies.ts';
import { userTags } from './user-tags.ts';
import { users } from './users.ts';

export function createIamService(store: Store): Service<typeof sdk, IamState> {
  return {
    name: 'iam',
    protocol: 'query',
    sdk,
    handlers: {
      ...roles,
      ...rolePolicies,
      ...roleTags,
      ...users,
      ...userPolicies,
      ...userTags,
      ...accessKeys,
      ...loginProfiles,
      ...groups,
      ...groupPolicies,
      ...policies,
      ...policyTags,
      ...policyVersions,
      ...serviceLinkedRoles,
      ...account,
      ...authorizationDetails,
      ...simulation,
    },
    state: iamState(store),
  };
}
