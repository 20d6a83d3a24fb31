// Managed policies: the account's own, and those that AWS provides.
import type * as sdk from '@aws-sdk/client-iam';
import type { Policy } from '@aws-sdk/client-iam';
import type { Handlers } from '../../../service.ts';
import { ServiceError } from '../../../service-error.ts';
import { alreadyExists, deleteConflict, invalid, invalidInput, noSuchEntity, overLimit } from '../errors.ts';
import { checkEnum, checkedDescription, checkedName, checkedPath } from '../names.ts';
import { pageOf } from '../page.ts';
import {
  entityArn,
  entityKey,
  groupsOf,
  type IamState,
  type Identity,
  now,
  type PolicyRecord,
  policiesOf,
  rolesOf,
  usersOf,
} from '../state.ts';
import { checkedTags, listedTags, wireTags } from '../tags.ts';
import { uniqueId } from '../unique-id.ts';
import { awsPoliciesIn, awsPolicyAt } from './aws-policies.ts';
import { checkPermissions, sizeOf } from './documents.ts';

export const isPolicyArn = (arn: string): boolean =>
  /^arn:[\w-]+:iam::(\d{12}|aws):policy\/[\x21-\x7e]+$/.test(arn);

/** The managed policy at exactly this ARN, whether AWS's or the account's own. */
export function policyAt(state: IamState, account: string, arn: string): PolicyRecord | undefined {
  const provided = awsPolicyAt(arn);
  if (provided) return provided;
  const policy = state.policies.get(entityKey(account, arn.slice(arn.lastIndexOf('/') + 1)));
  return policy?.arn === arn ? policy : undefined;
}

/** @throws NoSuchEntityException, ServiceError ValidationError */
export function foundPolicy(state: IamState, account: string, arn: string | undefined): PolicyRecord {
  const given = parsedArn(arn);
  const policy = policyAt(state, account, given);
  if (!policy) throw noSuchEntity(`Policy ${given} was not found.`);
  return policy;
}

/** @throws ServiceError ValidationError */
export function parsedArn(arn: string | undefined): string {
  if (!arn || !isPolicyArn(arn)) throw invalid('Invalid ARN:  Could not be parsed!');
  return arn;
}

/** AWS's own policies cannot be changed. @throws ServiceError AccessDenied */
export function checkOwn(policy: PolicyRecord, operation: string, callerArn: string): void {
  if (!policy.arn.includes(':iam::aws:')) return;
  throw new ServiceError(
    'AccessDenied',
    `User: ${callerArn} is not authorized to perform: iam:${operation} on resource: policy ${policy.arn}`,
    403,
  );
}

/** @throws MalformedPolicyDocumentException, LimitExceededException */
export function checkedPermissions(document: string | undefined): string {
  const permissions = document ?? '';
  checkPermissions(permissions);
  if (sizeOf(permissions) > 6144) throw overLimit('Cannot exceed quota for PolicySize: 6144');
  return permissions;
}

/**
 * The ARN of a permissions boundary; undefined when the request has none.
 * @throws InvalidInputException, NoSuchEntityException
 */
export function checkedBoundary(
  state: IamState,
  account: string,
  arn: string | undefined,
): string | undefined {
  if (arn === undefined) return undefined;
  if (!isPolicyArn(arn)) throw invalidInput(`ARN ${arn} is not valid.`);
  if (!policyAt(state, account, arn)) {
    throw noSuchEntity(`Scope ARN: ${arn} does not exist or is not attachable.`);
  }
  return arn;
}

/** IAM answers the type `Policy`, although the model lists another value. */
export const shownBoundary = ({ boundary }: { boundary?: string }) =>
  boundary
    ? {
        PermissionsBoundary: { PermissionsBoundaryType: 'Policy' as never, PermissionsBoundaryArn: boundary },
      }
    : {};

/** How often each policy is attached and used as a boundary, by its ARN. */
export interface Uses {
  attached: Map<string, number>;
  bounding: Map<string, number>;
}

export function usesIn(state: IamState, account: string): Uses {
  const uses: Uses = { attached: new Map(), bounding: new Map() };
  const count = (of: Map<string, number>, arn: string) => of.set(arn, (of.get(arn) ?? 0) + 1);
  for (const { attached, boundary } of [...rolesOf(state, account), ...usersOf(state, account)]) {
    for (const arn of attached) count(uses.attached, arn);
    if (boundary) count(uses.bounding, boundary);
  }
  for (const { attached } of groupsOf(state, account)) {
    for (const arn of attached) count(uses.attached, arn);
  }
  return uses;
}

export const shownPolicy = (policy: PolicyRecord, uses: Uses): Policy => ({
  PolicyName: policy.name,
  PolicyId: policy.id,
  Arn: policy.arn,
  Path: policy.path,
  DefaultVersionId: `v${policy.defaultVersion}`,
  AttachmentCount: uses.attached.get(policy.arn) ?? 0,
  PermissionsBoundaryUsageCount: uses.bounding.get(policy.arn) ?? 0,
  IsAttachable: true,
  CreateDate: new Date(policy.created),
  UpdateDate: new Date(policy.updated),
});

