// Schedules of EventBridge Scheduler from slsctl.yml: deployed, changed, moved, and removed.
import { GetRoleCommand, GetRolePolicyCommand, ListRolesCommand } from '@aws-sdk/client-iam';
import {
  GetScheduleCommand,
  GetScheduleGroupCommand,
  ListScheduleGroupsCommand,
  ListSchedulesCommand,
  SchedulerClient,
} from '@aws-sdk/client-scheduler';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { expressionProblem } from '../../../src/config/triggers/schedule-expression.ts';
import { clientSettings } from '../../support/local.ts';
import { triggerBench } from '../../support/triggers/bench.ts';

let scheduler: SchedulerClient;
const bench = triggerBench(async (env) => {
  scheduler = new SchedulerClient(clientSettings(env));
  await new SQSClient(clientSettings(env)).send(new CreateQueueCommand({ QueueName: 'undelivered' }));
});

const schedules = async () => {
  const { Schedules = [] } = await scheduler.send(new ListSchedulesCommand({}));
  return Schedules.filter(({ GroupName }) => GroupName === bench.name);
};
const get = (Name = bench.name) => scheduler.send(new GetScheduleCommand({ GroupName: bench.name, Name }));
const groups = async () =>
  ((await scheduler.send(new ListScheduleGroupsCommand({}))).ScheduleGroups ?? [])
    .map(({ Name }) => Name)
    .filter((name) => name?.startsWith(bench.name));
const RoleName = () => `${bench.name}.schedules-us-east-1`;
const roles = async () =>
  ((await bench.clients.iam.send(new ListRolesCommand({}))).Roles ?? [])
    .map(({ RoleName }) => RoleName ?? '')
    .filter((name) => name.startsWith(bench.name));

describe('a schedule in the short form', () => {
  it('has a group and a role of its own, and nothing is left to plan', async () => {
    await bench.one(['schedule: rate(5 minutes)'], 'aliases: { live: {} }\n');
    expect((await bench.run('plan')).stdout).toContain(
      `schedule trigger ${bench.name} to ${bench.name}:live`,
    );
    await bench.deploy();
    const live = await get();
    expect(live).toMatchObject({
      ScheduleExpression: 'rate(5 minutes)',
      State: 'ENABLED',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: { Arn: bench.arn(`${bench.name}:live`) },
    });
    const group = await scheduler.send(new GetScheduleGroupCommand({ Name: bench.name }));
    const { Role } = await bench.clients.iam.send(new GetRoleCommand({ RoleName: RoleName() }));
    expect(live.Target?.RoleArn).toBe(Role?.Arn);
    expect(JSON.parse(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '')).Statement).toEqual([
      {
        Effect: 'Allow',
        Principal: { Service: 'scheduler.amazonaws.com' },
        Action: 'sts:AssumeRole',
        Condition: {
          StringEquals: { 'aws:SourceAccount': '000000000000', 'aws:SourceArn': group.Arn },
        },
      },
    ]);
    const { PolicyDocument = '' } = await bench.clients.iam.send(
      new GetRolePolicyCommand({ RoleName: RoleName(), PolicyName: 'slsctl' }),
    );
    expect(JSON.parse(decodeURIComponent(PolicyDocument)).Statement).toEqual([
      {
        Sid: 'Invoke',
        Effect: 'Allow',
        Action: 'lambda:InvokeFunction',
        Resource: [bench.arn(), `${bench.arn()}:*`],
      },
    ]);
    expect(await bench.differs()).toBe(false);
    const { stdout } = await bench.run('destroy', '--yes');
    expect(stdout).not.toContain('still call');
    expect(await groups()).toEqual([]);
    expect(await roles()).toEqual([]);
  });

  it('fires the function', async () => {
    const soon = new Date(Date.now() + 3000).toISOString().slice(0, 19);
    await bench.one([`schedule: { expression: "at(${soon})", input: { text: it-is-time } }`]);
    await bench.deploy();
    await bench.printed('it-is-time');
    // It is over now, and is still as declared.
    expect(await bench.differs()).toBe(false);
  });
});

describe('changes', () => {
  it('are made in place, field by field, and the rest stays', async () => {
    const change = async (fields: string) => {
      await bench.one([`schedule: { expression: cron(0 9 * * ? *)${fields} }`]);
      await bench.deploy();
      expect(await bench.differs()).toBe(false);
      return get();
    };
    const { CreationDate } = await change('');
    expect(await change(', timezone: Europe/Berlin, description: report')).toMatchObject({
      ScheduleExpressionTimezone: 'Europe/Berlin',
      Description: 'report',
      CreationDate,
    });
    expect(await change(', input: { a: 1 }')).toMatchObject({
      ScheduleExpressionTimezone: 'Europe/Berlin',
      Description: 'report',
      Target: { Input: '{"a":1}' },
    });
    expect(await change(', flexibleMinutes: 15, enabled: false')).toMatchObject({
      FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 15 },
      State: 'DISABLED',
    });
    expect(await change(', flexibleMinutes: null')).toMatchObject({
      FlexibleTimeWindow: { Mode: 'OFF' },
      State: 'DISABLED',
    });
    expect((await bench.run('plan')).stdout).toContain('enabled: true enables it');
    expect(
      await change(', enabled: true, deadLetter: undelivered, retryPolicy: { maximumRetryAttempts: 3 }'),
    ).toMatchObject({
      State: 'ENABLED',
      Target: {
        DeadLetterConfig: { Arn: 'arn:aws:sqs:us-east-1:000000000000:undelivered' },
        RetryPolicy: { MaximumRetryAttempts: 3 },
      },
    });
    const last = await change(
      ', deadLetter: null, retryPolicy: null, input: null, timezone: null, description: null, endDate: 2090-01-31T09:00:00Z',
    );
    expect(last.Target).not.toHaveProperty('Input');
    expect(last.Target).not.toHaveProperty('DeadLetterConfig');
    expect(last).toMatchObject({
      ScheduleExpressionTimezone: 'UTC',
      EndDate: new Date('2090-01-31T09:00:00Z'),
    });
    expect(last.Description ?? '').toBe('');
  });
});

