// The records of Parameter Store, their keys, and how a request finds a parameter and its versions.

import type { ParameterTier, ParameterType } from '@aws-sdk/client-ssm';
import { type Scope, scopePrefix } from '../../call.ts';
import type { Secrets } from '../../faces.ts';
import { partitionOf } from '../../partition.ts';
import type { Collection, Store } from '../../store/store.ts';

export interface ParameterRecord {
  /** The name as it was created: with or without the slash before a name without hierarchy. */
  readonly name: string;
  /** The number of the newest version. */
  readonly latest: number;
  readonly tags: Readonly<Record<string, string>>;
}

export interface VersionRecord {
  readonly version: number;
  readonly type: ParameterType;
  readonly value: string;
  /** The value shown for a SecureString that is not decrypted. */
  readonly sealed?: string;
  readonly keyId?: string;
  readonly description?: string;
  readonly allowedPattern?: string;
  readonly tier: ParameterTier;
  readonly policies?: string;
  readonly dataType: string;
  /** Epoch milliseconds. */
  readonly modified: number;
  /** ARN of the caller that put it. */
  readonly modifiedBy: string;
  readonly labels: readonly string[];
}

export interface SsmState {
  /** Keys: `account/region/name`, the name without its first slash. */
  readonly parameters: Collection<ParameterRecord>;
  /** Keys: `account/region/name:version`, the version padded with zeros; no name contains a colon. */
  readonly versions: Collection<VersionRecord>;
  readonly secret: Secrets['read'];
}

export function createSsmState(store: Store, secret: Secrets['read']): SsmState {
  return {
    parameters: store.collection('ssm/parameters'),
    versions: store.collection('ssm/versions'),
    secret,
  };
}

/** `a` and `/a` are the same parameter. */
export const parameterKey = (scope: Scope, name: string): string =>
  scopePrefix(scope) + name.replace(/^\//, '');

export const versionPrefix = (scope: Scope, name: string): string => `${parameterKey(scope, name)}:`;

export const versionKey = (scope: Scope, name: string, version: number): string =>
  versionPrefix(scope, name) + String(version).padStart(10, '0');

export const parameterArn = ({ account, region }: Scope, name: string): string =>
  `arn:${partitionOf(region)}:ssm:${region}:${account}:parameter/${name.replace(/^\//, '')}`;

export function versionsOf(state: SsmState, scope: Scope, name: string): VersionRecord[] {
  return [...state.versions.entries(versionPrefix(scope, name))].map(([, version]) => version);
}

export function latestOf(state: SsmState, scope: Scope, parameter: ParameterRecord): VersionRecord {
  const version = state.versions.get(versionKey(scope, parameter.name, parameter.latest));
  if (!version) throw new Error(`${parameter.name} has no version ${parameter.latest}`);
  return version;
}
