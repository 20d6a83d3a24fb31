// The state of the local IAM: identities, access keys and managed policies of each account, one record each.

import type { Scope } from '../../call.ts';
import { partitionOf } from '../../partition.ts';
import type { Collection, Store } from '../../store/store.ts';

export interface Tag {
  readonly key: string;
  readonly value: string;
}

/** What roles, users and groups have in common. */
export interface Identity {
  readonly name: string;
  /** `/` or `/a/b/`. */
  readonly path: string;
  readonly arn: string;
  /** `AROA…`, `AIDA…`, `AGPA…` */
  readonly id: string;
  /** Epoch milliseconds. */
  readonly created: number;
  /** ARNs of managed policies, in the order in which they were attached. */
  readonly attached: readonly string[];
  /** Inline policies as pairs: an object would not be safe for names such as `__proto__`. */
  readonly inline: readonly (readonly [name: string, document: string])[];
}

export interface RoleRecord extends Identity {
  /** The trust policy, as it was sent. */
  readonly trust: string;
  readonly description?: string;
  /** Seconds. */
  readonly maxSession: number;
  /** ARN of the permissions boundary. */
  readonly boundary?: string;
  readonly tags: readonly Tag[];
}

export interface UserRecord extends Identity {
  readonly boundary?: string;
  readonly tags: readonly Tag[];
  /** Ids of access keys, oldest first. */
  readonly keys: readonly string[];
  readonly login?: LoginRecord;
}

/** The right to sign in to the console. The password is checked but not stored: there is no console. */
export interface LoginRecord {
  readonly created: number;
  readonly resetRequired: boolean;
}

export interface GroupRecord extends Identity {
  /** Unique ids of users. */
  readonly members: readonly string[];
}

export interface AccessKeyRecord {
  readonly secret: string;
  readonly account: string;
  /** The user's name. */
  readonly user: string;
  readonly active: boolean;
  readonly created: number;
  readonly lastUsed?: { readonly at: number; readonly region: string; readonly service: string };
}

export interface PolicyVersionRecord {
  readonly number: number;
  readonly document: string;
  /** Epoch milliseconds. */
  readonly created: number;
}

export interface PolicyRecord {
  readonly name: string;
  readonly path: string;
  readonly arn: string;
  /** `ANPA…` */
  readonly id: string;
  readonly description?: string;
  /** Epoch milliseconds, both. */
  readonly created: number;
  readonly updated: number;
  readonly tags: readonly Tag[];
  readonly defaultVersion: number;
  /** The highest number ever used: numbers are not reused. */
  readonly lastVersion: number;
  readonly versions: readonly PolicyVersionRecord[];
}

/** Identities and policies have keys `account/name`, the name in lower case: IAM ignores case. */
export interface IamState {
  readonly roles: Collection<RoleRecord>;
  readonly users: Collection<UserRecord>;
  readonly groups: Collection<GroupRecord>;
  readonly policies: Collection<PolicyRecord>;
  /** Keys: the access key id. */
  readonly keys: Collection<AccessKeyRecord>;
  /** Keys: the account. */
  readonly aliases: Collection<string>;
}

export function iamState(store: Store): IamState {
  return {
    roles: store.collection('iam/roles'),
    users: store.collection('iam/users'),
    groups: store.collection('iam/groups'),
    policies: store.collection('iam/policies'),
    keys: store.collection('iam/access-keys'),
    aliases: store.collection('iam/account-aliases'),
  };
}

export const entityKey = (account: string, name: string): string => `${account}/${name.toLowerCase()}`;

/** Times are whole seconds in IAM. */
export const now = (): number => Math.floor(Date.now() / 1000) * 1000;

/** The role with exactly this ARN, including its path. */
export function roleAt(state: IamState, arn: string): { role: RoleRecord; account: string } | undefined {
  const [, account, resource] = /^arn:[^:]+:iam::(\d{12}):role\/(.+)$/.exec(arn) ?? [];
  if (!account || !resource) return undefined;
  const role = state.roles.get(entityKey(account, resource.slice(resource.lastIndexOf('/') + 1)));
  return role?.arn === arn ? { role, account } : undefined;
}

function* all<T>(collection: Collection<T>, account: string): Iterable<T> {
  for (const [, record] of collection.entries(`${account}/`)) yield record;
}

export const rolesOf = (state: IamState, account: string) => all(state.roles, account);
export const usersOf = (state: IamState, account: string) => all(state.users, account);
export const groupsOf = (state: IamState, account: string) => all(state.groups, account);
export const policiesOf = (state: IamState, account: string) => all(state.policies, account);

/** The ARN of a user, group, role or policy. `kind` is for example `role`; `path` begins and ends with a slash. */
export const entityArn = ({ account, region }: Scope, kind: string, path: string, name: string): string =>
  `arn:${partitionOf(region)}:iam::${account}:${kind}${path}${name}`;

/** Writes a changed copy of a role, user or group. */
export function change<T extends Identity>(
  collection: Collection<T>,
  account: string,
  identity: T,
  changes: Partial<T>,
): T {
  const copy = { ...identity, ...changes };
  collection.put(entityKey(account, copy.name), copy);
  return copy;
}
