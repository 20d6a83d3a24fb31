// The local CloudWatch Logs: its handlers and state, and the sink that other services write through.
import * as sdk from '@aws-sdk/client-cloudwatch-logs';
import type { Handlers, LogSink, Service } from '../../service.ts';
import type { Store } from '../../store/store.ts';
import { append, endOfTime } from './events/event-log.ts';
import { events } from './events/events.ts';
import { liveTail } from './events/live-tail.ts';
import { retention } from './events/retention.ts';
import { WriteBuffer } from './events/write-buffer.ts';
import { groups } from './groups.ts';
import { metricFilters } from './metric-filters.ts';
import { resourcePolicies } from './resource-policies.ts';
import { createLogsState, groupKey, type LogsState, newStream, putGroup, streamPrefix } from './state.ts';
import { streams } from './streams.ts';
import { subscriptionFilters } from './subscription-filters.ts';
import { tags } from './tags.ts';

type LogHandlers = Handlers<typeof sdk, LogsState>;

/** `now` answers epoch milliseconds. The sink gathers what it gets, the writer does not. */
export function createLogsService(
  store: Store,
  now: () => number = Date.now,
): { service: Service<typeof sdk, LogsState>; sink: LogSink; writer: LogSink } {
  const state = createLogsState(store, now);
  const writer: LogSink = {
    append(scope, groupName, streamName, written) {
      const group = state.groups.get(groupKey(scope, groupName)) ?? putGroup(state, scope, groupName);
      const stream =
        state.streams.get(streamPrefix(scope, group) + streamName) ?? newStream(state, streamName);
      const whole = written.map(({ timestamp, message }) => ({
        timestamp: Math.min(Math.max(Math.trunc(timestamp) || 0, 0), endOfTime),
        message,
      }));
      append(state, scope, group, stream, whole);
    },
  };
  const sink = new WriteBuffer(writer);
  return {
    service: {
      name: 'logs',
      protocol: 'json-1.1',
      sdk,
      handlers: afterWriting(sink, {
        ...groups,
        ...retention,
        ...tags,
        ...streams,
        ...events,
        ...liveTail,
        ...metricFilters,
        ...subscriptionFilters,
        ...resourcePolicies,
      }),
      state,
      close: async () => sink.flush(),
    },
    sink,
    writer,
  };
}

/** Handlers that find all that was written before they were called. */
function afterWriting(buffer: WriteBuffer, handlers: LogHandlers): LogHandlers {
  const entries = Object.entries(handlers).map(([name, handler]) => [
    name,
    (...call: Parameters<typeof handler>) => {
      buffer.flush();
      return (handler as (...call: unknown[]) => unknown)(...call);
    },
  ]);
  return Object.fromEntries(entries) as LogHandlers;
}
