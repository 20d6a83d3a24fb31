// What functions and queues receive from topics of the local SNS, and what happens when they do not.
import { createHash } from 'node:crypto';
import { CreateTopicCommand, PublishCommand, SubscribeCommand } from '@aws-sdk/client-sns';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { account } from '../../call.ts';
import { functionArn, localSns, queueArn, region, topicArn } from './fixture.ts';

const { sns, received, closed, envelopes, messages } = await localSns();
afterEach(() => closed.clear());

let count = 0;
async function topic(fifo = false, Attributes: Record<string, string> = {}): Promise<string> {
  const Name = `t${++count}${fifo ? '.fifo' : ''}`;
  const given = fifo ? { FifoTopic: 'true', ContentBasedDeduplication: 'true', ...Attributes } : Attributes;
  await sns.send(new CreateTopicCommand({ Name, Attributes: given }));
  return topicArn(Name);
}
const subscribe = async (
  TopicArn: string,
  Protocol: string,
  Endpoint: string,
  Attributes?: Record<string, string>,
) =>
  (await sns.send(new SubscribeCommand({ TopicArn, Protocol, Endpoint, Attributes }))).SubscriptionArn ?? '';
const publish = async (TopicArn: string, more: object = {}) =>
  (await sns.send(new PublishCommand({ TopicArn, Message: 'Hello', ...more }))).MessageId;
const raw = { RawMessageDelivery: 'true' };
const redrive = (name: string) => ({
  RedrivePolicy: JSON.stringify({ deadLetterTargetArn: queueArn(name) }),
});
const iso = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const signature = expect.stringMatching(/^[A-Za-z0-9+/]{342}==$/);
const certificate = expect.stringMatching(
  /^https:\/\/sns\.us-east-1\.amazonaws\.com\/SimpleNotificationService-[0-9a-f]{32}\.pem$/,
);
const unsubscribeUrl = (arn: string) =>
  `https://sns.${region}.amazonaws.com/?Action=Unsubscribe&SubscriptionArn=${arn}`;
const attributes = {
  a: { DataType: 'Number', StringValue: '1' },
  b: { DataType: 'Binary', BinaryValue: Buffer.from([2, 3, 4]) },
};

describe('a function', () => {
  it('receives the event with all members, in their order', async () => {
    const TopicArn = await topic();
    const arn = await subscribe(TopicArn, 'lambda', functionArn('f'));
    const MessageId = await publish(TopicArn);
    const [{ event, source, arn: to } = {} as never] = received.functions.splice(0);
    expect(to).toBe(functionArn('f'));
    expect(source).toEqual({
      principal: 'sns.amazonaws.com',
      sourceArn: TopicArn,
      sourceAccount: account,
    });
    const wanted = {
      EventSource: 'aws:sns',
      EventVersion: '1.0',
      EventSubscriptionArn: arn,
      Sns: {
        Type: 'Notification',
        MessageId,
        TopicArn,
        Subject: null,
        Message: 'Hello',
        Timestamp: iso,
        SignatureVersion: '1',
        Signature: signature,
        SigningCertUrl: certificate,
        UnsubscribeUrl: unsubscribeUrl(arn),
        MessageAttributes: {},
      },
    };
    expect(event).toStrictEqual({ Records: [wanted] });
    const [record] = event.Records as [typeof wanted];
    expect(Object.keys(record)).toEqual(Object.keys(wanted));
    expect(Object.keys(record.Sns)).toEqual(Object.keys(wanted.Sns));
  });

  it('receives subject and attributes, and version 1 of the signature in any case', async () => {
    const TopicArn = await topic(false, { SignatureVersion: '2' });
    await subscribe(TopicArn, 'lambda', functionArn('f'));
    await publish(TopicArn, { Subject: '[Subject] Test', MessageAttributes: attributes });
    expect(received.functions.splice(0)).toMatchObject([
      {
        event: {
          Records: [
            {
              Sns: {
                Subject: '[Subject] Test',
                SignatureVersion: '1',
                MessageAttributes: {
                  a: { Type: 'Number', Value: '1' },
                  b: { Type: 'Binary', Value: 'AgME' },
                },
              },
            },
          ],
        },
      },
    ]);
  });
});

