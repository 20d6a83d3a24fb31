// Follows a log group: polls it, and shows each event once.
import type { CloudWatchLogsClient, FilteredLogEvent } from '@aws-sdk/client-cloudwatch-logs';
import { serverClock } from '../../aws/server-clock.ts';
import { eachEvent, type LogQuery } from './events.ts';
import { LogWindow } from './window.ts';

export interface Following extends Omit<LogQuery, 'endTime'> {
  /** An event is shown when it becomes readable at most this many milliseconds after its timestamp. */
  late: number;
}

export interface Follower {
  show(event: FilteredLogEvent): void;
  /** Called after each poll; `remembered`: the number of events that a later poll may read again. */
  polled(state: { exists: boolean; remembered: number }): Promise<void> | void;
  /** Waits before the next poll; its rejection ends the following. */
  pause(): Promise<void>;
}

/** Polls until `pause` or a request rejects, and rejects with the same error. */
export async function followLogs(
  client: CloudWatchLogsClient,
  { late, ...query }: Following,
  { show, polled, pause }: Follower,
): Promise<never> {
  const now = serverClock(client);
  const window = new LogWindow(query.startTime, late);
  for (;;) {
    let began = now();
    const started = performance.now();
    const notePlace = () => {
      // The first answer tells the time.
      began ??= (now() ?? Date.now()) - (performance.now() - started);
      window.began(began);
    };
    const exists = await eachEvent(client, { ...query, startTime: window.from }, (event) => {
      notePlace();
      const { eventId, logStreamName, timestamp = 0, message } = event;
      const id = eventId ?? `${logStreamName} ${timestamp} ${message}`;
      if (window.isNew({ id, timestamp })) show(event);
    });
    notePlace();
    window.end();
    await polled({ exists, remembered: window.remembered });
    await pause();
  }
}
