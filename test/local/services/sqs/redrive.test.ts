// Dead-letter queues compared with AWS's answers: redrive policies, moves on receive, move tasks.
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type SqsFixture, sqsFixture } from './fixture.ts';

let sqs: SqsFixture;
let ask: SqsFixture['ask'];
let refusal: SqsFixture['refusal'];
beforeAll(async () => {
  sqs = await sqsFixture();
  ({ ask, refusal } = sqs);
});
afterAll(() => sqs.stop());

const redriveTo = (deadLetterTargetArn: string, maxReceiveCount: number | string = 1) =>
  JSON.stringify({ deadLetterTargetArn, maxReceiveCount });

async function pair(maxReceiveCount: number | string = 1) {
  const dead = await sqs.queue();
  const source = await sqs.queue({ RedrivePolicy: redriveTo(sqs.arn(dead), maxReceiveCount) });
  return { dead, source };
}

async function receive(QueueUrl: string, more: object = {}) {
  const { Messages = [] } = await ask('ReceiveMessage', {
    QueueUrl,
    MaxNumberOfMessages: 10,
    VisibilityTimeout: 0,
    AttributeNames: ['All'],
    MessageAttributeNames: ['All'],
    ...more,
  });
  return Messages;
}

/** Messages that were received once too often. */
async function dead(maxReceiveCount: number | string, bodies: readonly string[]) {
  const both = await pair(maxReceiveCount);
  for (const MessageBody of bodies) await ask('SendMessage', { QueueUrl: both.source, MessageBody });
  for (let times = 0; times <= Number(maxReceiveCount); times++) await receive(both.source);
  return both;
}

