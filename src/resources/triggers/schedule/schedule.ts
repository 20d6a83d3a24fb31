// A schedule of EventBridge Scheduler that calls a function. An update replaces all of it, so live settings go along.
import type { CreateScheduleInput } from '@aws-sdk/client-scheduler';
import type { Aws } from '../../../aws/aws.ts';
import type { Qualifier } from '../../../config/qualifiers.ts';
import { forReads, lookUntil, waiting } from '../../../engine/patience.ts';
import type { Change, DeclaredResource, Report, Resource } from '../../../engine/resource.ts';
import { exitCodes, UserError } from '../../../errors/user-error.ts';
import type { CallerName } from '../../callers/caller.ts';
import { sameJson } from '../../compare.ts';
import type { DeclaredFunction } from '../../function/function.ts';
import type { FunctionResource } from '../../function/function-resource.ts';
import type { Located } from '../../things/things.ts';
import { functionIn } from '../binding/own-binding.ts';
import { comparable } from '../json-input.ts';
import { type Checked, entryProblems, type Found, type TriggerProblem } from '../problem.ts';
import { deadLetterProblem } from '../queue/look.ts';
import { Trigger } from '../trigger.ts';
import type { Schedule, ScheduleName } from './calls.ts';

const calls = () => import('./calls.ts');

interface ScheduleOptions {
  schedule: ScheduleName;
  qualifier: Qualifier;
  needs?: readonly Resource[];
  /** The group that slsctl makes for the function. */
  ownGroup: string;
}

/** A schedule that is live, known by its group and name. */
export class ScheduleResource extends Trigger<Schedule> {
  readonly kind = 'schedule trigger';
  readonly schedule: ScheduleName;
  private readonly ownGroup: string;

  constructor(aws: Aws, host: FunctionResource, { schedule, ownGroup, ...options }: ScheduleOptions) {
    const { group, name } = schedule;
    super(aws, host, { ...options, from: group === ownGroup ? name : `${group}/${name}` });
    this.schedule = schedule;
    this.ownGroup = ownGroup;
  }

  async read(): Promise<Schedule | undefined> {
    const { readSchedule } = await calls();
    const live = await readSchedule(this.aws, this.schedule);
    return functionIn(live?.Target?.Arn ?? '') === this.boundTo.name ? live : undefined;
  }

  fields(live: Schedule): Record<string, unknown> {
    const { Target, FlexibleTimeWindow, ScheduleExpressionTimezone: zone, State } = live;
    const { group, name } = this.schedule;
    const retry = Target?.RetryPolicy;
    const usual = retry?.MaximumEventAgeInSeconds === 86_400 && retry.MaximumRetryAttempts === 185;
    return {
      Triggers: [
        {
          Schedule: {
            Expression: live.ScheduleExpression,
            ...(zone === 'UTC' ? {} : { Timezone: zone }),
            Input: comparable(Target?.Input),
            ...(State === 'DISABLED' ? { Enabled: false } : {}),
            FlexibleMinutes: FlexibleTimeWindow?.MaximumWindowInMinutes,
            Description: live.Description,
            StartDate: live.StartDate?.toISOString(),
            EndDate: live.EndDate?.toISOString(),
            ...(live.ActionAfterCompletion === 'DELETE' ? { ActionAfterCompletion: 'DELETE' } : {}),
            KMSKeyArn: live.KmsKeyArn,
            DeadLetter: Target?.DeadLetterConfig?.Arn,
            ...(usual ? {} : { RetryPolicy: retry }),
            Name: name,
            ...(group === this.ownGroup ? {} : { GroupName: group }),
            RoleArn: Target?.RoleArn,
          },
          Qualifier: this.qualifier,
        },
      ],
    };
  }

  override callers(): CallerName[] {
    const { group, name } = this.schedule;
    return [{ kind: 'schedule', name: group === 'default' ? name : `${name} of group ${group}` }];
  }

  removal(live: Schedule): Change[] {
    return [
      { path: 'ScheduleExpression', from: live.ScheduleExpression, to: undefined },
      { path: 'Target.Arn', from: live.Target?.Arn, to: undefined },
    ];
  }

  async remove(): Promise<void> {
    const { deleteSchedule } = await calls();
    await deleteSchedule(this.aws, this.schedule);
  }
}

/** What slsctl.yml says, in the API's names. undefined: AWS's default. */
export type Said = Partial<
  Pick<
    CreateScheduleInput,
    | 'ScheduleExpressionTimezone'
    | 'State'
    | 'Description'
    | 'StartDate'
    | 'EndDate'
    | 'KmsKeyArn'
    | 'ActionAfterCompletion'
    | 'FlexibleTimeWindow'
  >
>;
export type SaidTarget = Partial<
  Pick<NonNullable<CreateScheduleInput['Target']>, 'Input' | 'DeadLetterConfig' | 'RetryPolicy'>
>;

export interface DeclaredScheduleOptions extends ScheduleOptions {
  expression: string;
  said: Said;
  target: SaidTarget;
  /** The queue for events that cannot be delivered. */
  deadLetter: Located | undefined;
  roleArn: string;
  /** Of the function in slsctl.yml. */
  key: string;
  /** Its place in the list of triggers. */
  index: number;
}

/** What AWS has for members that were never set. */
const defaults: Said & SaidTarget = {
  ScheduleExpressionTimezone: 'UTC',
  State: 'ENABLED',
  ActionAfterCompletion: 'NONE',
  FlexibleTimeWindow: { Mode: 'OFF' },
  RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 },
};

export class DeclaredSchedule extends ScheduleResource implements DeclaredResource<Schedule>, Checked {
  private readonly options: DeclaredScheduleOptions;
  private found: Found[] = [];

