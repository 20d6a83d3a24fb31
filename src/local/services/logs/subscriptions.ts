// Sends the events of log groups to the functions and Kinesis streams that subscribe to them.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html
import { randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { Scope } from '../../call.ts';
import type { EventSource } from '../../faces.ts';
import { eventId } from './events/event-id.ts';
import { sizeOf } from './events/event-log.ts';
import { compilePattern } from './filter-pattern/pattern.ts';
import {
  type GroupRecord,
  groupArn,
  type Listener,
  type LogsState,
  type Subscription,
  streamPrefix,
} from './state.ts';

interface Batch {
  readonly scope: Scope;
  readonly group: GroupRecord;
  readonly stream: string;
  readonly filter: Subscription;
  readonly events: { id: string; timestamp: number; message: string }[];
}

/**
 * Milliseconds between two deliveries; the first one is made at once. A function that subscribes to its own log group
 * is invoked endlessly, as on AWS, but not more often than this.
 */
const pause = 500;

/** The limit of a batch in bytes: its base64 still fits into the event of an invocation. */
const batchBytes = 512 * 1024;

export class Subscriptions {
  private readonly state: LogsState;
  /** By group, filter and stream. */
  private batches = new Map<string, Batch>();
  private timer: NodeJS.Timeout | undefined;
  /** When events were last sent, in epoch milliseconds. */
  private sent = 0;

  constructor(state: LogsState) {
    this.state = state;
  }

  /** Collects the events that match the filters of the group. */
  readonly listen: Listener = (scope, group, stream, events) => {
    for (const filter of subscriptionsOf(this.state, scope, group)) {
      const passed = events.filter((event) => filter.matches(event.message));
      if (passed.length === 0) continue;
      const key = `${group.id}/${filter.name}/${stream.id}`;
      const batch = this.batches.get(key) ?? { scope, group, stream: stream.name, filter, events: [] };
      this.batches.set(key, batch);
      for (const { timestamp, sequence, message } of passed) {
        batch.events.push({ id: eventId({ timestamp, sequence, streamId: stream.id }), timestamp, message });
      }
      const due = Math.max(0, this.sent + pause - Date.now());
      this.timer ??= setTimeout(() => this.flush(), Math.min(due, pause)).unref();
    }
  };

  /** Sends the collected events. */
  flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.sent = Date.now();
    const { batches } = this;
    this.batches = new Map();
    for (const batch of batches.values()) {
      for (const events of inParts(batch.events)) this.send({ ...batch, events });
    }
  }

  private send({ scope, group, stream, filter, events }: Batch): void {
    const { host } = this.state;
    const DestinationType = isFunction(filter.destinationArn) ? 'Lambda' : 'Kinesis';
    const dimensions = { DestinationType, FilterName: filter.name, LogGroupName: group.name };
    const meter = host.face('metrics').meter(scope, 'AWS/Logs', [dimensions]);
    try {
      const content = {
        messageType: 'DATA_MESSAGE',
        owner: scope.account,
        logGroup: group.name,
        logStream: stream,
        subscriptionFilters: [filter.name],
        logEvents: events,
      };
      const key = filter.distribution === 'Random' ? randomUUID() : stream;
      deliver(this.state, filter.destinationArn, content, { source: sourceOf(scope, group), key });
      meter.add([{ name: 'ForwardedLogEvents', value: events.length, unit: 'Count' }]);
    } catch {
      // The function or stream was deleted, or the policy no longer allows CloudWatch Logs. AWS counts the error and continues.
      meter.add([{ name: 'DeliveryErrors', value: 1, unit: 'Count' }]);
    }
  }
}

/** The group's subscriptions that send to functions and streams, cached until the filters of the group change. */
function subscriptionsOf(state: LogsState, scope: Scope, group: GroupRecord): readonly Subscription[] {
  let found = state.subscriptions.get(group.id);
  if (!found) {
    const prefix = streamPrefix(scope, group);
    found = [...state.subscriptionFilters.entries(prefix)]
      .filter(([, { destinationArn }]) => isFunction(destinationArn) || isStream(destinationArn))
      .map(([key, { pattern, destinationArn, distribution }]) => ({
        name: key.slice(prefix.length),
        destinationArn,
        distribution,
        matches: compilePattern(pattern),
      }));
    state.subscriptions.set(group.id, found);
  }
  return found;
}

export const isFunction = (destinationArn: string): boolean => destinationArn.split(':')[2] === 'lambda';

export const isStream = (destinationArn: string): boolean => destinationArn.split(':')[2] === 'kinesis';

/** Streams get the content compressed; functions get it in an event. */
function deliver(
  { host }: LogsState,
  destinationArn: string,
  content: object,
  { source, key }: { source: EventSource; key: string },
): void {
  const data = gzipSync(JSON.stringify(content));
  if (isStream(destinationArn)) host.face('kinesis').put(destinationArn, { data, key });
  else {
    const event = { awslogs: { data: data.toString('base64') } };
    host.face('functions').deliver(destinationArn, event, source);
  }
}

/** AWS writes to a stream before it stores a filter. @throws as `RecordSink.put` does */
export function tryStream(state: LogsState, scope: Scope, group: GroupRecord, destinationArn: string): void {
  const text = 'CWL CONTROL MESSAGE: Checking health of destination Kinesis stream.';
  const content = {
    messageType: 'CONTROL_MESSAGE',
    owner: 'CloudwatchLogs',
    logGroup: '',
    logStream: '',
    subscriptionFilters: [],
    logEvents: [{ id: '', timestamp: state.now(), message: text }],
  };
  deliver(state, destinationArn, content, { source: sourceOf(scope, group), key: randomUUID() });
}

export function sourceOf(scope: Scope, { name }: GroupRecord): EventSource {
  return {
    principal: 'logs.amazonaws.com',
    sourceArn: `${groupArn(scope, name)}:*`,
    sourceAccount: scope.account,
  };
}

function* inParts(events: Batch['events']): Generator<Batch['events']> {
  let part: Batch['events'] = [];
  let bytes = 0;
  for (const event of events) {
    const size = sizeOf(event.message);
    if (part.length > 0 && bytes + size > batchBytes) {
      yield part;
      part = [];
      bytes = 0;
    }
    part.push(event);
    bytes += size;
  }
  if (part.length > 0) yield part;
}
