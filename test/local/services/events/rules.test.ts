// Rules, targets and buses of EventBridge, compared with AWS's answers.
import { describe, expect, it } from 'vitest';
import { account } from '../../call.ts';
import { arnOf, failure, fixture, functionArn, region, ruleArn } from './fixture.ts';

const EventPattern = '{"source":["shop"]}';

describe('a rule', () => {
  it('is put, described and listed', async () => {
    const { events } = fixture();
    expect(await events('PutRule', { Name: 'orders', EventPattern })).toEqual({ RuleArn: ruleArn('orders') });
    const wanted = {
      Arn: ruleArn('orders'),
      EventBusName: 'default',
      EventPattern,
      Name: 'orders',
      State: 'ENABLED',
    };
    expect(JSON.parse(JSON.stringify(await events('DescribeRule', { Name: 'orders' })))).toEqual({
      ...wanted,
      CreatedBy: account,
    });
    expect(JSON.parse(JSON.stringify(await events('ListRules', {})))).toEqual({ Rules: [wanted] });
  });

  it('is replaced by a second PutRule, with its targets and tags kept', async () => {
    const { events } = fixture();
    const Tags = [{ Key: 'a', Value: '1' }];
    await events('PutRule', {
      Name: 'r',
      EventPattern,
      Description: 'd',
      RoleArn: 'arn:aws:iam::1:role/r',
      Tags,
    });
    await events('PutTargets', { Rule: 'r', Targets: [{ Id: 't', Arn: functionArn('f') }] });
    expect(await events('DescribeRule', { Name: 'r' })).toMatchObject({
      Description: 'd',
      RoleArn: 'arn:aws:iam::1:role/r',
    });
    const again = { Name: 'r', ScheduleExpression: 'rate(1 day)', Tags: [{ Key: 'b', Value: '2' }] };
    expect(await events('PutRule', again)).toEqual({ RuleArn: ruleArn('r') });
    const described = await events('DescribeRule', { Name: 'r' });
    expect(described).toMatchObject({ ScheduleExpression: 'rate(1 day)', State: 'ENABLED' });
    expect(described.Description).toBeUndefined();
    expect(described.RoleArn).toBeUndefined();
    expect(described.EventPattern).toBeUndefined();
    expect((await events('ListTargetsByRule', { Rule: 'r' })).Targets).toHaveLength(1);
    expect((await events('ListTagsForResource', { ResourceARN: ruleArn('r') })).Tags).toEqual(Tags);
  });

  it('has the name of its bus in its ARN on a custom bus', async () => {
    const { events } = fixture();
    await events('CreateEventBus', { Name: 'shop' });
    const { RuleArn } = await events('PutRule', { Name: 'r', EventPattern, EventBusName: 'shop' });
    expect(RuleArn).toBe(arnOf('events', 'rule/shop/r'));
    const byArn = { Name: 'r', EventBusName: arnOf('events', 'event-bus/shop') };
    expect(await events('DescribeRule', byArn)).toMatchObject({ Arn: RuleArn, EventBusName: 'shop' });
    expect((await events('ListRules', {})).Rules).toEqual([]);
  });

  it('is enabled and disabled', async () => {
    const { events } = fixture();
    await events('PutRule', { Name: 'r', EventPattern });
    await events('DisableRule', { Name: 'r' });
    expect((await events('DescribeRule', { Name: 'r' })).State).toBe('DISABLED');
    await events('EnableRule', { Name: 'r' });
    expect((await events('DescribeRule', { Name: 'r' })).State).toBe('ENABLED');
  });

  it('is listed in the order of names, by prefix and in pages', async () => {
    const { events } = fixture();
    for (const Name of ['b-2', 'a', 'b-1']) await events('PutRule', { Name, EventPattern });
    const names = async (input: object) => (await events('ListRules', input)).Rules?.map(({ Name }) => Name);
    expect(await names({})).toEqual(['a', 'b-1', 'b-2']);
    expect(await names({ NamePrefix: 'b' })).toEqual(['b-1', 'b-2']);
    const { NextToken } = await events('ListRules', { Limit: 2 });
    expect(await names({ Limit: 2, NextToken })).toEqual(['b-2']);
  });

  it('is deleted only without targets; an unknown one is no error', async () => {
    const { events } = fixture();
    await events('PutRule', { Name: 'r', EventPattern, Tags: [{ Key: 'a', Value: '1' }] });
    await events('PutTargets', { Rule: 'r', Targets: [{ Id: 't', Arn: functionArn('f') }] });
    const refused = "ValidationException: Rule can't be deleted since it has targets.";
    expect(await failure(events('DeleteRule', { Name: 'r' }))).toBe(refused);
    expect(await failure(events('DeleteRule', { Name: 'r', Force: true }))).toBe(refused);
    await events('RemoveTargets', { Rule: 'r', Ids: ['t'], Force: true });
    await events('DeleteRule', { Name: 'r' });
    await events('DeleteRule', { Name: 'r' });
    await events('PutRule', { Name: 'r', EventPattern });
    expect((await events('ListTagsForResource', { ResourceARN: ruleArn('r') })).Tags).toEqual([]);
  });

  it.each([
    [
      'without a pattern and a schedule',
      {},
      'ValidationException: Parameter(s) EventPattern or ScheduleExpression must be specified.',
    ],
    [
      'on an unknown bus',
      { EventPattern, EventBusName: 'x' },
      'ResourceNotFoundException: Event bus x does not exist.',
    ],
    [
      'with a bad schedule',
      { ScheduleExpression: 'rate(10 seconds)' },
      'ValidationException: Parameter ScheduleExpression is not valid.',
    ],
    [
      'with a bad name',
      { Name: 'a b', EventPattern },
      "ValidationException: 1 validation error detected: Value 'a b' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_A-Za-z0-9]+",
    ],
    [
      'with a long name',
      { Name: 'a'.repeat(65), EventPattern },
      `ValidationException: 1 validation error detected: Value '${'a'.repeat(65)}' at 'name' failed to satisfy constraint: Member must have length less than or equal to 64`,
    ],
  ])('is refused %s', async (_case, input, wanted) => {
    const { events } = fixture();
    expect(await failure(events('PutRule', { Name: 'r', ...input }))).toBe(wanted);
  });

  it('is refused with a bad pattern, with the place in its text', async () => {
    const { events } = fixture();
    expect(await failure(events('PutRule', { Name: 'r', EventPattern: '{"source":"shop"}' }))).toBe(
      'InvalidEventPatternException: Event pattern is not valid. Reason: "source" must be an object or an array\n at [Source: (String)"{"source":"shop"}"; line: 1, column: 12]',
    );
  });

  it('is refused with a pattern that is too long', async () => {
    const { events } = fixture();
    const long = JSON.stringify({ source: ['x'.repeat(4096)] });
    expect(await failure(events('PutRule', { Name: 'r', EventPattern: long }))).toContain(
      "at 'eventPattern' failed to satisfy constraint: Member must have length less than or equal to 4096",
    );
  });

  it('has a schedule on the default bus only', async () => {
    const { events } = fixture();
    await events('CreateEventBus', { Name: 'shop' });
    const input = { Name: 'r', ScheduleExpression: 'rate(1 day)', EventBusName: 'shop' };
    expect(await failure(events('PutRule', input))).toBe(
      'ValidationException: ScheduleExpression is supported only on the default event bus.',
    );
  });

  it('that does not exist is named in the error of every operation', async () => {
    const { events } = fixture();
    const unknown = 'ResourceNotFoundException: Rule x does not exist on EventBus default.';
    for (const answer of [
      events('DescribeRule', { Name: 'x' }),
      events('EnableRule', { Name: 'x' }),
      events('DisableRule', { Name: 'x' }),
      events('PutTargets', { Rule: 'x', Targets: [{ Id: 't', Arn: functionArn('f') }] }),
      events('RemoveTargets', { Rule: 'x', Ids: ['t'] }),
      events('ListTargetsByRule', { Rule: 'x' }),
      events('ListTagsForResource', { ResourceARN: ruleArn('x') }),
      events('TagResource', { ResourceARN: ruleArn('x'), Tags: [] }),
      events('UntagResource', { ResourceARN: ruleArn('x'), TagKeys: [] }),
    ]) {
      expect(await failure(answer)).toBe(unknown);
    }
  });
});

