// The records of EventBridge Scheduler in the store, and their keys.
import type {
  ActionAfterCompletion,
  FlexibleTimeWindow,
  ScheduleState,
  Target,
} from '@aws-sdk/client-scheduler';
import { type Scope, scopePrefix } from '../../call.ts';
import type { Waiting } from '../../deliveries/deliveries.ts';
import { partitionOf } from '../../partition.ts';
import type { ServiceHost } from '../../service.ts';
import { cached } from '../../store/cached.ts';
import type { Collection } from '../../store/store.ts';
import { checkName } from './checks.ts';
import { noGroup, noSchedule } from './errors.ts';

export interface GroupRecord {
  readonly name: string;
  /** Epoch milliseconds, as all times here. */
  readonly created: number;
  readonly modified: number;
  readonly tags: Readonly<Record<string, string>>;
  /** When its deletion began. It is shown as DELETING for a moment. */
  readonly deleted?: number;
}

export interface ScheduleRecord {
  readonly name: string;
  readonly group: string;
  readonly created: number;
  readonly modified: number;
  readonly expression: string;
  readonly zone: string;
  readonly state: ScheduleState;
  readonly target: Target;
  readonly window: FlexibleTimeWindow;
  readonly after: ActionAfterCompletion;
  readonly description?: string;
  readonly kmsKeyArn?: string;
  readonly startDate?: number;
  readonly endDate?: number;
  /** The token of the request that created it. */
  readonly token?: string;
  /** The time from which a rate counts. */
  readonly start: number;
  /** The next run; absent: there is none. */
  readonly next?: Run;
}

export interface Run {
  /** The time of the schedule. */
  readonly scheduled: number;
  /** When it takes place: later than scheduled in a flexible window. */
  readonly due: number;
}

/** A run on its way to its target. */
export interface Execution {
  readonly id: string;
  readonly account: string;
  readonly region: string;
  /** The ARN of the schedule. */
  readonly schedule: string;
  readonly scheduled: number;
  readonly target: Target;
}

export interface SchedulerState {
  /** Keys: `account/region/name`. The default group exists without a record. */
  readonly groups: Collection<GroupRecord>;
  /** Keys: `account/region/group/name`. */
  readonly schedules: Collection<ScheduleRecord>;
  /** Runs whose target has failed. Keys: their ids. */
  readonly waiting: Collection<Waiting<Execution>>;
  readonly host: ServiceHost;
}

export const createSchedulerState = (host: ServiceHost): SchedulerState => ({
  groups: cached(host.store.collection<GroupRecord>('scheduler.groups')),
  schedules: cached(host.store.collection<ScheduleRecord>('scheduler.schedules')),
  waiting: host.store.collection<Waiting<Execution>>('scheduler.waiting'),
  host,
});

export const defaultGroup = 'default';

export const groupKey = (scope: Scope, name: string): string => scopePrefix(scope) + name;
export const schedulePrefix = (scope: Scope, group: string): string => `${groupKey(scope, group)}/`;
export const scheduleKey = (scope: Scope, { group, name }: Pick<ScheduleRecord, 'group' | 'name'>): string =>
  schedulePrefix(scope, group) + name;

const arnPrefix = ({ account, region }: Scope): string =>
  `arn:${partitionOf(region)}:scheduler:${region}:${account}:`;

export const groupArn = (scope: Scope, name: string): string => `${arnPrefix(scope)}schedule-group/${name}`;
export const scheduleArn = (scope: Scope, { group, name }: Pick<ScheduleRecord, 'group' | 'name'>): string =>
  `${arnPrefix(scope)}schedule/${group}/${name}`;

/** Milliseconds for which a deleted group is shown. */
const deletion = 300;

export const isGone = ({ host }: SchedulerState, { deleted }: GroupRecord): boolean =>
  deleted !== undefined && host.now() >= deleted + deletion;

/** A group that is being deleted counts. */
export function groupOf(state: SchedulerState, scope: Scope, name: string): GroupRecord | undefined {
  const key = groupKey(scope, name);
  const found = state.groups.get(key);
  if (found && isGone(state, found)) {
    state.groups.remove(key);
    return undefined;
  }
  if (found || name !== defaultGroup) return found;
  const now = state.host.now();
  const group: GroupRecord = { name, created: now, modified: now, tags: {} };
  // Kept, so that it has the same times in each answer.
  state.groups.put(key, group);
  return group;
}

/** @throws ResourceNotFoundException, ValidationException for an impossible name */
export function requireGroup(
  state: SchedulerState,
  scope: Scope,
  name: string = defaultGroup,
  member = 'groupName',
): GroupRecord {
  checkName(name, member);
  const group = groupOf(state, scope, name);
  if (!group) throw noGroup(name);
  return group;
}

/** @throws ResourceNotFoundException, ValidationException for an impossible name */
export function requireSchedule(
  state: SchedulerState,
  scope: Scope,
  { Name = '', GroupName }: { Name: string | undefined; GroupName?: string | undefined },
): ScheduleRecord {
  checkName(Name, 'name');
  const { name: group } = requireGroup(state, scope, GroupName);
  const schedule = state.schedules.get(scheduleKey(scope, { group, name: Name }));
  if (!schedule) throw noSchedule(Name);
  return schedule;
}
