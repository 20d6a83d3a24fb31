// Mappings of queues: the event, batches, filters, failures, FIFO, concurrency, states.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { account } from '../../../call.ts';
import { type Event, functionArn, type Lab, lab, queueArn, queueUrl, quiet, region, until } from './lab.ts';

let aws: Lab;
beforeEach(async () => {
  aws = await lab();
});
afterEach(() => aws.close());

const queue = (name = 'q', Attributes: Record<string, string> = {}) =>
  aws.sqs('CreateQueue', { QueueName: name, Attributes });
const send = (body: string, more: object = {}, name = 'q') =>
  aws.sqs('SendMessage', { QueueUrl: queueUrl(name), MessageBody: body, ...more });
const bodies = (event: Event): string[] => event.Records.map(({ body }: { body: string }) => body);
/** A function that keeps its events and answers with `answer`. */
async function keeper(answer: (event: Event) => unknown = () => null, name = 'f') {
  const events: Event[] = [];
  await aws.make(name, (event) => {
    events.push(event);
    return answer(event);
  });
  return events;
}
const counts = async (name = 'q') =>
  (
    await aws.sqs('GetQueueAttributes', {
      QueueUrl: queueUrl(name),
      AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
    })
  ).Attributes;
const empty = { ApproximateNumberOfMessages: '0', ApproximateNumberOfMessagesNotVisible: '0' };
const isEmpty = async (name = 'q') => JSON.stringify(await counts(name)) === JSON.stringify(empty);

describe('the event of a queue', () => {
  it('has these members in this order', async () => {
    await queue();
    const events = await keeper();
    await aws.map('f', queueArn('q'));
    await send('hello');
    await until(() => events.length === 1);
    const [record] = events[0].Records;
    expect(Object.keys(record)).toEqual([
      'messageId',
      'receiptHandle',
      'body',
      'attributes',
      'messageAttributes',
      'md5OfBody',
      'eventSource',
      'eventSourceARN',
      'awsRegion',
    ]);
    expect(record).toMatchObject({
      body: 'hello',
      attributes: {
        ApproximateReceiveCount: '1',
        SentTimestamp: expect.stringMatching(/^\d{13}$/),
        SenderId: expect.any(String),
        ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
      },
      messageAttributes: {},
      md5OfBody: '5d41402abc4b2a76b9719d911017c592',
      eventSource: 'aws:sqs',
      eventSourceARN: queueArn('q'),
      awsRegion: region,
    });
    expect(Object.keys(record.attributes)).toEqual([
      'ApproximateReceiveCount',
      'SentTimestamp',
      'SenderId',
      'ApproximateFirstReceiveTimestamp',
    ]);
    await until(() => isEmpty());
  });

  it('shows message attributes, and their MD5 before that of the body', async () => {
    await queue();
    const events = await keeper();
    await aws.map('f', queueArn('q'));
    const { MD5OfMessageAttributes } = await send('x', {
      MessageAttributes: {
        Text: { DataType: 'String', StringValue: 'x' },
        Bytes: { DataType: 'Binary', BinaryValue: Buffer.from([0, 255]) },
      },
    });
    await until(() => events.length === 1);
    const [record] = events[0].Records;
    expect(record.messageAttributes).toEqual({
      Text: { stringValue: 'x', stringListValues: [], binaryListValues: [], dataType: 'String' },
      Bytes: { binaryValue: 'AP8=', stringListValues: [], binaryListValues: [], dataType: 'Binary' },
    });
    expect(record.md5OfMessageAttributes).toBe(MD5OfMessageAttributes);
    expect(Object.keys(record).slice(4, 7)).toEqual([
      'messageAttributes',
      'md5OfMessageAttributes',
      'md5OfBody',
    ]);
  });

  it('has null as the MD5 of absent attributes when the mapping has a window', async () => {
    await queue();
    const events = await keeper();
    await aws.map('f', queueArn('q'), { MaximumBatchingWindowInSeconds: 1, BatchSize: 1 });
    await send('x');
    await until(() => events.length === 1);
    expect(events[0].Records[0]).toMatchObject({ md5OfMessageAttributes: null });
  });

  it('shows group, deduplication id and sequence number of a FIFO queue, and the trace', async () => {
    await queue('q.fifo', { FifoQueue: 'true' });
    const events = await keeper();
    await aws.map('f', queueArn('q.fifo'));
    const trace = 'Root=1-5759e988-bd862e3fe1be46a994272793';
    const { SequenceNumber } = await send(
      'x',
      {
        MessageGroupId: 'g',
        MessageDeduplicationId: 'd',
        MessageSystemAttributes: { AWSTraceHeader: { DataType: 'String', StringValue: trace } },
      },
      'q.fifo',
    );
    await until(() => events.length === 1);
    expect(events[0].Records[0].attributes).toMatchObject({
      SequenceNumber,
      MessageGroupId: 'g',
      MessageDeduplicationId: 'd',
      AWSTraceHeader: trace,
    });
  });
});

