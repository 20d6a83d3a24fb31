// Log events: PutLogEvents, GetLogEvents for one stream, FilterLogEvents across the streams of a group.
import { setImmediate as breathe } from 'node:timers/promises';
import type * as sdk from '@aws-sdk/client-cloudwatch-logs';
import type { Handlers } from '../../../service.ts';
import { checkLength, checkRange, checkStreamName } from '../checks.ts';
import { invalid, invalidToken } from '../errors.ts';
import { compilePattern } from '../filter-pattern/pattern.ts';
import { groupOf, type LogsState, requireGroup, requireStream } from '../state.ts';
import { digits, eventId, neighbour, numberOf, type Place, placeOf, sequenceToken } from './event-id.ts';
import { append, endOfTime, type LogEvent, type Range, read, sizeOf } from './event-log.ts';
import { merge, mergeGroup } from './merge.ts';
import { accept } from './put.ts';
import { expiryOf } from './retention.ts';

/** The limit of a page in events and in bytes, whichever is reached first. */
const pageEvents = 10_000;
const pageBytes = 1_048_576;
/** The number of events that are read before other requests get a turn. */
const turn = 5000;

/** The earliest start time for newest-first filtering (FilterLogEvents reference). */
const newestFirstSince = Date.UTC(2024, 0, 1);

export const events: Handlers<typeof sdk, LogsState> = {
  PutLogEvents({ logGroupName, logStreamName, logEvents }, { call, state }) {
    const group = requireGroup(state, call, logGroupName ?? '');
    const stream = requireStream(state, call, group, logStreamName ?? '');
    const { accepted, rejected } = accept(logEvents ?? [], state.now(), expiryOf(group, state.now()));
    const grown = append(state, call, group, stream, accepted);
    return {
      nextSequenceToken: sequenceToken(grown),
      ...(rejected === undefined ? {} : { rejectedLogEventsInfo: rejected }),
    };
  },

  GetLogEvents(input, { call, state }) {
    checkTimes(input);
    checkRange(input.limit, 'limit', 1, pageEvents);
    const group = groupOf(state, call, input);
    const stream = requireStream(state, call, group, input.logStreamName ?? '');
    const token = streamToken(input.nextToken);
    const descending = token === undefined ? !input.startFromHead : token.direction === 'b';
    const range: Range = {
      start: Math.max(input.startTime ?? 0, expiryOf(group, state.now())),
      end: input.endTime === undefined ? endOfTime : input.endTime - 1,
      descending,
      after: token && placeOf(token.number),
    };
    const found: LogEvent[] = [];
    let bytes = 0;
    for (const event of read(state, stream, range)) {
      bytes += sizeOf(event.message);
      if (found.length > 0 && bytes > pageBytes) break;
      found.push(event);
      if (found.length === (input.limit ?? pageEvents)) break;
    }
    if (descending) found.reverse();
    return { events: found.map(answered), ...streamTokens(found, token) };
  },

  async FilterLogEvents(input, { call, state }) {
    const { logStreamNames: names, logStreamNamePrefix: prefix, limit = pageEvents } = input;
    checkTimes(input);
    checkRange(limit, 'limit', 1, pageEvents);
    checkLength(input.filterPattern, 'filterPattern', 0, 1024);
    if (names?.length && prefix !== undefined)
      throw invalid('logStreamNames and logStreamNamePrefix are mutually exclusive parameters.');
    if (prefix !== undefined) checkStreamName(prefix, 'logStreamNamePrefix');
    const matches = compilePattern(input.filterPattern ?? '');
    const group = groupOf(state, call, input);
    const token = groupToken(input.nextToken);
    const descending = token === undefined ? input.startFromHead === false : token.descending;
    if (token === undefined && descending && (input.startTime ?? 0) < newestFirstSince)
      throw invalid('startFromHead can be false only with a startTime on or after Jan 1, 2024 00:00:00 UTC.');

    const chosen = names?.length
      ? [...new Set(names)].map((name) => requireStream(state, call, group, name))
      : undefined;
    const start = Math.max(input.startTime ?? 0, expiryOf(group, state.now()));
    const end = input.endTime ?? endOfTime;

    const found: sdk.FilteredLogEvent[] = [];
    let bytes = 0;
    let after = token?.after;
    for (;;) {
      let seen = 0;
      const range = { start, end, descending, after };
      const all = chosen ? merge(state, chosen, range) : mergeGroup(state, call, group, prefix ?? '', range);
      for (const event of all) {
        if (found.length === limit || bytes >= pageBytes)
          return { events: found, searchedLogStreams: [], nextToken: groupTokenOf(after!, descending) };
        if (seen === turn) break;
        seen++;
        after = event;
        if (!matches(event.message)) continue;
        found.push({ logStreamName: event.stream.name, ...answered(event), eventId: eventId(event) });
        bytes += sizeOf(event.message);
      }
      if (seen < turn) return { events: found, searchedLogStreams: [] };
      await breathe();
      call.signal.throwIfAborted();
    }
  },
};

function checkTimes({
  startTime,
  endTime,
}: {
  startTime?: number | undefined;
  endTime?: number | undefined;
}): void {
  checkRange(startTime, 'startTime', 0, endOfTime);
  checkRange(endTime, 'endTime', 0, endOfTime);
}

const answered = ({ timestamp, message, ingested }: LogEvent) => ({
  timestamp,
  message,
  ingestionTime: ingested,
});

interface StreamToken {
  readonly direction: 'f' | 'b';
  readonly number: bigint;
  readonly text: string;
}

/** `f/<56 digits>/s` means after that event, `b/<56 digits>/s` before it. */
function streamToken(text: string | undefined): StreamToken | undefined {
  if (text === undefined) return undefined;
  const [, direction, number] = /^([fb])\/(\d{56})\/s$/.exec(text) ?? [];
  if (direction === undefined || number === undefined) throw invalidToken();
  return { direction: direction as 'f' | 'b', number: BigInt(number), text };
}

/** At the end of the stream the same token is returned, so that callers recognize the end. */
function streamTokens(
  found: readonly LogEvent[],
  token: StreamToken | undefined,
): { nextForwardToken: string; nextBackwardToken: string } {
  const first = found[0];
  const last = found.at(-1);
  let forward = 0n;
  let backward = 0n;
  if (first && last) {
    forward = numberOf(last);
    backward = numberOf(first);
  } else if (token) {
    forward = token.direction === 'f' ? token.number : neighbour(token.number, -1n);
    backward = token.direction === 'b' ? token.number : neighbour(token.number, 1n);
  }
  return { nextForwardToken: `f/${digits(forward)}/s`, nextBackwardToken: `b/${digits(backward)}/s` };
}

const groupTokenOf = (after: Place, descending: boolean): string =>
  Buffer.from(`${descending ? 'd' : 'a'}/${eventId(after)}`).toString('base64url');

function groupToken(text: string | undefined): { after: Place; descending: boolean } | undefined {
  if (text === undefined) return undefined;
  const [, direction, number] = /^([ad])\/(\d{56})$/.exec(Buffer.from(text, 'base64url').toString()) ?? [];
  if (direction === undefined || number === undefined) throw invalidToken();
  return { after: placeOf(BigInt(number)), descending: direction === 'd' };
}
