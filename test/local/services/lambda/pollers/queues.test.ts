// Mappings of queues: the event, batches, filters, failures, FIFO, concurrency, states.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Event, type Lab, lab, queueArn, queueUrl, quiet, region, until } from './lab.ts';
import { bodies, queueTools } from './queue-tools.ts';

let aws: Lab;
beforeEach(async () => {
  aws = await lab();
});
afterEach(() => aws.close());

const { counts, isEmpty, keeper, queue, send } = queueTools(() => aws);

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

  it('for members of a body do not match a plain text, not even for their absence', async () => {
    expect(
      await filtered({ body: { a: [{ exists: false }] } }, ['plain', '{"a":1}', '{"b":1}', '{"a":']),
    ).toEqual(['{"b":1}']);
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
