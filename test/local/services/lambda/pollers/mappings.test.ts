// Mappings of queues: concurrency, versions, states, restarts, and what they are refused for.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { functionArn, type Lab, lab, queueArn, queueUrl, quiet, until } from './lab.ts';
import { bodies, queueTools } from './queue-tools.ts';

let aws: Lab;
beforeEach(async () => {
  aws = await lab();
});
afterEach(() => aws.close());

const { counts, isEmpty, keeper, queue, send } = queueTools(() => aws);

describe('a mapping of a queue', () => {
  it('runs no more batches than MaximumConcurrency allows, and five at first without it', async () => {
    await queue();
    let now = 0;
    const most: Record<string, number> = {};
    const slow = (name: string) => async () => {
      now += 1;
      most[name] = Math.max(most[name] ?? 0, now);
      await quiet();
      now -= 1;
    };
    await aws.make('f', slow('f'));
    await aws.make('g', slow('g'));
    await queue('other');
    for (let index = 0; index < 8; index++) {
      await send(String(index));
      await send(String(index), {}, 'other');
    }
    await aws.map('f', queueArn('q'), { BatchSize: 1, ScalingConfig: { MaximumConcurrency: 2 } });
    await until(() => isEmpty());
    await aws.map('g', queueArn('other'), { BatchSize: 1 });
    await until(() => isEmpty('other'));
    expect(most).toEqual({ f: 2, g: 5 });
  });

  it('invokes the version or alias that it names', async () => {
    await queue();
    await queue('r');
    const arns: string[] = [];
    await aws.make('f', (_event, { invokedArn }) => void arns.push(invokedArn));
    await aws.lambda('PublishVersion', { FunctionName: 'f' });
    await aws.lambda('CreateAlias', { FunctionName: 'f', Name: 'live', FunctionVersion: '1' });
    await aws.map('f:1', queueArn('q'));
    await aws.map('f:live', queueArn('r'));
    await send('x');
    await until(() => arns.length === 1);
    await send('x', {}, 'r');
    await until(() => arns.length === 2);
    expect(arns).toEqual([`${functionArn('f')}:1`, `${functionArn('f')}:live`]);
  });

  it('stops when it is disabled or deleted, and goes on when it is enabled', async () => {
    await queue();
    const events = await keeper();
    const UUID = await aws.map('f', queueArn('q'), { Enabled: false });
    await send('1');
    await quiet();
    expect(events).toEqual([]);
    await aws.lambda('UpdateEventSourceMapping', { UUID, Enabled: true });
    await until(() => events.length === 1);
    await until(() => isEmpty());
    await aws.lambda('UpdateEventSourceMapping', { UUID, Enabled: false });
    await send('2');
    await quiet();
    expect(events).toHaveLength(1);
    await aws.lambda('UpdateEventSourceMapping', { UUID, Enabled: true });
    await until(() => events.length === 2);
    await aws.lambda('DeleteEventSourceMapping', { UUID });
    await send('3');
    await quiet();
    expect(events).toHaveLength(2);
  });

  it('outlives its function: messages wait until it exists again', async () => {
    await queue();
    await keeper();
    const UUID = await aws.map('f', queueArn('q'));
    await aws.lambda('DeleteFunction', { FunctionName: 'f' });
    expect((await aws.lambda('GetEventSourceMapping', { UUID })).State).toBe('Enabled');
    await send('x');
    await quiet();
    expect(await counts()).toEqual({
      ApproximateNumberOfMessages: '1',
      ApproximateNumberOfMessagesNotVisible: '0',
    });
    const events = await keeper();
    await until(() => events.length === 1);
  });

  it('outlives its queue, and reads the one that is created again under its name', async () => {
    let later = 0;
    await aws.close();
    aws = await lab({ now: () => Date.now() + later });
    await queue();
    const events = await keeper();
    await aws.map('f', queueArn('q'));
    await aws.sqs('DeleteQueue', { QueueUrl: queueUrl('q') });
    await quiet();
    later = 61_000;
    await queue();
    await send('x');
    await until(() => events.length === 1);
  });

  it('delivers to each of two functions of one queue', async () => {
    await queue();
    const [one, two] = [await keeper(), await keeper(() => null, 'g')];
    await aws.map('f', queueArn('q'), { BatchSize: 1 });
    await aws.map('g', queueArn('q'), { BatchSize: 1 });
    for (let index = 0; index < 10; index++) await send(String(index));
    await until(() => isEmpty());
    expect(one.length + two.length).toBe(10);
  });

  it('goes on after a restart; a message in flight is delivered again', async () => {
    await queue('q', { VisibilityTimeout: '3' });
    let ended = false;
    const got: string[] = [];
    await aws.make('f', async (event) => {
      got.push(...bodies(event));
      if (!ended) await new Promise(() => {});
    });
    await aws.map('f', queueArn('q'));
    await send('first');
    await until(() => got.length === 1);
    ended = true;
    aws = await aws.restart();
    await send('second');
    await until(() => got.length === 3);
    expect(got).toEqual(['first', 'second', 'first']);
    await until(() => isEmpty());
  });

  it('is refused without a queue, permission, or a long enough visibility timeout', async () => {
    await keeper();
    await aws.make('slow', () => null, { Timeout: 60 });
    const refused = (pending: Promise<unknown>) =>
      pending.then(
        () => 'accepted',
        (error: Error) => `${error.name}: ${error.message}`,
      );
    expect(await refused(aws.map('f', queueArn('none')))).toBe(
      'InvalidParameterValueException: Error occurred while ReceiveMessage. SQS Error Code: AWS.SimpleQueueService.NonExistentQueue. SQS Error Message: The specified queue does not exist.',
    );
    await queue();
    expect(await refused(aws.map('slow', queueArn('q')))).toBe(
      'InvalidParameterValueException: Queue visibility timeout: 30 seconds is less than Function timeout: 60 seconds',
    );
    const UUID = await aws.map('f', queueArn('q'));
    expect(await refused(aws.lambda('UpdateEventSourceMapping', { UUID, FunctionName: 'slow' }))).toBe(
      'InvalidParameterValueException: Queue visibility timeout: 30 seconds is less than Function timeout: 60 seconds',
    );
    expect(await refused(aws.map('none', queueArn('none')))).toBe(
      'InvalidParameterValueException: Function does not exist',
    );
    // AWS checks new mappings only: the timeout of a function that reads a queue can be raised.
    expect(await refused(aws.lambda('UpdateFunctionConfiguration', { FunctionName: 'f', Timeout: 60 }))).toBe(
      'accepted',
    );
  });
});
