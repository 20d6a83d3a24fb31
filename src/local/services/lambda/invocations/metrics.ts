// The CloudWatch metrics of invocations.
// https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html

import type { Dimensions } from '../../../faces.ts';
import type { FunctionRecord } from '../records.ts';
import type { InvocationMeters, LambdaState } from '../state.ts';

const namespace = 'AWS/Lambda';

export interface Ran {
  readonly failed: boolean;
  /** Milliseconds, as in the report. */
  readonly duration: number;
}

/** `qualifier` is that of the request; `version` is the version that ran. */
export function countInvocation(
  state: LambdaState,
  record: FunctionRecord,
  qualifier: string | undefined,
  { failed, duration }: Ran,
): void {
  const { invocations, concurrency } = metersOf(state, record, qualifier);
  invocations.add([
    { name: 'Invocations', value: 1, unit: 'Count' },
    { name: 'Errors', value: failed ? 1 : 0, unit: 'Count' },
    { name: 'Throttles', value: 0, unit: 'Count' },
    { name: 'Duration', value: duration, unit: 'Milliseconds' },
  ]);
  const { account, region, name } = record;
  // The invocation that has just ended was running too.
  const running = state.pool.running(account, region, name) + 1;
  concurrency.add([{ name: 'ConcurrentExecutions', value: running, unit: 'Count' }]);
}

export function countThrottle(
  state: LambdaState,
  record: FunctionRecord,
  qualifier: string | undefined,
): void {
  metersOf(state, record, qualifier).invocations.add([{ name: 'Throttles', value: 1, unit: 'Count' }]);
}

/** A message about an asynchronous invocation that its target did not take. */
export function countUndelivered(
  state: LambdaState,
  record: FunctionRecord,
  qualifier: string | undefined,
  name: 'DestinationDeliveryFailures' | 'DeadLetterErrors',
): void {
  metersOf(state, record, qualifier).invocations.add([{ name, value: 1, unit: 'Count' }]);
}

function metersOf(
  { host, meters }: LambdaState,
  { account, region, name, version }: FunctionRecord,
  qualifier: string | undefined,
): InvocationMeters {
  const key = `${account}/${region}/${name}:${qualifier}:${version}`;
  let found = meters.get(key);
  if (!found) {
    const scope = { account, region };
    found = {
      invocations: host.face('metrics').meter(scope, namespace, dimensionsOf(name, qualifier, version)),
      concurrency: host.face('metrics').meter(scope, namespace, [{}, { FunctionName: name }]),
    };
    if (meters.size > 10_000) meters.clear();
    meters.set(key, found);
  }
  return found;
}

function dimensionsOf(
  FunctionName: string,
  qualifier: string | undefined,
  ExecutedVersion: string,
): readonly Dimensions[] {
  const named = qualifier !== undefined && qualifier !== '$LATEST';
  const Resource = named ? `${FunctionName}:${qualifier}` : FunctionName;
  const alias = named && qualifier !== ExecutedVersion;
  const own = { FunctionName, Resource };
  return [{}, { FunctionName }, own, ...(alias ? [{ ...own, ExecutedVersion }] : [])];
}
