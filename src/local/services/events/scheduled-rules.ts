// Rules with a schedule: one timer for the rule that is due next.
import { randomUUID } from 'node:crypto';
import type { Scope } from '../../call.ts';
import { Alarm } from '../../schedule-expressions/alarm.ts';
import { dueAfter, parseRuleSchedule, type Schedule } from '../../schedule-expressions/expressions.ts';
import { messageOf } from './envelope.ts';
import { type EventsState, putRule, type RuleRecord, ruleArn } from './state.ts';
import type { Sender } from './targets/sender.ts';

/** A run that was missed while the server was down takes place when it starts again, but not after a day. */
const latest = 86_400_000;

export class ScheduledRules {
  private readonly state: EventsState;
  private readonly sender: Sender;
  private readonly alarm: Alarm;

  constructor(state: EventsState, sender: Sender) {
    this.state = state;
    this.sender = sender;
    this.alarm = new Alarm(state.host.now, () => this.ring());
  }

  /** A rule is due at this time. */
  expect(due: number): void {
    this.alarm.set(due);
  }

  /** Sends the events of the rules that are due, and waits for the next one. */
  ring(): void {
    const now = this.state.host.now();
    for (const [key, rule] of [...this.state.rules.entries()]) {
      if (rule.due === undefined) continue;
      if (rule.due <= now) {
        const [account = '', region = ''] = key.split('/');
        this.fire({ account, region }, rule, now);
      } else this.alarm.set(rule.due);
    }
  }

  close(): void {
    this.alarm.close();
  }

  private fire(scope: Scope, rule: RuleRecord, now: number): void {
    const { due: first = now, ...rest } = rule;
    let due = first >= now - latest ? first : (dueOf(rest, now - latest) ?? first);
    let next = dueOf(rest, due);
    while (next !== undefined && next <= now) {
      due = next;
      next = dueOf(rest, due);
    }
    putRule(this.state, scope, next === undefined ? rest : { ...rest, due: next });
    if (next !== undefined) this.alarm.set(next);
    if (due < now - latest) return;
    const message = messageOf(scope, randomUUID(), {
      source: 'aws.events',
      detailType: 'Scheduled Event',
      detail: {},
      resources: [ruleArn(scope, rule)],
      time: due,
    });
    for (const target of rule.targets) this.sender.send(scope, rule, target, message);
  }
}

/** When the schedule of an enabled rule is due after a time; undefined: never. */
export function dueOf({ state, schedule, start }: RuleRecord, after: number): number | undefined {
  if (state === 'DISABLED' || schedule === undefined) return undefined;
  return dueAfter(parseRuleSchedule(schedule) as Schedule, after, { zone: 'UTC', start });
}
