// The local CloudWatch Logs: its handlers and state, and the sink that other services write through.
import * as sdk from '@aws-sdk/client-cloudwatch-logs';
import type { LogSink, Service } from '../../service.ts';
import type { Store } from '../../store.ts';
import { append, endOfTime } from './event-log.ts';
import { events } from './events.ts';
import { groups } from './groups.ts';
import { liveTail } from './live-tail.ts';
import { metricFilters } from './metric-filters.ts';
import { resourcePolicies } from './resource-policies.ts';
import { retention } from './retention.ts';
import { createLogsState, groupKey, type LogsState, newStream, putGroup, streamPrefix } from './state.ts';
import { streams } from './streams.ts';
import { subscriptionFilters } from './subscription-filters.ts';
import { tags } from './tags.ts';

/** `now` answers epoch milliseconds. */
export function createLogsService(
  store: Store,
  now: () => number = Date.now,
): { service: Service<typeof sdk, LogsState>; sink: LogSink } {
  const state = createLogsState(store, now);
  return {
    service: {
      name: 'logs',
      protocol: 'json-1.1',
      sdk,
      handlers: {
        ...groups,
        ...retention,
        ...tags,
        ...streams,
        ...events,
        ...liveTail,
        ...metricFilters,
        ...subscriptionFilters,
        ...resourcePolicies,
      },
      state,
    },
    sink: {
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
    },
  };
}
