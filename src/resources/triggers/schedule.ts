// Schedules: EventBridge Scheduler calls the function by a role of its own, from a group of its own.
import { partition } from '@aws-sdk/core/client';
import { apiNames } from '../../config/api-names.ts';
import { cut } from '../../config/cut.ts';
import type { TriggerValues } from '../../config/triggers/all.ts';
import type { Owner, Resource } from '../../engine/resource.ts';
import { arnIn } from '../arn.ts';
import type { Site } from '../attachments/kind.ts';
import { roleName, rolePath } from '../names.ts';
import { tagsOf } from '../owned/ownership.ts';
import { sendStatements } from '../role/grants.ts';
import { DeclaredPolicies } from '../role/policies.ts';
import { DeclaredRole } from '../role/role.ts';
import type { Located, Things } from '../things/things.ts';
import { functionIn, qualifierIn } from './binding/own-binding.ts';
import { jsonInput } from './json-input.ts';
import type { Entry, TriggerKind } from './kind.ts';
import { DeclaredScheduleGroup, groupArn, ScheduleGroupResource } from './schedule/group.ts';
import { DeclaredSchedule, type Said, type SaidTarget, ScheduleResource } from './schedule/schedule.ts';

type Declared = TriggerValues['schedule'];

function parse({ declared, number }: Entry<Declared>, functionName: string, things: Things) {
  const said = (typeof declared === 'string' ? { expression: declared } : declared) as Exclude<
    Declared,
    string
  >;
  const { expression, deadLetter, name, groupName, roleArn } = said;
  return {
    said,
    expression,
    roleArn,
    queue: deadLetter ? things.locate('queue', deadLetter) : undefined,
    schedule: {
      group: groupName ?? groupOf(functionName),
      name: name ?? cut(`${functionName}${number === 1 ? '' : `-${number}`}`),
    },
  };
}

/** The group of a function's schedules: no other function has this name. */
export function groupOf(functionName: string): string {
  return cut(functionName);
}

/** The name of the role of a function's schedules: no function can have such a name. */
export function scheduleRoleName(functionName: string, region: string): string {
  return roleName(`${functionName}.schedules`, region);
}

/** Its end is the one by which the inventory recognizes the roles of a function. */
function descriptionOf(functionName: string, region: string, { project, stage }: Owner): string {
  const of = stage === undefined ? `project ${project}` : `stage ${stage} of project ${project}`;
  return `Role of the schedules of the Lambda function ${functionName} in ${region}, of ${of}, made by slsctl`;
}

export const schedule: TriggerKind<Declared> = {
  resources(entries, site) {
    const { aws, host, config, places, things } = site;
    const parsed = entries.map((entry) => ({ entry, ...parse(entry, host.name, things) }));
    const own = groupOf(host.name);
    const group = parsed.some((one) => one.schedule.group === own)
      ? [new DeclaredScheduleGroup(aws, groupSettings(site, own))]
      : [];
    const byRole = parsed.filter(({ roleArn }) => roleArn === undefined);
    const role = byRole.length > 0 ? roleOf(site, byRole) : [];
    const ownRole = iamArn(
      aws,
      `role${rolePath(site.owner.project)}${scheduleRoleName(host.name, aws.region)}`,
    );
    const schedules = parsed.map(({ entry, said, queue, roleArn, ...one }) => {
      const { qualifier, index } = entry;
      return new DeclaredSchedule(aws, host, {
        ...{ ...one, qualifier, index, key: config.key, ownGroup: own },
        said: saidOf(said),
        target: targetOf(said, queue),
        deadLetter: queue,
        roleArn: roleArn ?? ownRole,
        needs: [
          ...places.callable(qualifier),
          ...(one.schedule.group === own ? group : []),
          ...(roleArn === undefined ? role : []),
          ...(queue?.own ? [queue.own.resource] : []),
        ],
      });
    });
    return [...group, ...role, ...schedules];
  },
  async every(aws, host) {
    const { listSchedules } = await import('./schedule/calls.ts');
    const all = await listSchedules(aws);
    return all
      .filter(({ Target }) => functionIn(Target?.Arn ?? '') === host.name)
      .map(({ GroupName: group = 'default', Name: name = '', Target }) => {
        const qualifier = qualifierIn(Target?.Arn ?? '');
        return new ScheduleResource(aws, host, {
          ...{ schedule: { group, name }, qualifier, ownGroup: groupOf(host.name) },
        });
      });
  },
  async leftBehind(entries, { aws, host, owner, things }) {
    const own = groupOf(host.name);
    const declared = entries.map((entry) => parse(entry, host.name, things).schedule);
    const group = new ScheduleGroupResource(aws, { name: own, owner });
    const live = await group.read();
    if (!live || group.foreign(live) !== undefined) return [];
    // Its schedules go with it.
    if (!declared.some((one) => one.group === own)) return [group];
    const { listSchedules } = await import('./schedule/calls.ts');
    const all = await listSchedules(aws, own);
    return all
      .filter(({ Name }) => !declared.some((one) => one.group === own && one.name === Name))
      .filter(({ Target }) => functionIn(Target?.Arn ?? '') === host.name)
      .map(({ Name: name = '', Target }) => {
        const qualifier = qualifierIn(Target?.Arn ?? '');
        return new ScheduleResource(aws, host, { schedule: { group: own, name }, qualifier, ownGroup: own });
      });
  },
};

