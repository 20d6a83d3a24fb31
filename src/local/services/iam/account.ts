// The account as a whole: its alias, and its number of entities with their quotas.
import type * as sdk from '@aws-sdk/client-iam';
import type { Handlers } from '../../service.ts';
import { alreadyExists, breaks, noSuchEntity } from './errors.ts';
import { pageOf } from './page.ts';
import { groupsOf, type IamState, policiesOf, rolesOf, usersOf } from './state.ts';

const quotas = {
  AccessKeysPerUserQuota: 2,
  AssumeRolePolicySizeQuota: 2048,
  AttachedPoliciesPerGroupQuota: 10,
  AttachedPoliciesPerRoleQuota: 10,
  AttachedPoliciesPerUserQuota: 10,
  GroupPolicySizeQuota: 5120,
  GroupsPerUserQuota: 10,
  GroupsQuota: 300,
  InstanceProfilesQuota: 1000,
  PoliciesQuota: 1500,
  PolicySizeQuota: 6144,
  PolicyVersionsInUseQuota: 10_000,
  RolePolicySizeQuota: 10_240,
  RolesQuota: 1000,
  ServerCertificatesQuota: 20,
  SigningCertificatesPerUserQuota: 2,
  UserPolicySizeQuota: 2048,
  UsersQuota: 5000,
  VersionsPerPolicyQuota: 5,
};

/** Entities that do not exist here. */
const nothing = {
  AccountAccessKeysPresent: 0,
  AccountMFAEnabled: 0,
  AccountPasswordPresent: 0,
  AccountSigningCertificatesPresent: 0,
  InstanceProfiles: 0,
  MFADevices: 0,
  MFADevicesInUse: 0,
  Providers: 0,
  ServerCertificates: 0,
};

const count = (all: Iterable<unknown>): number => [...all].length;

const aliasForm = '^[a-z0-9]([a-z0-9]|-(?!-)){1,61}[a-z0-9]$';

export const account: Handlers<typeof sdk, IamState> = {
  GetAccountSummary(_input, { call: { account }, state }) {
    const policies = [...policiesOf(state, account)];
    return {
      SummaryMap: {
        ...quotas,
        ...nothing,
        GlobalEndpointTokenVersion: 1,
        Groups: count(groupsOf(state, account)),
        Policies: policies.length,
        PolicyVersionsInUse: policies.reduce((sum, { versions }) => sum + versions.length, 0),
        Roles: count(rolesOf(state, account)),
        Users: count(usersOf(state, account)),
      },
    };
  },

  CreateAccountAlias({ AccountAlias = '' }, { call: { account }, state }) {
    if (!new RegExp(aliasForm).test(AccountAlias)) {
      throw breaks(
        'accountAlias',
        `Member must satisfy regular expression pattern: ${aliasForm}`,
        AccountAlias,
      );
    }
    for (const [owner, alias] of state.aliases.entries()) {
      if (alias === AccountAlias && owner !== account)
        throw alreadyExists(`The account alias ${alias} already exists.`);
    }
    state.aliases.put(account, AccountAlias);
    return {};
  },

  DeleteAccountAlias({ AccountAlias = '' }, { call: { account }, state }) {
    if (state.aliases.get(account) !== AccountAlias) {
      throw noSuchEntity(`The account alias ${AccountAlias} cannot be found.`);
    }
    state.aliases.remove(account);
    return {};
  },

  ListAccountAliases(paging, { call: { account }, state }) {
    const alias = state.aliases.get(account);
    const { items, rest } = pageOf(alias === undefined ? [] : [alias], String, paging);
    return { AccountAliases: items, ...rest };
  },
};
