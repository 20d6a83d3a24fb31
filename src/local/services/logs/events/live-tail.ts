// Live Tail: the new events of some groups, once a second, while the client listens.
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_StartLiveTail.html
import { randomUUID } from 'node:crypto';
import type * as sdk from '@aws-sdk/client-cloudwatch-logs';
import type { LiveTailSessionLogEvent, StartLiveTailResponseStream } from '@aws-sdk/client-cloudwatch-logs';
import { SessionTimeoutException } from '@aws-sdk/client-cloudwatch-logs';
import type { Handlers } from '../../../service.ts';
import { checkLength, checkStreamName } from '../checks.ts';
import { invalid, unsatisfied } from '../errors.ts';
import { compilePattern } from '../filter-pattern/pattern.ts';
import { groupOfArn, type Listener, type LogsState } from '../state.ts';

/** Milliseconds between two updates, and the longest duration of a session. */
const updatePause = 1000;
const longestSession = 3 * 3_600_000;

/** The most events in an update; a larger number is sampled. */
const mostEvents = 500;
/** The most events that wait for a slow client; the oldest are dropped. */
const mostWaiting = 5000;

function checkCount(values: readonly unknown[], member: string, limit: number): void {
  if (values.length > limit)
    throw unsatisfied(
      `[${values.join(', ')}]`,
      member,
      `Member must have length less than or equal to ${limit}`,
    );
}

export const liveTail: Handlers<typeof sdk, LogsState> = {
  StartLiveTail(input, { call, state }) {
    const { logGroupIdentifiers: identifiers = [], logStreamNames: names, logEventFilterPattern } = input;
    const prefixes = input.logStreamNamePrefixes;
    if (identifiers.length === 0)
      throw unsatisfied('[]', 'logGroupIdentifiers', 'Member must have length greater than or equal to 1');
    checkCount(identifiers, 'logGroupIdentifiers', 10);
    if (names?.length && prefixes?.length)
      throw invalid('logStreamNames and logStreamNamePrefixes are mutually exclusive parameters.');
    if ((names?.length || prefixes?.length) && identifiers.length > 1)
      throw invalid('Log stream names can be specified only with a single log group.');
    for (const [member, values] of Object.entries({
      logStreamNames: names,
      logStreamNamePrefixes: prefixes,
    })) {
      checkCount(values ?? [], member, 10);
      for (const value of values ?? []) checkStreamName(value, member);
    }
    checkLength(logEventFilterPattern, 'logEventFilterPattern', 0, 1024);
    const matches = compilePattern(logEventFilterPattern ?? '');
    const groups = new Map<string, string>();
    for (const identifier of identifiers) {
      if (!identifier.startsWith('arn:') || identifier.endsWith('*'))
        throw invalid(`The specified logGroupIdentifier ${identifier} is not the ARN of a log group.`);
      const group = groupOfArn(state, call, identifier);
      groups.set(group.id, `${call.account}:${group.name}`);
    }
    const wanted = (stream: string): boolean =>
      names?.length
        ? names.includes(stream)
        : !prefixes?.length || prefixes.some((prefix) => stream.startsWith(prefix));

    const session = new Session(state, call.signal, (_scope, group, stream, events, ingestionTime) => {
      const logGroupIdentifier = groups.get(group.id);
      if (logGroupIdentifier === undefined || !wanted(stream.name)) return [];
      return events
        .filter(({ message }) => matches(message))
        .map(({ timestamp, message }) => ({
          timestamp,
          message,
          logStreamName: stream.name,
          logGroupIdentifier,
          ingestionTime,
        }));
    });
    const start = {
      requestId: call.requestId,
      sessionId: randomUUID(),
      logGroupIdentifiers: [...identifiers],
      logStreamNames: [...(names ?? [])],
      logStreamNamePrefixes: [...(prefixes ?? [])],
      logEventFilterPattern: logEventFilterPattern ?? '',
    };
    return { responseStream: session.stream(start) };
  },
};

type Choose = (...event: Parameters<Listener>) => LiveTailSessionLogEvent[];

class Session {
  private waiting: LiveTailSessionLogEvent[] = [];
  private readonly state: LogsState;
  private readonly signal: AbortSignal;
  private readonly listener: Listener;

  constructor(state: LogsState, signal: AbortSignal, choose: Choose) {
    this.state = state;
    this.signal = signal;
    this.listener = (...event) => {
      this.waiting.push(...choose(...event));
      if (this.waiting.length > mostWaiting) this.waiting = this.waiting.slice(-mostWaiting);
    };
    // Listen from now on, before the client reads, so that no event in between is lost.
    if (signal.aborted) return;
    state.listeners.add(this.listener);
    signal.addEventListener('abort', () => state.listeners.delete(this.listener), { once: true });
  }

  async *stream(sessionStart: sdk.LiveTailSessionStart): AsyncGenerator<StartLiveTailResponseStream> {
    const { signal, state } = this;
    const end = state.now() + longestSession;
    try {
      yield { sessionStart } as StartLiveTailResponseStream;
      while (!signal.aborted) {
        await pause(updatePause, signal);
        if (signal.aborted) return;
        if (state.now() >= end) {
          const message = 'The session timed out after three hours.';
          throw new SessionTimeoutException({ message, $metadata: {} });
        }
        yield { sessionUpdate: this.update() } as StartLiveTailResponseStream;
      }
    } finally {
      state.listeners.delete(this.listener);
    }
  }

  private update(): sdk.LiveTailSessionUpdate {
    const all = this.waiting;
    this.waiting = [];
    const sampled = all.length > mostEvents;
    const step = all.length / mostEvents;
    const sessionResults = sampled
      ? Array.from({ length: mostEvents }, (_, index) => all[Math.floor(index * step)]!)
      : all;
    return { sessionMetadata: { sampled }, sessionResults };
  }
}

/** Ends early when the client disconnects. */
function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener('abort', done, { once: true });
  });
}
