// Batches of SQS compared with AWS's answers.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SqsFixture, sqsFixture } from './fixture.ts';

let sqs: SqsFixture;
let ask: SqsFixture['ask'];
let refusal: SqsFixture['refusal'];
beforeAll(async () => {
  sqs = await sqsFixture();
  ({ ask, refusal } = sqs);
});
afterAll(() => sqs.stop());

const uuid = expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
const text = (StringValue: string) => ({ DataType: 'String', StringValue });

describe('a batch', () => {
  const entry = (Id: string, MessageBody = 'm') => ({ Id, MessageBody });

  it('answers what succeeded and what failed, each only if there is any', async () => {
    const QueueUrl = await sqs.queue({ MaximumMessageSize: '1024' });
    const Entries = [{ ...entry('1'), MessageAttributes: { a: text('b') } }, entry('2', 'a'.repeat(1025))];
    expect(await ask('SendMessageBatch', { QueueUrl, Entries })).toEqual({
      Successful: [
        {
          Id: '1',
          MessageId: uuid,
          MD5OfMessageBody: '6f8f57715090da2632453988d9a1501b',
          MD5OfMessageAttributes: expect.stringMatching(/^[0-9a-f]{32}$/),
        },
      ],
      Failed: [
        {
          Id: '2',
          SenderFault: true,
          Code: 'InvalidParameterValue',
          Message:
            'One or more parameters cannot be validated. Reason: Message must be shorter than 1024 bytes.',
        },
      ],
    });
    expect(await ask('SendMessageBatch', { QueueUrl, Entries: [entry('1')] })).not.toHaveProperty('Failed');
    expect(await ask('SendMessageBatch', { QueueUrl, Entries: Entries.slice(1) })).not.toHaveProperty(
      'Successful',
    );
  });

  it.each<[string, object[], string]>([
    [
      'twenty entries',
      Array.from({ length: 20 }, (_, n) => entry(String(n))),
      'AWS.SimpleQueueService.TooManyEntriesInBatchRequest: Maximum number of entries per request are 10. You have sent 20.',
    ],
    [
      'a bad id',
      [entry('a:b')],
      'AWS.SimpleQueueService.InvalidBatchEntryId: A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.',
    ],
    [
      'a long id',
      [entry('a'.repeat(81))],
      'AWS.SimpleQueueService.InvalidBatchEntryId: A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.',
    ],
    [
      'the same id twice',
      [entry('a'), entry('a')],
      'AWS.SimpleQueueService.BatchEntryIdsNotDistinct: Id a repeated.',
    ],
    [
      'no entries',
      [],
      'AWS.SimpleQueueService.EmptyBatchRequest: There should be at least one SendMessageBatchRequestEntry in the request.',
    ],
    [
      'too many bytes',
      [entry('1', 'a'.repeat(1_048_576)), entry('2', 'b')],
      'AWS.SimpleQueueService.BatchRequestTooLong: Batch requests cannot be longer than 1048576 bytes. You have sent 1048577 bytes.',
    ],
  ])('with %s is refused as a whole', async (_, Entries, refused) => {
    const QueueUrl = await sqs.queue();
    expect(await refusal('SendMessageBatch', { QueueUrl, Entries } as never)).toBe(`400 ${refused}`);
    expect(await sqs.bodies(QueueUrl)).toEqual([]);
  });

  it('deletes, and changes visibility', async () => {
    const QueueUrl = await sqs.queue();
    await ask('SendMessageBatch', { QueueUrl, Entries: [entry('1', 'a'), entry('2', 'b')] });
    const { Messages = [] } = await ask('ReceiveMessage', { QueueUrl, MaxNumberOfMessages: 10 });
    const [first, second] = Messages.map(({ ReceiptHandle }) => ReceiptHandle);
    const visible = [
      { Id: 'x', ReceiptHandle: first, VisibilityTimeout: 0 },
      { Id: 'y', ReceiptHandle: 'garbage', VisibilityTimeout: 0 },
    ];
    const failed = {
      Id: 'y',
      SenderFault: true,
      Code: 'ReceiptHandleIsInvalid',
      Message: 'The input receipt handle "garbage" is not a valid receipt handle.',
    };
    expect(await ask('ChangeMessageVisibilityBatch', { QueueUrl, Entries: visible })).toEqual({
      Successful: [{ Id: 'x' }],
      Failed: [failed],
    });
    expect(await sqs.bodies(QueueUrl)).toEqual(['a']);
    const gone = [
      { Id: 'x', ReceiptHandle: second },
      { Id: 'y', ReceiptHandle: 'garbage' },
    ];
    expect(await ask('DeleteMessageBatch', { QueueUrl, Entries: gone })).toEqual({
      Successful: [{ Id: 'x' }],
      Failed: [failed],
    });
  });
});
