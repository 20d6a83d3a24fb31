// The rules on the input of schedules.
import type { CreateScheduleInput, FlexibleTimeWindow, Target } from '@aws-sdk/client-scheduler';
import { parseSchedulerSchedule } from '../../schedule-expressions/expressions.ts';
import { isZone } from '../../schedule-expressions/zones.ts';
import type { ServiceHost } from '../../service.ts';
import { invalid, unsatisfied } from './errors.ts';

export const principal = 'scheduler.amazonaws.com';

/** @throws ValidationException for a name that is not valid */
export function checkName(name: string, member: string): void {
  if (name.length > 64) throw unsatisfied(name, member, 'have length less than or equal to 64');
  if (name === '') throw unsatisfied(name, member, 'have length greater than or equal to 1');
  if (!/^[0-9a-zA-Z\-_.]+$/.test(name)) {
    throw unsatisfied(name, member, 'satisfy regular expression pattern: [0-9a-zA-Z-_.]+');
  }
}

/** @throws ValidationException unless it is from 1 to 100; undefined passes */
export function checkLimit(limit: number | undefined): void {
  if (limit === undefined) return;
  if (limit < 1) throw unsatisfied(limit, 'maxResults', 'have value greater than or equal to 1');
  if (limit > 100) throw unsatisfied(limit, 'maxResults', 'have value less than or equal to 100');
}

/** @throws ValidationException */
export function checkSchedule(
  host: ServiceHost,
  input: Omit<CreateScheduleInput, 'Name' | 'GroupName' | 'ClientToken'>,
): void {
  const { ScheduleExpression = '', ScheduleExpressionTimezone: zone = 'UTC', StartDate, EndDate } = input;
  checkEnum(input.State, 'state', ['ENABLED', 'DISABLED']);
  checkEnum(input.ActionAfterCompletion, 'actionAfterCompletion', ['NONE', 'DELETE']);
  if (!parseSchedulerSchedule(ScheduleExpression)) {
    throw invalid(`Invalid Schedule Expression ${ScheduleExpression}.`);
  }
  if (!isZone(zone)) throw invalid(`Invalid Schedule Expression Timezone ${zone}.`);
  if (StartDate && EndDate && EndDate <= StartDate) {
    throw invalid('The EndDate you specify must be later than the StartDate.');
  }
  checkWindow(input.FlexibleTimeWindow ?? { Mode: undefined });
  checkTarget(host, input.Target ?? { Arn: undefined, RoleArn: undefined });
}

function checkEnum(value: string | undefined, member: string, values: readonly string[]): void {
  if (value !== undefined && !values.includes(value)) {
    throw unsatisfied(value, member, `satisfy enum value set: [${values.join(', ')}]`);
  }
}

function checkWindow({ Mode, MaximumWindowInMinutes: minutes }: FlexibleTimeWindow): void {
  checkEnum(Mode, 'flexibleTimeWindow.mode', ['OFF', 'FLEXIBLE']);
  const member = 'flexibleTimeWindow.maximumWindowInMinutes';
  if (minutes !== undefined && minutes < 1) {
    throw unsatisfied(minutes, member, 'have value greater than or equal to 1');
  }
  if (minutes !== undefined && minutes > 1440) {
    throw unsatisfied(minutes, member, 'have value less than or equal to 1440');
  }
  if (Mode === 'FLEXIBLE' && minutes === undefined) {
    throw invalid(
      'MaximumWindowInMinutes must be specified when the mode of FlexibleTimeWindow is FLEXIBLE.',
    );
  }
  if (Mode === 'OFF' && minutes !== undefined) {
    throw invalid('MaximumWindowInMinutes must not be specified when the mode of FlexibleTimeWindow is OFF.');
  }
}

function checkTarget(
  host: ServiceHost,
  { Arn = '', RoleArn = '', RetryPolicy, EventBridgeParameters }: Target,
): void {
  if (!/^arn:[\w-]+:[\w-]+:[^:]*:[^:]*:.+$/.test(Arn))
    throw invalid('Provided Arn is not in correct format.');
  if (!/^arn:[\w-]+:iam::\d{12}:role\/.+$/.test(RoleArn)) {
    throw unsatisfied(
      RoleArn,
      'target.roleArn',
      'satisfy regular expression pattern: arn:aws[a-z-]*:iam::\\d{12}:role\\/[\\w+=,.@\\/-]+',
    );
  }
  const { MaximumEventAgeInSeconds: age, MaximumRetryAttempts: attempts } = RetryPolicy ?? {};
  if (age !== undefined && age < 60) {
    throw unsatisfied(
      age,
      'target.retryPolicy.maximumEventAgeInSeconds',
      'have value greater than or equal to 60',
    );
  }
  if (age !== undefined && age > 86_400) {
    throw unsatisfied(
      age,
      'target.retryPolicy.maximumEventAgeInSeconds',
      'have value less than or equal to 86400',
    );
  }
  if (attempts !== undefined && (attempts < 0 || attempts > 185)) {
    const rule = attempts < 0 ? 'greater than or equal to 0' : 'less than or equal to 185';
    throw unsatisfied(attempts, 'target.retryPolicy.maximumRetryAttempts', `have value ${rule}`);
  }
  if (/^arn:[\w-]+:events:/.test(Arn) && !EventBridgeParameters) {
    throw invalid('EventBridgeParameters must be specified for a target that is an event bus.');
  }
  if (!host.face('roles').assumable(RoleArn, principal)) {
    throw invalid('The execution role you provide must allow AWS EventBridge Scheduler to assume the role.');
  }
}
