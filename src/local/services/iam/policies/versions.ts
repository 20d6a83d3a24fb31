// The versions of managed policies.
import type * as sdk from '@aws-sdk/client-iam';
import type { PolicyVersion } from '@aws-sdk/client-iam';
import type { Handlers } from '../../../service.ts';
import { breaks, deleteConflict, noSuchEntity, overLimit } from '../errors.ts';
import { pageOf } from '../page.ts';
import { entityKey, type IamState, now, type PolicyRecord, type PolicyVersionRecord } from '../state.ts';
import { encoded } from './documents.ts';
import { checkedPermissions, checkOwn, foundPolicy, parsedArn, policyAt } from './policies.ts';

const mostVersions = 5;

export const shownVersion = (
  policy: PolicyRecord,
  { number, created }: PolicyVersionRecord,
): PolicyVersion => ({
  VersionId: `v${number}`,
  IsDefaultVersion: number === policy.defaultVersion,
  CreateDate: new Date(created),
});

/** @throws NoSuchEntityException, ServiceError ValidationError */
function found(
  state: IamState,
  account: string,
  policyArn: string | undefined,
  versionId: string | undefined,
): { policy: PolicyRecord; version: PolicyVersionRecord } {
  const id = versionId ?? '';
  if (!/^v[1-9]\d*(\.[A-Za-z0-9-]*)?$/.test(id)) {
    throw breaks(
      'versionId',
      'Member must satisfy regular expression pattern: v[1-9][0-9]*(\\.[A-Za-z0-9-]*)?',
    );
  }
  const arn = parsedArn(policyArn);
  const policy = policyAt(state, account, arn);
  const version = policy?.versions.find(({ number }) => `v${number}` === id);
  if (!policy || !version) {
    throw noSuchEntity(`Policy ${arn} version ${id} does not exist or is not attachable.`);
  }
  return { policy, version };
}

export const policyVersions: Handlers<typeof sdk, IamState> = {
  CreatePolicyVersion({ PolicyArn, PolicyDocument, SetAsDefault }, { call, state }) {
    const policy = foundPolicy(state, call.account, PolicyArn);
    checkOwn(policy, 'CreatePolicyVersion', call.callerArn);
    const document = checkedPermissions(PolicyDocument);
    if (policy.versions.length >= mostVersions) {
      throw overLimit(
        `A managed policy can have up to ${mostVersions} versions. Before you create a new version, you must delete an existing version.`,
      );
    }
    const created = now();
    const version = { number: policy.lastVersion + 1, document, created };
    const changed: PolicyRecord = {
      ...policy,
      updated: created,
      versions: [...policy.versions, version],
      lastVersion: version.number,
      defaultVersion: SetAsDefault ? version.number : policy.defaultVersion,
    };
    state.policies.put(entityKey(call.account, policy.name), changed);
    return { PolicyVersion: shownVersion(changed, version) };
  },

  GetPolicyVersion({ PolicyArn, VersionId }, { call, state }) {
    const { policy, version } = found(state, call.account, PolicyArn, VersionId);
    return { PolicyVersion: { ...shownVersion(policy, version), Document: encoded(version.document) } };
  },

  ListPolicyVersions({ PolicyArn, ...paging }, { call, state }) {
    const policy = foundPolicy(state, call.account, PolicyArn);
    const newestFirst = ({ number }: PolicyVersionRecord) => String(1e9 - number);
    const { items, rest } = pageOf(policy.versions, newestFirst, paging);
    return { Versions: items.map((version) => shownVersion(policy, version)), ...rest };
  },

  SetDefaultPolicyVersion({ PolicyArn, VersionId }, { call, state }) {
    const { policy, version } = found(state, call.account, PolicyArn, VersionId);
    checkOwn(policy, 'SetDefaultPolicyVersion', call.callerArn);
    state.policies.put(entityKey(call.account, policy.name), { ...policy, defaultVersion: version.number });
    return {};
  },

  DeletePolicyVersion({ PolicyArn, VersionId }, { call, state }) {
    const { policy, version } = found(state, call.account, PolicyArn, VersionId);
    checkOwn(policy, 'DeletePolicyVersion', call.callerArn);
    if (version.number === policy.defaultVersion) {
      throw deleteConflict('Cannot delete the default version of a policy.');
    }
    const versions = policy.versions.filter(({ number }) => number !== version.number);
    state.policies.put(entityKey(call.account, policy.name), { ...policy, versions });
    return {};
  },
};
