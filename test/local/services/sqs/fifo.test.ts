// FIFO queues compared with AWS's answers: order, groups, deduplication.
import { createHash } from 'node:crypto';
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

const send = (QueueUrl: string, MessageBody: string, more: object = {}) =>
  ask('SendMessage', {
    QueueUrl,
    MessageBody,
    MessageGroupId: 'g',
    MessageDeduplicationId: `${MessageBody}-id`,
    ...more,
  });

async function receive(QueueUrl: string, more: object = {}) {
  const { Messages = [] } = await ask('ReceiveMessage', { QueueUrl, MaxNumberOfMessages: 10, ...more });
  return Messages;
}

describe('a message of a FIFO queue', () => {
  it('has a sequence number of 20 digits, and the attributes of its group', async () => {
    const url = await sqs.fifo();
    const sent = await send(url, 'message-body-1');
    const SequenceNumber = expect.stringMatching(/^\d{20}$/);
    expect(sent).toEqual({
      MD5OfMessageBody: '19c9e282d65f9733bc6b35d50062c7ee',
      MessageId: expect.any(String),
      SequenceNumber,
    });
    const [message] = await receive(url, { AttributeNames: ['All'] });
    expect(message?.Attributes).toEqual({
      ApproximateFirstReceiveTimestamp: expect.any(String),
      ApproximateReceiveCount: '1',
      MessageDeduplicationId: 'message-body-1-id',
      MessageGroupId: 'g',
      SenderId: expect.any(String),
      SentTimestamp: expect.any(String),
      SequenceNumber: sent.SequenceNumber,
    });
    const next = await send(url, 'next');
    expect(BigInt(next.SequenceNumber as string)).toBeGreaterThan(BigInt(sent.SequenceNumber as string));
  });

  it('needs a group', async () => {
    const url = await sqs.fifo();
    const refused = 'The request must contain the parameter MessageGroupId.';
    const message = { MessageBody: 'm', MessageDeduplicationId: 'd' };
    expect(await refusal('SendMessage', { QueueUrl: url, ...message })).toBe(
      `400 MissingParameter: ${refused}`,
    );
    const Entries = [{ Id: '1', ...message }];
    expect(await refusal('SendMessageBatch', { QueueUrl: url, Entries })).toBe(
      `400 InvalidParameterValue: ${refused}`,
    );
  });

  it('needs a deduplication id, or a queue that makes one from the content', async () => {
    const url = await sqs.fifo();
    const refused =
      '400 InvalidParameterValue: The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly';
    const message = { MessageBody: 'm', MessageGroupId: 'g' };
    expect(await refusal('SendMessage', { QueueUrl: url, ...message })).toBe(refused);
    expect(await refusal('SendMessageBatch', { QueueUrl: url, Entries: [{ Id: '1', ...message }] })).toBe(
      refused,
    );
    const content = await sqs.fifo({ ContentBasedDeduplication: 'true' });
    await ask('SendMessage', { QueueUrl: content, ...message });
    const [received] = await receive(content, { AttributeNames: ['All'] });
    expect(received?.Attributes?.MessageDeduplicationId).toBe(createHash('sha256').update('m').digest('hex'));
  });

  it('has no delay of its own, but that of its queue', async () => {
    const url = await sqs.fifo();
    const delayed = { QueueUrl: url, MessageBody: 'm', MessageGroupId: 'g', MessageDeduplicationId: 'd' };
    expect(await refusal('SendMessage', { ...delayed, DelaySeconds: 2 })).toBe(
      '400 InvalidParameterValue: Value 2 for parameter DelaySeconds is invalid. Reason: The request include parameter that is not valid for this queue type.',
    );
    await ask('SetQueueAttributes', { QueueUrl: url, Attributes: { DelaySeconds: '900' } });
    await ask('SendMessage', { ...delayed, DelaySeconds: 0 });
    expect(await sqs.bodies(url)).toEqual([]);
    // A change applies to the messages that the queue has.
    await ask('SetQueueAttributes', { QueueUrl: url, Attributes: { DelaySeconds: '0' } });
    expect(await sqs.bodies(url)).toEqual(['m']);
  });

  it.each(['MessageGroupId', 'MessageDeduplicationId'])(
    'has only printable characters in %s',
    async (name) => {
      const url = await sqs.fifo();
      const input = {
        QueueUrl: url,
        MessageBody: 'm',
        MessageGroupId: 'g',
        MessageDeduplicationId: 'd',
        [name]: 'group 123',
      };
      expect(await refusal('SendMessage', input)).toBe(
        `400 InvalidParameterValue: Value group 123 for parameter ${name} is invalid. Reason: ${name} can only include alphanumeric and punctuation characters. 1 to 128 in length.`,
      );
    },
  );
});

