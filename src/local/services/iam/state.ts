// The state of the local IAM: roles and managed policies of each account, one record each.
import type { Collection, Store } from '../../store.ts';

export interface Tag {
  readonly key: string;
  readonly value: string;
}

export interface RoleRecord {
  readonly name: string;
  /** `/` or `/a/b/`. */
  readonly path: string;
  readonly arn: string;
  /** `AROA…` */
  readonly id: string;
  /** Epoch milliseconds. */
  readonly created: number;
  /** The trust policy, as it was sent. */
  readonly trust: string;
  readonly description?: string;
  /** Seconds. */
  readonly maxSession: number;
  /** ARN of the permissions boundary. */
  readonly boundary?: string;
  readonly tags: readonly Tag[];
  /** ARNs of managed policies. */
  readonly attached: readonly string[];
  /** Inline policies: document by name. */
  readonly inline: Readonly<Record<string, string>>;
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
  /** The highest number ever given: numbers are not used again. */
  readonly lastVersion: number;
  readonly versions: readonly PolicyVersionRecord[];
}

/** Both are keyed `account/name`, the name in small letters: IAM names are unique whatever their case. */
export interface IamState {
  readonly roles: Collection<RoleRecord>;
  readonly policies: Collection<PolicyRecord>;
}

export function iamState(store: Store): IamState {
  return { roles: store.collection('iam/roles'), policies: store.collection('iam/policies') };
}

export const entityKey = (account: string, name: string): string => `${account}/${name.toLowerCase()}`;

/** The role at exactly this ARN, its path included. */
export function roleAt(state: IamState, arn: string): { role: RoleRecord; account: string } | undefined {
  const [, account, resource] = /^arn:[^:]+:iam::(\d{12}):role\/(.+)$/.exec(arn) ?? [];
  if (!account || !resource) return undefined;
  const role = state.roles.get(entityKey(account, resource.slice(resource.lastIndexOf('/') + 1)));
  return role?.arn === arn ? { role, account } : undefined;
}

export function* rolesOf(state: IamState, account: string): Iterable<RoleRecord> {
  for (const [, role] of state.roles.entries(`${account}/`)) yield role;
}
