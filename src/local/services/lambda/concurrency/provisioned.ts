// Provisioned concurrency: the number of environments that a version or an alias keeps ready.

import type * as sdk from '@aws-sdk/client-lambda';
import { ProvisionedConcurrencyConfigNotFoundException } from '@aws-sdk/client-lambda';
import { type Call, scopePrefix } from '../../../call.ts';
import type { Handlers } from '../../../service.ts';
import { ServiceError } from '../../../service-error.ts';
import { conflict, invalid } from '../errors.ts';
import { page } from '../page.ts';
import type { ProvisionedRecord } from '../records.ts';
import { findFunction, findLatest, parseReference, type Reference } from '../references.ts';
import { keyOf, type LambdaState, prefixOf } from '../state.ts';
import { findAlias } from '../versions/aliases.ts';
import { Violations } from '../violations.ts';
import { prewarm } from './prewarm.ts';
import { accountConcurrency } from './reserved.ts';

/** The part of the account's limit that must stay unreserved. */
const leastUnreserved = 100;
const rules = { plain: true, qualifierPattern: '(|[a-zA-Z0-9$_-]+)' };

export const provisionedConcurrency: Handlers<typeof sdk, LambdaState> = {
  PutProvisionedConcurrencyConfig(input, { state, call }) {
    const { FunctionName, Qualifier, ProvisionedConcurrentExecutions: requested = 0 } = input;
    new Violations().range(requested, 'provisionedConcurrentExecutions', 1).refuse();
    const reference = parseReference(FunctionName, call, Qualifier, rules);
    if (reference.qualifier === '$LATEST') {
      throw invalid('Provisioned Concurrency Configs cannot be applied to unpublished function versions.');
    }
    const key = checkTarget(state, call, reference);
    checkQuota(state, call, reference, key, requested);
    const now = Date.now();
    const record = { requested, lastModified: now, readyAt: now + state.delays.update };
    state.provisioned.put(key, record);
    prewarm(state, call, reference.name);
    return answerOf(record, undefined);
  },

  GetProvisionedConcurrencyConfig({ FunctionName, Qualifier }, { state, call }) {
    const key = existing(state, call, FunctionName, Qualifier);
    const record = state.provisioned.get(key);
    if (!record) {
      throw new ProvisionedConcurrencyConfigNotFoundException({
        message: 'No Provisioned Concurrency Config found for this function',
        Type: 'User',
        $metadata: {},
      });
    }
    return answerOf(record, readyOf(state, key, record));
  },

  DeleteProvisionedConcurrencyConfig({ FunctionName, Qualifier }, { state, call }) {
    const key = existing(state, call, FunctionName, Qualifier);
    state.provisioned.remove(key);
    prewarm(state, call, key.split('/')[2] ?? '');
    return {};
  },

  ListProvisionedConcurrencyConfigs({ FunctionName, Marker, MaxItems }, { state, call }) {
    const reference = parseReference(FunctionName, call, undefined, { plain: true });
    findLatest(state, call, reference);
    const prefix = prefixOf(call, reference.name);
    const { items, next } = page(
      [...state.provisioned.entries(prefix)],
      ([key]) => key,
      Marker,
      MaxItems,
      50,
    );
    const ProvisionedConcurrencyConfigs = items.map(([key, record]) => ({
      FunctionArn: `${reference.arn}:${key.slice(prefix.length).replace(/^0+(?=\d+$)/, '')}`,
      ...answerOf(record, readyOf(state, key, record)),
    }));
    return { ProvisionedConcurrencyConfigs, ...(next ? { NextMarker: next } : {}) };
  },
};

/** The number of its ready environments; undefined while they are being started. */
function readyOf(
  state: LambdaState,
  key: string,
  { requested, readyAt }: ProvisionedRecord,
): number | undefined {
  if (Date.now() < readyAt) return undefined;
  const version = state.aliases.get(key)?.functionVersion;
  const prefix = key.slice(0, key.lastIndexOf('/') + 1);
  const [account = '', region = '', name = ''] = prefix.split('/');
  const ready = state.ready.get(version === undefined ? key : keyOf({ account, region }, name, version));
  return ready === undefined ? undefined : Math.min(ready, requested);
}

/** The key of the configuration. The configuration need not exist, but its version or alias must. */
function existing(
  state: LambdaState,
  call: Call,
  FunctionName: string | undefined,
  Qualifier: string | undefined,
): string {
  const reference = parseReference(FunctionName, call, Qualifier, rules);
  if (reference.qualifier === '$LATEST') {
    throw invalid('The function resource provided must be an alias or a published version.');
  }
  find(state, call, reference);
  return keyOf(call, reference.name, reference.qualifier);
}

