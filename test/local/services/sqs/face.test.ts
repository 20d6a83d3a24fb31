// The face of SQS: how other services send to queues and read from them.
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { compose } from '../../../../src/local/compose.ts';
import { createIamService } from '../../../../src/local/services/iam/service.ts';
import { createSqsService } from '../../../../src/local/services/sqs/service.ts';
import { account, callerOf } from '../../call.ts';
import { surroundings } from '../../composed.ts';

const arnOf = (name: string) => `arn:aws:sqs:eu-central-1:${account}:${name}`;

async function fixture(Attributes: Record<string, string> = {}, name = 'orders') {
  const local = compose({ createSqsService, createIamService }, surroundings());
  const service = local.of(createSqsService);
  const sqs = callerOf(service);
  await sqs('CreateQueue', { QueueName: name, Attributes });
  const queues = service.faces?.queues;
  if (!queues) throw new Error('SQS has no face');
  return { sqs, queues, arn: arnOf(name) };
}

describe('the face of SQS', () => {
  it('describes a queue, and nothing where there is none', async () => {
    const { queues, arn } = await fixture({ VisibilityTimeout: '45' });
    expect(queues.describe(arn)).toEqual({ fifo: false, visibilityTimeout: 45 });
    expect(queues.describe(arnOf('nobody'))).toBeUndefined();
  });

  it('sends, receives and removes a message', async () => {
    const { queues, arn } = await fixture();
    const attributes = { kind: { type: 'String', text: 'x' } };
    const id = queues.send(arn, { body: 'hello', attributes, trace: 'Root=1' });
    const [message, ...rest] = queues.receive(arn, 10);
    expect(rest).toEqual([]);
    expect(message).toEqual({
      messageId: id,
      receiptHandle: expect.any(String),
      body: 'hello',
      md5OfBody: '5d41402abc4b2a76b9719d911017c592',
      system: {
        ApproximateReceiveCount: '1',
        AWSTraceHeader: 'Root=1',
        SentTimestamp: expect.stringMatching(/^\d{13}$/),
        SenderId: account,
        ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
      },
      attributes,
      md5OfAttributes: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
    expect(queues.receive(arn, 10)).toEqual([]);
    queues.remove(arn, [message?.receiptHandle as string, 'unknown']);
  });

  it('lets a service send only as the policy of the queue allows', async () => {
    const { sqs, queues, arn } = await fixture();
    const source = { principal: 'sns.amazonaws.com', sourceArn: 'arn:t', sourceAccount: account };
    expect(() => queues.send(arn, { body: 'm' }, source)).toThrow('Access to the resource');
    const Policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Service: 'sns.amazonaws.com' },
          Action: 'sqs:SendMessage',
          Resource: arn,
          Condition: { ArnEquals: { 'aws:SourceArn': 'arn:t' } },
        },
      ],
    });
    await sqs('SetQueueAttributes', { QueueUrl: 'orders', Attributes: { Policy } });
    queues.send(arn, { body: 'm' }, source);
    expect(() => queues.send(arn, { body: 'm' }, { ...source, sourceArn: 'arn:other' })).toThrow();
    expect(queues.receive(arn, 10)).toHaveLength(1);
  });

  it('tells a watcher at once of messages that are there, and of each that becomes visible', async () => {
    const { queues, arn } = await fixture({ VisibilityTimeout: '1' });
    queues.send(arn, { body: 'a' });
    let told = 0;
    let tell = () => {};
    const next = () =>
      new Promise<void>((resolve) => {
        tell = resolve;
      });
    const first = next();
    const stop = queues.watch(arn, () => {
      told++;
      tell();
    });
    await first;
    expect(queues.receive(arn, 10)).toHaveLength(1);
    await next();
    expect(queues.receive(arn, 10)[0]?.system.ApproximateReceiveCount).toBe('2');
    const sent = next();
    queues.send(arn, { body: 'b' });
    await sent;
    stop();
    const before = told;
    queues.send(arn, { body: 'c' });
    await setImmediate();
    await setImmediate();
    expect(told).toBe(before);
  });
});
