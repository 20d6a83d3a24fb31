// Rules with a schedule.
import { describe, expect, it, vi } from 'vitest';
import { account } from '../../call.ts';
import { fixture, functionArn, region, ruleArn } from './fixture.ts';

describe('a rule with a schedule', () => {
  const Targets = [{ Id: 't', Arn: functionArn('f') }];

  it('sends its own event when it is due, and again', async () => {
    const { events, service, clock, received } = fixture();
    await events('PutRule', { Name: 'r', ScheduleExpression: 'rate(5 minutes)' });
    await events('PutTargets', { Rule: 'r', Targets });
    service.resume?.();
    expect(received).toEqual([]);
    clock.now += 5 * 60_000;
    service.resume?.();
    expect(received.map(({ event }) => event)).toEqual([
      {
        version: '0',
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        'detail-type': 'Scheduled Event',
        source: 'aws.events',
        account,
        time: '2024-05-01T10:05:00Z',
        region,
        resources: [ruleArn('r')],
        detail: {},
      },
    ]);
    clock.now += 5 * 60_000;
    service.resume?.();
    expect(received[1]?.event).toMatchObject({ time: '2024-05-01T10:10:00Z' });
    await service.close?.();
  });

  it('follows cron in UTC, and stops when it is disabled', async () => {
    const { events, service, clock, received } = fixture();
    await events('PutRule', { Name: 'r', ScheduleExpression: 'cron(30 10 * * ? *)' });
    await events('PutTargets', { Rule: 'r', Targets });
    clock.now += 31 * 60_000;
    service.resume?.();
    expect(received).toMatchObject([{ event: { time: '2024-05-01T10:30:00Z' } }]);
    await events('DisableRule', { Name: 'r' });
    clock.now += 86_400_000;
    service.resume?.();
    expect(received).toHaveLength(1);
    await service.close?.();
  });

  it('sends once for all runs that were missed in the last day', async () => {
    const { events, service, clock, received } = fixture();
    await events('PutRule', { Name: 'r', ScheduleExpression: 'rate(1 hour)' });
    await events('PutRule', { Name: 'old', ScheduleExpression: 'cron(0 0 3 MAY ? 2024)' });
    for (const Rule of ['r', 'old']) await events('PutTargets', { Rule, Targets });
    clock.now += 10 * 86_400_000 + 60_000;
    service.resume?.();
    expect(received).toMatchObject([{ event: { time: '2024-05-11T10:00:00Z', resources: [ruleArn('r')] } }]);
    await service.close?.();
  });

  it('rings by itself', async () => {
    const { events, service, clock, received } = fixture();
    // One second before the run, on a clock that goes on.
    const started = Date.now();
    const start = Date.parse('2024-05-01T10:29:59.900Z');
    Object.defineProperty(clock, 'now', { get: () => start + Date.now() - started });
    await events('PutRule', { Name: 'r', ScheduleExpression: 'cron(30 10 * * ? *)' });
    await events('PutTargets', { Rule: 'r', Targets });
    await vi.waitFor(() => expect(received).toHaveLength(1), { timeout: 10_000 });
    await service.close?.();
  });
});