describe('a batch', () => {
  it('has up to ten messages as received', async () => {
    await queue();
    const events = await keeper();
    for (let index = 0; index < 25; index++) await send(String(index));
    await aws.map('f', queueArn('q'));
    await until(() => isEmpty());
    expect(events.map((event) => event.Records.length)).toEqual([10, 10, 5]);
  });

  it('is collected in its window until its size', async () => {
    await queue();
    const events = await keeper();
    await aws.map('f', queueArn('q'), { MaximumBatchingWindowInSeconds: 300, BatchSize: 25 });
    for (let index = 0; index < 30; index++) await send(String(index));
    await until(() => events.length === 1);
    expect(events[0].Records).toHaveLength(25);
  });

  it('is collected in its window until its time', async () => {
    await queue();
    const events = await keeper();
    await aws.map('f', queueArn('q'), { MaximumBatchingWindowInSeconds: 1, BatchSize: 100 });
    for (let index = 0; index < 12; index++) await send(String(index));
    await until(() => events.length === 1);
    expect(events[0].Records).toHaveLength(12);
    await until(() => isEmpty());
  });

  it('is split so that an event has at most 6 MB', async () => {
    await queue();
    const events = await keeper();
    for (let index = 0; index < 8; index++) await send('x'.repeat(1_000_000));
    await aws.map('f', queueArn('q'));
    await until(() => isEmpty());
    expect(events.map((event) => event.Records.length)).toEqual([6, 2]);
  });
});

describe('what the function does not process', () => {
  it('comes back with the same id, another handle and a greater count, and ends in the dead-letter queue', async () => {
    await queue('dead');
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: queueArn('dead'), maxReceiveCount: 2 });
    await queue('q', { VisibilityTimeout: '3', RedrivePolicy });
    const events = await keeper(() => {
      throw new Error('no');
    });
    await aws.map('f', queueArn('q'));
    const { MessageId } = await send('bad');
    // Shorter than the time-out of the function, as users may set it after the mapping.
    await aws.sqs('SetQueueAttributes', { QueueUrl: queueUrl('q'), Attributes: { VisibilityTimeout: '1' } });
    await until(async () => (await counts('dead'))?.ApproximateNumberOfMessages === '1');
    const records = events.map((event) => event.Records[0]);
    expect(records.map(({ messageId }) => messageId)).toEqual([MessageId, MessageId]);
    expect(records.map(({ attributes }) => attributes.ApproximateReceiveCount)).toEqual(['1', '2']);
    expect(records[0].receiptHandle).not.toBe(records[1].receiptHandle);
    const { Messages } = await aws.sqs('ReceiveMessage', { QueueUrl: queueUrl('dead') });
    expect(Messages).toMatchObject([{ MessageId, Body: 'bad' }]);
  });

  const report = (ids: unknown) => ({ batchItemFailures: ids });
  const first = (event: Event) => event.Records[0].messageId;
  it.each<[string, (event: Event) => unknown, number]>([
    ['nothing', () => null, 0],
    ['an empty object', () => ({}), 0],
    ['an empty text', () => '', 0],
    ['null as the list', () => report(null), 0],
    ['an empty list', () => report([]), 0],
    ['one id', (event) => report([{ itemIdentifier: first(event) }]), 1],
    ['another key', () => report([{ foo: 123 }]), 3],
    ['an empty id', () => report([{ itemIdentifier: '' }]), 3],
    ['null as an id', () => report([{ itemIdentifier: null }]), 3],
    ['an unknown id', (event) => report([{ itemIdentifier: first(event) }, { itemIdentifier: 'x' }]), 3],
    ['something that is not a list', () => report('x'), 3],
    ['a text', () => 'x', 3],
  ])('is what ReportBatchItemFailures says: with %s', async (_name, answer, left) => {
    await queue();
    const events = await keeper(answer);
    for (const body of ['1', '2', '3']) await send(body);
    await aws.map('f', queueArn('q'), { FunctionResponseTypes: ['ReportBatchItemFailures'] });
    await until(() => events.length === 1);
    await until(async () => (await counts())?.ApproximateNumberOfMessagesNotVisible === String(left));
  });

  it('is everything when the function is throttled, and nothing is deleted', async () => {
    await queue();
    const events = await keeper();
    await aws.lambda('PutFunctionConcurrency', { FunctionName: 'f', ReservedConcurrentExecutions: 0 });
    await aws.map('f', queueArn('q'));
    await send('x');
    await until(async () => (await counts())?.ApproximateNumberOfMessagesNotVisible === '1');
    expect(events).toEqual([]);
  });
});