describe('the order of a FIFO queue', () => {
  it('is kept in a group, of which one receive may take several', async () => {
    const url = await sqs.fifo();
    for (const body of ['a', 'b', 'c', 'd']) await send(url, body);
    const taken = await receive(url, { MaxNumberOfMessages: 3 });
    expect(taken.map(({ Body }) => Body)).toEqual(['a', 'b', 'c']);
  });

  it('lets nothing more of a group out while one of it is in flight', async () => {
    const url = await sqs.fifo();
    for (const body of ['a', 'b']) await send(url, body);
    const [first] = await receive(url, { MaxNumberOfMessages: 1 });
    expect(await sqs.bodies(url)).toEqual([]);
    await send(url, 'other', { MessageGroupId: 'h' });
    expect(await sqs.bodies(url)).toEqual(['other']);
    await ask('DeleteMessage', { QueueUrl: url, ReceiptHandle: first?.ReceiptHandle });
    expect(await sqs.bodies(url)).toEqual(['b']);
  });

  it('continues with the message that became visible again', async () => {
    const url = await sqs.fifo();
    for (const body of ['a', 'b', 'c']) await send(url, body);
    const taken = await receive(url, { MaxNumberOfMessages: 2 });
    for (const { ReceiptHandle } of taken) {
      await ask('ChangeMessageVisibility', { QueueUrl: url, ReceiptHandle, VisibilityTimeout: 0 });
    }
    expect(await sqs.bodies(url)).toEqual(['a', 'b', 'c']);
  });

  it('ends in a group where a message is still invisible', async () => {
    const url = await sqs.fifo();
    for (const body of ['a', 'b', 'c']) await send(url, body);
    await send(url, 'other', { MessageGroupId: 'h' });
    const taken = await receive(url, { MaxNumberOfMessages: 3 });
    const show = (index: number) =>
      ask('ChangeMessageVisibility', {
        QueueUrl: url,
        ReceiptHandle: taken[index]?.ReceiptHandle,
        VisibilityTimeout: 0,
      });
    // The first message of the group is invisible, so the others have to wait.
    await show(1);
    expect(await sqs.bodies(url)).toEqual(['other']);
    await show(0);
    expect(await sqs.bodies(url)).toEqual(['a', 'b']);
  });

  it('lets groups take turns in the order in which they became available', async () => {
    const url = await sqs.fifo({ ContentBasedDeduplication: 'true' });
    for (const body of ['g1-m1', 'g2-m1', 'g2-m2', 'g3-m1', 'g1-m2']) {
      await send(url, body, { MessageGroupId: body.slice(0, 2), MessageDeduplicationId: undefined });
    }
    const bodies = async (MaxNumberOfMessages: number) =>
      (await receive(url, { MaxNumberOfMessages, VisibilityTimeout: 0 })).map(({ Body }) => Body);
    expect(await bodies(3)).toEqual(['g1-m1', 'g1-m2', 'g2-m1']);
    expect(await bodies(10)).toEqual(['g3-m1', 'g1-m1', 'g1-m2', 'g2-m1', 'g2-m2']);
  });

  it('wakes a long poll when the group is free', async () => {
    const url = await sqs.fifo();
    for (const body of ['a', 'b']) await send(url, body);
    const [first] = await receive(url, { MaxNumberOfMessages: 1 });
    const waiting = receive(url, { WaitTimeSeconds: 20 });
    await ask('DeleteMessage', { QueueUrl: url, ReceiptHandle: first?.ReceiptHandle });
    expect((await waiting).map(({ Body }) => Body)).toEqual(['b']);
  });
});

