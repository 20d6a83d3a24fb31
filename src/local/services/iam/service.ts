// The local IAM: roles, users and groups, their policies and tags, access keys, and managed policies.
import * as sdk from '@aws-sdk/client-iam';
import type { Service, ServiceHost } from '../../service.ts';
import { account } from './account.ts';
import { authorizationDetails } from './authorization-details.ts';
import { policies } from './policies/policies.ts';
import { policiesFace } from './policies/resource-policies.ts';
import { simulation } from './policies/simulation.ts';
import { policyTags } from './policies/tags.ts';
import { policyVersions } from './policies/versions.ts';
import { rolePolicies } from './roles/policies.ts';
import { roles } from './roles/roles.ts';
import { serviceLinkedRoles } from './roles/service-linked.ts';
import { roleTags } from './roles/tags.ts';
import { type IamState, iamState } from './state.ts';
import { taggedRoles } from './tagged.ts';
import { accessKeys, keyHolder, noteUse } from './users/access-keys.ts';
import { groupPolicies } from './users/group-policies.ts';
import { groups } from './users/groups.ts';
import { loginProfiles } from './users/login-profiles.ts';
import { userPolicies } from './users/policies.ts';
import { userTags } from './users/tags.ts';
import { users } from './users/users.ts';

export function createIamService({ store }: ServiceHost): Service<typeof sdk, IamState> {
  const state = iamState(store);
  return {
    name: 'iam',
    protocol: 'query',
    apiVersion: '2010-05-08',
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
    state,
    faces: { policies: policiesFace(state) },
    tagged: taggedRoles(state),
    holder: (accessKeyId) => keyHolder(state, accessKeyId),
    used: ({ accessKeyId, region, service }) => noteUse(state, accessKeyId, { region, service }),
  };
}
