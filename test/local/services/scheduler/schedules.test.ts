// Schedules and their groups, compared with AWS's answers.
import { describe, expect, it } from 'vitest';
import { arnOf, failure, functionArn } from '../events/fixture.ts';
import { fixture } from './fixture.ts';

const scheduleArn = (name: string, group = 'default') => arnOf('scheduler', `schedule/${group}/${name}`);
const plain = (value: unknown) => JSON.parse(JSON.stringify(value));
const target = { Arn: functionArn('f'), RoleArn: arnOf('iam', 'role/runner').replace('eu-central-1', '') };

describe('a schedule', () => {
  it('is created and read with its defaults', async () => {
    const { create, scheduler } = await fixture();
    expect(await create('rate(1 hour)')).toEqual({ ScheduleArn: scheduleArn('s') });
    expect(plain(await scheduler('GetSchedule', { Name: 's' }))).toEqual({
      ActionAfterCompletion: 'NONE',
      Arn: scheduleArn('s'),
      CreationDate: '2024-05-01T10:00:00.000Z',
      FlexibleTimeWindow: { Mode: 'OFF' },
      GroupName: 'default',
      LastModificationDate: '2024-05-01T10:00:00.000Z',
      Name: 's',
      ScheduleExpression: 'rate(1 hour)',
      ScheduleExpressionTimezone: 'UTC',
      State: 'ENABLED',
      Target: { ...target, RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 } },
    });
  });

  it('keeps everything that was sent', async () => {
    const { create, scheduler } = await fixture();
    const more = {
      ActionAfterCompletion: 'DELETE',
      Description: 'd',
      EndDate: new Date('2100-01-02T00:00:00Z'),
      StartDate: new Date('2100-01-01T00:00:00Z'),
      FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 10 },
      KmsKeyArn: arnOf('kms', 'key/1'),
      ScheduleExpressionTimezone: 'Europe/Berlin',
      State: 'DISABLED',
    };
    const extra = {
      Input: '{"a":1}',
      DeadLetterConfig: { Arn: arnOf('sqs', 'dead') },
      RetryPolicy: { MaximumRetryAttempts: 2 },
    };
    await create('cron(0 9 * * ? *)', { ...more, target: extra });
    expect(await scheduler('GetSchedule', { Name: 's' })).toMatchObject({
      ...more,
      Target: { ...extra, RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 2 } },
    });
  });

  it('is replaced by an update: what is not sent gets its default', async () => {
    const { create, scheduler, clock } = await fixture();
    await create('rate(1 hour)', {
      Description: 'd',
      State: 'DISABLED',
      ScheduleExpressionTimezone: 'Asia/Tokyo',
    });
    clock.now += 1000;
    const input = { Name: 's', ScheduleExpression: 'rate(2 hours)', Target: target };
    expect(await scheduler('UpdateSchedule', { ...input, FlexibleTimeWindow: { Mode: 'OFF' } })).toEqual({
      ScheduleArn: scheduleArn('s'),
    });
    const updated = await scheduler('GetSchedule', { Name: 's' });
    expect(updated).toMatchObject({
      State: 'ENABLED',
      ScheduleExpression: 'rate(2 hours)',
      ScheduleExpressionTimezone: 'UTC',
      CreationDate: new Date('2024-05-01T10:00:00Z'),
      LastModificationDate: new Date('2024-05-01T10:00:01Z'),
    });
    expect(updated.Description).toBeUndefined();
  });

  it('is listed in pages of 1 to 100 schedules or groups', async () => {
    const { create, scheduler } = await fixture();
    await create('rate(1 hour)');
    const rules = { 0: 'greater than or equal to 1', 101: 'less than or equal to 100' };
    for (const operation of ['ListSchedules', 'ListScheduleGroups'] as const) {
      for (const [limit, rule] of Object.entries(rules)) {
        expect(await failure(scheduler(operation, { MaxResults: Number(limit) }))).toBe(
          `ValidationException: 1 validation error detected: Value '${limit}' at 'maxResults' failed to satisfy constraint: Member must have value ${rule}`,
        );
      }
    }
  });

  it('is listed by group, prefix and state, in pages', async () => {
    const { create, scheduler } = await fixture();
    await scheduler('CreateScheduleGroup', { Name: 'g' });
    await create('rate(1 hour)', { Name: 'a-1' });
    await create('rate(1 hour)', { Name: 'a-2', State: 'DISABLED' });
    await create('rate(1 hour)', { Name: 'b', GroupName: 'g' });
    const names = async (input: object) =>
      (await scheduler('ListSchedules', input)).Schedules?.map(({ Name }) => Name);
    expect(await names({})).toEqual(['a-1', 'a-2', 'b']);
    expect(await names({ GroupName: 'g' })).toEqual(['b']);
    expect(await names({ NamePrefix: 'a' })).toEqual(['a-1', 'a-2']);
    expect(await names({ State: 'DISABLED' })).toEqual(['a-2']);
    const { NextToken } = await scheduler('ListSchedules', { MaxResults: 2 });
    expect(await names({ NextToken })).toEqual(['b']);
    expect(plain((await scheduler('ListSchedules', { GroupName: 'g' })).Schedules)).toEqual([
      {
        Arn: scheduleArn('b', 'g'),
        CreationDate: '2024-05-01T10:00:00.000Z',
        GroupName: 'g',
        LastModificationDate: '2024-05-01T10:00:00.000Z',
        Name: 'b',
        State: 'ENABLED',
        Target: { Arn: functionArn('f') },
      },
    ]);
  });

  it('is deleted', async () => {
    const { create, scheduler } = await fixture();
    await create('rate(1 hour)');
    await scheduler('DeleteSchedule', { Name: 's' });
    expect((await scheduler('ListSchedules', {})).Schedules).toEqual([]);
  });

  it('that exists or does not is named in the error', async () => {
    const { create, scheduler } = await fixture();
    await create('rate(1 hour)', { ClientToken: 'a' });
    expect(await failure(create('rate(1 hour)', { ClientToken: 'b' }))).toBe(
      'ConflictException: Schedule s already exists.',
    );
    expect(await create('rate(1 hour)', { ClientToken: 'a' })).toEqual({ ScheduleArn: scheduleArn('s') });
    await scheduler('CreateScheduleGroup', { Name: 'g' });
    await create('rate(1 hour)', { Name: 'other', GroupName: 'g' });
    const unknown = (name: string) => `ResourceNotFoundException: Schedule ${name} does not exist.`;
    expect(await failure(scheduler('GetSchedule', { Name: 'other' }))).toBe(unknown('other'));
    expect(await failure(scheduler('DeleteSchedule', { Name: 'x' }))).toBe(unknown('x'));
    const update = {
      FlexibleTimeWindow: { Mode: 'OFF' as const },
      ScheduleExpression: 'rate(1 hour)',
      Target: target,
    };
    expect(await failure(scheduler('UpdateSchedule', { Name: 'x', ...update }))).toBe(unknown('x'));
    const noGroup = 'ResourceNotFoundException: Schedule group x does not exist.';
    expect(await failure(create('rate(1 hour)', { GroupName: 'x' }))).toBe(noGroup);
    expect(await failure(scheduler('GetSchedule', { Name: 's', GroupName: 'x' }))).toBe(noGroup);
    expect(await failure(scheduler('ListSchedules', { GroupName: 'x' }))).toBe(noGroup);
  });

  it.each(['cron(0 1 * * * *)', 'rate(10 seconds)', 'at(2021-12-31T23:59:59Z)', 'at(2021-12-31)', 'x'])(
    'is refused with the expression %s',
    async (expression) => {
      const { create } = await fixture();
      expect(await failure(create(expression))).toBe(
        `ValidationException: Invalid Schedule Expression ${expression}.`,
      );
    },
  );

  it.each<[Record<string, unknown>, string]>([
    [{ ScheduleExpressionTimezone: 'Mars/Phobos' }, 'Mars/Phobos'],
    [{ FlexibleTimeWindow: { Mode: 'FLEXIBLE' } }, 'MaximumWindowInMinutes'],
    [
      { FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 1441 } },
      'less than or equal to 1440',
    ],
    [{ FlexibleTimeWindow: { Mode: 'ON' } }, 'enum value set: [OFF, FLEXIBLE]'],
    [{ Name: 'a b' }, 'satisfy regular expression pattern: [0-9a-zA-Z-_.]+'],
    [{ Name: 'a'.repeat(65) }, 'have length less than or equal to 64'],
    [{ StartDate: new Date(2), EndDate: new Date(1) }, 'EndDate'],
    [{ target: { Arn: 'x' } }, 'Provided Arn is not in correct format.'],
    [{ target: { RetryPolicy: { MaximumRetryAttempts: 186 } } }, 'less than or equal to 185'],
    [{ target: { RetryPolicy: { MaximumEventAgeInSeconds: 59 } } }, 'greater than or equal to 60'],
    [{ target: { Arn: arnOf('events', 'event-bus/default') } }, 'EventBridgeParameters'],
  ])('is refused with %j', async (change, wanted) => {
    const { create } = await fixture();
    const answer = await failure(create('rate(1 hour)', change));
    expect(answer).toMatch(/^ValidationException: /);
    expect(answer).toContain(wanted);
  });

  it('needs a role that the scheduler may assume', async () => {
    const { create, role } = await fixture();
    const refused =
      'ValidationException: The execution role you provide must allow AWS EventBridge Scheduler to assume the role.';
    const other = await role('other', ['*'], 'lambda.amazonaws.com');
    expect(await failure(create('rate(1 hour)', { target: { RoleArn: other } }))).toBe(refused);
    expect(await failure(create('rate(1 hour)', { target: { RoleArn: `${other}-unknown` } }))).toBe(refused);
  });
});

