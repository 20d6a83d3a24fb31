// Runs the asynchronous invocations of the queue, and informs their destinations.

import { noticeOnce } from '../../../notices.ts';
import { arnOf, type LambdaState } from '../state.ts';
import type { AsyncEvent, AsyncWork } from './async-queue.ts';
import { attemptOnce, type Invoked, recordOf, referenceOf } from './attempt.ts';
import { type Delivery, deliveries } from './destinations.ts';
import { eventInvokeConfigOf } from './event-invoke-config.ts';
import { countUndelivered } from './metrics.ts';
import { sendDelivery } from './send-delivery.ts';

/** AWS's values, unless the function sets its own. */
const defaults = { retries: 2, maximumAge: 6 * 3600_000 };

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

    attempt: (event) => attemptOnce(state(), event, event),

    async finished(event, condition, last) {
      const { destinations } = configOf(event) ?? {};
      const deadLetter = recordOf(state(), event)?.settings.DeadLetterConfig?.TargetArn;
      const all = deliveries(event, condition, last, { ...destinations, deadLetter });
      await Promise.all(all.map((delivery) => deliver(state(), event, delivery)));
    },
  };
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
