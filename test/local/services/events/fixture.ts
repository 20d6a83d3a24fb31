// EventBridge composed with the local SQS, IAM and STS. Functions and topics are stand-ins that record what they get.
import { compose } from '../../../../src/local/compose.ts';
import type { EventSource, Faces } from '../../../../src/local/faces.ts';
import { ServiceError } from '../../../../src/local/service-error.ts';
import { createEventsService } from '../../../../src/local/services/events/service.ts';
import { createIamService } from '../../../../src/local/services/iam/service.ts';
import { createSqsService } from '../../../../src/local/services/sqs/service.ts';
import { createStsService } from '../../../../src/local/services/sts/service.ts';
import type { Store } from '../../../../src/local/store/store.ts';
import { account, callerOf } from '../../call.ts';
import { asynchronous, lonely, standIn, surroundings } from '../../composed.ts';
import { memoryStore } from '../../memory-store.ts';

export const region = 'eu-central-1';
export const arnOf = (service: string, resource: string): string =>
  `arn:aws:${service}:${region}:${account}:${resource}`;
export const functionArn = (name: string): string => arnOf('lambda', `function:${name}`);
export const queueArn = (name: string): string => arnOf('sqs', name);
export const ruleArn = (name: string): string => arnOf('events', `rule/${name}`);

export interface Received {
  readonly arn: string;
  readonly event: unknown;
  readonly source: EventSource | undefined;
}

/** Functions and topics that record what they get. */
export function recorders() {
  const received: Received[] = [];
  /** The events of functions as JSON. */
  const texts: string[] = [];
  const published: { arn: string; text: string; source?: EventSource }[] = [];
  /** Names of counted metrics. */
  const counted: string[] = [];
  const records: { arn: string; key: string; data: string }[] = [];
  const written: { group: string; timestamp: number; message: string }[] = [];
  /** By ARN: the error that an invocation throws. */
  const refusals = new Map<string, Error>();
  const faces: Partial<Faces> = {
    functions: {
      ...asynchronous,
      accepts: (arn) => !refusals.has(arn),
      deliver(arn, event, source) {
        const refusal = refusals.get(arn);
        if (refusal) throw refusal;
        const text = event instanceof Uint8Array ? Buffer.from(event).toString() : JSON.stringify(event);
        received.push({ arn, event: JSON.parse(text), source });
        texts.push(text);
      },
    },
    topics: {
      exists: () => true,
      publish(arn, { text }, source) {
        published.push({ arn, text, ...(source ? { source } : {}) });
        return 'id';
      },
    },
    metrics: {
      meter: () => ({ add: (values) => void counted.push(...values.map(({ name }) => name)) }),
    },
    kinesis: {
      ...(lonely.kinesis as NonNullable<Faces['kinesis']>),
      put: (arn, { key, data }) => void records.push({ arn, key, data: Buffer.from(data).toString() }),
    },
    logs: {
      append: (_scope, group, _stream, events) =>
        void written.push(...events.map((event) => ({ group, ...event }))),
    },
  };
  return { received, texts, published, records, counted, written, refusals, faces };
}

export const noPermission = () => new ServiceError('AccessDeniedException', 'no permission', 403);

export function fixture(store: Store = memoryStore()) {
  const clock = { now: Date.parse('2024-05-01T10:00:00.500Z') };
  const { faces, ...recorded } = recorders();
  const local = compose(
    { createEventsService, createSqsService, createIamService, createStsService, others: standIn(faces) },
    surroundings({ store, now: () => clock.now }),
  );
  const service = local.of(createEventsService);
  const events = callerOf(service);
  const sqs = callerOf(local.of(createSqsService));
  const iam = callerOf(local.of(createIamService));
  const queues = local.of(createSqsService).faces?.queues as NonNullable<Faces['queues']>;

  /** A queue to which the rule, or every rule, may send. */
  async function queue(name: string, Attributes: Record<string, string> = {}): Promise<string> {
    const Statement = [
      {
        Effect: 'Allow',
        Principal: { Service: 'events.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: queueArn(name),
      },
    ];
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement });
    await sqs('CreateQueue', { QueueName: name, Attributes: { Policy, ...Attributes } });
    return queueArn(name);
  }
  const bodies = (name: string): string[] => queues.receive(queueArn(name), 10).map(({ body }) => body);

  /** A rule with these targets; functions by default. */
  async function rule(
    Name: string,
    EventPattern: object,
    Targets: object[],
    more: object = {},
  ): Promise<void> {
    await events('PutRule', { Name, EventPattern: JSON.stringify(EventPattern), ...more });
    const { EventBusName } = more as { EventBusName?: string };
    const targets = Targets.map((target, index) => ({ Id: `t${index}`, Arn: functionArn('f'), ...target }));
    await events('PutTargets', { Rule: Name, EventBusName, Targets: targets });
  }
  const put = (entry: object = {}) =>
    events('PutEvents', { Entries: [{ Source: 'shop', DetailType: 'order', Detail: '{"id":7}', ...entry }] });

  return { ...recorded, clock, local, service, events, sqs, iam, queues, queue, bodies, rule, put, store };
}

export const failure = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'no error',
    (error: Error) => `${error.name}: ${error.message}`,
  );