describe('a trigger that the file no longer names', () => {
  it('is removed, with the group and the role after the last one', async () => {
    await bench.one(['schedule: rate(5 minutes)', 'schedule: rate(2 hours)']);
    await bench.deploy();
    expect((await schedules()).map(({ Name }) => Name).sort()).toEqual([bench.name, `${bench.name}-2`]);
    await bench.one(['schedule: rate(5 minutes)']);
    await bench.deploy();
    expect(await schedules()).toHaveLength(1);
    await bench.write({ [bench.name]: '' });
    await bench.deploy();
    expect(await groups()).toEqual([]);
    expect(await roles()).toEqual([`${bench.name}-us-east-1`]);
    expect(await bench.differs()).toBe(false);
  });

  it('goes with a function that the file no longer names', async () => {
    await bench.write({
      [bench.name]: '',
      [`${bench.name}x`]: 'triggers: [{ schedule: rate(5 minutes) }]\n',
    });
    await bench.deploy();
    expect(await groups()).toEqual([`${bench.name}x`]);
    await bench.write({ [bench.name]: '' });
    await bench.deploy();
    expect(await groups()).toEqual([]);
    expect(await roles()).toEqual([`${bench.name}-us-east-1`]);
  });
});

describe('wrong input is refused with file and line', () => {
  it.each([
    ['rate(1 minutes)', 'rate(1 minute)'],
    ['cron(0 0 30 2 ? *)', 'it never happens'],
    ['cron(0 9 * * * *)', '? in exactly one'],
    ['cron(71 9 * * ? *)', 'minutes'],
    ['at(2031-01-31)', 'at(yyyy-mm-ddThh:mm:ss)'],
    ['at(2020-01-31T09:00:00)', 'in the past'],
    ['{ expression: rate(1 day), timezone: Mars/Base }', 'a time zone'],
  ])('%s', async (entry, reason) => {
    await bench.one([`schedule: ${entry}`]);
    const { code, stderr } = await bench.attempt('deploy', '--yes');
    expect(code).toBe(2);
    expect(stderr).toContain('slsctl.yml:7');
    expect(stderr).toContain(reason);
    expect(await groups()).toEqual([]);
  });
});

it('a dead-letter queue that does not exist is refused with its line, before anything is made', async () => {
  await bench.one(['schedule: { expression: rate(5 minutes), deadLetter: nowhere }']);
  const { code, stderr } = await bench.attempt('deploy', '--yes');
  expect(stderr).toContain('slsctl.yml:7');
  expect(stderr).toContain('schedule.deadLetter is nowhere, and there is no such queue');
  expect(stderr).toContain(
    'next: aws sqs list-queues shows what is there; to let slsctl make it, write its key under queues:',
  );
  expect(code).toBe(2);
});

describe('expressions', () => {
  const now = new Date('2026-11-30T12:00:00Z');
  it.each([
    'rate(1 minute)',
    'rate(10 hours)',
    'cron(0-15/1 8-8 ? * 2,3,4 *)',
    'cron(5,35 14 * * ? *)',
    'cron(0/5 8-17 ? * MON-FRI *)',
    'cron(*/15 * * JAN,jul ? 2026-2030)',
    'cron(0 0 L * ? *)',
    'cron(0 0 15W * ? *)',
    'cron(0 0 ? * 6L *)',
    'cron(0 0 ? * SAT#3 *)',
    'cron(0 0 29 2 ? *)',
    'at(2022-11-20T13:00:00)',
  ])('%s is one', (text) => {
    expect(expressionProblem(text, now)).toBe(undefined);
  });
  it.each([
    'rate(10 minute)',
    'rate(0 minutes)',
    'rate(5 seconds)',
    'rate( 5 minutes)',
    ' rate(5 minutes)',
    'cron()',
    'cron(0 1 * * * *)',
    'cron(0 1 ? * ? *)',
    'cron(0 0 * FOO ? *)',
    'cron(0 0 31 4,6,9,11 ? *)',
    'cron(0 0 * * ? 2002-2005)',
    'cron(0 0 29 2 ? 2027)',
    'at(2022-11-20T13:00:00Z)',
    'every day',
  ])('%s is none', (text) => {
    expect(expressionProblem(text, now)).toMatch(/^is /);
  });
});