describe('filters of a queue', () => {
  const filtered = async (Pattern: object, sent: string[]) => {
    await queue();
    const events = await keeper();
    await aws.map('f', queueArn('q'), {
      FilterCriteria: { Filters: [{ Pattern: JSON.stringify(Pattern) }] },
    });
    for (const body of sent) await send(body);
    await until(() => isEmpty());
    return events.flatMap(bodies);
  };

  it('let matching bodies pass; others are deleted', async () => {
    expect(
      await filtered({ body: { a: [1, { numeric: ['>', 5] }] } }, ['{"a":1}', '{"a":2}', '{"a":6}', 'a']),
    ).toEqual(['{"a":1}', '{"a":6}']);
  });

  it('match plain texts with lists of strings', async () => {
    expect(await filtered({ body: ['yes', { prefix: 'ok' }] }, ['yes', 'no', 'okay'])).toEqual([
      'yes',
      'okay',
    ]);
  });
});

describe('a FIFO queue', () => {
  it('keeps the order in a group, one batch at a time; groups run in parallel', async () => {
    await queue('q.fifo', { FifoQueue: 'true', ContentBasedDeduplication: 'true' });
    const order: Record<string, string[]> = { a: [], b: [] };
    const open = new Set<string>();
    let together = 0;
    await aws.make('f', async (event) => {
      const groups = new Set<string>(event.Records.map((record: Event) => record.attributes.MessageGroupId));
      for (const group of groups) {
        expect(open.has(group)).toBe(false);
        open.add(group);
      }
      together = Math.max(together, open.size);
      await quiet();
      for (const { body, attributes } of event.Records) order[attributes.MessageGroupId]?.push(body);
      for (const group of groups) open.delete(group);
    });
    await aws.map('f', queueArn('q.fifo'), { BatchSize: 1 });
    for (let index = 0; index < 3; index++) {
      for (const MessageGroupId of ['a', 'b'])
        await send(`${MessageGroupId}${index}`, { MessageGroupId }, 'q.fifo');
    }
    await until(() => isEmpty('q.fifo'));
    expect(order).toEqual({ a: ['a0', 'a1', 'a2'], b: ['b0', 'b1', 'b2'] });
    expect(together).toBe(2);
  });
});

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
    expect(await counts()).toEqual({ ...empty, ApproximateNumberOfMessages: '1' });
    const events = await keeper();
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
    expect(await refused(aws.map('none', queueArn('none')))).toBe(
      'InvalidParameterValueException: Function does not exist',
    );
    expect(queueArn('q')).toContain(account);
  });
});