describe('targets', () => {
  async function withRule() {
    const all = fixture();
    await all.events('PutRule', { Name: 'r', EventPattern });
    return all;
  }

  it('are put, replaced by id, listed as they were put, and removed', async () => {
    const { events } = await withRule();
    const none = { FailedEntryCount: 0, FailedEntries: [] };
    const first = { Id: 'a', Arn: functionArn('f'), InputPath: '$.detail' };
    const second = { Id: 'b', Arn: functionArn('g'), RetryPolicy: { MaximumRetryAttempts: 3 } };
    expect(await events('PutTargets', { Rule: 'r', Targets: [first, second] })).toEqual(none);
    const replaced = { Id: 'a', Arn: functionArn('h') };
    expect(await events('PutTargets', { Rule: 'r', Targets: [replaced] })).toEqual(none);
    expect((await events('ListTargetsByRule', { Rule: 'r' })).Targets).toEqual([replaced, second]);
    const { Targets, NextToken } = await events('ListTargetsByRule', { Rule: 'r', Limit: 1 });
    expect(Targets).toEqual([replaced]);
    expect((await events('ListTargetsByRule', { Rule: 'r', NextToken })).Targets).toEqual([second]);
    expect(await events('RemoveTargets', { Rule: 'r', Ids: ['a'] })).toEqual(none);
    expect((await events('ListTargetsByRule', { Rule: 'r' })).Targets).toEqual([second]);
  });

  it('are five at most', async () => {
    const { events } = await withRule();
    const many = Array.from({ length: 6 }, (_, index) => ({ Id: `t${index}`, Arn: functionArn('f') }));
    const tooMany = 'LimitExceededException: The requested resource exceeds the maximum number allowed.';
    expect(await failure(events('PutTargets', { Rule: 'r', Targets: many }))).toBe(tooMany);
    await events('PutTargets', { Rule: 'r', Targets: many.slice(0, 5) });
    expect(await failure(events('PutTargets', { Rule: 'r', Targets: many.slice(5) }))).toBe(tooMany);
  });

  it.each([
    [
      { Id: 'a b' },
      "1 validation error detected: Value 'a b' at 'targets.1.member.id' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_A-Za-z0-9]+",
    ],
    [
      { Id: 'a'.repeat(65) },
      `1 validation error detected: Value '${'a'.repeat(65)}' at 'targets.1.member.id' failed to satisfy constraint: Member must have length less than or equal to 64`,
    ],
    [
      { Input: '{}', InputPath: '$' },
      'Only one of Input, InputPath, or InputTransformer must be provided for target t.',
    ],
    [
      { InputTransformer: { InputTemplate: '{"a":<b>}' } },
      'InputTemplate for target t contains invalid placeholder b.',
    ],
    [
      { Arn: arnOf('kinesis', 'stream/s') },
      `RoleArn is required for target ${arnOf('kinesis', 'stream/s')}.`,
    ],
    [{ Arn: 'nonsense' }, 'Parameter nonsense is not valid. Reason: Provided Arn is not in correct format.'],
    [{ Arn: arnOf('sqs', 'q.fifo') }, 'Parameter(s) SqsParameters must be specified for target: t.'],
  ])('are refused with %j', async (change, wanted) => {
    const { events } = await withRule();
    const Targets = [{ Id: 't', Arn: functionArn('f'), ...change }];
    expect(await failure(events('PutTargets', { Rule: 'r', Targets }))).toBe(
      `ValidationException: ${wanted}`,
    );
  });

  it('are found by their ARN', async () => {
    const { events } = await withRule();
    await events('PutRule', { Name: 'q', EventPattern });
    for (const Rule of ['r', 'q']) {
      await events('PutTargets', { Rule, Targets: [{ Id: 't', Arn: functionArn('f') }] });
    }
    expect((await events('ListRuleNamesByTarget', { TargetArn: functionArn('f') })).RuleNames).toEqual([
      'q',
      'r',
    ]);
    expect((await events('ListRuleNamesByTarget', { TargetArn: functionArn('g') })).RuleNames).toEqual([]);
  });
});

