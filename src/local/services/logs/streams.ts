// Log streams: create, delete, describe.
import type * as sdk from '@aws-sdk/client-cloudwatch-logs';
import type { Handlers, Scope } from '../../service.ts';
import { checkEnum, checkStreamName } from './checks.ts';
import { sequenceToken } from './event-id.ts';
import { alreadyExists, invalid, invalidToken } from './faults.ts';
import { keyOf, page } from './pages.ts';
import {
  eventPrefix,
  type GroupRecord,
  groupArn,
  groupOf,
  type LogsState,
  newStream,
  removeAll,
  requireGroup,
  requireStream,
  type StreamRecord,
  streamPrefix,
} from './state.ts';

export const streams: Handlers<typeof sdk, LogsState> = {
  CreateLogStream({ logGroupName, logStreamName }, { call, state }) {
    const name = logStreamName ?? '';
    checkStreamName(name);
    const group = requireGroup(state, call, logGroupName ?? '');
    const key = streamPrefix(call, group) + name;
    if (state.streams.get(key)) throw alreadyExists('log stream');
    state.streams.put(key, newStream(state, name));
    return {};
  },

  DeleteLogStream({ logGroupName, logStreamName }, { call, state }) {
    const group = requireGroup(state, call, logGroupName ?? '');
    const stream = requireStream(state, call, group, logStreamName ?? '');
    removeAll(state.events, eventPrefix(call, stream));
    state.streams.remove(streamPrefix(call, group) + stream.name);
    return {};
  },

  DescribeLogStreams(input, { call, state }) {
    const { logStreamNamePrefix: prefix, orderBy, descending = false } = input;
    checkEnum(orderBy, 'orderBy', ['LogStreamName', 'LastEventTime']);
    if (prefix !== undefined) checkStreamName(prefix, 'logStreamNamePrefix');
    const byTime = orderBy === 'LastEventTime';
    if (byTime && prefix !== undefined)
      throw invalid('Cannot order by LastEventTime with a logStreamNamePrefix.');
    const group = groupOf(state, call, input);
    const after = keyOf(input.nextToken);
    const { items, nextToken } = byTime
      ? page(streamsByTime(state, streamPrefix(call, group), descending, after), input.limit, timeKey)
      : page(
          streamsByName(state, streamPrefix(call, group) + (prefix ?? ''), descending, after),
          input.limit,
          ({ name }) => streamPrefix(call, group) + name,
        );
    const logStreams = items.map((stream) => described(call, group, stream));
    return { logStreams, ...(nextToken === undefined ? {} : { nextToken }) };
  },
};

function* streamsByName(
  state: LogsState,
  prefix: string,
  reverse: boolean,
  after: string | undefined,
): Generator<StreamRecord> {
  if (after !== undefined && !after.startsWith(prefix)) throw invalidToken();
  const options = after === undefined ? { reverse } : { reverse, start: after };
  for (const [key, stream] of state.streams.entries(prefix, options)) {
    if (key !== after) yield stream;
  }
}

/** Time and name in one sortable string; streams without events are the oldest. */
const timeKey = (stream: StreamRecord): string =>
  `${String(stream.last ?? 0).padStart(15, '0')}/${stream.name}`;

function streamsByTime(
  state: LogsState,
  prefix: string,
  descending: boolean,
  after: string | undefined,
): StreamRecord[] {
  if (after !== undefined && !/^\d{15}\//.test(after)) throw invalidToken();
  const sign = descending ? -1 : 1;
  const order = (a: string, b: string): number => (a === b ? 0 : a < b ? -sign : sign);
  return Array.from(state.streams.entries(prefix), ([, stream]) => ({ stream, key: timeKey(stream) }))
    .filter(({ key }) => after === undefined || order(key, after) > 0)
    .sort((a, b) => order(a.key, b.key))
    .map(({ stream }) => stream);
}

function described(scope: Scope, group: GroupRecord, stream: StreamRecord): sdk.LogStream {
  return {
    logStreamName: stream.name,
    creationTime: stream.created,
    ...(stream.first === undefined ? {} : { firstEventTimestamp: stream.first }),
    ...(stream.last === undefined ? {} : { lastEventTimestamp: stream.last }),
    ...(stream.lastIngested === undefined ? {} : { lastIngestionTime: stream.lastIngested }),
    uploadSequenceToken: sequenceToken(stream),
    arn: `${groupArn(scope, group.name)}:log-stream:${stream.name}`,
    // CloudWatch Logs answers zero here since 2019; the group's number counts.
    storedBytes: 0,
  };
}
