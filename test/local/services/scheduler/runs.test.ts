// Runs of schedules: when they take place, what targets receive, and what becomes of runs that fail.
import { describe, expect, it, vi } from 'vitest';
import { account } from '../../call.ts';
import { arnOf, failure, functionArn, noPermission, queueArn, region } from '../events/fixture.ts';
import { fixture } from './fixture.ts';

const [minute, hour, day] = [60_000, 3_600_000, 86_400_000];
const arn = arnOf('scheduler', 'schedule/default/s');

describe('a schedule runs', () => {
  it('once at its time, and stays', async () => {
    const { create, pass, received, scheduler } = await fixture();
    await create('at(2024-05-01T10:05:00)');
    pass(5 * minute - 1);
    expect(received).toEqual([]);
    pass(1);
    pass(day);
    expect(received).toEqual([
      {
        arn: functionArn('f'),
        source: undefined,
        event: {
          version: '0',
          id: expect.stringMatching(/^[0-9a-f-]{36}$/),
          'detail-type': 'Scheduled Event',
          source: 'aws.scheduler',
          account,
          time: '2024-05-01T10:05:00Z',
          region,
          resources: [arn],
          detail: '{}',
        },
      },
    ]);
    expect((await scheduler('GetSchedule', { Name: 's' })).State).toBe('ENABLED');
  });

  it('once at its time, and is deleted when it says so', async () => {
    const { create, pass, received, scheduler } = await fixture();
    await create('at(2024-05-01T10:05:00)', { ActionAfterCompletion: 'DELETE' });
    pass(5 * minute);
    expect(received).toHaveLength(1);
    expect(await failure(scheduler('GetSchedule', { Name: 's' }))).toBe(
      'ResourceNotFoundException: Schedule s does not exist.',
    );
  });

  it('at the local time of its zone', async () => {
    const { create, pass, received } = await fixture();
    await create('at(2024-05-01T13:00:00)', { Name: 'berlin', ScheduleExpressionTimezone: 'Europe/Berlin' });
    await create('cron(0 7 * * ? *)', { Name: 'york', ScheduleExpressionTimezone: 'America/New_York' });
    pass(hour);
    expect(received).toMatchObject([
      { event: { time: '2024-05-01T11:00:00Z', resources: [expect.stringContaining('/berlin')] } },
      { event: { time: '2024-05-01T11:00:00Z', resources: [expect.stringContaining('/york')] } },
    ]);
  });

  it('at a rate, at once and from then on', async () => {
    const { create, pass, received } = await fixture();
    await create('rate(10 minutes)');
    pass(0);
    for (let index = 0; index < 3; index++) pass(10 * minute);
    expect(received.map(({ event }) => (event as { time: string }).time)).toEqual([
      '2024-05-01T10:00:00Z',
      '2024-05-01T10:10:00Z',
      '2024-05-01T10:20:00Z',
      '2024-05-01T10:30:00Z',
    ]);
  });

  it('between its start and its end', async () => {
    const { create, pass, received, scheduler } = await fixture();
    await create('rate(1 hour)', {
      StartDate: new Date('2024-05-01T12:30:00Z'),
      EndDate: new Date('2024-05-01T14:00:00Z'),
      ActionAfterCompletion: 'DELETE',
    });
    for (let index = 0; index < 10; index++) pass(30 * minute);
    expect(received).toMatchObject([
      { event: { time: '2024-05-01T12:30:00Z' } },
      { event: { time: '2024-05-01T13:30:00Z' } },
    ]);
    expect((await scheduler('ListSchedules', {})).Schedules).toEqual([]);
  });

  it('later within its window', async () => {
    const { create, pass, received, service } = await fixture();
    await create('at(2024-05-01T10:05:00)', {
      FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 15 },
    });
    const [[, { next } = {}] = []] = service.state.schedules.entries();
    expect(next?.scheduled).toBe(Date.parse('2024-05-01T10:05:00Z'));
    expect((next?.due ?? 0) - (next?.scheduled ?? 0)).toBeGreaterThanOrEqual(0);
    expect((next?.due ?? 0) - (next?.scheduled ?? 0)).toBeLessThanOrEqual(15 * minute);
    pass(20 * minute);
    expect(received).toMatchObject([{ event: { time: '2024-05-01T10:05:00Z' } }]);
  });

  it('not while it is disabled, and not after its deletion', async () => {
    const { create, pass, received, scheduler } = await fixture();
    await create('cron(0 11 * * ? *)', { State: 'DISABLED' });
    await create('cron(0 11 * * ? *)', { Name: 'deleted' });
    await scheduler('DeleteSchedule', { Name: 'deleted' });
    pass(day);
    expect(received).toEqual([]);
  });

  it('as its update says', async () => {
    const { create, pass, received, scheduler, RoleArn } = await fixture();
    await create('cron(0 11 * * ? *)');
    await scheduler('UpdateSchedule', {
      Name: 's',
      ScheduleExpression: 'cron(30 9 * * ? *)',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: { Arn: functionArn('g'), RoleArn },
    });
    pass(2 * hour);
    expect(received).toEqual([]);
    pass(day - 2 * hour - 30 * minute);
    expect(received).toMatchObject([{ arn: functionArn('g'), event: { time: '2024-05-02T09:30:00Z' } }]);
  });

  it('once for the times that it missed while the server was down, unless they are too old', async () => {
    const first = await fixture();
    await first.create('at(2024-05-01T10:05:00)', { Name: 'recent' });
    await first.create('at(2024-05-01T10:05:00)', {
      Name: 'old',
      target: { RetryPolicy: { MaximumEventAgeInSeconds: 60 } },
    });
    await first.create('cron(0/5 * * * ? *)', { Name: 'often', StartDate: new Date('2024-05-01T10:01:00Z') });
    await first.local.close();
    const next = await fixture(first.store);
    next.pass(2 * hour + minute);
    expect(next.received.map(({ event }) => event)).toMatchObject([
      { time: '2024-05-01T12:00:00Z', resources: [expect.stringContaining('/often')] },
      { time: '2024-05-01T10:05:00Z', resources: [expect.stringContaining('/recent')] },
    ]);
    await next.local.close();
  });

  it('by itself', async () => {
    const { create, clock, received, service } = await fixture();
    const started = Date.now();
    const start = clock.now;
    Object.defineProperty(clock, 'now', { get: () => start + Date.now() - started });
    await create('at(2024-05-01T10:00:01)');
    await create('at(2024-05-01T09:59:59)', { Name: 'past' });
    await create('at(2100-01-01T00:00:00)', { Name: 'far' });
    await vi.waitFor(() => expect(received).toHaveLength(2), { timeout: 10_000 });
    await service.close?.();
  });
});

