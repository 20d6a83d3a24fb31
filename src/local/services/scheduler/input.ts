// The input of a target: what the schedule declares, or an event of its own.
// https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html
import { randomUUID } from 'node:crypto';
import type { Execution } from './state.ts';

/** `attempt`: from 1. */
export function inputOf(
  { id, account, region, schedule, scheduled, target }: Execution,
  attempt: number,
): string {
  const time = `${new Date(scheduled).toISOString().slice(0, 19)}Z`;
  if (target.Input === undefined) {
    return JSON.stringify({
      version: '0',
      id: randomUUID(),
      'detail-type': 'Scheduled Event',
      source: 'aws.scheduler',
      account,
      time,
      region,
      resources: [schedule],
      detail: '{}',
    });
  }
  const attributes: Readonly<Record<string, string>> = {
    'schedule-arn': schedule,
    'scheduled-time': time,
    'execution-id': id,
    'attempt-number': String(attempt),
  };
  return target.Input.replace(
    /<aws\.scheduler\.([a-z-]+)>/g,
    (shown, name: string) => attributes[name] ?? shown,
  );
}
