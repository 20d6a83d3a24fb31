// Log streams: creating, deleting and describing them.
import type * as sdk from '@aws-sdk/client-cloudwatch-logs';
import type { Scope } from '../../call.ts';
import type { Handlers } from '../../service.ts';
import { checkEnum, checkStreamName } from './checks.ts';
import { alreadyExists, invalid, invalidToken } from './errors.ts';
import { sequenceToken } from './events/event-id.ts';
import { endOfTime, removeStream } from './events/event-log.ts';
import { noteSlot, slotOf, slotsOf } from './events/stream-index.ts';
import { keyOf, page } from './pages.ts';
import {
  type GroupRecord,
  groupArn,
  groupOf,
  type LogsState,
  newStream,
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
    const stream = newStream(state, name);
    state.streams.put(key, stream);
    noteSlot(state, call, group, stream, stream.slot);
    return {};
  },

  DeleteLogStream({ logGroupName, logStreamName }, { call, state }) {
    const group = requireGroup(state, call, logGroupName ?? '');
    const stream = requireStream(state, call, group, logStreamName ?? '');
    removeStream(state, call, group, stream);
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
      ? page(streamsByTime(state, call, group, descending, after), input.limit, timeKey)
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

/** Slot, time and name as one sortable string. Streams without events sort as the oldest. */
const timeKey = (stream: StreamRecord): string =>
  `${String(newestSlot(stream) + 1).padStart(10, '0')}/${String(stream.last ?? 0).padStart(15, '0')}/${stream.name}`;

const newestSlot = ({ slot, last }: StreamRecord): number =>
  slot < 0 || last === undefined ? -1 : slotOf(last);

/** Reads slot by slot (five minutes each), and only as many streams as a page needs. */
function* streamsByTime(
  state: LogsState,
  scope: Scope,
  group: GroupRecord,
  descending: boolean,
  after: string | undefined,
): Generator<StreamRecord> {
  if (after !== undefined && !/^\d{10}\/\d{15}\//.test(after)) throw invalidToken();
  const begin = after === undefined ? undefined : Number(after.slice(0, 10)) - 1;
  const from = descending ? -1 : (begin ?? -1);
  const to = descending && begin !== undefined ? begin : slotOf(endOfTime);
  const sign = descending ? -1 : 1;
  const order = (a: string, b: string): number => (a === b ? 0 : a < b ? -sign : sign);
  for (const { slot, names } of slotsOf(state, scope, group, { from, to, descending })) {
    yield* names
      .flatMap((name) => state.streams.get(streamPrefix(scope, group) + name) ?? [])
      .filter((stream) => newestSlot(stream) === slot)
      .map((stream) => ({ stream, key: timeKey(stream) }))
      .filter(({ key }) => after === undefined || order(key, after) > 0)
      .sort((a, b) => order(a.key, b.key))
      .map(({ stream }) => stream);
  }
}

function described(scope: Scope, group: GroupRecord, stream: StreamRecord): sdk.LogStream {
  return {
    logStreamName: stream.name,
    creationTime: stream.created,
    ...(stream.first === undefined ? {} : { firstEventTimestamp: stream.first }),
    ...(stream.last === undefined ? {} : { lastEventTimestamp: stream.last }),
    ...(stream.lastIngested === undefined ? {} : { lastIngestionTime: stream.lastIngested }),
    ...(stream.sequence === 0 ? {} : { uploadSequenceToken: sequenceToken(stream) }),
    arn: `${groupArn(scope, group.name)}:log-stream:${stream.name}`,
    // Since 2019 CloudWatch Logs answers zero here; only the group has a size.
    storedBytes: 0,
  };
}
