// What SQS acknowledged survives the end of the server, however it ends.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectSlsctl, homeFolder } from '../../../support/cli.ts';
import { clientSettings, type LocalAws, startLocal } from '../../../support/local.ts';
import { sqsFixture } from './fixture.ts';

describe('a server that is killed', () => {
  let local: LocalAws;
  let sqs: SQSClient;
  beforeAll(async () => {
    local = await startLocal();
    sqs = new SQSClient({ ...clientSettings(local.env), maxAttempts: 1 });
  }, 60_000);
  afterAll(() => local.stop());

  async function kill(): Promise<void> {
    const { pid } = JSON.parse(await readFile(join(local.home, 'local', 'server.json'), 'utf8'));
    process.kill(pid, 'SIGKILL');
    const options = { cwd: await homeFolder(), env: { SLSCTL_HOME: local.home } };
    await expectSlsctl(['local', 'start', '--port', String(local.port)], options);
  }

  async function receive(QueueUrl: string, more: object = {}) {
    const input = { QueueUrl, MaxNumberOfMessages: 10, AttributeNames: ['All'] as const, ...more };
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand(input as never));
    return Messages;
  }

  it('has every message that it acknowledged, in any state', async () => {
    const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: 'kept' }));
    const send = (MessageBody: string, DelaySeconds = 0) =>
      sqs.send(new SendMessageCommand({ QueueUrl, MessageBody, DelaySeconds }));
    await send('deleted');
    const [deleted] = await receive(QueueUrl);
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: deleted?.ReceiptHandle }));
    await send('in flight');
    const [flying] = await receive(QueueUrl, { VisibilityTimeout: 3 });
    await send('delayed', 900);
    await send('visible');
    await kill();
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }),
    );
    expect(Attributes).toMatchObject({ ApproximateNumberOfMessagesDelayed: '1' });
    const bodies = new Map<string, string | undefined>();
    while (bodies.size < 2) {
      for (const { Body = '', Attributes: system } of await receive(QueueUrl, { WaitTimeSeconds: 20 })) {
        bodies.set(Body, system?.ApproximateReceiveCount);
      }
    }
    expect(Object.fromEntries(bodies)).toEqual({ visible: '1', 'in flight': '2' });
    // A handle from before is still good.
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: flying?.ReceiptHandle }));
  });

  it('knows the duplicates of a FIFO queue, and continues its sequence', async () => {
    const Attributes = { FifoQueue: 'true', ContentBasedDeduplication: 'true' };
    const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: 'kept.fifo', Attributes }));
    const send = (MessageBody: string) =>
      sqs.send(new SendMessageCommand({ QueueUrl, MessageBody, MessageGroupId: 'g' }));
    const first = await send('a');
    await kill();
    const again = await send('a');
    expect(again.MessageId).toBe(first.MessageId);
    const next = await send('b');
    expect(BigInt(next.SequenceNumber ?? 0)).toBeGreaterThan(BigInt(first.SequenceNumber ?? 0));
    expect((await receive(QueueUrl)).map(({ Body }) => Body)).toEqual(['a', 'b']);
  });
});

describe('a server that is stopped', () => {
  it('continues a move task when it starts again', async () => {
    const sqs = await sqsFixture();
    const dead = await sqs.queue();
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: sqs.arn(dead), maxReceiveCount: 1 });
    const source = await sqs.queue({ RedrivePolicy });
    for (const MessageBody of ['a', 'b', 'c']) {
      await sqs.ask('SendMessage', { QueueUrl: dead, MessageBody });
    }
    await sqs.client.send(
      new StartMessageMoveTaskCommand({
        SourceArn: sqs.arn(dead),
        DestinationArn: sqs.arn(source),
        MaxNumberOfMessagesPerSecond: 2,
      }),
    );
    await sqs.aws.restart();
    const bodies: string[] = [];
    while (bodies.length < 3) {
      const { Messages = [] } = await sqs.ask('ReceiveMessage', { QueueUrl: source, WaitTimeSeconds: 20 });
      bodies.push(...Messages.map(({ Body = '' }) => Body));
    }
    expect(bodies).toEqual(['a', 'b', 'c']);
    await sqs.stop();
  });
});
