// Provisioned concurrency: how many environments are kept ready for a version or an alias.
import type * as sdk from '@aws-sdk/client-lambda';
import { ProvisionedConcurrencyConfigNotFoundException } from '@aws-sdk/client-lambda';
import { ServiceFault } from '../../fault.ts';
import type { Call, Handlers } from '../../service.ts';
import { findAlias } from './aliases.ts';
import { accountConcurrency } from './concurrency.ts';
import { conflict, invalid } from './faults.ts';
import { page } from './page.ts';
import { findFunction, findLatest, parseReference, type Reference } from './references.ts';
import { type FunctionRecord, keyOf, type LambdaState, type ProvisionedRecord, prefixOf } from './state.ts';
import { Violations } from './violations.ts';

/** What must stay unreserved. */
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
    // As it is at this moment, even when it is there in the next.
    return answerOf(record, false);
  },

  GetProvisionedConcurrencyConfig({ FunctionName, Qualifier }, { state, call }) {
    const record = state.provisioned.get(existing(state, call, FunctionName, Qualifier));
    if (!record) {
      throw new ProvisionedConcurrencyConfigNotFoundException({
        message: 'No Provisioned Concurrency Config found for this function',
        Type: 'User',
        $metadata: {},
      });
    }
    return answerOf(record, isReady(record));
  },

  DeleteProvisionedConcurrencyConfig({ FunctionName, Qualifier }, { state, call }) {
    state.provisioned.remove(existing(state, call, FunctionName, Qualifier));
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
      ...answerOf(record, isReady(record)),
    }));
    return { ProvisionedConcurrencyConfigs, ...(next ? { NextMarker: next } : {}) };
  },
};

/** How many environments a version keeps ready, through itself or an alias that points to it. */
export function provisionedFor(state: LambdaState, version: FunctionRecord): number {
  const own = state.provisioned.get(keyOf(version, version.name, version.version));
  let sum = own && isReady(own) ? own.requested : 0;
  for (const [key, alias] of state.aliases.entries(prefixOf(version, version.name))) {
    const record = alias.functionVersion === version.version ? state.provisioned.get(key) : undefined;
    if (record && isReady(record)) sum += record.requested;
  }
  return sum;
}

const isReady = ({ readyAt }: ProvisionedRecord) => readyAt <= Date.now();

/** The key of the configuration, which need not be there; what it is of must. */
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

/** The version that is meant, and whether by an alias. */
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

/** Recorded without a Type. */
const quota = (message: string) => new ServiceFault('InvalidParameterValueException', message);

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

/** What functions without reserved concurrency take from what all share. */
function unreservedProvisioned(state: LambdaState, call: Call, except: string): number {
  let sum = 0;
  for (const [key, { requested }] of state.provisioned.entries(`${call.account}/${call.region}/`)) {
    const name = key.split('/')[2] ?? '';
    const reserved = state.functions.get(keyOf(call, name))?.reservedConcurrency;
    if (key !== except && reserved === undefined) sum += requested;
  }
  return sum;
}

function answerOf({ requested, lastModified }: ProvisionedRecord, ready: boolean) {
  const there = ready ? requested : 0;
  return {
    RequestedProvisionedConcurrentExecutions: requested,
    AvailableProvisionedConcurrentExecutions: there,
    AllocatedProvisionedConcurrentExecutions: there,
    Status: ready ? ('READY' as const) : ('IN_PROGRESS' as const),
    // `2025-01-01T00:00:00+0000`
    LastModified: `${new Date(lastModified).toISOString().slice(0, 19)}+0000`,
  };
}