describe('a redrive policy', () => {
  it.each(['1', 1])('moves a message on the receive that would exceed the count (%j)', async (count) => {
    const { dead: deadUrl, source } = await pair(count);
    const MessageAttributes = { a: { DataType: 'String', StringValue: 'b' } };
    const { MessageId } = await ask('SendMessage', { QueueUrl: source, MessageBody: 'm', MessageAttributes });
    const [first] = await receive(source);
    expect(await receive(deadUrl)).toEqual([]);
    expect(await receive(source)).toEqual([]);
    const [moved] = await receive(deadUrl);
    expect(moved).toMatchObject({
      MessageId,
      Body: 'm',
      MessageAttributes,
      Attributes: {
        ApproximateReceiveCount: '2',
        DeadLetterQueueSourceArn: sqs.arn(source),
        SentTimestamp: first?.Attributes?.SentTimestamp,
      },
    });
  });

  it('is answered with its count as a number', async () => {
    const deadUrl = await sqs.queue();
    const deadLetterTargetArn = sqs.arn(deadUrl);
    const QueueUrl = await sqs.queue();
    const RedrivePolicy = `{ "maxReceiveCount": "3", "deadLetterTargetArn": "${deadLetterTargetArn}" }`;
    await ask('SetQueueAttributes', { QueueUrl, Attributes: { RedrivePolicy } });
    const { Attributes } = await ask('GetQueueAttributes', { QueueUrl, AttributeNames: ['RedrivePolicy'] });
    expect(Attributes).toEqual({
      RedrivePolicy: `{"deadLetterTargetArn":"${deadLetterTargetArn}","maxReceiveCount":3}`,
    });
  });

  it('keeps the groups of FIFO queues', async () => {
    const deadUrl = await sqs.fifo();
    const source = await sqs.fifo({ RedrivePolicy: redriveTo(sqs.arn(deadUrl)) });
    for (const MessageBody of ['a', 'b']) {
      const MessageDeduplicationId = MessageBody;
      await ask('SendMessage', {
        QueueUrl: source,
        MessageBody,
        MessageGroupId: 'g',
        MessageDeduplicationId,
      });
    }
    await receive(source, { MaxNumberOfMessages: 1 });
    expect((await receive(source)).map(({ Body }) => Body)).toEqual(['b']);
    const [moved] = await receive(deadUrl);
    expect(moved?.Attributes).toMatchObject({ MessageGroupId: 'g', MessageDeduplicationId: 'a' });
  });

  it.each<[string, string]>([
    ['not JSON', 'RedrivePolicy is not a valid JSON map.'],
    ['{"deadLetterTargetArn": "dummy", "maxReceiveCount": 42}', 'Invalid value for deadLetterTargetArn.'],
    ['{"maxReceiveCount": 42}', 'Redrive policy does not contain mandatory attribute: deadLetterTargetArn.'],
    [
      '{"deadLetterTargetArn": "ARN"}',
      'Redrive policy does not contain mandatory attribute: maxReceiveCount.',
    ],
    [
      '{"deadLetterTargetArn": "ARN", "maxReceiveCount": "many"}',
      'Invalid value for maxReceiveCount: many, valid values are from 1 to 1000 both inclusive.',
    ],
    [
      '{"deadLetterTargetArn": "ARN", "maxReceiveCount": 1001}',
      'Invalid value for maxReceiveCount: 1001, valid values are from 1 to 1000 both inclusive.',
    ],
    ['{"deadLetterTargetArn": "ARN-no", "maxReceiveCount": 1}', 'Dead letter target does not exist.'],
  ])('cannot be %s', async (text, reason) => {
    const deadUrl = await sqs.queue();
    const QueueUrl = await sqs.queue();
    const RedrivePolicy = text.replace('ARN', sqs.arn(deadUrl));
    const refused = `400 InvalidParameterValue: Value ${RedrivePolicy} for parameter RedrivePolicy is invalid. Reason: ${reason}`;
    expect(await refusal('SetQueueAttributes', { QueueUrl, Attributes: { RedrivePolicy } })).toBe(refused);
    expect(await refusal('CreateQueue', { QueueName: 'never', Attributes: { RedrivePolicy } })).toBe(refused);
  });

  it('may name its own queue, which then keeps its messages', async () => {
    const QueueUrl = await sqs.queue();
    const RedrivePolicy = redriveTo(sqs.arn(QueueUrl));
    await ask('SetQueueAttributes', { QueueUrl, Attributes: { RedrivePolicy } });
    await ask('SendMessage', { QueueUrl, MessageBody: 'm' });
    for (let times = 0; times < 3; times++) {
      expect((await receive(QueueUrl)).map(({ Body }) => Body)).toEqual(['m']);
    }
  });

  it('is of the same type as its queue', async () => {
    const RedrivePolicy = redriveTo(sqs.arn(await sqs.queue()));
    const QueueUrl = await sqs.fifo();
    expect(await refusal('SetQueueAttributes', { QueueUrl, Attributes: { RedrivePolicy } })).toContain(
      'Dead-letter queue must be same type of queue as the source.',
    );
  });

  it('is removed by an empty text', async () => {
    const { source, dead: deadUrl } = await pair();
    await ask('SetQueueAttributes', { QueueUrl: source, Attributes: { RedrivePolicy: '' } });
    const { Attributes } = await ask('GetQueueAttributes', { QueueUrl: source, AttributeNames: ['All'] });
    expect(Attributes).not.toHaveProperty('RedrivePolicy');
    expect(await ask('ListDeadLetterSourceQueues', { QueueUrl: deadUrl })).toEqual({ queueUrls: [] });
  });

  it('is found from the side of the dead-letter queue', async () => {
    const { source, dead: deadUrl } = await pair();
    const second = await sqs.queue({ RedrivePolicy: redriveTo(sqs.arn(deadUrl)) });
    const QueueUrl = deadUrl;
    const { queueUrls } = await ask('ListDeadLetterSourceQueues', { QueueUrl });
    expect(queueUrls?.sort()).toEqual([source, second].sort());
    const page = await ask('ListDeadLetterSourceQueues', { QueueUrl, MaxResults: 1 });
    expect(page.queueUrls).toHaveLength(1);
    const { NextToken } = page;
    expect(
      (await ask('ListDeadLetterSourceQueues', { QueueUrl, MaxResults: 1, NextToken })).queueUrls,
    ).toEqual(queueUrls?.filter((url) => url !== page.queueUrls?.[0]));
  });
});