describe('a queue', () => {
  it('receives a body with its members in order', async () => {
    const TopicArn = await topic();
    const arn = await subscribe(TopicArn, 'sqs', queueArn('q'));
    const MessageId = await publish(TopicArn);
    expect(received.queues[0]?.source).toEqual({
      principal: 'sns.amazonaws.com',
      sourceArn: TopicArn,
      sourceAccount: account,
    });
    const [body = {}] = envelopes('q');
    const wanted = {
      Type: 'Notification',
      MessageId,
      TopicArn,
      Message: 'Hello',
      Timestamp: iso,
      SignatureVersion: '1',
      Signature: signature,
      SigningCertURL: certificate,
      UnsubscribeURL: unsubscribeUrl(arn),
    };
    expect(body).toStrictEqual(wanted);
    expect(Object.keys(body)).toEqual(Object.keys(wanted));
  });

  it('receives subject and attributes in the body, not as its own attributes', async () => {
    const TopicArn = await topic(false, { SignatureVersion: '2' });
    await subscribe(TopicArn, 'sqs', queueArn('q'));
    await publish(TopicArn, { Subject: 's', MessageAttributes: attributes });
    const [message] = messages('q');
    expect(message?.attributes).toBeUndefined();
    const body = JSON.parse(message?.body ?? '');
    expect(body).toMatchObject({
      Subject: 's',
      SignatureVersion: '2',
      MessageAttributes: { a: { Type: 'Number', Value: '1' }, b: { Type: 'Binary', Value: 'AgME' } },
    });
    expect(Object.keys(body)).toEqual([
      ...['Type', 'MessageId', 'TopicArn', 'Subject', 'Message', 'Timestamp', 'SignatureVersion'],
      ...['Signature', 'SigningCertURL', 'UnsubscribeURL', 'MessageAttributes'],
    ]);
  });

  it('receives a body that is written as SNS writes it', async () => {
    const TopicArn = await topic();
    await subscribe(TopicArn, 'sqs', queueArn('q'));
    await publish(TopicArn);
    const [message] = messages('q');
    expect(message?.body).toMatch(/^\{\n {2}"Type" : "Notification",\n {2}"MessageId" : "[0-9a-f-]{36}",\n/);
  });

  it('receives the trace of the request, and the group of the message', async () => {
    const TopicArn = await topic();
    await subscribe(TopicArn, 'sqs', queueArn('q'));
    const trace = 'Root=1-3152b799-8954dae64eda91bc9a23a7e8;Parent=7fa8c0f79203be72;Sampled=1';
    const command = new PublishCommand({ TopicArn, Message: 'm', MessageGroupId: 'my-group-id-1' });
    command.middlewareStack.add(
      (next) => (args) => {
        (args.request as { headers: Record<string, string> }).headers['X-Amzn-Trace-Id'] = trace;
        return next(args);
      },
      { step: 'build' },
    );
    await sns.send(command);
    expect(messages('q')).toMatchObject([{ trace, groupId: 'my-group-id-1' }]);
  });

  it('receives the message itself with raw delivery, and its attributes as those of SQS', async () => {
    const TopicArn = await topic();
    await subscribe(TopicArn, 'sqs', queueArn('q'), raw);
    await publish(TopicArn, { MessageAttributes: attributes });
    expect(messages('q')).toEqual([
      {
        body: 'Hello',
        attributes: {
          a: { type: 'Number', text: '1' },
          b: { type: 'Binary', bytes: Buffer.from([2, 3, 4]) },
        },
        groupId: undefined,
        trace: undefined,
      },
    ]);
  });

  it('receives the entry of its protocol, or the default', async () => {
    const TopicArn = await topic();
    await subscribe(TopicArn, 'sqs', queueArn('q'));
    await subscribe(TopicArn, 'lambda', functionArn('f'));
    const json = (texts: object) => ({ Message: JSON.stringify(texts), MessageStructure: 'json' });
    await publish(TopicArn, json({ default: 'd', sqs: '{"field": "value"}', lambda: 'l' }));
    await publish(TopicArn, json({ default: 'd', sqs: { not: 'text' } }));
    expect(envelopes('q').map(({ Message }) => Message)).toEqual(['{"field": "value"}', 'd']);
    expect(received.functions.splice(0)).toMatchObject(
      ['l', 'd'].map((Message) => ({ event: { Records: [{ Sns: { Message } }] } })),
    );
  });

  it('of a FIFO topic receives a sequence number and no signature', async () => {
    const TopicArn = await topic(true);
    const arn = await subscribe(TopicArn, 'sqs', queueArn('q.fifo'));
    await subscribe(TopicArn, 'sqs', queueArn('q'));
    const MessageId = await publish(TopicArn, { MessageGroupId: 'g' });
    const [message] = messages('q.fifo');
    const deduplicationId = createHash('sha256').update('Hello').digest('hex');
    expect(message).toMatchObject({ groupId: 'g', deduplicationId });
    const wanted = {
      Type: 'Notification',
      MessageId,
      SequenceNumber: expect.stringMatching(/^\d{20}$/),
      TopicArn,
      Message: 'Hello',
      Timestamp: iso,
      UnsubscribeURL: unsubscribeUrl(arn),
    };
    const body = JSON.parse(message?.body ?? '');
    expect(body).toStrictEqual(wanted);
    expect(Object.keys(body)).toEqual(Object.keys(wanted));
    const [standard] = messages('q');
    expect(standard).toMatchObject({ body: expect.stringContaining('"SequenceNumber"') });
    expect(standard?.groupId).toBeUndefined();
    expect(standard?.deduplicationId).toBeUndefined();
  });
});

describe('a message that cannot be delivered', () => {
  it('to a function is at once in the dead-letter queue, as a body for queues', async () => {
    const TopicArn = await topic();
    closed.add(functionArn('gone'));
    await subscribe(TopicArn, 'lambda', functionArn('gone'), redrive('dead'));
    const MessageId = await publish(TopicArn, { MessageAttributes: attributes });
    expect(received.functions).toEqual([]);
    expect(received.queues[0]?.source?.sourceArn).toBe(TopicArn);
    expect(envelopes('dead')).toMatchObject([
      {
        Type: 'Notification',
        MessageId,
        Message: 'Hello',
        MessageAttributes: { a: { Type: 'Number', Value: '1' } },
      },
    ]);
  });

  it.each([
    ['with raw delivery as the message itself', raw],
    ['without as the body', {}],
  ])('to a queue is in the dead-letter queue, %s', async (_how, more) => {
    const TopicArn = await topic();
    closed.add(queueArn('gone'));
    await subscribe(TopicArn, 'sqs', queueArn('gone'), { ...redrive('dead'), ...more });
    await publish(TopicArn, { MessageAttributes: attributes });
    const [message] = messages('dead');
    if ('RawMessageDelivery' in more) {
      expect(message).toMatchObject({ body: 'Hello', attributes: { a: { type: 'Number', text: '1' } } });
    } else expect(JSON.parse(message?.body ?? '')).toMatchObject({ Message: 'Hello' });
  });

  it('raw with more than ten attributes is in the dead-letter queue', async () => {
    const TopicArn = await topic();
    await subscribe(TopicArn, 'sqs', queueArn('q'), { ...raw, ...redrive('dead') });
    const names = Array.from({ length: 11 }, (_, index) => `n${index}`);
    const MessageAttributes = Object.fromEntries(
      names.map((name) => [name, { DataType: 'String', StringValue: 'x' }]),
    );
    await publish(TopicArn, { MessageAttributes });
    expect([messages('q').length, messages('dead').length]).toEqual([0, 1]);
  });

  it('is lost without a dead-letter queue, and the log says so once; others get it', async () => {
    const log = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    try {
      const TopicArn = await topic();
      closed.add(functionArn('shut'));
      await subscribe(TopicArn, 'lambda', functionArn('shut'));
      await subscribe(TopicArn, 'sqs', queueArn('q'));
      await publish(TopicArn);
      await publish(TopicArn);
      expect(messages('q')).toHaveLength(2);
      expect(log.mock.calls.map(([text]) => String(text).replace(/^\S+ /, ''))).toEqual([
        `SNS does not send messages of ${TopicArn} to ${functionArn('shut')}: no\n`,
      ]);
    } finally {
      log.mockRestore();
    }
  });
});