  constructor(aws: Aws, host: DeclaredFunction, options: DeclaredScheduleOptions) {
    super(aws, host, options);
    this.options = options;
  }

  get problems(): TriggerProblem[] {
    return entryProblems('schedule', this.options, this.found);
  }

  override async read(): Promise<Schedule | undefined> {
    const { readSchedule } = await calls();
    const { expression, said, deadLetter } = this.options;
    const [live, unusable] = await Promise.all([
      readSchedule(this.aws, this.schedule),
      deadLetterProblem(this.aws, deadLetter),
    ]);
    const zone = said.ScheduleExpressionTimezone ?? live?.ScheduleExpressionTimezone ?? 'UTC';
    const isNew = live?.ScheduleExpression !== expression;
    this.found = unusable ? [unusable] : [];
    if (isNew && isPast(expression, zone)) {
      const sentence = `is ${expression}, which is in the past (${zone}), so it never calls`;
      this.found.push({ field: 'expression', sentence });
    }
    return live;
  }

  diff(live: Schedule | undefined): Change[] {
    const wanted = this.wanted(live);
    const members = Object.keys({ ...defaults, ...wanted }) as (keyof CreateScheduleInput)[];
    const now = live as Partial<CreateScheduleInput> | undefined;
    const top = members
      .filter((name) => !['Target', 'GroupName', 'Name', 'RetryPolicy'].includes(name))
      .map((name) => ({ path: name as string, from: now?.[name] as unknown, to: wanted[name] as unknown }));
    const names = ['Arn', 'RoleArn', 'Input', 'DeadLetterConfig', 'RetryPolicy'] as const;
    const target = names.map((name) => ({
      path: `Target.${name}`,
      from: live?.Target?.[name] as unknown,
      to: wanted.Target?.[name] as unknown,
    }));
    return [...top, ...target].filter(({ path, from, to }) => {
      const usual = live ? (defaults as Record<string, unknown>)[path.replace('Target.', '')] : undefined;
      return !sameJson(shown(from ?? usual), shown(to ?? usual));
    });
  }

  /** The whole schedule: what slsctl.yml does not say stays as it is. */
  private wanted(live: Schedule | undefined): CreateScheduleInput {
    const { expression, said, target, roleArn, schedule } = this.options;
    const {
      $metadata: _,
      Arn: _arn,
      CreationDate: _made,
      LastModificationDate: _changed,
      ...now
    } = (live ?? {}) as Partial<Schedule> & { $metadata?: unknown };
    const RetryPolicy = target.RetryPolicy && { ...now.Target?.RetryPolicy, ...target.RetryPolicy };
    return {
      FlexibleTimeWindow: { Mode: 'OFF' },
      State: 'ENABLED',
      ...now,
      ...said,
      ...(Object.hasOwn(said, 'FlexibleTimeWindow') && !said.FlexibleTimeWindow
        ? { FlexibleTimeWindow: { Mode: 'OFF' as const } }
        : {}),
      GroupName: schedule.group,
      Name: schedule.name,
      ScheduleExpression: expression,
      Target: {
        ...now.Target,
        ...target,
        ...(RetryPolicy ? { RetryPolicy } : {}),
        Arn: this.targetArn,
        RoleArn: roleArn,
      },
    };
  }

  notes(live: Schedule): string[] {
    const { said } = this.options;
    return said.State === undefined && live.State === 'DISABLED'
      ? ['it is disabled, and slsctl.yml does not say; enabled: true enables it']
      : [];
  }

  async apply(live: Schedule | undefined, _changes: Change[], report?: Report): Promise<Schedule> {
    const { putSchedule } = await calls();
    await this.markPlace();
    try {
      await putSchedule(this.aws, this.wanted(live), {
        exists: live !== undefined,
        isNew: isRoleRefusal,
        patience: {
          ...forRoles,
          onWait: (elapsed) =>
            report?.(`waiting until Scheduler may use the role, ${Math.round(elapsed / 1000)} s`),
        },
      });
    } catch (error) {
      throw this.refused(error);
    }
    const after = await lookUntil(
      () => this.read(),
      (now) => now !== undefined && this.diff(now).length === 0,
      { ...forReads, onWait: waiting(report, 'Scheduler to show the schedule') },
    );
    if (after) return after;
    throw new UserError(`${this.kind} ${this.name} is not there after slsctl made it`);
  }

  private refused(cause: unknown): unknown {
    const { name, message } = cause as Error;
    if (!/^(ValidationException|ResourceNotFoundException|ServiceQuotaExceededException)$/.test(name))
      return cause;
    return new UserError(`Scheduler refuses ${this.kind} ${this.name}`, exitCodes.failed, {
      reason: message,
      next: isRoleRefusal(cause) ? 'run the same command again; a new role may take some seconds' : undefined,
      cause,
    });
  }
}

/** IAM shows a new role to Scheduler after some seconds. */
const forRoles = { budget: 60_000, first: 500, longest: 2000 };

function isRoleRefusal(error: unknown): boolean {
  const { name, message } = error as Error;
  return name === 'ValidationException' && /must allow .*Scheduler to assume the role/i.test(message);
}

/** Dates and JSON texts in a form that can be compared. */
function shown(value: unknown): unknown {
  return value instanceof Date ? value.toISOString() : comparable(value);
}

/** Whether at(…) names a time that is over in this zone. */
function isPast(expression: string, timeZone: string): boolean {
  const [, local] = /^at\((.*)\)$/.exec(expression) ?? [];
  if (local === undefined) return false;
  const parts = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
  return local < parts.format(new Date()).replace(' ', 'T');
}