describe('a redrive allow policy', () => {
  it.each([
    [{ redrivePermission: 'denyAll' }, false],
    [{ redrivePermission: 'allowAll' }, true],
    [{ redrivePermission: 'byQueue', sourceQueueArns: ['arn:aws:sqs:us-east-1:000000000000:other'] }, false],
  ])('%j says which queues may move messages here', async (policy, allowed) => {
    const RedriveAllowPolicy = JSON.stringify(policy);
    const deadUrl = await sqs.queue({ RedriveAllowPolicy });
    const QueueUrl = await sqs.queue();
    const RedrivePolicy = redriveTo(sqs.arn(deadUrl));
    const told = await refusal('SetQueueAttributes', { QueueUrl, Attributes: { RedrivePolicy } });
    if (allowed) expect(told).toBe('no error');
    else expect(told).toContain('Queue does not have permissions to use the dead-letter queue.');
  });

  it('lets a queue through that it names', async () => {
    const QueueUrl = await sqs.queue();
    const byQueue = { redrivePermission: 'byQueue', sourceQueueArns: [sqs.arn(QueueUrl)] };
    const deadUrl = await sqs.queue({ RedriveAllowPolicy: JSON.stringify(byQueue) });
    const RedrivePolicy = redriveTo(sqs.arn(deadUrl));
    await ask('SetQueueAttributes', { QueueUrl, Attributes: { RedrivePolicy } });
  });

  it.each(['x', '{"redrivePermission":"some"}', '{"redrivePermission":"byQueue"}'])(
    'cannot be %s',
    async (text) => {
      const QueueUrl = await sqs.queue();
      expect(
        await refusal('SetQueueAttributes', { QueueUrl, Attributes: { RedriveAllowPolicy: text } }),
      ).toContain(`400 InvalidParameterValue: Value ${text} for parameter RedriveAllowPolicy is invalid.`);
    },
  );
});