describe('an event bus', () => {
  const busArn = arnOf('events', 'event-bus/shop');

  it('is created, described, listed and deleted', async () => {
    const { events } = fixture();
    expect(await events('CreateEventBus', { Name: 'shop', Description: 'd' })).toMatchObject({
      EventBusArn: busArn,
      Description: 'd',
    });
    const bus = {
      Arn: busArn,
      CreationTime: expect.any(Date),
      Description: 'd',
      LastModifiedTime: expect.any(Date),
      Name: 'shop',
    };
    expect(await events('DescribeEventBus', { Name: 'shop' })).toMatchObject(bus);
    const { EventBuses } = await events('ListEventBuses', {});
    expect(EventBuses?.map(({ Name }) => Name)).toEqual(['default', 'shop']);
    expect((await events('ListEventBuses', { NamePrefix: 's' })).EventBuses).toMatchObject([bus]);
    for (let index = 0; index < 2; index++) await events('DeleteEventBus', { Name: 'shop' });
    expect(await failure(events('DescribeEventBus', { Name: 'shop' }))).toBe(
      'ResourceNotFoundException: Event bus shop does not exist.',
    );
  });

  it('exists once, and the default one always', async () => {
    const { events } = fixture();
    await events('CreateEventBus', { Name: 'shop' });
    expect(await failure(events('CreateEventBus', { Name: 'shop' }))).toBe(
      'ResourceAlreadyExistsException: Event bus shop already exists.',
    );
    expect(await failure(events('CreateEventBus', { Name: 'default' }))).toBe(
      'ResourceAlreadyExistsException: Event bus default already exists.',
    );
    expect(await failure(events('DeleteEventBus', { Name: 'default' }))).toBe(
      'ValidationException: Cannot delete event bus default.',
    );
    expect(await events('DescribeEventBus', {})).toMatchObject({
      Arn: arnOf('events', 'event-bus/default'),
      Name: 'default',
    });
  });

  it('is not deleted while it has rules', async () => {
    const { events } = fixture();
    await events('CreateEventBus', { Name: 'shop' });
    await events('PutRule', { Name: 'r', EventPattern, EventBusName: 'shop' });
    expect(await failure(events('DeleteEventBus', { Name: 'shop' }))).toContain('has rules');
  });

  it('has tags, which are gone when it is created again', async () => {
    const { events } = fixture();
    const Tags = [{ Key: 'a', Value: '1' }];
    const tags = async (ResourceARN: string) => (await events('ListTagsForResource', { ResourceARN })).Tags;
    await events('CreateEventBus', { Name: 'shop', Tags });
    expect(await tags(busArn)).toEqual(Tags);
    await events('UntagResource', { ResourceARN: busArn, TagKeys: ['a'] });
    await events('TagResource', { ResourceARN: busArn, Tags: [{ Key: 'b', Value: '2' }] });
    expect(await tags(busArn)).toEqual([{ Key: 'b', Value: '2' }]);
    await events('DeleteEventBus', { Name: 'shop' });
    await events('CreateEventBus', { Name: 'shop' });
    expect(await tags(busArn)).toEqual([]);
    const standard = arnOf('events', 'event-bus/default');
    await events('TagResource', { ResourceARN: standard, Tags });
    expect(await tags(standard)).toEqual(Tags);
  });

  it('has a policy of statements', async () => {
    const { events } = fixture();
    await events('CreateEventBus', { Name: 'shop' });
    const statement = {
      EventBusName: 'shop',
      Action: 'events:PutEvents',
      Principal: '111122223333',
      StatementId: 's',
    };
    await events('PutPermission', statement);
    await events('PutPermission', { ...statement, Principal: '*', StatementId: 'all' });
    const { Policy = '' } = await events('DescribeEventBus', { Name: 'shop' });
    expect(JSON.parse(Policy)).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 's',
          Effect: 'Allow',
          Principal: { AWS: 'arn:aws:iam::111122223333:root' },
          Action: 'events:PutEvents',
          Resource: busArn,
        },
        { Sid: 'all', Effect: 'Allow', Principal: '*', Action: 'events:PutEvents', Resource: busArn },
      ],
    });
    await events('RemovePermission', { EventBusName: 'shop', StatementId: 's' });
    expect(await failure(events('RemovePermission', { EventBusName: 'shop', StatementId: 's' }))).toBe(
      'ResourceNotFoundException: Statement with the provided id does not exist.',
    );
    await events('RemovePermission', { EventBusName: 'shop', RemoveAllPermissions: true });
    expect((await events('DescribeEventBus', { Name: 'shop' })).Policy).toBeUndefined();
    expect(await failure(events('RemovePermission', { StatementId: 's' }))).toBe(
      'ResourceNotFoundException: Statement with the provided id does not exist.',
    );
    const unknown = 'ResourceNotFoundException: Event bus x does not exist.';
    expect(await failure(events('PutPermission', { ...statement, EventBusName: 'x' }))).toBe(unknown);
    expect(await failure(events('RemovePermission', { EventBusName: 'x', StatementId: 's' }))).toBe(unknown);
  });
});

