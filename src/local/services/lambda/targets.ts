// The target of policies and settings: a function, one of its versions, or an alias.

import { randomUUID } from 'node:crypto';
import type { Call, Scope } from '../../call.ts';
import type { Collection } from '../../store/store.ts';
import { notFound } from './errors.ts';
import type { AliasRecord, FunctionRecord } from './records.ts';
import type { Reference } from './references.ts';
import { keyOf, type LambdaState, save, settled } from './state.ts';
import { removeUrl } from './urls/records.ts';

export interface Target {
  readonly key: string;
  /** The ARN, with the qualifier of the request. */
  readonly arn: string;
  readonly revisionId: string;
  /** Gives the target a new RevisionId, and answers it. */
  touch(): string;
}

/** The key of an attachment to the target of a reference. */
export function attachmentKey(call: Scope, { name, qualifier }: Reference): string {
  return keyOf(call, name, qualifier);
}

/** @throws ResourceNotFoundException in AWS's words for functions, versions and aliases */
export function targetOf(state: LambdaState, call: Scope, reference: Reference): Target {
  const { qualifier, arn } = reference;
  const found = findTarget(state, call, reference);
  if (found) return found;
  if (qualifier !== undefined && /^(?!\d+$)[\w-]+$/.test(qualifier)) {
    throw notFound(`Cannot find alias arn: ${arn}:${qualifier}`);
  }
  throw notFound(`Function not found: ${qualifier === undefined ? arn : `${arn}:${qualifier}`}`);
}

export function findTarget(state: LambdaState, call: Scope, reference: Reference): Target | undefined {
  const { name, qualifier, arn } = reference;
  const key = keyOf(call, name, qualifier);
  const record = state.functions.get(key);
  const alias = record ? undefined : state.aliases.get(key);
  if (!record && !alias) return undefined;
  const common = { key, arn: qualifier === undefined ? arn : `${arn}:${qualifier}` };
  return record
    ? { ...common, ...ofFunction(state, settled(record)) }
    : { ...common, ...ofAlias(state, key, alias) };
}

function ofFunction(state: LambdaState, record: FunctionRecord): Omit<Target, 'key' | 'arn'> {
  return {
    revisionId: record.revisionId,
    touch() {
      const revisionId = randomUUID();
      save(state, { ...record, revisionId });
      return revisionId;
    },
  };
}

function ofAlias(
  state: LambdaState,
  key: string,
  alias: AliasRecord | undefined,
): Omit<Target, 'key' | 'arn'> {
  return {
    revisionId: alias?.revisionId ?? '',
    touch() {
      const revisionId = randomUUID();
      if (alias) state.aliases.put(key, { ...alias, revisionId });
      return revisionId;
    },
  };
}

/**
 * Removes the attachments of a function, or only those of the given qualifier. Event source mappings stay, as in AWS.
 */
export function dropAttachments(state: LambdaState, call: Call, name: string, qualifier?: string): void {
  const { policies, policyRevisions, invokeConfigs, runtimeManagement, recursion } = state;
  const prefix = `${call.account}/${call.region}/${name}/`;
  const keysIn = (collection: Collection<unknown>) =>
    qualifier === undefined
      ? [...collection.entries(prefix)].map(([key]) => key)
      : [keyOf(call, name, qualifier)];
  for (const collection of [policies, policyRevisions, invokeConfigs, runtimeManagement, recursion]) {
    for (const key of keysIn(collection)) collection.remove(key);
  }
  for (const key of keysIn(state.urls)) removeUrl(state, key);
}
