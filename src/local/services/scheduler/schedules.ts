// Schedules.
import type * as sdk from '@aws-sdk/client-scheduler';
import type { CreateScheduleInput, Target } from '@aws-sdk/client-scheduler';
import { type Scope, scopePrefix } from '../../call.ts';
import type { Handlers } from '../../service.ts';
import { page } from '../pages.ts';
import { checkLimit, checkName, checkSchedule } from './checks.ts';
import { groupBeingDeleted, scheduleExists } from './errors.ts';
import { badToken } from './groups.ts';
import type { Runs } from './runs.ts';
import {
  defaultGroup,
  requireGroup,
  requireSchedule,
  type ScheduleRecord,
  type SchedulerState,
  scheduleArn,
  scheduleKey,
  schedulePrefix,
} from './state.ts';

export const schedules = (runs: Runs): Handlers<typeof sdk, SchedulerState> => ({
  CreateSchedule(input, { state, call }) {
    const { Name = '', GroupName = defaultGroup, ClientToken } = input;
    checkName(Name, 'name');
    checkName(GroupName, 'groupName');
    const place = { group: GroupName, name: Name };
    const existing = state.schedules.get(scheduleKey(call, place));
    const ScheduleArn = scheduleArn(call, place);
    if (existing?.token !== undefined && existing.token === ClientToken) return { ScheduleArn };
    checkSchedule(state.host, input);
    if (requireGroup(state, call, GroupName).deleted !== undefined) throw groupBeingDeleted(GroupName);
    if (existing) throw scheduleExists(Name);
    const now = state.host.now();
    const token = ClientToken === undefined ? {} : { token: ClientToken };
    runs.plan(call, { ...recordOf(input, now), ...place, ...token, created: now }, undefined);
    return { ScheduleArn };
  },

  /** Replaces the whole schedule: values that are not sent get their defaults. */
  UpdateSchedule(input, { state, call }) {
    checkSchedule(state.host, input);
    const { name, group, created, start, expression } = requireSchedule(state, call, input);
    const now = state.host.now();
    const record = { ...recordOf(input, now), name, group, created };
    // A rate counts on when its expression stays.
    const goesOn = record.expression === expression && !input.StartDate;
    runs.plan(call, goesOn ? { ...record, start } : record, goesOn ? now : undefined);
    return { ScheduleArn: scheduleArn(call, { group, name }) };
  },

  GetSchedule(input, { state, call }) {
    const schedule = requireSchedule(state, call, input);
    return {
      ActionAfterCompletion: schedule.after,
      Arn: scheduleArn(call, schedule),
      CreationDate: new Date(schedule.created),
      Description: schedule.description,
      EndDate: schedule.endDate === undefined ? undefined : new Date(schedule.endDate),
      FlexibleTimeWindow: schedule.window,
      GroupName: schedule.group,
      KmsKeyArn: schedule.kmsKeyArn,
      LastModificationDate: new Date(schedule.modified),
      Name: schedule.name,
      ScheduleExpression: schedule.expression,
      ScheduleExpressionTimezone: schedule.zone,
      StartDate: schedule.startDate === undefined ? undefined : new Date(schedule.startDate),
      State: schedule.state,
      Target: schedule.target,
    };
  },

  ListSchedules({ GroupName, NamePrefix = '', State, MaxResults, NextToken }, { state, call }) {
    checkLimit(MaxResults);
    const prefix =
      GroupName === undefined
        ? scopePrefix(call)
        : schedulePrefix(call, requireGroup(state, call, GroupName).name);
    const found = Array.from(state.schedules.entries(prefix), ([, schedule]) => schedule).filter(
      ({ name, state: current }) => name.startsWith(NamePrefix) && (State === undefined || State === current),
    );
    const keyOf = (schedule: ScheduleRecord): string => scheduleKey(call, schedule);
    const { items, next } = page(found, keyOf, NextToken, MaxResults ?? 100, badToken);
    const Schedules = items.map((schedule) => ({
      Arn: scheduleArn(call, schedule),
      CreationDate: new Date(schedule.created),
      GroupName: schedule.group,
      LastModificationDate: new Date(schedule.modified),
      Name: schedule.name,
      State: schedule.state,
      Target: { Arn: schedule.target.Arn },
    }));
    return { Schedules, NextToken: next };
  },

  DeleteSchedule(input, { state, call }) {
    removeSchedule(state, call, requireSchedule(state, call, input));
    return {};
  },
});

const removeSchedule = (state: SchedulerState, scope: Scope, schedule: ScheduleRecord): void =>
  state.schedules.remove(scheduleKey(scope, schedule));

type Declared = Omit<CreateScheduleInput, 'Name' | 'GroupName' | 'ClientToken'>;

/** With AWS's defaults, and without name, group and time of creation. */
function recordOf(input: Declared, now: number): Omit<ScheduleRecord, 'name' | 'group' | 'created'> {
  return {
    modified: now,
    expression: input.ScheduleExpression ?? '',
    zone: input.ScheduleExpressionTimezone ?? 'UTC',
    state: input.State ?? 'ENABLED',
    target: withDefaults(input.Target as Target),
    window: input.FlexibleTimeWindow ?? { Mode: 'OFF' },
    after: input.ActionAfterCompletion ?? 'NONE',
    ...(input.Description === undefined ? {} : { description: input.Description }),
    ...(input.KmsKeyArn === undefined ? {} : { kmsKeyArn: input.KmsKeyArn }),
    ...(input.StartDate ? { startDate: input.StartDate.getTime() } : {}),
    ...(input.EndDate ? { endDate: input.EndDate.getTime() } : {}),
    start: input.StartDate?.getTime() ?? now,
  };
}

const withDefaults = (target: Target): Target => ({
  ...target,
  RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185, ...target.RetryPolicy },
});
