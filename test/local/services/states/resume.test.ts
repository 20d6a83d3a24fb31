// Executions in the store: another server continues where the one before stopped.
import { describe, expect, it, vi } from 'vitest';
import { memoryStore } from '../../memory-store.ts';
import { fixture, functionArn, machine, sketch } from './fixture.ts';

const task = (name: string) => ({ Type: 'Task', Resource: functionArn(name) });

describe('an execution that a server left unfinished', () => {
  it('calls a function again that was in flight, and the history says it once', async () => {
    const store = memoryStore();
    const first = await fixture({ store });
    first.functions.set('work', () => new Promise(() => {}));
    const arn = await first.start(
      await first.create(machine({ A: { Type: 'Pass', Next: 'W' }, W: { ...task('work'), End: true } })),
    );
    await vi.waitFor(() => expect(first.calls).toHaveLength(1));
    await first.local.close();

    const second = await fixture({ store });
    second.functions.set('work', () => 'done');
    second.local.resume();
    expect((await second.ended(arn)).output).toBe('"done"');
    expect(sketch(await second.events(arn))).toEqual([
      '1<0 ExecutionStarted',
      '2<0 PassStateEntered',
      '3<2 PassStateExited',
      '4<3 TaskStateEntered',
      '5<4 LambdaFunctionScheduled',
      '6<5 LambdaFunctionStarted',
      '7<6 LambdaFunctionSucceeded',
      '8<7 TaskStateExited',
      '9<8 ExecutionSucceeded',
    ]);
  });

  it('waits on for its time', async () => {
    const store = memoryStore();
    const clock = { now: Date.parse('2026-01-01T00:00:00Z') };
    const now = () => clock.now;
    const first = await fixture({ store, now });
    const arn = await first.start(
      await first.create(machine({ W: { Type: 'Wait', Seconds: 3600, End: true } })),
    );
    await vi.waitFor(async () => expect(await first.events(arn)).toHaveLength(2));
    await first.local.close();
    clock.now += 3_601_000;
    const second = await fixture({ store, now });
    second.local.resume();
    expect((await second.ended(arn)).status).toBe('SUCCEEDED');
  });

  it('takes an answer to its token that came while its request was still under way', async () => {
    const store = memoryStore();
    const first = await fixture({ store });
    const resource = { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken' };
    const Parameters = { FunctionName: 'told', Payload: { 'token.$': '$$.Task.Token' } };
    const definition = machine({ W: { ...resource, Parameters, End: true } });
    first.functions.set('told', () => null);
    const arn = await first.start(await first.create(definition));
    await vi.waitFor(async () => expect((await first.events(arn)).at(-1)?.type).toBe('TaskSubmitted'));
    const [told] = first.calls;
    const { token: taskToken } = (told as { event: unknown }).event as unknown as { token: string };
    await first.local.close();
    const second = await fixture({ store });
    await second.states('SendTaskSuccess', { taskToken, output: '1' });
    second.local.resume();
    expect((await second.ended(arn)).output).toBe('1');
  });

  it('keeps the results of iterations that have ended', async () => {
    const store = memoryStore();
    const first = await fixture({ store });
    first.functions.set('work', (event) => (event === 2 ? new Promise(() => {}) : event));
    const ItemProcessor = machine({ I: { ...task('work'), End: true } });
    const arn = await first.start(
      await first.create(machine({ M: { Type: 'Map', MaxConcurrency: 1, ItemProcessor, End: true } })),
      [1, 2, 3],
    );
    await vi.waitFor(() => expect(first.calls).toHaveLength(2));
    await first.local.close();
    const second = await fixture({ store });
    second.functions.set('work', (event) => event);
    second.local.resume();
    expect((await second.ended(arn)).output).toBe('[1,2,3]');
    expect(second.calls.map(({ event }) => event)).toEqual([2, 3]);
    const events = await second.events(arn);
    expect(events.filter(({ type }) => type === 'MapIterationSucceeded')).toHaveLength(3);
  });
});
