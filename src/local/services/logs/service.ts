// The local CloudWatch Logs: its handlers and state, and the sink for other services.
import * as sdk from '@aws-sdk/client-cloudwatch-logs';
import type { Handlers, Service, ServiceHost } from '../../service.ts';
import { events } from './events/events.ts';
import { liveTail } from './events/live-tail.ts';
import { retention } from './events/retention.ts';
import { WriteBuffer } from './events/write-buffer.ts';
import { groups } from './groups.ts';
import { metricFilters } from './metric-filters.ts';
import { resourcePolicies } from './resource-policies.ts';
import { createLogsState, type LogsState } from './state.ts';
import { streams } from './streams.ts';
import { subscriptionFilters } from './subscription-filters.ts';
import { Subscriptions } from './subscriptions.ts';
import { taggedLogGroups } from './tagged.ts';
import { tags } from './tags.ts';
import { logWriter } from './writer.ts';

type LogHandlers = Handlers<typeof sdk, LogsState>;

export function createLogsService(host: ServiceHost): Service<typeof sdk, LogsState> {
  const state = createLogsState(host);
  const subscriptions = new Subscriptions(state);
  state.listeners.add(subscriptions.listen);
  const sink = new WriteBuffer(logWriter(state));
  return {
    name: 'logs',
    protocol: 'json-1.1',
    apiVersion: '2014-03-28',
    target: 'Logs_20140328',
    violation: 'InvalidParameterException',
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
    faces: { logs: sink },
    tagged: taggedLogGroups(state),
    flush() {
      sink.flush();
      subscriptions.flush();
    },
  };
}

/** Writes the buffered events before each handler runs, so that it finds them. */
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