function groupSettings({ owner, config }: Site, name: string) {
  return { name, owner, tags: tagsOf(owner, config.tags) };
}

/** The role by which Scheduler calls the function, and its policy. */
function roleOf(
  { aws, host, owner, config }: Site,
  entries: readonly { schedule: { group: string }; queue: Located | undefined }[],
): Resource[] {
  const groups = [...new Set(entries.map(({ schedule }) => groupArn(aws, schedule.group)))];
  const role = new DeclaredRole(aws, {
    name: scheduleRoleName(host.name, aws.region),
    description: descriptionOf(host.name, aws.region, owner),
    tags: tagsOf(owner, config.tags),
    owner,
    trust: {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Service: 'scheduler.amazonaws.com' },
          Action: 'sts:AssumeRole',
          Condition: {
            StringEquals: {
              'aws:SourceAccount': aws.account,
              'aws:SourceArn': groups.length === 1 ? groups[0] : groups,
            },
          },
        },
      ],
    },
  });
  const target = arnIn(aws, 'lambda', `function:${host.name}`);
  const queues = new Set(entries.flatMap(({ queue }) => queue?.arn ?? []));
  const statements = [
    { Sid: 'Invoke', Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: [target, `${target}:*`] },
    ...[...queues].flatMap((arn, index) => sendStatements(`DeadLetters${index === 0 ? '' : index + 1}`, arn)),
  ];
  return [role, new DeclaredPolicies(aws, role, { attached: [], statements })];
}

function iamArn({ region, account }: Site['aws'], rest: string): string {
  return `arn:${partition(region).name}:iam::${account}:${rest}`;
}

type Long = Exclude<Declared, string>;

/** Only members that slsctl.yml says. */
function saidOf(said: Long): Said {
  const { timezone, enabled, flexibleMinutes, description, startDate, endDate } = said;
  const { actionAfterCompletion, kmsKeyArn } = said;
  const date = (text: string | null | undefined) => (text ? new Date(text) : undefined);
  return {
    ...(timezone === undefined ? {} : { ScheduleExpressionTimezone: timezone ?? 'UTC' }),
    ...(enabled === undefined ? {} : { State: enabled ? 'ENABLED' : 'DISABLED' }),
    ...(description === undefined ? {} : { Description: description ?? undefined }),
    ...(startDate === undefined ? {} : { StartDate: date(startDate) }),
    ...(endDate === undefined ? {} : { EndDate: date(endDate) }),
    ...(kmsKeyArn === undefined ? {} : { KmsKeyArn: kmsKeyArn ?? undefined }),
    ...(actionAfterCompletion === undefined
      ? {}
      : { ActionAfterCompletion: actionAfterCompletion ?? 'NONE' }),
    ...(flexibleMinutes === undefined
      ? {}
      : {
          FlexibleTimeWindow: flexibleMinutes
            ? { Mode: 'FLEXIBLE' as const, MaximumWindowInMinutes: flexibleMinutes }
            : { Mode: 'OFF' as const },
        }),
  };
}

function targetOf({ input, deadLetter, retryPolicy }: Long, queue: Located | undefined): SaidTarget {
  return {
    ...(input === undefined ? {} : { Input: input === null ? undefined : jsonInput(input) }),
    ...(deadLetter === undefined ? {} : { DeadLetterConfig: queue ? { Arn: queue.arn } : undefined }),
    ...(retryPolicy === undefined
      ? {}
      : {
          RetryPolicy: retryPolicy
            ? apiNames(retryPolicy)
            : { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 },
        }),
  };
}
