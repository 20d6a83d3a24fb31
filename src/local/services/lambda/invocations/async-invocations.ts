// Runs the asynchronous invocations of the queue, and informs their destinations.

import { noticeOnce } from '../../../notices.ts';
import { accountConcurrency } from '../concurrency/reserved.ts';
import { specOf } from '../functions/specs.ts';
import type { FunctionRecord } from '../records.ts';
import { type Reference, resolveInvoked } from '../references.ts';
import { arnOf, keyOf, type LambdaState } from '../state.ts';
import type { AsyncEvent, AsyncWork, Attempt } from './async-queue.ts';
import { type Delivery, deliveries } from './destinations.ts';
import { eventInvokeConfigOf } from './event-invoke-config.ts';
import { countInvocation, countThrottle, countUndelivered } from './metrics.ts';
import { sendDelivery } from './send-delivery.ts';

/** AWS's values, unless the function sets its own. */
const defaults = { retries: 2, maximumAge: 6 * 3600_000 };

interface Invoked {
  readonly account: string;
  readonly region: string;
  readonly name: string;
  readonly qualifier?: string;
}

export function asyncWork(state: () => LambdaState): AsyncWork {
  const configOf = (invoked: Invoked) => eventInvokeConfigOf(state(), invoked, referenceOf(invoked));
  return {
    limits(event) {
      const config = configOf(event);
      const age = config?.maximumEventAgeInSeconds;
      return {
        retries: config?.maximumRetryAttempts ?? defaults.retries,
        maximumAge: age === undefined ? defaults.maximumAge : age * 1000,
      };
    },

    async attempt(event): Promise<Attempt> {
      const { pool, functions } = state();
      const record = recordOf(state(), event);
      if (!record) return 'gone';
      const { account, region, name, requestId, payload, clientContext, tenantId } = event;
      const reserved = functions.get(keyOf(event, name))?.reservedConcurrency;
      if (reserved === 0) return 'forbidden';
      const { arn, qualifier } = referenceOf(event);
      if (pool.running(account, region, name) >= (reserved ?? accountConcurrency)) {
        countThrottle(state(), record, qualifier);
        return 'throttled';
      }
      const invokedArn = qualifier === undefined ? arn : `${arn}:${qualifier}`;
      const invocation = { requestId, payload, invokedArn, clientContext, tenantId };
      const outcome = await pool.invoke(specOf(state(), record), invocation);
      countInvocation(state(), record, qualifier, outcome);
      return { failed: outcome.failed, version: record.version, payload: outcome.payload };
    },

    async finished(event, condition, last) {
      const { destinations } = configOf(event) ?? {};
      const deadLetter = recordOf(state(), event)?.settings.DeadLetterConfig?.TargetArn;
      const all = deliveries(event, condition, last, { ...destinations, deadLetter });
      await Promise.all(all.map((delivery) => deliver(state(), event, delivery)));
    },
  };
}

function referenceOf({ qualifier, ...scope }: Invoked): Reference {
  return { name: scope.name, qualifier, arn: arnOf(scope) };
}

function recordOf(state: LambdaState, invoked: Invoked): FunctionRecord | undefined {
  try {
    return resolveInvoked(state, invoked, referenceOf(invoked)).record;
  } catch {
    return undefined;
  }
}

/** A message whose target is gone, or refuses it, is dropped and counted, as on AWS. */
async function deliver(state: LambdaState, event: AsyncEvent, delivery: Delivery): Promise<void> {
  try {
    await sendDelivery(state.host, delivery);
  } catch (error) {
    const record = recordOf(state, event);
    const isRecord = delivery.kind === 'record';
    if (record) {
      countUndelivered(
        state,
        record,
        event.qualifier,
        isRecord ? 'DestinationDeliveryFailures' : 'DeadLetterErrors',
      );
    }
    const what = isRecord ? 'The record of an asynchronous invocation' : 'The dead letter';
    noticeOnce(
      `${what} of ${arnOf(event)} was dropped. ${delivery.target} does not take it: ${(error as Error).message}`,
    );
  }
}
