// Roles: creating, reading, changing and deleting them, and their permissions boundaries.
import type * as sdk from '@aws-sdk/client-iam';
import type { Role } from '@aws-sdk/client-iam';
import type { Handlers } from '../../../service.ts';
import { alreadyExists, deleteConflict, noSuchRole, overLimit, unmodifiable } from '../errors.ts';
import { checkedDescription, checkedName, checkedPath, checkedSession } from '../names.ts';
import { pageOf } from '../page.ts';
import { checkTrust, encoded, sizeOf } from '../policies/documents.ts';
import { checkedBoundary, shownBoundary } from '../policies/policies.ts';
import { change, entityArn, entityKey, type IamState, now, type RoleRecord, rolesOf } from '../state.ts';
import { checkedTags, listedTags, wireTags } from '../tags.ts';
import { uniqueId } from '../unique-id.ts';

/** @throws NoSuchEntityException, ServiceError ValidationError */
export function roleNamed(state: IamState, account: string, name: string | undefined): RoleRecord {
  const role = state.roles.get(entityKey(account, checkedName('roleName', name)));
  if (!role) throw noSuchRole(name ?? '');
  return role;
}

function checkedTrust(state: IamState, account: string, document: string | undefined): string {
  const trust = document ?? '';
  checkTrust(trust, (arn) => isPrincipal(state, account, arn));
  if (sizeOf(trust) > 2048) throw overLimit('Cannot exceed quota for ACLSizePerRole: 2048');
  return trust;
}

/** A principal of another account is assumed to exist. In this account, roles and users are looked up. */
function isPrincipal(state: IamState, account: string, arn: string): boolean {
  const [, owner, kind, resource = ''] = /^arn:[\w-]+:iam::(\d{12}):(role|user)\/(.+)$/.exec(arn) ?? [];
  if (owner !== account) return true;
  const name = resource.slice(resource.lastIndexOf('/') + 1);
  const found = (kind === 'role' ? state.roles : state.users).get(entityKey(account, name));
  return found?.arn === arn;
}

/** Service-linked roles can be changed only by their service. @throws UnmodifiableEntityException */
function checkUnprotected({ name, path }: RoleRecord): void {
  if (!path.startsWith('/aws-service-role/')) return;
  throw unmodifiable(
    `Cannot perform the operation on the protected role '${name}' - this role is only modifiable by AWS`,
  );
}

// The fields of an answer differ by operation, as recorded from real AWS. Each operation below adds its own.
export const shownRole = ({ path, name, id, arn, created, trust }: RoleRecord): Role => ({
  Path: path,
  RoleName: name,
  RoleId: id,
  Arn: arn,
  CreateDate: new Date(created),
  AssumeRolePolicyDocument: encoded(trust),
});

const described = ({ description }: RoleRecord) => (description ? { Description: description } : {});

export const roles: Handlers<typeof sdk, IamState> = {
  CreateRole(input, { call, state }) {
    const { account } = call;
    const name = checkedName('roleName', input.RoleName);
    const path = checkedPath(input.Path);
    const description = checkedDescription(input.Description);
    const maxSession = checkedSession(input.MaxSessionDuration) ?? 3600;
    const tags = checkedTags(input.Tags, 'any case');
    const trust = checkedTrust(state, account, input.AssumeRolePolicyDocument);
    const boundary = checkedBoundary(state, account, input.PermissionsBoundary);
    if (state.roles.get(entityKey(account, name)))
      throw alreadyExists(`Role with name ${name} already exists.`);
    const role: RoleRecord = {
      name,
      path,
      arn: entityArn(call, 'role', path, name),
      id: uniqueId('AROA'),
      created: now(),
      trust,
      maxSession,
      tags,
      attached: [],
      inline: [],
      ...(description && { description }),
      ...(boundary && { boundary }),
    };
    state.roles.put(entityKey(account, name), role);
    return {
      Role: { ...shownRole(role), ...shownBoundary(role), ...(tags.length > 0 && { Tags: wireTags(tags) }) },
    };
  },

  GetRole({ RoleName }, { call, state }) {
    const role = roleNamed(state, call.account, RoleName);
    return {
      Role: {
        ...shownRole(role),
        ...described(role),
        MaxSessionDuration: role.maxSession,
        ...shownBoundary(role),
        ...(role.tags.length > 0 && { Tags: listedTags(role.tags) }),
        RoleLastUsed: {},
      },
    };
  },

  ListRoles({ PathPrefix = '/', ...paging }, { call, state }) {
    const found = [...rolesOf(state, call.account)].filter(({ path }) => path.startsWith(PathPrefix));
    const { items, rest } = pageOf(found, ({ name }) => name.toLowerCase(), paging);
    const Roles = items.map((role) => ({
      ...shownRole(role),
      ...described(role),
      MaxSessionDuration: role.maxSession,
    }));
    return { Roles, ...rest };
  },

  UpdateRole({ RoleName, Description, MaxSessionDuration }, { call, state }) {
    const role = roleNamed(state, call.account, RoleName);
    const description = checkedDescription(Description) ?? role.description;
    const maxSession = checkedSession(MaxSessionDuration) ?? role.maxSession;
    change(state.roles, call.account, role, { description, maxSession });
    return {};
  },

  UpdateRoleDescription({ RoleName, Description }, { call, state }) {
    const role = roleNamed(state, call.account, RoleName);
    const changed = change(state.roles, call.account, role, { description: checkedDescription(Description) });
    return { Role: { ...shownRole(changed), ...described(changed) } };
  },

  UpdateAssumeRolePolicy({ RoleName, PolicyDocument }, { call, state }) {
    const role = roleNamed(state, call.account, RoleName);
    checkUnprotected(role);
    change(state.roles, call.account, role, { trust: checkedTrust(state, call.account, PolicyDocument) });
    return {};
  },

  DeleteRole({ RoleName }, { call, state }) {
    const role = roleNamed(state, call.account, RoleName);
    checkUnprotected(role);
    if (role.attached.length > 0)
      throw deleteConflict('Cannot delete entity, must detach all policies first.');
    if (role.inline.length > 0) {
      throw deleteConflict('Cannot delete entity, must delete policies first.');
    }
    state.roles.remove(entityKey(call.account, role.name));
    return {};
  },

  PutRolePermissionsBoundary({ RoleName, PermissionsBoundary }, { call, state }) {
    const role = roleNamed(state, call.account, RoleName);
    change(state.roles, call.account, role, {
      boundary: checkedBoundary(state, call.account, PermissionsBoundary),
    });
    return {};
  },

  DeleteRolePermissionsBoundary({ RoleName }, { call, state }) {
    const role = roleNamed(state, call.account, RoleName);
    const { boundary: _, ...rest } = role;
    change(state.roles, call.account, rest, {});
    return {};
  },

  ListInstanceProfilesForRole({ RoleName, ...paging }, { call, state }) {
    roleNamed(state, call.account, RoleName);
    return { InstanceProfiles: [], ...pageOf([], String, paging).rest };
  },
};
