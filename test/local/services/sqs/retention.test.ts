// How long queues keep messages, on a clock of the test's own.
import { describe, expect, it } from 'vitest';
import { createSqsService } from '../../../../src/local/services/sqs/service.ts';
import { account, callerOf } from '../../call.ts';
import { alone } from '../../composed.ts';
import { memoryStore } from '../../memory-store.ts';

const arnOf = (name: string) => `arn:aws:sqs:eu-central-1:${account}:${name}`;

async function fixture(QueueName: string, Attributes: Record<string, string> = {}) {
  const clock = { now: Date.parse('2026-01-31T12:00:00Z') };
  const store = memoryStore();
  const call = callerOf(alone(createSqsService, { store, now: () => clock.now }));
  await call('CreateQueue', { QueueName, Attributes: { MessageRetentionPeriod: '60', ...Attributes } });
  const bodies = async (QueueUrl = QueueName) => {
    const { Messages = [] } = await call('ReceiveMessage', { QueueUrl, MaxNumberOfMessages: 10 });
    return Messages.map(({ Body }) => Body);
  };
  return { call, clock, bodies, kept: () => [...store.collection('sqs/messages').entries()].length };
}

describe('the retention period', () => {
  it('ends for messages that were never received, and for those in flight', async () => {
    const { call, clock, bodies, kept } = await fixture('q', { VisibilityTimeout: '60' });
    for (const MessageBody of ['a', 'b']) await call('SendMessage', { QueueUrl: 'q', MessageBody });
    clock.now += 5000;
    const { Messages: [first] = [] } = await call('ReceiveMessage', { QueueUrl: 'q' });
    clock.now += 55_000;
    expect(await bodies()).toEqual(['b']);
    clock.now += 1;
    expect(await bodies()).toEqual([]);
    expect(kept()).toBe(0);
    await call('DeleteMessage', { QueueUrl: 'q', ReceiptHandle: first?.ReceiptHandle });
  });

  it('applies to the messages that a queue has when it is changed', async () => {
    const { call, clock, bodies } = await fixture('q');
    await call('SendMessage', { QueueUrl: 'q', MessageBody: 'a' });
    await call('SetQueueAttributes', { QueueUrl: 'q', Attributes: { MessageRetentionPeriod: '120' } });
    clock.now += 100_000;
    expect(await bodies()).toEqual(['a']);
  });

  it('lets the next message of a group through', async () => {
    const { call, clock, bodies } = await fixture('q.fifo', { FifoQueue: 'true', VisibilityTimeout: '600' });
    const send = (MessageBody: string) =>
      call('SendMessage', {
        QueueUrl: 'q.fifo',
        MessageBody,
        MessageGroupId: 'g',
        MessageDeduplicationId: MessageBody,
      });
    await send('a');
    expect(await bodies()).toEqual(['a']);
    clock.now += 30_000;
    await send('b');
    expect(await bodies()).toEqual([]);
    clock.now += 30_001;
    expect(await bodies()).toEqual(['b']);
  });

  it.each([
    ['', []],
    ['.fifo', ['m']],
  ])(
    'counts from the first sending in a dead-letter queue, and anew in a FIFO one (%s)',
    async (suffix, left) => {
      const more: Record<string, string> = suffix === '' ? {} : { FifoQueue: 'true' };
      const dead = `dead${suffix}`;
      const { call, clock, bodies } = await fixture(dead, more);
      const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: arnOf(dead), maxReceiveCount: 1 });
      const QueueUrl = `q${suffix}`;
      const Attributes = { ...more, RedrivePolicy, VisibilityTimeout: '0', MessageRetentionPeriod: '3600' };
      await call('CreateQueue', { QueueName: QueueUrl, Attributes });
      const ids = suffix === '' ? {} : { MessageGroupId: 'g', MessageDeduplicationId: 'd' };
      await call('SendMessage', { QueueUrl, MessageBody: 'm', ...ids });
      clock.now += 50_000;
      expect(await bodies(QueueUrl)).toEqual(['m']);
      expect(await bodies(QueueUrl)).toEqual([]);
      clock.now += 20_000;
      expect(await bodies(dead)).toEqual(left);
    },
  );

  it('does not keep a duplicate from being accepted again after five minutes', async () => {
    const { call, clock, bodies } = await fixture('q.fifo', { FifoQueue: 'true' });
    const message = {
      QueueUrl: 'q.fifo',
      MessageBody: 'm',
      MessageGroupId: 'g',
      MessageDeduplicationId: 'd',
    };
    const first = await call('SendMessage', message);
    clock.now += 5 * 60_000 - 1;
    expect((await call('SendMessage', message)).MessageId).toBe(first.MessageId);
    expect(await bodies()).toEqual([]);
    clock.now += 1;
    expect((await call('SendMessage', message)).MessageId).not.toBe(first.MessageId);
    expect(await bodies()).toEqual(['m']);
  });
});