describe('deduplication', () => {
  it.each([true, false])(
    'accepts a duplicate and does not deliver it (by content: %s)',
    async (byContent) => {
      const url = await sqs.fifo({ ContentBasedDeduplication: String(byContent) });
      const id = byContent ? { MessageDeduplicationId: undefined } : { MessageDeduplicationId: 'd' };
      const first = await send(url, 'm', id);
      expect(await send(url, 'm', id)).toEqual(first);
      const [message, ...rest] = await receive(url);
      expect(rest).toEqual([]);
      await ask('DeleteMessage', { QueueUrl: url, ReceiptHandle: message?.ReceiptHandle });
      expect(await send(url, 'm', { ...id, MessageGroupId: 'other' })).toEqual(first);
      expect(await sqs.bodies(url)).toEqual([]);
    },
  );

  it('is forgotten by a purge', async () => {
    const url = await sqs.fifo();
    await send(url, 'm');
    await ask('PurgeQueue', { QueueUrl: url });
    await send(url, 'm');
    expect(await sqs.bodies(url)).toEqual(['m']);
  });

  it('keeps the scope that the queue was created with', async () => {
    const url = await sqs.fifo();
    await send(url, 'a', { MessageDeduplicationId: 'd' });
    await ask('SetQueueAttributes', {
      QueueUrl: url,
      Attributes: { DeduplicationScope: 'messageGroup', FifoThroughputLimit: 'perMessageGroupId' },
    });
    await send(url, 'b', { MessageDeduplicationId: 'd', MessageGroupId: 'other' });
    expect(await sqs.bodies(url)).toEqual(['a']);
  });

  it('works per group with DeduplicationScope messageGroup', async () => {
    const url = await sqs.fifo({ DeduplicationScope: 'messageGroup' });
    const id = { MessageDeduplicationId: 'd' };
    await send(url, 'a', id);
    await send(url, 'b', id);
    await send(url, 'c', { ...id, MessageGroupId: 'other' });
    expect(await sqs.bodies(url)).toEqual(['a', 'c']);
  });
});

describe('the handle of a FIFO message', () => {
  it('cannot delete after it has expired', async () => {
    const url = await sqs.fifo();
    await send(url, 'm');
    const [message] = await receive(url, { VisibilityTimeout: 0 });
    const { ReceiptHandle } = message ?? {};
    expect(await refusal('DeleteMessage', { QueueUrl: url, ReceiptHandle })).toBe(
      `400 InvalidParameterValue: Value ${ReceiptHandle} for parameter ReceiptHandle is invalid. Reason: The receipt handle has expired.`,
    );
    const [again] = await receive(url);
    await ask('DeleteMessage', { QueueUrl: url, ReceiptHandle: again?.ReceiptHandle });
    await ask('DeleteMessage', { QueueUrl: url, ReceiptHandle: again?.ReceiptHandle });
  });
});

describe('an attempt to receive', () => {
  it('gets the same messages again while they are in flight', async () => {
    const url = await sqs.fifo();
    for (const body of ['a', 'b']) await send(url, body);
    const attempt = { ReceiveRequestAttemptId: 'once', MaxNumberOfMessages: 1 };
    const first = await receive(url, attempt);
    expect(first.map(({ Body }) => Body)).toEqual(['a']);
    expect(await receive(url, attempt)).toEqual(first);
    expect(await receive(url, { ...attempt, ReceiveRequestAttemptId: 'other' })).toEqual([]);
    await ask('DeleteMessage', { QueueUrl: url, ReceiptHandle: first[0]?.ReceiptHandle });
    expect((await receive(url, attempt)).map(({ Body }) => Body)).toEqual(['b']);
  });
});
