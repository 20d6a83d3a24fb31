// Runs the asynchronous invocations of the queue, and informs their destinations.

import { accountConcurrency } from '../concurrency/reserved.ts';
import { specOf } from '../functions/specs.ts';
import type { FunctionRecord } from '../records.ts';
import { type Reference, resolveInvoked } from '../references.ts';
import { arnOf, keyOf, type LambdaState } from '../state.ts';
import type { AsyncWork, Attempt } from './async-queue.ts';
import { type Delivery, deliveries } from './destinations.ts';
import { eventInvokeConfigOf } from './event-invoke-config.ts';
import { countInvocation, countThrottle } from './metrics.ts';

/** AWS's values, unless the function sets its own. */
const defaults = { retries: 2, maximumAge: 6 * 3600_000 };
/** The log group with the messages for services that do not exist here. */
const recordGroup = '/slsctl/local/destinations';

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

    finished(event, condition, last) {
      const { destinations } = configOf(event) ?? {};
      const deadLetter = recordOf(state(), event)?.settings.DeadLetterConfig?.TargetArn;
      for (const delivery of deliveries(event, condition, last, { ...destinations, deadLetter })) {
        deliver(state(), event, delivery);
      }
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

/** Invokes a function. Messages to other services are kept in a log group, where they can be read. */
function deliver(state: LambdaState, { requestId, account, region }: AsyncRequest, delivery: Delivery): void {
  const { target, body, attributes } = delivery;
  const [, , service, , , kind, name = '', qualifier] = target.split(':');
  if (service === 'lambda' && kind === 'function') {
    const payload = Buffer.from(JSON.stringify(body));
    state.queue.add({ requestId, account, region, name, qualifier, payload });
    return;
  }
  const message = JSON.stringify({ target, body, ...(attributes ? { attributes } : {}) });
  const stream = target.replace(/^arn:[^:]*:/, '').replaceAll(':', '/');
  state.host
    .face('logs')
    .append({ account, region }, recordGroup, stream, [{ timestamp: Date.now(), message }]);
}

interface AsyncRequest {
  readonly requestId: string;
  readonly account: string;
  readonly region: string;
}
