// Writes events of other services into log groups, and creates groups and streams when needed.
import type { LogSink } from '../../faces.ts';
import { append, endOfTime } from './events/event-log.ts';
import { groupKey, type LogsState, newStream, putGroup, streamPrefix } from './state.ts';

/** Writes immediately. */
export const logWriter = (state: LogsState): LogSink => ({
  append(scope, groupName, streamName, written) {
    const group = state.groups.get(groupKey(scope, groupName)) ?? putGroup(state, scope, groupName);
    const stream = state.streams.get(streamPrefix(scope, group) + streamName) ?? newStream(state, streamName);
    const whole = written.map(({ timestamp, message }) => ({
      timestamp: Math.min(Math.max(Math.trunc(timestamp) || 0, 0), endOfTime),
      message,
    }));
    append(state, scope, group, stream, whole);
  },
});
