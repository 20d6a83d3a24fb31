// When schedules run: one timer for the run that is due next.
import { randomBytes, randomInt } from 'node:crypto';
import type { Scope } from '../../call.ts';
import { Alarm } from '../../schedule-expressions/alarm.ts';
import { dueAfter, parseSchedulerSchedule, type Schedule } from '../../schedule-expressions/expressions.ts';
import type { Executions } from './executions.ts';
import { type Run, type ScheduleRecord, type SchedulerState, scheduleArn, scheduleKey } from './state.ts';

export class Runs {
  private readonly state: SchedulerState;
  private readonly executions: Executions;
  private readonly alarm: Alarm;

  constructor(state: SchedulerState, executions: Executions) {
    this.state = state;
    this.executions = executions;
    this.alarm = new Alarm(state.host.now, () => this.ring());
  }

  /** Stores a schedule with its first run later than `after`; undefined: the first one of all, which may be past. */
  plan(scope: Scope, schedule: ScheduleRecord, after: number | undefined): void {
    const oldest = this.state.host.now() - maximumAge(schedule);
    this.store(scope, schedule, nextRun(schedule, after ?? oldest));
  }

  /** Starts the runs that are due, and waits for the next one. */
  ring(): void {
    const now = this.state.host.now();
    for (const [key, schedule] of [...this.state.schedules.entries()]) {
      if (!schedule.next) continue;
      if (schedule.next.due <= now) {
        const [account = '', region = ''] = key.split('/');
        this.start({ account, region }, schedule, schedule.next, now);
      } else this.alarm.set(schedule.next.due);
    }
  }

  close(): void {
    this.alarm.close();
  }

  /** Of several runs that are due, the latest takes place, unless it is too old: the server was down. */
  private start(scope: Scope, schedule: ScheduleRecord, first: Run, now: number): void {
    const oldest = now - maximumAge(schedule);
    let run: Run | undefined = first.due >= oldest ? first : nextRun(schedule, oldest);
    let next = run && nextRun(schedule, run.scheduled);
    while (next && next.scheduled <= now && run && run.due <= now) {
      run = next;
      next = nextRun(schedule, run.scheduled);
    }
    if (run && run.due > now) {
      this.store(scope, schedule, run);
      return;
    }
    if (next || schedule.after !== 'DELETE') this.store(scope, schedule, next);
    else this.state.schedules.remove(scheduleKey(scope, schedule));
    if (!run) return;
    this.executions.add({
      // As AWS writes them.
      id: randomBytes(8).toString('hex'),
      account: scope.account,
      region: scope.region,
      schedule: scheduleArn(scope, schedule),
      scheduled: run.scheduled,
      target: schedule.target,
    });
  }

  private store(scope: Scope, schedule: ScheduleRecord, next: Run | undefined): void {
    const { next: _, ...rest } = schedule;
    this.state.schedules.put(scheduleKey(scope, schedule), next ? { ...rest, next } : rest);
    if (next) this.alarm.set(next.due);
  }
}

/** Milliseconds. */
const maximumAge = ({ target }: ScheduleRecord): number =>
  (target.RetryPolicy?.MaximumEventAgeInSeconds ?? 86_400) * 1000;

/** The first run whose time is later than `after`. One-time schedules have no start date. */
function nextRun(schedule: ScheduleRecord, after: number): Run | undefined {
  if (schedule.state === 'DISABLED') return undefined;
  const parsed = parseSchedulerSchedule(schedule.expression) as Schedule;
  const begin = Math.max(schedule.startDate ?? 0, schedule.modified);
  const earliest = parsed.kind === 'at' ? after : Math.max(after, begin - 1);
  const scheduled = dueAfter(parsed, earliest, { zone: schedule.zone, start: schedule.start });
  if (scheduled === undefined || scheduled > (schedule.endDate ?? Number.POSITIVE_INFINITY)) return undefined;
  const { Mode, MaximumWindowInMinutes = 0 } = schedule.window;
  const delay = Mode === 'FLEXIBLE' ? randomInt(MaximumWindowInMinutes * 60_000 + 1) : 0;
  return { scheduled, due: scheduled + delay };
}
