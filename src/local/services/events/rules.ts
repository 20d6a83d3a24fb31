// Rules.
import type * as sdk from '@aws-sdk/client-eventbridge';
import type { RuleState } from '@aws-sdk/client-eventbridge';
import type { Call, Scope } from '../../call.ts';
import { compilePattern, PatternError } from '../../event-patterns/pattern.ts';
import { parseRuleSchedule } from '../../schedule-expressions/expressions.ts';
import type { Handlers } from '../../service.ts';
import { page } from '../pages.ts';
import { fromTagList } from '../tag-lists.ts';
import { badToken } from './buses.ts';
import { check, checkLimit, checkName, forms } from './checks.ts';
import { badPattern, invalid } from './errors.ts';
import { dueOf, type ScheduledRules } from './scheduled-rules.ts';
import {
  busName,
  defaultBus,
  type EventsState,
  putRule,
  type RuleRecord,
  removeRule,
  requireBus,
  requireRule,
  ruleArn,
  rulePrefix,
  rulesOf,
} from './state.ts';

const states = ['ENABLED', 'DISABLED', 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS'];

export const rules = (scheduled: ScheduledRules): Handlers<typeof sdk, EventsState> => ({
  PutRule(input, { state, call }) {
    const { Name = '', EventPattern, ScheduleExpression, EventBusName, State = 'ENABLED', Tags = [] } = input;
    checkName(Name, 'name', forms.rule);
    if (!states.includes(State)) {
      check([[State, 'state', `satisfy enum value set: [${states.join(', ')}]`]]);
    }
    const bus = requireBus(state, call, EventBusName);
    if (!EventPattern && !ScheduleExpression) {
      throw invalid('Parameter(s) EventPattern or ScheduleExpression must be specified.');
    }
    if (EventPattern) checkPattern(EventPattern);
    if (ScheduleExpression) checkSchedule(ScheduleExpression, bus.name);
    const before = state.rules.get(rulePrefix(call, bus.name) + Name);
    const rule: RuleRecord = {
      name: Name,
      bus: bus.name,
      account: call.account,
      state: State,
      ...(input.Description === undefined ? {} : { description: input.Description }),
      ...(input.RoleArn ? { roleArn: input.RoleArn } : {}),
      ...(EventPattern ? { pattern: EventPattern } : {}),
      ...(ScheduleExpression ? { schedule: ScheduleExpression } : {}),
      start: startOf(before, ScheduleExpression, state.host.now()),
      targets: before?.targets ?? [],
      tags: before?.tags ?? fromTagList(Tags),
    };
    put(state, call, rule, scheduled);
    return { RuleArn: ruleArn(call, rule) };
  },

  DescribeRule(input, { state, call }) {
    const rule = requireRule(state, call, { Name: input.Name, EventBusName: input.EventBusName });
    return { ...described(call, rule), CreatedBy: rule.account };
  },

  ListRules({ NamePrefix = '', EventBusName, Limit, NextToken }, { state, call }) {
    checkLimit(Limit);
    const bus = requireBus(state, call, EventBusName);
    const found = [...rulesOf(state, call, bus.name)].filter(({ name }) => name.startsWith(NamePrefix));
    const { items, next } = page(found, ({ name }) => name, NextToken, Limit ?? 100, badToken);
    return { Rules: items.map((rule) => described(call, rule)), NextToken: next };
  },

  EnableRule(input, { state, call }) {
    setState(state, call, input, 'ENABLED', scheduled);
    return {};
  },

  DisableRule(input, { state, call }) {
    setState(state, call, input, 'DISABLED', scheduled);
    return {};
  },

  DeleteRule({ Name = '', EventBusName }, { state, call }) {
    checkName(Name, 'name', forms.rule);
    const bus = requireBus(state, call, EventBusName);
    const rule = state.rules.get(rulePrefix(call, bus.name) + Name);
    if (!rule) return {};
    if (rule.targets.length > 0) throw invalid("Rule can't be deleted since it has targets.");
    removeRule(state, call, rule);
    return {};
  },

  ListRuleNamesByTarget({ TargetArn, EventBusName, Limit, NextToken }, { state, call }) {
    checkLimit(Limit);
    const bus = busName(call, EventBusName);
    requireBus(state, call, bus);
    const names = [...rulesOf(state, call, bus)]
      .filter(({ targets }) => targets.some(({ Arn }) => Arn === TargetArn))
      .map(({ name }) => name);
    const { items, next } = page(names, (name) => name, NextToken, Limit ?? 100, badToken);
    return { RuleNames: items, NextToken: next };
  },
});

/** A rate counts on when a rule is put again with the same schedule. */
const startOf = (before: RuleRecord | undefined, schedule: string | undefined, now: number): number =>
  before && before.schedule === schedule && before.state !== 'DISABLED' ? before.start : now;

function put(state: EventsState, scope: Scope, rule: RuleRecord, scheduled: ScheduledRules): void {
  const { due: _, ...rest } = rule;
  const due = dueOf(rest, state.host.now());
  putRule(state, scope, due === undefined ? rest : { ...rest, due });
  if (due !== undefined) scheduled.expect(due);
}

function setState(
  state: EventsState,
  call: Call,
  { Name, EventBusName }: { Name?: string | undefined; EventBusName?: string | undefined },
  wanted: RuleState,
  scheduled: ScheduledRules,
): void {
  const rule = requireRule(state, call, { Name, EventBusName });
  const start = rule.state === 'DISABLED' ? state.host.now() : rule.start;
  put(state, call, { ...rule, state: wanted, start }, scheduled);
}

/** Characters. */
const longestPattern = 4096;

/** @throws InvalidEventPatternException, ServiceError ValidationException when it is too long */
export function checkPattern(text: string): ReturnType<typeof compilePattern> {
  if (text.length > longestPattern) {
    check([[text, 'eventPattern', `have length less than or equal to ${longestPattern}`]]);
  }
  try {
    return compilePattern(text);
  } catch (error) {
    if (error instanceof PatternError) throw badPattern(error.message);
    throw error;
  }
}

function checkSchedule(text: string, bus: string): void {
  if (bus !== defaultBus) throw invalid('ScheduleExpression is supported only on the default event bus.');
  if (!parseRuleSchedule(text)) throw invalid('Parameter ScheduleExpression is not valid.');
}

function described(scope: Scope, rule: RuleRecord) {
  return {
    Arn: ruleArn(scope, rule),
    Description: rule.description,
    EventBusName: rule.bus,
    EventPattern: rule.pattern,
    Name: rule.name,
    RoleArn: rule.roleArn,
    ScheduleExpression: rule.schedule,
    State: rule.state,
  };
}
