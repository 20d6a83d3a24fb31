// Subscriptions of HTTP endpoints on this machine: confirmation, notifications, retries, the end by a link.
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import {
  ConfirmSubscriptionCommand,
  CreateTopicCommand,
  GetSubscriptionAttributesCommand,
  PublishCommand,
  SubscribeCommand,
  UnsubscribeCommand,
} from '@aws-sdk/client-sns';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { QueueMessage, Queues } from '../../../../src/local/faces.ts';
import { createSnsService } from '../../../../src/local/services/sns/service.ts';
import { callerOf } from '../../call.ts';
import { alone } from '../../composed.ts';
import { memoryStore } from '../../memory-store.ts';
import { localSns, queueArn, refusal, topicArn } from './fixture.ts';

interface Visit {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}
const patience = { timeout: 10_000, interval: 10 };
let visits: Visit[] = [];
/** The statuses of the next answers; 200 afterwards. */
let statuses: number[] = [];
let endpoint: Server;
let address = '';

beforeAll(async () => {
  endpoint = createServer(async (request, response) => {
    visits.push({ path: request.url ?? '', headers: request.headers, body: await text(request) });
    response.writeHead(statuses.shift() ?? 200).end();
  });
  await new Promise<void>((resolve) => endpoint.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(endpoint.address() as AddressInfo).port}`;
});
afterAll(() => endpoint.close());
afterEach(() => {
  visits = [];
  statuses = [];
});

const { sns, server, messages } = await localSns();
let count = 0;
async function topic(Attributes: Record<string, string> = {}): Promise<string> {
  const Name = `t${++count}`;
  await sns.send(new CreateTopicCommand({ Name, Attributes }));
  return topicArn(Name);
}
const subscribe = async (TopicArn: string, Attributes: Record<string, string> = {}, more: object = {}) =>
  (
    await sns.send(
      new SubscribeCommand({ TopicArn, Protocol: 'http', Endpoint: `${address}/sns`, Attributes, ...more }),
    )
  ).SubscriptionArn ?? '';
const publish = (TopicArn: string) => sns.send(new PublishCommand({ TopicArn, Message: 'Hello' }));
/** The requests, once there are so many. */
async function arrived(wanted: number): Promise<Visit[]> {
  await vi.waitUntil(() => visits.length >= wanted, patience);
  return visits.splice(0);
}
/** The messages of a dead-letter queue, once there are any. */
const dropped = (name: string): Promise<QueueMessage[]> =>
  vi.waitUntil(() => {
    const found = messages(name);
    return found.length > 0 && found;
  }, patience);
/** The links in messages name the address of the program; here they lead to the test's server. */
const visit = async (url: string) => {
  const { pathname, search } = new URL(url);
  return fetch(server.endpoint + pathname + search);
};
/** A confirmed subscription. */
async function confirmed(TopicArn: string, Attributes?: Record<string, string>): Promise<string> {
  await subscribe(TopicArn, Attributes);
  const [{ body = '' } = {} as Visit] = await arrived(1);
  const { Token } = JSON.parse(body);
  const { SubscriptionArn = '' } = await sns.send(new ConfirmSubscriptionCommand({ TopicArn, Token }));
  return SubscriptionArn;
}
const attributes = async (SubscriptionArn: string) =>
  (await sns.send(new GetSubscriptionAttributesCommand({ SubscriptionArn }))).Attributes ?? {};
const policy = (healthyRetryPolicy: object, more: object = {}) =>
  JSON.stringify({
    healthyRetryPolicy: { minDelayTarget: 1, maxDelayTarget: 1, ...healthyRetryPolicy },
    ...more,
  });
const uuid = expect.stringMatching(/^[0-9a-f-]{36}$/);

describe('a new subscription', () => {
  it('is pending, and its endpoint is asked to confirm it', async () => {
    const TopicArn = await topic();
    expect(await subscribe(TopicArn)).toBe('pending confirmation');
    const [{ headers, body, path } = {} as Visit] = await arrived(1);
    expect(path).toBe('/sns');
    const document = JSON.parse(body);
    expect(document).toStrictEqual({
      Type: 'SubscriptionConfirmation',
      MessageId: uuid,
      Token: expect.stringMatching(/^[0-9a-f]+$/),
      TopicArn,
      Message: `You have chosen to subscribe to the topic ${TopicArn}.\nTo confirm the subscription, visit the SubscribeURL included in this message.`,
      SubscribeURL: expect.stringContaining(
        `/?Action=ConfirmSubscription&TopicArn=${TopicArn}&Token=${document.Token}`,
      ),
      Timestamp: expect.stringMatching(/Z$/),
      SignatureVersion: '1',
      Signature: expect.any(String),
      SigningCertURL: expect.stringMatching(/\.pem$/),
    });
    expect(headers).toMatchObject({
      'content-type': 'text/plain; charset=UTF-8',
      'user-agent': 'Amazon Simple Notification Service Agent',
      'accept-encoding': 'gzip,deflate',
      'x-amz-sns-message-id': document.MessageId,
      'x-amz-sns-message-type': 'SubscriptionConfirmation',
      'x-amz-sns-topic-arn': TopicArn,
    });
    expect(headers['x-amz-sns-subscription-arn']).toBeUndefined();
  });

  it('answers its ARN when that is asked for, and shows its delivery policies', async () => {
    const TopicArn = await topic();
    const DeliveryPolicy = JSON.stringify({ requestPolicy: { headerContentType: 'text/csv' } });
    const arn = await subscribe(TopicArn, { DeliveryPolicy }, { ReturnSubscriptionArn: true });
    expect(arn).toContain(`${TopicArn}:`);
    await arrived(1);
    const shown = await attributes(arn);
    expect(shown).toMatchObject({ PendingConfirmation: 'true', ConfirmationWasAuthenticated: 'false' });
    const none = { sicklyRetryPolicy: null, throttlePolicy: null, guaranteed: false };
    const requestPolicy = { headerContentType: 'text/csv' };
    expect(JSON.parse(shown.DeliveryPolicy ?? '')).toEqual({
      ...none,
      healthyRetryPolicy: null,
      requestPolicy,
    });
    expect(JSON.parse(shown.EffectiveDeliveryPolicy ?? '')).toEqual({
      ...none,
      healthyRetryPolicy: {
        minDelayTarget: 20,
        maxDelayTarget: 20,
        numRetries: 3,
        numMaxDelayRetries: 0,
        numNoDelayRetries: 0,
        numMinDelayRetries: 0,
        backoffFunction: 'linear',
      },
      requestPolicy,
    });
  });

  it('is confirmed by the link in the message, without a signature', async () => {
    const TopicArn = await topic();
    const arn = await subscribe(TopicArn, {}, { ReturnSubscriptionArn: true });
    const [{ body = '' } = {} as Visit] = await arrived(1);
    const { SubscribeURL, Token } = JSON.parse(body);
    const wrong = async (from: string, to: string) => {
      const answer = await visit(SubscribeURL.replace(from, to));
      return `${answer.status} ${/<Code>.*<\/Message>/.exec(await answer.text())?.[0]}`;
    };
    const words = (reason: string) =>
      `400 <Code>InvalidParameter</Code><Message>Invalid parameter: ${reason}</Message>`;
    expect(await wrong(TopicArn, 'not-an-arn')).toBe(words('Topic'));
    expect(await wrong(Token, '51b2ff3e')).toBe(words('Token'));
    expect(await wrong('us-east-1', 'eu-west-1')).toBe(words('Topic'));
    await publish(TopicArn);
    const answer = await visit(SubscribeURL);
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain(
      `<ConfirmSubscriptionResult><SubscriptionArn>${arn}</SubscriptionArn></ConfirmSubscriptionResult>`,
    );
    expect((await visit(SubscribeURL)).status).toBe(200);
    expect(await attributes(arn)).toMatchObject({
      PendingConfirmation: 'false',
      ConfirmationWasAuthenticated: 'false',
    });
    // What was published before the confirmation is not delivered.
    await publish(TopicArn);
    expect(await arrived(1)).toHaveLength(1);
  });

  it('opens no other operation to requests without a signature', async () => {
    const answer = await visit(`${server.endpoint}/?Action=ListTopics&Version=2010-03-31`);
    expect(answer.status).toBe(403);
  });
});

describe('a notification', () => {
  it('is posted with its headers, and can be ended by the link in it', async () => {
    const TopicArn = await topic();
    const arn = await confirmed(TopicArn);
    const { MessageId } = await publish(TopicArn);
    const [{ headers, body } = {} as Visit] = await arrived(1);
    expect(headers).toMatchObject({
      'content-type': 'text/plain; charset=UTF-8',
      'x-amz-sns-message-id': MessageId,
      'x-amz-sns-message-type': 'Notification',
      'x-amz-sns-subscription-arn': arn,
      'x-amz-sns-topic-arn': TopicArn,
    });
    expect(headers['x-amz-sns-rawdelivery']).toBeUndefined();
    const document = JSON.parse(body);
    expect(document).toMatchObject({ Type: 'Notification', MessageId, TopicArn, Message: 'Hello' });
    expect((await visit(document.UnsubscribeURL)).status).toBe(200);
    expect(await refusal(attributes(arn))).toContain('Subscription does not exist');
  });

  it('is followed by a last message when the subscription ends, whose link restores it', async () => {
    const TopicArn = await topic();
    const arn = await confirmed(TopicArn, { RawMessageDelivery: 'true' });
    await sns.send(new UnsubscribeCommand({ SubscriptionArn: arn }));
    const [{ headers, body } = {} as Visit] = await arrived(1);
    expect(headers).toMatchObject({
      'x-amz-sns-message-type': 'UnsubscribeConfirmation',
      'x-amz-sns-topic-arn': TopicArn,
    });
    const document = JSON.parse(body);
    expect(Object.keys(document)).toStrictEqual(
      'Type MessageId Token TopicArn Message SubscribeURL Timestamp SignatureVersion Signature SigningCertURL'.split(
        ' ',
      ),
    );
    expect(document).toMatchObject({
      Type: 'UnsubscribeConfirmation',
      TopicArn,
      Message: `You have chosen to deactivate subscription ${arn}.\nTo cancel this operation and restore the subscription, visit the SubscribeURL included in this message.`,
      SubscribeURL: expect.stringContaining(
        `/?Action=ConfirmSubscription&TopicArn=${TopicArn}&Token=${document.Token}`,
      ),
    });
    expect(await refusal(attributes(arn))).toContain('Subscription does not exist');
    expect((await visit(document.SubscribeURL)).status).toBe(200);
    expect(await attributes(arn)).toMatchObject({ PendingConfirmation: 'false', RawMessageDelivery: 'true' });
    await publish(TopicArn);
    expect(await arrived(1)).toMatchObject([{ body: 'Hello' }]);
  });

  it('is the message itself with raw delivery, in the content type of the policy', async () => {
    const TopicArn = await topic();
    const DeliveryPolicy = policy({}, { requestPolicy: { headerContentType: 'text/csv' } });
    await confirmed(TopicArn, { RawMessageDelivery: 'true', DeliveryPolicy });
    await publish(TopicArn);
    expect(await arrived(1)).toMatchObject([
      { body: 'Hello', headers: { 'x-amz-sns-rawdelivery': 'true', 'content-type': 'text/csv' } },
    ]);
  });

  it('has the content type that its topic sets', async () => {
    const DeliveryPolicy = { http: { defaultRequestPolicy: { headerContentType: 'application/json' } } };
    const TopicArn = await topic({ DeliveryPolicy: JSON.stringify(DeliveryPolicy) });
    await confirmed(TopicArn);
    await publish(TopicArn);
    expect(await arrived(1)).toMatchObject([{ headers: { 'content-type': 'application/json' } }]);
  });

  it('is repeated as the policy says, then it is in the dead-letter queue', async () => {
    const TopicArn = await topic();
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: queueArn('dead') });
    const DeliveryPolicy = policy({ numRetries: 2, numNoDelayRetries: 2 });
    await confirmed(TopicArn, { RedrivePolicy, DeliveryPolicy });
    statuses = [503, 429];
    await publish(TopicArn);
    expect(new Set((await arrived(3)).map(({ body }) => body)).size).toBe(1);
    expect(messages('dead')).toEqual([]);
    statuses = [500, 500, 500];
    await publish(TopicArn);
    const [dead] = await dropped('dead');
    expect(JSON.parse(dead?.body ?? '')).toMatchObject({ Message: 'Hello' });
    expect(visits).toHaveLength(3);
  });

  it('that the endpoint refuses is not repeated', async () => {
    const TopicArn = await topic();
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: queueArn('refused') });
    const DeliveryPolicy = policy({ numRetries: 3, numNoDelayRetries: 3 });
    await confirmed(TopicArn, { RedrivePolicy, DeliveryPolicy, RawMessageDelivery: 'true' });
    statuses = [404];
    const MessageAttributes = { a: { DataType: 'String', StringValue: 'x' } };
    await sns.send(new PublishCommand({ TopicArn, Message: 'raw', MessageAttributes }));
    expect(await dropped('refused')).toMatchObject([
      { body: 'raw', attributes: { a: { type: 'String', text: 'x' } } },
    ]);
    expect(visits).toHaveLength(1);
  });

  it('never leaves this machine', async () => {
    const log = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    try {
      const TopicArn = await topic();
      const Endpoint = 'http://192.0.2.1/sns';
      await subscribe(TopicArn, {}, { Endpoint });
      expect(log.mock.calls.map(([line]) => String(line).replace(/^\S+ /, ''))).toEqual([
        `SNS sends to HTTP endpoints of this machine only, not to ${Endpoint}\n`,
      ]);
    } finally {
      log.mockRestore();
    }
  });

  it('that was not delivered when the server ended is delivered by the next one', async () => {
    const store = memoryStore();
    const queues = { send: () => 'id' } as unknown as Queues;
    const first = alone(createSnsService, { store }, { queues });
    const call = callerOf(first);
    const { TopicArn = '' } = await call('CreateTopic', { Name: 'restarted' });
    await call('Subscribe', { TopicArn, Protocol: 'http', Endpoint: `${address}/later` });
    // It ends before the request is sent.
    await first.close?.();
    expect(visits).toEqual([]);
    const second = alone(createSnsService, { store }, { queues });
    second.resume?.();
    const [{ body, path } = {} as Visit] = await arrived(1);
    expect(path).toBe('/later');
    await callerOf(second)('ConfirmSubscription', { TopicArn, Token: JSON.parse(body).Token });
    await second.close?.();
  });
});