export const policies: Handlers<typeof sdk, IamState> = {
  CreatePolicy(input, { call, state }) {
    const { account } = call;
    const name = checkedName('policyName', input.PolicyName);
    const path = checkedPath(input.Path);
    const description = checkedDescription(input.Description);
    const tags = checkedTags(input.Tags, 'exact');
    const document = checkedPermissions(input.PolicyDocument);
    if (state.policies.get(entityKey(account, name))) {
      throw alreadyExists(`A policy called ${name} already exists. Duplicate names are not allowed.`);
    }
    const created = now();
    const policy: PolicyRecord = {
      name,
      path,
      arn: entityArn(call, 'policy', path, name),
      id: uniqueId('ANPA'),
      created,
      updated: created,
      tags,
      defaultVersion: 1,
      lastVersion: 1,
      versions: [{ number: 1, document, created }],
      ...(description && { description }),
    };
    state.policies.put(entityKey(account, name), policy);
    return {
      Policy: {
        ...shownPolicy(policy, usesIn(state, account)),
        ...(tags.length > 0 && { Tags: wireTags(tags) }),
      },
    };
  },

  GetPolicy({ PolicyArn }, { call, state }) {
    const policy = foundPolicy(state, call.account, PolicyArn);
    return {
      Policy: {
        ...shownPolicy(policy, usesIn(state, call.account)),
        ...(policy.description && { Description: policy.description }),
        Tags: listedTags(policy.tags),
      },
    };
  },

  ListPolicies(input, { call, state }) {
    const { Scope = 'All', OnlyAttached, PathPrefix = '/', PolicyUsageFilter, ...paging } = input;
    const uses = usesIn(state, call.account);
    checkEnum(Scope, 'scope', ['All', 'AWS', 'Local']);
    const own = Scope === 'AWS' ? [] : policiesOf(state, call.account);
    const found = [...own, ...(Scope === 'Local' ? [] : awsPoliciesIn(call.region))].filter(
      ({ arn, path }) =>
        path.startsWith(PathPrefix) &&
        (!OnlyAttached || uses.attached.has(arn)) &&
        (PolicyUsageFilter !== 'PermissionsBoundary' || uses.bounding.has(arn)) &&
        (PolicyUsageFilter !== 'PermissionsPolicy' || uses.attached.has(arn)),
    );
    // The account's own policies come first.
    const order = ({ name, arn }: PolicyRecord) => `${arn.includes('::aws:') ? 1 : 0} ${name} ${arn}`;
    const { items, rest } = pageOf(found, order, paging);
    return { Policies: items.map((policy) => shownPolicy(policy, uses)), ...rest };
  },

  DeletePolicy({ PolicyArn }, { call, state }) {
    const policy = foundPolicy(state, call.account, PolicyArn);
    checkOwn(policy, 'DeletePolicy', call.callerArn);
    const uses = usesIn(state, call.account);
    if (uses.attached.has(policy.arn) || uses.bounding.has(policy.arn)) {
      throw deleteConflict('Cannot delete a policy attached to entities.');
    }
    if (policy.versions.length > 1) {
      throw deleteConflict(
        "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.",
      );
    }
    state.policies.remove(entityKey(call.account, policy.name));
    return {};
  },

  ListEntitiesForPolicy(input, { call: { account }, state }) {
    const { PolicyArn, EntityFilter, PathPrefix = '/', PolicyUsageFilter, ...paging } = input;
    const arn = parsedArn(PolicyArn);
    if (!policyAt(state, account, arn)) {
      throw noSuchEntity(`Policy ${arn} does not exist or is not attachable.`);
    }
    const uses = ({ attached, path, boundary }: Identity & { boundary?: string }) =>
      path.startsWith(PathPrefix) &&
      ((PolicyUsageFilter !== 'PermissionsBoundary' && attached.includes(arn)) ||
        (PolicyUsageFilter !== 'PermissionsPolicy' && boundary === arn));
    const those = (kind: string, all: Iterable<Identity>) =>
      EntityFilter === undefined || EntityFilter === kind
        ? [...all].filter(uses).map(({ name, id }) => ({ kind, name, id }))
        : [];
    const found = [
      ...those('Group', groupsOf(state, account)),
      ...those('User', usersOf(state, account)),
      ...those('Role', rolesOf(state, account)),
    ];
    const { items, rest } = pageOf(found, ({ kind, name }) => `${kind} ${name.toLowerCase()}`, paging);
    const only = (wanted: string) => items.filter(({ kind }) => kind === wanted);
    return {
      PolicyGroups: only('Group').map(({ name, id }) => ({ GroupName: name, GroupId: id })),
      PolicyUsers: only('User').map(({ name, id }) => ({ UserName: name, UserId: id })),
      PolicyRoles: only('Role').map(({ name, id }) => ({ RoleName: name, RoleId: id })),
      ...rest,
    };
  },
};
