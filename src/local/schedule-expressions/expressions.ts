// Schedule expressions of EventBridge rules and of EventBridge Scheduler, and when they are due.
// https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
import { type Cron, lastYear, lengthOf, parseCron } from './cron.ts';
import { timeAt, type WallTime, wallTimeAt } from './zones.ts';

export type Schedule =
  | { readonly kind: 'rate'; readonly milliseconds: number }
  | { readonly kind: 'cron'; readonly cron: Cron }
  | { readonly kind: 'at'; readonly wall: WallTime };

const units: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** `rate(5 minutes)` or `cron(…)`; undefined when it is not valid. The unit is singular exactly for 1. */
export function parseRuleSchedule(text: string): Schedule | undefined {
  const [, number, plural] = /^rate\((\d+) \w+?(s?)\)$/.exec(text) ?? [];
  if (number !== undefined && (Number(number) === 1) !== (plural === '')) return undefined;
  return parseRateOrCron(text);
}

/** Also `at(yyyy-mm-ddThh:mm:ss)`; the unit of a rate may be singular or plural. */
export function parseSchedulerSchedule(text: string): Schedule | undefined {
  const [, date, time] = /^at\((\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)\)$/.exec(text) ?? [];
  if (date === undefined) return parseRateOrCron(text);
  const wall = Date.parse(`${date}T${time}Z`);
  const exists = !Number.isNaN(wall) && new Date(wall).toISOString().startsWith(`${date}T${time}`);
  return exists ? { kind: 'at', wall } : undefined;
}

function parseRateOrCron(text: string): Schedule | undefined {
  const [, number, unit] = /^rate\(([1-9]\d{0,8}) (minute|hour|day)s?\)$/.exec(text) ?? [];
  if (number !== undefined) {
    return { kind: 'rate', milliseconds: Number(number) * (units[unit as string] as number) };
  }
  const [, fields] = /^cron\((.*)\)$/.exec(text) ?? [];
  const cron = fields === undefined ? undefined : parseCron(fields);
  return cron && { kind: 'cron', cron };
}

export interface Clock {
  /** The time zone of `at` and `cron`. */
  readonly zone: string;
  /** Epoch milliseconds from which a rate counts. */
  readonly start: number;
}

/** The first time later than `after` at which it is due, in epoch milliseconds; undefined: never. */
export function dueAfter(schedule: Schedule, after: number, { zone, start }: Clock): number | undefined {
  switch (schedule.kind) {
    case 'rate': {
      const { milliseconds } = schedule;
      const passed = Math.max(0, Math.floor((after - start) / milliseconds) + 1);
      return start + passed * milliseconds;
    }
    case 'at': {
      // A time over which clocks are set forward is due when they are.
      const time = timeAt(schedule.wall, zone) ?? timeAt(schedule.wall + 3_600_000, zone);
      return time !== undefined && time > after ? time : undefined;
    }
    case 'cron':
      return cronAfter(schedule.cron, after, zone);
  }
}

/** A time over which clocks are set forward is left out, and one that occurs twice is due once, as on AWS. */
function cronAfter(cron: Cron, after: number, zone: string): number | undefined {
  // The day before: what is later in time may be earlier on the clock.
  const start = new Date(wallTimeAt(after, zone) - 86_400_000);
  let day = start.getUTCDate();
  let month = start.getUTCMonth() + 1;
  for (let year = start.getUTCFullYear(); year <= lastYear; year++) {
    if (cron.years.has(year)) {
      for (; month <= 12; month++) {
        if (cron.months.has(month)) {
          const length = lengthOf(year, month);
          for (; day <= length; day++) {
            const found = cron.fitsDay(year, month, day)
              ? onDay(cron, [year, month, day], after, zone)
              : undefined;
            if (found !== undefined) return found;
          }
        }
        day = 1;
      }
    }
    month = 1;
    day = 1;
  }
  return undefined;
}

function onDay(
  { hours, minutes }: Cron,
  [year, month, day]: readonly [number, number, number],
  after: number,
  zone: string,
): number | undefined {
  const times = hours.flatMap((hour) =>
    minutes.map((minute) => Date.UTC(year, month - 1, day, hour, minute)),
  );
  for (const wall of times) {
    // Offsets lie within a day, so the exact time is looked up only for what can be later.
    if (wall + 86_400_000 <= after) continue;
    const time = timeAt(wall, zone);
    if (time !== undefined && time > after) return time;
  }
  return undefined;
}