/** The version of the reference, and the alias if it names one. */
function find(state: LambdaState, call: Call, reference: Reference) {
  const { qualifier = '' } = reference;
  if (/^\d+$/.test(qualifier)) {
    return { version: findFunction(state, call, reference), alias: undefined };
  }
  const alias = findAlias(state, call, reference, qualifier);
  return { version: findFunction(state, call, reference), alias };
}

function checkTarget(state: LambdaState, call: Call, reference: Reference): string {
  const { version, alias } = find(state, call, reference);
  const has = (qualifier: string) => state.provisioned.get(keyOf(call, reference.name, qualifier));
  if (alias) {
    if (alias.functionVersion === '$LATEST') {
      throw invalid('Provisioned Concurrency Configs cannot be applied to unpublished function versions.');
    }
    if ([alias.functionVersion, ...Object.keys(alias.weights ?? {})].some(has)) {
      throw conflict(
        "Alias can't be used for Provisioned Concurrency configuration on an already Provisioned version",
      );
    }
  } else {
    const pointing = [...state.aliases.entries(prefixOf(call, reference.name))].filter(
      ([, { functionVersion, weights = {} }]) =>
        functionVersion === version.version || version.version in weights,
    );
    if (pointing.some(([key]) => state.provisioned.get(key))) {
      throw conflict('Version is pointed by a Provisioned Concurrency alias');
    }
  }
  return keyOf(call, reference.name, reference.qualifier);
}

function checkQuota(
  state: LambdaState,
  call: Call,
  { name, arn }: Reference,
  key: string,
  requested: number,
): void {
  const { reservedConcurrency } = findLatest(state, call, { name, arn, qualifier: undefined });
  if (reservedConcurrency !== undefined) {
    const others = sumOf(state, prefixOf(call, name), key);
    if (others + requested <= reservedConcurrency) return;
    throw invalid(
      'Requested Provisioned Concurrency should not be greater than the reservedConcurrentExecution for function',
    );
  }
  const unreserved = accountConcurrency - reservedIn(state, call) - unreservedProvisioned(state, call, key);
  if (requested > unreserved) {
    throw quota(
      `Specified ConcurrentExecutions for function is greater than account's unreserved concurrency [${unreserved}].`,
    );
  }
  if (unreserved - requested < leastUnreserved) {
    throw quota(
      `Specified ConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [${leastUnreserved}].`,
    );
  }
}

/** Real AWS answers this without a Type. */
const quota = (message: string) => new ServiceError('InvalidParameterValueException', message);

function sumOf(state: LambdaState, prefix: string, except: string): number {
  let sum = 0;
  for (const [key, { requested }] of state.provisioned.entries(prefix)) if (key !== except) sum += requested;
  return sum;
}

function reservedIn(state: LambdaState, { account, region }: Call): number {
  let sum = 0;
  for (const [, record] of state.functions.entries(`${account}/${region}/`)) {
    sum += record.reservedConcurrency ?? 0;
  }
  return sum;
}

/** The provisioned concurrency that functions without reserved concurrency take from the shared part. */
function unreservedProvisioned(state: LambdaState, call: Call, except: string): number {
  let sum = 0;
  for (const [key, { requested }] of state.provisioned.entries(scopePrefix(call))) {
    const name = key.split('/')[2] ?? '';
    const reserved = state.functions.get(keyOf(call, name))?.reservedConcurrency;
    if (key !== except && reserved === undefined) sum += requested;
  }
  return sum;
}

function answerOf({ requested, lastModified }: ProvisionedRecord, ready: number | undefined) {
  return {
    RequestedProvisionedConcurrentExecutions: requested,
    AvailableProvisionedConcurrentExecutions: ready ?? 0,
    AllocatedProvisionedConcurrentExecutions: ready ?? 0,
    ...statusOf(requested, ready),
    // `2025-01-01T00:00:00+0000`
    LastModified: `${new Date(lastModified).toISOString().slice(0, 19)}+0000`,
  };
}

function statusOf(requested: number, ready: number | undefined) {
  if (ready === undefined) return { Status: 'IN_PROGRESS' as const };
  if (ready >= requested) return { Status: 'READY' as const };
  return { Status: 'FAILED' as const, StatusReason: 'FUNCTION_ERROR_INIT_FAILURE' };
}
