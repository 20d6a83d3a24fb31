// Events on their way from PutEvents to targets: inputs, refusals, retries, dead letters and schedules.
import { describe, expect, it, vi } from 'vitest';
import { account, callerOf, someone } from '../../call.ts';
import { arnOf, failure, fixture, functionArn, noPermission, queueArn, region, ruleArn } from './fixture.ts';

const pattern = { source: ['shop'] };

describe('PutEvents', () => {
  it('delivers exactly this event to each matching rule', async () => {
    const { put, rule, received } = fixture();
    await rule('one', pattern, [{}]);
    await rule('two', { detail: { id: [7] } }, [{ Arn: functionArn('g') }]);
    await rule('no', { source: ['other'] }, [{ Arn: functionArn('h') }]);
    const { FailedEntryCount, Entries } = await put();
    expect(FailedEntryCount).toBe(0);
    const event = {
      version: '0',
      id: Entries?.[0]?.EventId,
      'detail-type': 'order',
      source: 'shop',
      account,
      time: '2024-05-01T10:00:00Z',
      region,
      resources: [],
      detail: { id: 7 },
    };
    const source = (name: string) => ({
      principal: 'events.amazonaws.com',
      sourceArn: ruleArn(name),
      sourceAccount: account,
    });
    expect(received).toEqual([
      { arn: functionArn('f'), event, source: source('one') },
      { arn: functionArn('g'), event, source: source('two') },
    ]);
    expect(Entries?.[0]?.EventId).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('keeps resources and the time of the entry', async () => {
    const { put, rule, received } = fixture();
    await rule('r', pattern, [{}]);
    await put({ Resources: ['a'], Time: new Date('2022-01-01T00:00:00.999Z') });
    expect(received[0]?.event).toMatchObject({ resources: ['a'], time: '2022-01-01T00:00:00Z' });
  });

  it('answers for each entry in order, and takes the others', async () => {
    const { events, rule, received } = fixture();
    await rule('r', pattern, [{}]);
    const entry = { Source: 'shop', DetailType: 'order', Detail: '{}' };
    const { FailedEntryCount, Entries } = await events('PutEvents', {
      Entries: [
        { ...entry, Source: undefined },
        entry,
        { ...entry, DetailType: '' },
        { ...entry, Detail: undefined },
        { ...entry, Detail: 'text' },
        { ...entry, Detail: '[1]' },
      ],
    });
    const missing = (name: string) => ({
      ErrorCode: 'InvalidArgument',
      ErrorMessage: `Parameter ${name} is not valid. Reason: ${name} is a required argument.`,
    });
    const malformed = { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
    expect(FailedEntryCount).toBe(5);
    expect(Entries).toEqual([
      missing('Source'),
      { EventId: expect.any(String) },
      missing('DetailType'),
      missing('Detail'),
      malformed,
      malformed,
    ]);
    expect(received).toHaveLength(1);
  });

  it('accepts an event for an unknown bus, and drops it', async () => {
    const { put, rule, received } = fixture();
    await rule('r', pattern, [{}]);
    expect(await put({ EventBusName: 'unknown' })).toMatchObject({
      FailedEntryCount: 0,
      Entries: [{ EventId: expect.any(String) }],
    });
    expect(received).toEqual([]);
  });

  it('sends to the rules of the named bus only', async () => {
    const { events, put, rule, received } = fixture();
    await events('CreateEventBus', { Name: 'shop' });
    await rule('r', pattern, [{}], { EventBusName: 'shop' });
    await put();
    expect(received).toEqual([]);
    await put({ EventBusName: 'shop' });
    await put({ EventBusName: arnOf('events', 'event-bus/shop') });
    expect(received).toHaveLength(2);
    expect(received[0]?.source?.sourceArn).toBe(ruleArn('shop/r'));
  });

  it('takes ten entries at most', async () => {
    const { events } = fixture();
    const entry = { Source: 's', DetailType: 't', Detail: '{}', EventBusName: 'default' };
    const shown =
      'PutEventsRequestEntry(time=null, source=s, resources=null, detailType=t, detail={}, eventBusName=default, traceHeader=null, kmsKeyIdentifier=null, internalMetadata=null)';
    expect(await failure(events('PutEvents', { Entries: Array(11).fill(entry) }))).toBe(
      `ValidationException: 1 validation error detected: Value '[${Array(11).fill(shown).join(', ')}]' at 'entries' failed to satisfy constraint: Member must have length less than or equal to 10`,
    );
  });

  it('takes a megabyte at most', async () => {
    const { put } = fixture();
    const Detail = JSON.stringify({ text: 'x'.repeat(1024 * 1024) });
    expect(await failure(put({ Detail }))).toBe(
      'ValidationException: Total size of the entries in the request is over the limit.',
    );
  });

  it('takes a thousand levels of nesting at most', async () => {
    const { put, rule, received } = fixture();
    await rule('r', pattern, [{}]);
    const nested = (levels: number) => ({ Detail: `{"a":${'['.repeat(levels)}${']'.repeat(levels)}}` });
    expect((await put(nested(100_000))).Entries).toEqual([
      { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' },
    ]);
    expect((await put(nested(900))).FailedEntryCount).toBe(0);
    expect(received).toHaveLength(1);
  });

  it('cannot send events of AWS', async () => {
    const { put } = fixture();
    expect((await put({ Source: 'aws.events' })).Entries).toEqual([
      { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage: 'Not authorized for the source.' },
    ]);
  });

  it('does not reach disabled rules', async () => {
    const { events, put, rule, received } = fixture();
    await rule('r', pattern, [{}]);
    await events('DisableRule', { Name: 'r' });
    await put();
    expect(received).toEqual([]);
    await events('EnableRule', { Name: 'r' });
    await put();
    expect(received).toHaveLength(1);
  });
});

describe('targets of rules', () => {
  it('are queues, also FIFO queues with a group', async () => {
    const { put, rule, queue, queues, bodies } = fixture();
    await queue('plain');
    await queue('ordered.fifo', { FifoQueue: 'true', ContentBasedDeduplication: 'true' });
    await rule('r', pattern, [
      { Arn: queueArn('plain') },
      { Arn: queueArn('ordered.fifo'), SqsParameters: { MessageGroupId: 'g' } },
    ]);
    const { Entries } = await put();
    expect(JSON.parse(bodies('plain')[0] ?? '')).toMatchObject({ id: Entries?.[0]?.EventId, source: 'shop' });
    expect(queues.receive(queueArn('ordered.fifo'), 1)[0]?.system.MessageGroupId).toBe('g');
  });

  it('are topics and log groups', async () => {
    const { put, rule, published, written } = fixture();
    await rule('r', pattern, [
      { Arn: arnOf('sns', 'orders') },
      { Arn: arnOf('logs', 'log-group:/aws/events/orders') },
      {
        Arn: arnOf('logs', 'log-group:/aws/events/lines:*'),
        InputTransformer: {
          InputPathsMap: { time: '$.time', id: '$.detail.id' },
          InputTemplate: '{"timestamp": <time>, "message": "order <id>"}',
        },
      },
    ]);
    await put();
    expect(JSON.parse(published[0]?.text ?? '')).toMatchObject({ source: 'shop' });
    expect(written).toEqual([
      {
        group: '/aws/events/orders',
        timestamp: expect.any(Number),
        message: expect.stringContaining('"shop"'),
      },
      { group: '/aws/events/lines', timestamp: Date.parse('2024-05-01T10:00:00Z'), message: 'order 7' },
    ]);
  });

  it('has the same id behind a bus of its region, and another one in another region', async () => {
    const { put, rule, events, service, received } = fixture();
    const there = callerOf(service, someone({ region: 'us-west-1' }));
    const EventPattern = JSON.stringify(pattern);
    await there('PutRule', { Name: 'there', EventPattern });
    await there('PutTargets', { Rule: 'there', Targets: [{ Id: 'f', Arn: functionArn('there') }] });
    await events('CreateEventBus', { Name: 'other' });
    await rule('r', pattern, [
      { Arn: arnOf('events', 'event-bus/other') },
      { Arn: `arn:aws:events:us-west-1:${account}:event-bus/default` },
    ]);
    await rule('behind', pattern, [{}], { EventBusName: 'other' });
    const id = (await put()).Entries?.[0]?.EventId;
    const [here, away] = received.map(({ event }) => event as { id: string; region: string });
    expect(here).toMatchObject({ id, region });
    expect(away).toMatchObject({ ...here, id: expect.stringMatching(/^[0-9a-f-]{36}$/) });
    expect(away?.id).not.toBe(id);
  });

  it('are other buses, which get the same event, but not in a circle without end', async () => {
    const { events, put, rule, received } = fixture();
    await events('CreateEventBus', { Name: 'other' });
    await rule('forward', pattern, [{ Arn: arnOf('events', 'event-bus/other') }]);
    await rule('back', pattern, [{ Arn: arnOf('events', 'event-bus/default') }], { EventBusName: 'other' });
    await rule('r', pattern, [{}], { EventBusName: 'other' });
    const { Entries } = await put();
    expect(received.length).toBeGreaterThan(0);
    expect(received.length).toBeLessThan(10);
    expect(received[0]?.event).toMatchObject({ id: Entries?.[0]?.EventId });
  });

  it('can be reached with a role, if EventBridge may assume it and it allows that', async () => {
    const { iam, put, rule, received, records } = fixture();
    const role = async (RoleName: string, service: string, Action: string) => {
      const trust = { Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' };
      const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [trust] });
      await iam('CreateRole', { RoleName, AssumeRolePolicyDocument });
      const PolicyDocument = JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action, Resource: '*' }],
      });
      await iam('PutRolePolicy', { RoleName, PolicyName: 'p', PolicyDocument });
      return `arn:aws:iam::${account}:role/${RoleName}`;
    };
    const streamRole = await role('stream', 'events.amazonaws.com', 'kinesis:PutRecord');
    await rule('r', pattern, [
      { Arn: arnOf('kinesis', 'stream/s'), RoleArn: streamRole, InputPath: '$.detail' },
      {
        Arn: functionArn('good'),
        RoleArn: await role('good', 'events.amazonaws.com', 'lambda:InvokeFunction'),
      },
      {
        Arn: functionArn('trust'),
        RoleArn: await role('trust', 'lambda.amazonaws.com', 'lambda:InvokeFunction'),
      },
      {
        Arn: functionArn('action'),
        RoleArn: await role('action', 'events.amazonaws.com', 'sqs:SendMessage'),
      },
    ]);
    const { Entries } = await put();
    expect(received).toMatchObject([{ arn: functionArn('good'), source: undefined }]);
    const id = Entries?.[0]?.EventId;
    expect(records).toEqual([{ arn: arnOf('kinesis', 'stream/s'), key: id, data: '{"id":7}' }]);
  });
});

