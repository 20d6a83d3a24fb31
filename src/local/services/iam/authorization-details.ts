// GetAccountAuthorizationDetails: every identity and policy of an account, in one list.
import type * as sdk from '@aws-sdk/client-iam';
import type { EntityType } from '@aws-sdk/client-iam';
import type { Scope } from '../../call.ts';
import type { Handlers } from '../../service.ts';
import { pageOf } from './page.ts';
import { awsPoliciesIn } from './policies/aws-policies.ts';
import { encoded } from './policies/documents.ts';
import { attachment } from './policies/of-identities.ts';
import { policyAt, shownBoundary, shownPolicy, type Uses, usesIn } from './policies/policies.ts';
import { shownVersion } from './policies/versions.ts';
import { shownRole } from './roles/roles.ts';
import {
  type GroupRecord,
  groupsOf,
  type IamState,
  type Identity,
  type PolicyRecord,
  policiesOf,
  type RoleRecord,
  rolesOf,
  type UserRecord,
  usersOf,
} from './state.ts';
import { listedTags } from './tags.ts';
import { groupsWith, shownGroup } from './users/groups.ts';
import { shownUser } from './users/users.ts';

type Entry =
  | { kind: 'User'; record: UserRecord }
  | { kind: 'Role'; record: RoleRecord }
  | { kind: 'Group'; record: GroupRecord }
  | { kind: 'LocalManagedPolicy' | 'AWSManagedPolicy'; record: PolicyRecord };

const inlineOf = ({ inline }: Identity) =>
  inline.map(([PolicyName, document]) => ({ PolicyName, PolicyDocument: encoded(document) }));

const tagsOf = ({ tags }: { tags: PolicyRecord['tags'] }) => ({ Tags: listedTags(tags) });

export const authorizationDetails: Handlers<typeof sdk, IamState> = {
  GetAccountAuthorizationDetails({ Filter = [], ...paging }, { call, state }) {
    const { account } = call;
    const uses = usesIn(state, account);
    const attached = ({ attached }: Identity) =>
      attached.flatMap((arn) => policyAt(state, account, arn) ?? []).map(attachment);
    const wanted = (kind: EntityType) => Filter.length === 0 || Filter.includes(kind);
    const found = [...entriesIn(state, call, uses, Filter)].filter(({ kind }) => wanted(kind));
    const order = ({ kind, record }: Entry) => `${kind} ${record.name.toLowerCase()} ${record.arn}`;
    const { items, rest } = pageOf(found, order, paging);
    return {
      UserDetailList: items.flatMap((entry) => {
        if (entry.kind !== 'User') return [];
        const user = entry.record;
        const GroupList = groupsWith(state, account, user.id).map(({ name }) => name);
        return {
          ...shownUser(user),
          ...(user.inline.length > 0 && { UserPolicyList: inlineOf(user) }),
          GroupList,
          AttachedManagedPolicies: attached(user),
          ...shownBoundary(user),
          ...tagsOf(user),
        };
      }),
      GroupDetailList: items.flatMap((entry) => {
        if (entry.kind !== 'Group') return [];
        const group = entry.record;
        return {
          ...shownGroup(group),
          GroupPolicyList: inlineOf(group),
          AttachedManagedPolicies: attached(group),
        };
      }),
      RoleDetailList: items.flatMap((entry) => {
        if (entry.kind !== 'Role') return [];
        const role = entry.record;
        return {
          ...shownRole(role),
          InstanceProfileList: [],
          RolePolicyList: inlineOf(role),
          AttachedManagedPolicies: attached(role),
          ...shownBoundary(role),
          ...tagsOf(role),
          RoleLastUsed: {},
        };
      }),
      Policies: items.flatMap((entry) => {
        if (entry.kind !== 'LocalManagedPolicy' && entry.kind !== 'AWSManagedPolicy') return [];
        const policy = entry.record;
        const PolicyVersionList = [...policy.versions]
          .sort((a, b) => b.number - a.number)
          .map((version) => ({ Document: encoded(version.document), ...shownVersion(policy, version) }));
        return { ...shownPolicy(policy, uses), PolicyVersionList };
      }),
      ...rest,
    };
  },
};

function* entriesIn(
  state: IamState,
  { account, region }: Scope,
  uses: Uses,
  filter: readonly EntityType[],
): Generator<Entry> {
  for (const record of usersOf(state, account)) yield { kind: 'User', record };
  for (const record of groupsOf(state, account)) yield { kind: 'Group', record };
  for (const record of rolesOf(state, account)) yield { kind: 'Role', record };
  for (const record of policiesOf(state, account)) yield { kind: 'LocalManagedPolicy', record };
  // Of AWS's own policies, only those in use, unless all are requested.
  for (const record of awsPoliciesIn(region)) {
    if (filter.includes('AWSManagedPolicy') || uses.attached.has(record.arn))
      yield { kind: 'AWSManagedPolicy', record };
  }
}