describe('TestEventPattern', () => {
  const event = {
    id: '1',
    account,
    source: 'shop',
    time: '2024-01-01T00:00:00Z',
    region,
    'detail-type': 'order',
  };

  it('tells whether the event matches', async () => {
    const { events } = fixture();
    const test = async (pattern: object, more: object = {}) =>
      (
        await events('TestEventPattern', {
          EventPattern: JSON.stringify(pattern),
          Event: JSON.stringify({ ...event, ...more }),
        })
      ).Result;
    expect(await test({ source: ['shop'] })).toBe(true);
    expect(await test({ source: ['other'] })).toBe(false);
    expect(await test({ detail: { a: [1] } }, { detail: { a: 1 } })).toBe(true);
    expect(await test({ detail: { a: [1] } }, { detail: '{"a":1}' })).toBe(false);
    expect(await test({ detail: ['text'] }, { detail: 'text' })).toBe(true);
    expect(await test({ 'detail-type': ['order'] }, { 'detail-type': ['order'] })).toBe(true);
  });

  it.each(['id', 'account', 'source', 'time', 'region', 'detail-type'])(
    'wants an event with %s',
    async (key) => {
      const { events } = fixture();
      const Event = JSON.stringify({ ...event, [key]: undefined });
      expect(await failure(events('TestEventPattern', { EventPattern, Event }))).toBe(
        'ValidationException: Parameter Event is not valid.',
      );
    },
  );

  it('refuses a pattern that is not valid', async () => {
    const { events } = fixture();
    const input = { EventPattern: 'this is not JSON', Event: JSON.stringify(event) };
    expect(await failure(events('TestEventPattern', input))).toContain(
      "InvalidEventPatternException: Event pattern is not valid. Reason: Unrecognized token 'this': was expecting",
    );
  });
});
