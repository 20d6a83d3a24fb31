// Sends events to the targets of rules, with retries and dead-letter queues.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
import { randomUUID } from 'node:crypto';
import type { Target } from '@aws-sdk/client-eventbridge';
import type { Scope } from '../../../call.ts';
import { Deliveries, type Failure } from '../../../deliveries/deliveries.ts';
import {
  actionOf,
  attributesOf,
  checkRole,
  errorCode,
  sendTo,
  serviceOf,
} from '../../../deliveries/targets.ts';
import { parseExact, stringifyExact } from '../../../exact-json.ts';
import type { EventSource } from '../../../faces.ts';
import { noticeOnce } from '../../../notices.ts';
import { type BusMessage, messageIn, secondsOf, withId } from '../envelope.ts';
import { count } from '../metrics.ts';
import { type Delivery, type EventsState, type RuleRecord, ruleArn } from '../state.ts';
import { inputOf } from './input.ts';
import { valueAt } from './json-path.ts';

/** AWS's values, unless the target sets its own. */
const defaults = { retries: 185, maximumAge: 86_400 };
const principal = 'events.amazonaws.com';

/** Sends an event on to another bus. */
export type Forward = (busArn: string, message: BusMessage, hops: number) => void;

export class Sender {
  private readonly state: EventsState;
  private readonly forward: Forward;
  private readonly deliveries: Deliveries<Delivery>;

  constructor(state: EventsState, forward: Forward) {
    this.state = state;
    this.forward = forward;
    const work = {
      policy: ({ target }: Delivery) => ({
        retries: target.RetryPolicy?.MaximumRetryAttempts ?? defaults.retries,
        maximumAge: (target.RetryPolicy?.MaximumEventAgeInSeconds ?? defaults.maximumAge) * 1000,
      }),
      send: (delivery: Delivery) => this.deliver(delivery),
      failed: (delivery: Delivery, failure: Failure) => this.failed(delivery, failure),
    };
    this.deliveries = new Deliveries(state.waiting, work, state.host.now);
  }

  send(scope: Scope, rule: RuleRecord, target: Target, message: BusMessage, hops = 0): void {
    const arn = ruleArn(scope, rule);
    const text = inputOf(target, message, { arn, name: rule.name }, secondsOf(this.state.host.now()));
    if (text === undefined) {
      noticeOnce(
        `EventBridge drops events of ${arn}: the InputTemplate of target ${target.Id} does not become JSON`,
      );
      return;
    }
    const { account, region } = scope;
    const id = randomUUID();
    this.deliveries.add({ id, account, region, rule: arn, target, event: message.text, text, hops });
  }

  resume(): void {
    this.deliveries.resume();
  }

  close(): void {
    this.deliveries.close();
  }

  private deliver({ account, region, rule, target, event, text, hops }: Delivery): void {
    const { host } = this.state;
    const scope = { account, region };
    const { Arn: arn = '', RoleArn: role } = target;
    if (role) checkRole(host, { role, principal, action: actionOf(arn), arn });
    const source = role ? undefined : sourceOf(rule, account);
    const service = serviceOf(arn);
    if (service === 'events') this.forward(arn, takenIn(arn, messageIn(event), scope), hops + 1);
    else if (service === 'logs') {
      const log = logEvent(text, host.now());
      host.face('logs').append(scope, groupOf(arn), randomUUID(), [log]);
    } else {
      const groupId = target.SqsParameters?.MessageGroupId;
      const key = service === 'kinesis' ? { partitionKey: partitionKey(target, event) } : {};
      sendTo(host, { arn, text, source, groupId, ...key });
    }
    count(this.state, scope, rule, 'Invocations');
  }

  private failed(delivery: Delivery, { error, retries, exhausted }: Failure): void {
    const { account, rule, target, event } = delivery;
    count(this.state, delivery, rule, 'FailedInvocations');
    const { Arn: arn = '', DeadLetterConfig } = target;
    noticeOnce(`EventBridge does not send the events of ${rule} to ${arn}: ${error.message}`);
    const queue = DeadLetterConfig?.Arn;
    if (!queue) return;
    const attributes = attributesOf({
      RULE_ARN: rule,
      TARGET_ARN: arn,
      ERROR_CODE: errorCode(error),
      ERROR_MESSAGE: error.message,
      RETRY_ATTEMPTS: retries,
      ...(exhausted ? { EXHAUSTED_RETRY_CONDITION: exhausted } : {}),
    });
    try {
      this.state.host.face('queues').send(queue, { body: event, attributes }, sourceOf(rule, account));
      count(this.state, delivery, rule, 'InvocationsSentToDlq');
    } catch (refused) {
      noticeOnce(
        `EventBridge does not send dead letters of ${rule} to ${queue}: ${(refused as Error).message}`,
      );
    }
  }
}

/** The event as a bus takes it in: in another region or account it gets an id of its own. */
function takenIn(busArn: string, message: BusMessage, { account, region }: Scope): BusMessage {
  const [, , , itsRegion, itsAccount] = busArn.split(':');
  return itsRegion === region && itsAccount === account ? message : withId(message, randomUUID());
}

/** The key of a record in a stream: by default the id of the event. */
function partitionKey({ KinesisParameters }: Target, event: string): string {
  const key = valueAt(parseExact(event), KinesisParameters?.PartitionKeyPath ?? '$.id');
  return typeof key === 'string' ? key : stringifyExact(key ?? '');
}

const sourceOf = (rule: string, account: string): EventSource => ({
  principal,
  sourceArn: rule,
  sourceAccount: account,
});

/** The name of the group in `arn:aws:logs:REGION:ACCOUNT:log-group:NAME`, with or without `:*`. */
const groupOf = (arn: string): string => arn.split(':')[6] ?? '';

/** A template for a log group names a time and a message. */
function logEvent(text: string, now: number): { timestamp: number; message: string } {
  try {
    const { timestamp, message } = Object(JSON.parse(text)) as { timestamp?: unknown; message?: unknown };
    const time = typeof timestamp === 'string' ? Date.parse(timestamp) : Number(timestamp);
    if (message !== undefined && Number.isFinite(time)) {
      return { timestamp: time, message: typeof message === 'string' ? message : JSON.stringify(message) };
    }
  } catch {
    // A text of several lines.
  }
  return { timestamp: now, message: text };
}
