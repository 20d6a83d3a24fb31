// A queue with as many messages in flight as SQS allows.
import { expect, it } from 'vitest';
import { createSqsService } from '../../../../src/local/services/sqs/service.ts';
import { callerOf } from '../../call.ts';
import { alone } from '../../composed.ts';

const most = 120_000;

it('refuses short polling, and long polling gets nothing, until a message is deleted', async () => {
  const QueueUrl = 'many';
  const service = alone(createSqsService);
  const call = callerOf(service);
  const queues = service.faces?.queues;
  const arn = `arn:aws:sqs:eu-central-1:123456789012:${QueueUrl}`;
  await call('CreateQueue', { QueueName: QueueUrl, Attributes: { VisibilityTimeout: '43200' } });
  for (let n = 0; n <= most; n++) queues?.send(arn, { body: String(n) });
  const taken = queues?.receive(arn, most) ?? [];
  expect(taken).toHaveLength(most);
  await expect(call('ReceiveMessage', { QueueUrl })).rejects.toMatchObject({
    name: 'OverLimit',
    message:
      'Too many messages have been received without being deleted.\nPlease delete your received messages or let them timeout before receiving more.',
  });
  expect(await call('ReceiveMessage', { QueueUrl, WaitTimeSeconds: 1 })).toEqual({ Messages: undefined });
  await call('DeleteMessage', { QueueUrl, ReceiptHandle: taken[0]?.receiptHandle });
  expect(await call('ReceiveMessage', { QueueUrl })).toMatchObject({ Messages: [{ Body: String(most) }] });
}, 60_000);