describe('a target that does not take an event', () => {
  it('is left out, and the log says so once', async () => {
    const { put, rule, received, refusals } = fixture();
    const log = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    await rule('unpermitted', pattern, [{ Arn: functionArn('closed') }]);
    refusals.set(functionArn('closed'), noPermission());
    expect(await put()).toMatchObject({ FailedEntryCount: 0 });
    await put();
    expect(received).toEqual([]);
    expect(log.mock.calls.map(([text]) => String(text).replace(/^\S+ /, ''))).toEqual([
      `EventBridge does not send the events of ${ruleArn('unpermitted')} to ${functionArn('closed')}: no permission\n`,
    ]);
    log.mockRestore();
  });

  it('has the event in its dead-letter queue at once', async () => {
    const { put, rule, queue, queues, refusals, counted } = fixture();
    await queue('dead');
    await rule('r', pattern, [
      { DeadLetterConfig: { Arn: queueArn('dead') }, InputPath: '$.detail' },
      { Arn: queueArn('nowhere'), DeadLetterConfig: { Arn: queueArn('dead') } },
    ]);
    refusals.set(functionArn('f'), noPermission());
    const { Entries } = await put();
    const [first, second] = queues.receive(queueArn('dead'), 10);
    expect(JSON.parse(first?.body ?? '')).toMatchObject({ id: Entries?.[0]?.EventId, detail: { id: 7 } });
    expect(first?.attributes).toEqual({
      RULE_ARN: { type: 'String', text: ruleArn('r') },
      TARGET_ARN: { type: 'String', text: functionArn('f') },
      ERROR_CODE: { type: 'String', text: 'NO_PERMISSIONS' },
      ERROR_MESSAGE: { type: 'String', text: 'no permission' },
      RETRY_ATTEMPTS: { type: 'Number', text: '0' },
    });
    expect(second?.attributes.ERROR_CODE?.text).toBe('NO_RESOURCE');
    const failed = ['FailedInvocations', 'InvocationsSentToDlq'];
    expect(counted).toEqual(['TriggeredRules', ...failed, ...failed]);
  });

  it('is tried again while it fails, also by the next server', async () => {
    const first = fixture();
    await first.rule('r', pattern, [{}]);
    first.refusals.set(functionArn('f'), new Error('broken'));
    await first.put();
    await first.local.close();
    const next = fixture(first.store);
    next.clock.now += 2000;
    next.local.resume();
    expect(next.received).toMatchObject([{ arn: functionArn('f'), event: { source: 'shop' } }]);
    next.local.resume();
    expect(next.received).toHaveLength(1);
    await next.local.close();
  });

  it('is given up after its retries, or when the event is too old', async () => {
    const { put, rule, queue, queues, refusals } = fixture();
    await queue('dead');
    const DeadLetterConfig = { Arn: queueArn('dead') };
    refusals.set(functionArn('f'), new Error('broken'));
    await rule('attempts', pattern, [{ DeadLetterConfig, RetryPolicy: { MaximumRetryAttempts: 0 } }]);
    await rule('too-old', pattern, [{ DeadLetterConfig, RetryPolicy: { MaximumEventAgeInSeconds: 0 } }]);
    await put();
    expect(
      queues
        .receive(queueArn('dead'), 10)
        .map(({ attributes }) => attributes.EXHAUSTED_RETRY_CONDITION?.text),
    ).toEqual(['MaximumRetryAttempts', 'MaximumEventAgeInSeconds']);
  });
});

describe('other services', () => {
  it('put events on a bus', async () => {
    const { service, rule, received } = fixture();
    await rule('r', { source: ['aws.s3'] }, [{}]);
    const buses = service.faces?.buses;
    buses?.put(
      { account, region },
      { source: 'aws.s3', detailType: 'Object Created', detail: { a: 1 }, resources: ['x'] },
    );
    expect(received).toMatchObject([
      {
        event: {
          source: 'aws.s3',
          'detail-type': 'Object Created',
          detail: { a: 1 },
          resources: ['x'],
          account,
          region,
        },
      },
    ]);
    buses?.put({ account, region }, { source: 'aws.s3', detailType: 'x', detail: {} }, 'unknown');
    expect(received).toHaveLength(1);
  });
});
