// The local IAM: roles, their policies and tags, and managed policies.
import * as sdk from '@aws-sdk/client-iam';
import type { Service } from '../../service.ts';
import type { Store } from '../../store.ts';
import { policies } from './policies.ts';
import { policyVersions } from './policy-versions.ts';
import { rolePolicies } from './role-policies.ts';
import { roleTags } from './role-tags.ts';
import { roles } from './roles.ts';
import { type IamState, iamState } from './state.ts';

export function createIamService(store: Store): Service<typeof sdk, IamState> {
  return {
    name: 'iam',
    protocol: 'query',
    sdk,
    handlers: { ...roles, ...rolePolicies, ...roleTags, ...policies, ...policyVersions },
    state: iamState(store),
  };
}