describe('a schedule group', () => {
  const groupArn = (name: string) => arnOf('scheduler', `schedule-group/${name}`);

  it('is created, read, listed and deleted with its schedules', async () => {
    const { scheduler, create, pass } = await fixture();
    expect(await scheduler('CreateScheduleGroup', { Name: 'g' })).toEqual({
      ScheduleGroupArn: groupArn('g'),
    });
    const group = (name: string) => ({
      Arn: groupArn(name),
      CreationDate: new Date('2024-05-01T10:00:00Z'),
      LastModificationDate: new Date('2024-05-01T10:00:00Z'),
      Name: name,
      State: 'ACTIVE',
    });
    expect(await scheduler('GetScheduleGroup', { Name: 'g' })).toEqual(group('g'));
    expect((await scheduler('ListScheduleGroups', {})).ScheduleGroups).toEqual([
      group('default'),
      group('g'),
    ]);
    expect((await scheduler('ListScheduleGroups', { NamePrefix: 'g' })).ScheduleGroups).toEqual([group('g')]);
    await create('rate(1 hour)', { GroupName: 'g' });
    await scheduler('DeleteScheduleGroup', { Name: 'g' });
    expect((await scheduler('ListSchedules', {})).Schedules).toEqual([]);
    const deleting = { ...group('g'), State: 'DELETING' };
    expect(await scheduler('GetScheduleGroup', { Name: 'g' })).toEqual(deleting);
    expect((await scheduler('ListScheduleGroups', {})).ScheduleGroups).toEqual([group('default'), deleting]);
    const exists = 'ConflictException: Schedule group g already exists.';
    expect(await failure(scheduler('CreateScheduleGroup', { Name: 'g' }))).toBe(exists);
    expect(await failure(create('rate(1 hour)', { GroupName: 'g' }))).toContain('ConflictException');
    pass(1000);
    const gone = 'ResourceNotFoundException: Schedule group g does not exist.';
    expect((await scheduler('ListScheduleGroups', {})).ScheduleGroups).toEqual([group('default')]);
    expect(await failure(scheduler('GetScheduleGroup', { Name: 'g' }))).toBe(gone);
    expect(await failure(scheduler('GetSchedule', { Name: 's', GroupName: 'g' }))).toBe(gone);
    expect(await failure(scheduler('DeleteScheduleGroup', { Name: 'g' }))).toBe(gone);
    await scheduler('CreateScheduleGroup', { Name: 'g' });
    expect(await scheduler('GetScheduleGroup', { Name: 'g' })).toMatchObject({ State: 'ACTIVE' });
  });

  it('exists once, and the default one cannot be deleted', async () => {
    const { scheduler } = await fixture();
    await scheduler('CreateScheduleGroup', { Name: 'g' });
    expect(await failure(scheduler('CreateScheduleGroup', { Name: 'g' }))).toBe(
      'ConflictException: Schedule group g already exists.',
    );
    expect(await failure(scheduler('CreateScheduleGroup', { Name: 'default' }))).toContain(
      'ConflictException',
    );
    expect(await failure(scheduler('DeleteScheduleGroup', { Name: 'default' }))).toContain(
      'ValidationException',
    );
  });

  it('has tags, a schedule has none', async () => {
    const { scheduler, create } = await fixture();
    const Tags = [{ Key: 'a', Value: '1' }];
    await scheduler('CreateScheduleGroup', { Name: 'g', Tags });
    const tags = async () => (await scheduler('ListTagsForResource', { ResourceArn: groupArn('g') })).Tags;
    expect(await tags()).toEqual(Tags);
    await scheduler('TagResource', { ResourceArn: groupArn('g'), Tags: [{ Key: 'b', Value: '2' }] });
    await scheduler('UntagResource', { ResourceArn: groupArn('g'), TagKeys: ['a'] });
    expect(await tags()).toEqual([{ Key: 'b', Value: '2' }]);
    await create('rate(1 hour)');
    expect(await failure(scheduler('ListTagsForResource', { ResourceArn: scheduleArn('s') }))).toMatch(
      /^ValidationException: /,
    );
    expect(await failure(scheduler('ListTagsForResource', { ResourceArn: groupArn('x') }))).toBe(
      'ResourceNotFoundException: Schedule group x does not exist.',
    );
  });
});