describe('targets of schedules', () => {
  const at = 'at(2024-05-01T10:00:00)';

  it('get the declared input with its context attributes', async () => {
    const { create, pass, received } = await fixture();
    const Input = JSON.stringify({
      arn: '<aws.scheduler.schedule-arn>',
      time: '<aws.scheduler.scheduled-time>',
      id: '<aws.scheduler.execution-id>',
      attempt: '<aws.scheduler.attempt-number>',
      other: '<aws.scheduler.other>',
    });
    await create(at, { target: { Input } });
    pass(0);
    expect(received[0]?.event).toEqual({
      arn,
      time: '2024-05-01T10:00:00Z',
      id: expect.stringMatching(/^[0-9a-f]{16}$/),
      attempt: '1',
      other: '<aws.scheduler.other>',
    });
  });

  it('are queues, topics, streams and buses', async () => {
    const { create, pass, sqs, queues, published, records, events, received } = await fixture();
    await sqs('CreateQueue', { QueueName: 'plain' });
    const Attributes = { FifoQueue: 'true', ContentBasedDeduplication: 'true' };
    await sqs('CreateQueue', { QueueName: 'ordered.fifo', Attributes });
    await events('PutRule', { Name: 'r', EventPattern: '{"source":["clock"]}' });
    const trusted = arnOf('lambda', 'function:from-bus');
    await events('PutTargets', { Rule: 'r', Targets: [{ Id: 't', Arn: trusted }] });
    await create(at, { Name: 'q', target: { Arn: queueArn('plain'), Input: 'text' } });
    await create(at, {
      Name: 'o',
      target: { Arn: queueArn('ordered.fifo'), Input: 'text', SqsParameters: { MessageGroupId: 'g' } },
    });
    await create(at, { Name: 't', target: { Arn: arnOf('sns', 'topic'), Input: 'text' } });
    const stream = arnOf('kinesis', 'stream/s');
    await create(at, {
      Name: 'k',
      target: { Arn: stream, Input: 'text', KinesisParameters: { PartitionKey: 'p' } },
    });
    await create(at, {
      Name: 'b',
      target: {
        Arn: arnOf('events', 'event-bus/default'),
        Input: '{"a":1}',
        EventBridgeParameters: { Source: 'clock', DetailType: 'tick' },
      },
    });
    pass(0);
    expect(queues.receive(queueArn('plain'), 1)[0]?.body).toBe('text');
    expect(queues.receive(queueArn('ordered.fifo'), 1)[0]?.system.MessageGroupId).toBe('g');
    expect(published).toEqual([{ arn: arnOf('sns', 'topic'), text: 'text' }]);
    expect(records).toEqual([{ arn: stream, key: 'p', data: 'text' }]);
    expect(received).toMatchObject([
      { arn: trusted, event: { source: 'clock', 'detail-type': 'tick', detail: { a: 1 } } },
    ]);
  });

  it('are operations of AWS', async () => {
    const { create, pass, sqs, queues, received, published } = await fixture();
    await sqs('CreateQueue', { QueueName: 'plain' });
    const universal = (Name: string, operation: string, input: object) =>
      create(at, {
        Name,
        target: { Arn: `arn:aws:scheduler:::aws-sdk:${operation}`, Input: JSON.stringify(input) },
      });
    await universal('l', 'lambda:invoke', { FunctionName: 'f', InvocationType: 'Event', Payload: '{"a":1}' });
    await universal('q', 'sqs:sendMessage', {
      QueueUrl: `http://127.0.0.1:4586/${account}/plain`,
      MessageBody: 'text',
    });
    await universal('t', 'sns:publish', { TopicArn: arnOf('sns', 'topic'), Message: 'text' });
    pass(0);
    expect(received).toMatchObject([{ arn: functionArn('f'), event: { a: 1 } }]);
    expect(queues.receive(queueArn('plain'), 1)[0]?.body).toBe('text');
    expect(published).toHaveLength(1);
  });

  it('are not reached unless the role allows it, and the run is in the dead-letter queue', async () => {
    const { create, pass, sqs, queues, received, role } = await fixture();
    await sqs('CreateQueue', { QueueName: 'dead' });
    const RoleArn = await role('limited', ['sqs:SendMessage']);
    const DeadLetterConfig = { Arn: queueArn('dead') };
    await create(at, { target: { RoleArn, DeadLetterConfig, Input: '{"a":1}' } });
    pass(0);
    expect(received).toEqual([]);
    const [letter] = queues.receive(queueArn('dead'), 10);
    expect(letter?.body).toBe('{"a":1}');
    const texts = Object.entries(letter?.attributes ?? {}).map(([name, { type, text }]) => [
      name,
      type,
      text,
    ]);
    expect(texts.sort()).toEqual([
      ['ERROR_CODE', 'String', 'AccessDeniedException'],
      ['ERROR_MESSAGE', 'String', expect.stringContaining('does not allow lambda:InvokeFunction')],
      ['EXECUTION_ID', 'String', expect.stringMatching(/^[0-9a-f]{16}$/)],
      ['IS_PAYLOAD_TRUNCATED', 'String', 'false'],
      ['RETRY_ATTEMPTS', 'String', '0'],
      ['SCHEDULED_TIME', 'String', '2024-05-01T10:00:00Z'],
      ['SCHEDULE_ARN', 'String', arn],
      ['TARGET_ARN', 'String', functionArn('f')],
    ]);
  });

  it('are tried again while they fail, also by the next server, and then given up', async () => {
    const first = await fixture();
    await first.sqs('CreateQueue', { QueueName: 'dead' });
    first.refusals.set(functionArn('f'), new Error('broken'));
    const target = {
      Input: '<aws.scheduler.attempt-number>',
      DeadLetterConfig: { Arn: queueArn('dead') },
      RetryPolicy: { MaximumRetryAttempts: 1 },
    };
    await first.create(at, { Name: 'a', target });
    await first.create(at, { Name: 'b', target: { ...target, Arn: functionArn('g') } });
    first.pass(0);
    expect(first.received).toMatchObject([{ arn: functionArn('g'), event: 1 }]);
    await first.local.close();
    const next = await fixture(first.store);
    next.refusals.set(functionArn('f'), new Error('broken'));
    next.pass(2000);
    const [letter] = next.queues.receive(queueArn('dead'), 10);
    expect(letter?.body).toBe('2');
    expect(letter?.attributes.EXHAUSTED_RETRY_CONDITION?.text).toBe('MaximumRetryAttempts');
    expect(letter?.attributes.RETRY_ATTEMPTS?.text).toBe('1');
    await next.local.close();
  });

  it('that refuse are named in the log', async () => {
    const { create, pass, refusals } = await fixture();
    const log = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    refusals.set(functionArn('f'), noPermission());
    await create(at, { Name: 'named' });
    pass(0);
    expect(log.mock.calls.join('\n')).toContain(
      `EventBridge Scheduler does not run ${arnOf('scheduler', 'schedule/default/named')} with ${functionArn('f')}: no permission`,
    );
    log.mockRestore();
  });
});