describe('a move task', () => {
  const tasks = async (SourceArn: string, MaxResults?: number) =>
    (await ask('ListMessageMoveTasks', { SourceArn, MaxResults })).Results ?? [];

  it('moves messages back to their source, as new messages', async () => {
    const { source, dead: deadUrl } = await dead(1, ['a', 'b']);
    const SourceArn = sqs.arn(deadUrl);
    const started = await ask('StartMessageMoveTask', { SourceArn });
    expect(started).toEqual({ TaskHandle: expect.any(String) });
    await vi.waitFor(async () => {
      expect(await tasks(SourceArn)).toEqual([
        {
          ApproximateNumberOfMessagesMoved: 2,
          ApproximateNumberOfMessagesToMove: 2,
          SourceArn,
          StartedTimestamp: expect.any(Number),
          Status: 'COMPLETED',
        },
      ]);
    });
    const back = await receive(source);
    expect(back.map(({ Body }) => Body)).toEqual(['a', 'b']);
    expect(back[0]?.Attributes).toMatchObject({ ApproximateReceiveCount: '1' });
    expect(back[0]?.Attributes).not.toHaveProperty('DeadLetterQueueSourceArn');
    expect(await receive(deadUrl)).toEqual([]);
  });

  it('moves messages to another queue', async () => {
    const { dead: deadUrl } = await dead(1, ['a', 'b']);
    const other = await sqs.queue();
    const SourceArn = sqs.arn(deadUrl);
    const DestinationArn = sqs.arn(other);
    await ask('StartMessageMoveTask', { SourceArn, DestinationArn });
    await vi.waitFor(async () => {
      expect(await tasks(SourceArn)).toMatchObject([{ DestinationArn, Status: 'COMPLETED' }]);
    });
    expect((await receive(other)).map(({ Body }) => Body)).toEqual(['a', 'b']);
  });

  it('with a rate is running, one at a time, until it is cancelled', async () => {
    const { dead: deadUrl } = await dead(1, ['a', 'b', 'c']);
    const SourceArn = sqs.arn(deadUrl);
    const slow = { SourceArn, MaxNumberOfMessagesPerSecond: 1 };
    const { TaskHandle = '' } = await ask('StartMessageMoveTask', slow);
    expect(await tasks(SourceArn)).toEqual([
      {
        ApproximateNumberOfMessagesMoved: 0,
        ApproximateNumberOfMessagesToMove: 3,
        MaxNumberOfMessagesPerSecond: 1,
        SourceArn,
        StartedTimestamp: expect.any(Number),
        Status: 'RUNNING',
        TaskHandle,
      },
    ]);
    expect(await refusal('StartMessageMoveTask', slow)).toBe(
      '400 InvalidParameterValue: There is already a task running. Only one active task is allowed for a source queue arn at a given time.',
    );
    expect(await ask('CancelMessageMoveTask', { TaskHandle })).toEqual({
      ApproximateNumberOfMessagesMoved: expect.any(Number),
    });
    const [cancelled] = await tasks(SourceArn);
    expect(cancelled?.Status).toBe('CANCELLED');
    expect(cancelled).not.toHaveProperty('TaskHandle');
    await ask('StartMessageMoveTask', { SourceArn });
    await vi.waitFor(async () =>
      expect((await tasks(SourceArn, 10)).map(({ Status }) => Status)).toEqual(['COMPLETED', 'CANCELLED']),
    );
  });

  it('fails when its destination is deleted meanwhile', async () => {
    const { dead: deadUrl } = await dead(1, ['a', 'b', 'c']);
    const other = await sqs.queue();
    const SourceArn = sqs.arn(deadUrl);
    const task = { SourceArn, DestinationArn: sqs.arn(other), MaxNumberOfMessagesPerSecond: 10 };
    await ask('StartMessageMoveTask', task);
    await ask('DeleteQueue', { QueueUrl: other });
    await vi.waitFor(async () => {
      expect(await tasks(SourceArn)).toMatchObject([
        { FailureReason: 'AWS.SimpleQueueService.NonExistentQueue', Status: 'FAILED' },
      ]);
    });
    const { Attributes } = await ask('GetQueueAttributes', { QueueUrl: deadUrl, AttributeNames: ['All'] });
    expect(Number(Attributes?.ApproximateNumberOfMessages)).toBeGreaterThan(0);
  });

  it('is for dead-letter queues that exist', async () => {
    const lonely = sqs.arn(await sqs.queue());
    expect(await refusal('StartMessageMoveTask', { SourceArn: lonely })).toBe(
      '400 InvalidParameterValue: Source queue must be configured as a Dead Letter Queue.',
    );
    expect(await refusal('StartMessageMoveTask', { SourceArn: `${lonely}-no` })).toBe(
      "404 ResourceNotFoundException: The resource that you specified for the SourceArn parameter doesn't exist.",
    );
    const { dead: deadUrl } = await pair();
    const SourceArn = sqs.arn(deadUrl);
    expect(await refusal('StartMessageMoveTask', { SourceArn, DestinationArn: `${lonely}-no` })).toBe(
      "404 ResourceNotFoundException: The resource that you specified for the DestinationArn parameter doesn't exist.",
    );
    expect(await tasks(SourceArn)).toEqual([]);
  });

  it('is cancelled by its handle', async () => {
    const handle = (taskId: string, sourceArn: string) =>
      Buffer.from(JSON.stringify({ taskId, sourceArn })).toString('base64');
    const SourceArn = sqs.arn(await sqs.queue());
    expect(await refusal('CancelMessageMoveTask', { TaskHandle: 'x' })).toBe(
      '400 InvalidParameterValue: Value for parameter TaskHandle is invalid.',
    );
    expect(await refusal('CancelMessageMoveTask', { TaskHandle: handle('x', `${SourceArn}-no`) })).toBe(
      "404 ResourceNotFoundException: The resource that you specified for the SourceArn parameter doesn't exist.",
    );
    expect(await refusal('CancelMessageMoveTask', { TaskHandle: handle('x', SourceArn) })).toBe(
      '404 ResourceNotFoundException: Task does not exist.',
    );
  });
});
