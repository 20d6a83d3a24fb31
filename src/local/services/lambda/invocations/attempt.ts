// One run of a function that Lambda itself starts: for the queue of events, and for event source mappings.
import type { Scope } from '../../../call.ts';
import type { Invocation } from '../../../runtime/function-spec.ts';
import { hasFreeConcurrency } from '../concurrency/free.ts';
import { specOf } from '../functions/specs.ts';
import type { FunctionRecord } from '../records.ts';
import { type Reference, resolveInvoked } from '../references.ts';
import { arnOf, keyOf, type LambdaState } from '../state.ts';
import type { Attempt } from './async-queue.ts';
import { countInvocation, countThrottle } from './metrics.ts';

/** A function, or one of its versions or aliases. */
export interface Invoked extends Scope {
  readonly name: string;
  readonly qualifier?: string | undefined;
}

export function referenceOf({ name, qualifier, account, region }: Invoked): Reference {
  return { name, qualifier, arn: arnOf({ account, region, name }) };
}

/** The version that runs; undefined when there is none. */
export function recordOf(state: LambdaState, invoked: Invoked): FunctionRecord | undefined {
  try {
    return resolveInvoked(state, invoked, referenceOf(invoked)).record;
  } catch {
    return undefined;
  }
}

/** Runs the function, unless its concurrency does not allow it. Never rejects. */
export async function attemptOnce(
  state: LambdaState,
  invoked: Invoked,
  { requestId, payload, clientContext, tenantId, traceId }: Omit<Invocation, 'invokedArn'>,
): Promise<Attempt> {
  const record = recordOf(state, invoked);
  if (!record) return 'gone';
  const reserved = state.functions.get(keyOf(invoked, invoked.name))?.reservedConcurrency;
  const { arn, qualifier } = referenceOf(invoked);
  if (reserved === 0) return 'forbidden';
  if (!hasFreeConcurrency(state, record, reserved)) {
    countThrottle(state, record, qualifier);
    return 'throttled';
  }
  const invokedArn = qualifier === undefined ? arn : `${arn}:${qualifier}`;
  const invocation = { requestId, payload, invokedArn, clientContext, tenantId, traceId };
  const outcome = await state.pool.invoke(specOf(state, record), invocation);
  countInvocation(state, record, qualifier, outcome);
  return { failed: outcome.failed, version: record.version, payload: outcome.payload };
}
