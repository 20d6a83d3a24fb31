// What Lambda counts of each invocation, in CloudWatch.
// https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html

import type { Dimensions } from '../../service.ts';
import type { FunctionRecord } from './records.ts';
import type { LambdaState } from './state.ts';

const namespace = 'AWS/Lambda';
const sets = new Map<string, readonly Dimensions[]>();

export interface Ran {
  readonly failed: boolean;
  /** Milliseconds, as the report has it. */
  readonly duration: number;
}

/** `qualifier`: as the invocation named it; the version is what ran. */
export function countInvocation(
  { host, pool }: LambdaState,
  { account, region, name, version }: FunctionRecord,
  qualifier: string | undefined,
  { failed, duration }: Ran,
): void {
  const scope = { account, region };
  const values = [
    { name: 'Invocations', value: 1, unit: 'Count' },
    { name: 'Errors', value: failed ? 1 : 0, unit: 'Count' },
    { name: 'Throttles', value: 0, unit: 'Count' },
    { name: 'Duration', value: duration, unit: 'Milliseconds' },
  ];
  host.metrics.add(scope, namespace, values, dimensionsOf(name, qualifier, version));
  // The invocation that ends here ran too.
  const running = pool.running(account, region, name) + 1;
  const concurrent = [{ name: 'ConcurrentExecutions', value: running, unit: 'Count' }];
  host.metrics.add(scope, namespace, concurrent, [{}, { FunctionName: name }]);
}

export function countThrottle(
  { host }: LambdaState,
  { account, region, name, version }: FunctionRecord,
  qualifier: string | undefined,
): void {
  const values = [{ name: 'Throttles', value: 1, unit: 'Count' }];
  host.metrics.add({ account, region }, namespace, values, dimensionsOf(name, qualifier, version));
}

function dimensionsOf(
  FunctionName: string,
  qualifier: string | undefined,
  ExecutedVersion: string,
): readonly Dimensions[] {
  const key = `${FunctionName}:${qualifier}:${ExecutedVersion}`;
  let found = sets.get(key);
  if (!found) {
    const named = qualifier !== undefined && qualifier !== '$LATEST';
    const Resource = named ? `${FunctionName}:${qualifier}` : FunctionName;
    const alias = named && qualifier !== ExecutedVersion;
    const own = { FunctionName, Resource };
    found = [{}, { FunctionName }, own, ...(alias ? [{ ...own, ExecutedVersion }] : [])];
    if (sets.size > 10_000) sets.clear();
    sets.set(key, found);
  }
  return found;
}
