// Subscriptions of the local SNS: creating, attributes, lists, ends.
import {
  ConfirmSubscriptionCommand,
  CreateTopicCommand,
  DeleteTopicCommand,
  GetSubscriptionAttributesCommand,
  GetTopicAttributesCommand,
  ListSubscriptionsByTopicCommand,
  ListSubscriptionsCommand,
  SetSubscriptionAttributesCommand,
  SubscribeCommand,
  UnsubscribeCommand,
} from '@aws-sdk/client-sns';
import { beforeAll, describe, expect, it } from 'vitest';
import { createSnsService } from '../../../../src/local/services/sns/service.ts';
import { account, callerOf } from '../../call.ts';
import { alone } from '../../composed.ts';
import { functionArn, localSns, queueArn, refusal, topicArn } from './fixture.ts';

const { sns, client } = await localSns();
const TopicArn = topicArn('t');
const fifo = topicArn('t.fifo');
beforeAll(async () => {
  await sns.send(new CreateTopicCommand({ Name: 't' }));
  await sns.send(new CreateTopicCommand({ Name: 't.fifo', Attributes: { FifoTopic: 'true' } }));
});

const subscribe = (
  Protocol: string,
  Endpoint: string,
  Attributes?: Record<string, string>,
  more: object = {},
) => sns.send(new SubscribeCommand({ TopicArn, Protocol, Endpoint, Attributes, ...more }));
const arnOf = async (...given: Parameters<typeof subscribe>) =>
  (await subscribe(...given)).SubscriptionArn ?? '';
const attributes = async (SubscriptionArn: string) =>
  (await sns.send(new GetSubscriptionAttributesCommand({ SubscriptionArn }))).Attributes;
const set = (SubscriptionArn: string, AttributeName: string, AttributeValue?: string) =>
  sns.send(new SetSubscriptionAttributesCommand({ SubscriptionArn, AttributeName, AttributeValue }));
const unsubscribe = (SubscriptionArn: string) => sns.send(new UnsubscribeCommand({ SubscriptionArn }));
const invalid = (reason: string) => `InvalidParameterException 400: Invalid parameter: ${reason}`;

const shown = (arn: string, Protocol: string, Endpoint: string, more: object = {}) => ({
  ConfirmationWasAuthenticated: 'true',
  Endpoint,
  Owner: account,
  PendingConfirmation: 'false',
  Protocol,
  RawMessageDelivery: 'false',
  SubscriptionArn: arn,
  SubscriptionPrincipal: `arn:aws:iam::${account}:root`,
  TopicArn,
  ...more,
});

describe('a subscription', () => {
  it.each([
    ['sqs', queueArn('attributes')],
    ['lambda', functionArn('attributes')],
  ])(
    'of protocol %s has an ARN of its topic, and exactly the default attributes',
    async (protocol, endpoint) => {
      const arn = await arnOf(protocol, endpoint);
      expect(arn).toMatch(new RegExp(`^${TopicArn}:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`));
      expect(await attributes(arn)).toEqual(shown(arn, protocol, endpoint));
    },
  );

  it('shows the attributes that were set, and the scope of a filter policy', async () => {
    const FilterPolicy = '{"attr1":[{"numeric":[">",0,"<=",100]}]}';
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: queueArn('dead') });
    const arn = await arnOf('sqs', queueArn('set'), {
      FilterPolicy,
      RedrivePolicy,
      RawMessageDelivery: 'True',
    });
    expect(await attributes(arn)).toEqual(
      shown(arn, 'sqs', queueArn('set'), {
        FilterPolicy,
        FilterPolicyScope: 'MessageAttributes',
        RedrivePolicy,
        RawMessageDelivery: 'true',
      }),
    );
  });

  it('of the same endpoint is the same, with no attributes, some of them, or equal ones', async () => {
    const endpoint = queueArn('again');
    const arn = await arnOf('sqs', endpoint, { RawMessageDelivery: 'true' });
    const equal = [{ RawMessageDelivery: 'true' }, { RawMessageDelivery: 'TRUE' }];
    for (const given of [...equal, undefined, {} as Record<string, string>]) {
      expect(await arnOf('sqs', endpoint, given)).toBe(arn);
    }
    const refused = invalid('Attributes Reason: Subscription already exists with different attributes');
    expect(await refusal(subscribe('sqs', endpoint, { RawMessageDelivery: 'false' }))).toBe(refused);
    expect(await refusal(subscribe('sqs', endpoint, { FilterPolicy: '{"a":["b"]}' }))).toBe(refused);
  });

  it('of the same endpoint is the same with the scope that its filter policy shows', async () => {
    const endpoint = queueArn('again-filtered');
    const FilterPolicy = '{"a":["b"]}';
    const arn = await arnOf('sqs', endpoint, { FilterPolicy });
    const shown = { FilterPolicy, FilterPolicyScope: 'MessageAttributes', RawMessageDelivery: 'false' };
    expect(await arnOf('sqs', endpoint, shown)).toBe(arn);
    const refused = invalid('Attributes Reason: Subscription already exists with different attributes');
    const other = subscribe('sqs', endpoint, { FilterPolicy, FilterPolicyScope: 'MessageBody' });
    expect(await refusal(other)).toBe(refused);
  });

  it('of a queue that does not exist is accepted', async () => {
    expect(await arnOf('sqs', queueArn('never-made'))).toContain(TopicArn);
  });

  it.each([
    ['sqs', 'https://sqs.us-east-1.amazonaws.com/123456789012/q', invalid('SQS endpoint ARN')],
    ['sqs', 'q', invalid('SQS endpoint ARN')],
    ['lambda', 'f', invalid('Lambda endpoint ARN')],
    ['test-protocol', 'x', invalid('Amazon SNS does not support this protocol string: test-protocol')],
    ['constructor', 'x', invalid('Amazon SNS does not support this protocol string: constructor')],
    ['http', 'https://example.com', invalid('Endpoint must match the specified protocol')],
    ['https', 'example.com', invalid('Endpoint must match the specified protocol')],
    ['sms', 'invalid-number', 'InvalidParameterException 400: Invalid SMS endpoint: invalid-number'],
    ['sms', '+15--551234567', 'InvalidParameterException 400: Invalid SMS endpoint: +15--551234567'],
    ['sms', '+15551234567.', 'InvalidParameterException 400: Invalid SMS endpoint: +15551234567.'],
    [
      'sqs',
      queueArn('q.fifo'),
      invalid(
        'Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics',
      ),
    ],
  ])('of protocol %s with the endpoint %s is refused', async (protocol, endpoint, refused) => {
    expect(await refusal(subscribe(protocol, endpoint))).toBe(refused);
  });

  it('of a FIFO topic may have a standard queue or a FIFO queue', async () => {
    for (const name of ['q', 'q.fifo']) {
      const { SubscriptionArn } = await subscribe('sqs', queueArn(name), undefined, { TopicArn: fifo });
      expect(SubscriptionArn).toContain(`${fifo}:`);
    }
  });

  it('of an unknown topic, or of a text that is no ARN, is refused', async () => {
    const missing = (arn: string) => refusal(subscribe('sqs', queueArn('q'), undefined, { TopicArn: arn }));
    expect(await missing(topicArn('missing'))).toBe('NotFoundException 404: Topic does not exist');
    expect(await missing('randomstring')).toBe(
      invalid('TopicArn Reason: An ARN must have at least 6 elements, not 1'),
    );
    expect(await missing('arn:aws:sns:us-east-1:123456789012')).toBe(
      invalid('TopicArn Reason: An ARN must have at least 6 elements, not 5'),
    );
  });

  it.each([['email'], ['email-json']])('of protocol %s is pending', async (protocol) => {
    const endpoint = `${protocol}@example.com`;
    expect(await arnOf(protocol, endpoint)).toBe('pending confirmation');
    const arn = await arnOf(protocol, endpoint, undefined, { ReturnSubscriptionArn: true });
    expect(await attributes(arn)).toMatchObject({
      PendingConfirmation: 'true',
      ConfirmationWasAuthenticated: 'false',
    });
  });

  it('of protocol sms needs no confirmation', async () => {
    expect(await arnOf('sms', '+15551234567')).toContain(`${TopicArn}:`);
  });
});

describe('an attribute', () => {
  let arn = '';
  beforeAll(async () => {
    arn = await arnOf('sqs', queueArn('attribute'));
  });

  it.each([
    [
      'RawMessageDelivery',
      'wrongvalue',
      'RawMessageDelivery: Invalid value [wrongvalue]. Must be true or false.',
    ],
    ['RawMessageDelivery', '', 'RawMessageDelivery: Invalid value []. Must be true or false.'],
    ['FakeAttribute', 'test-value', 'AttributeName'],
    [
      'RedrivePolicy',
      '{"deadLetterTargetArn":"fake-arn"}',
      'RedrivePolicy: deadLetterTargetArn is an invalid arn',
    ],
    [
      'RedrivePolicy',
      '{invalidjson}',
      "RedrivePolicy: failed to parse JSON. Unexpected character ('i' (code 105)): was expecting double-quote to start field name\n at [Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: 1, column: 2]",
    ],
    [
      'FilterPolicy',
      '{invalidjson}',
      "FilterPolicy: failed to parse JSON. Unexpected character ('i' (code 105)): was expecting double-quote to start field name\n at [Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: 1, column: 2]",
    ],
    [
      'FilterPolicy',
      'invalid',
      "FilterPolicy: failed to parse JSON. Unrecognized token 'invalid': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')\n at [Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: 1, column: 8]",
    ],
    [
      'FilterPolicyScope',
      'RandomValue',
      'FilterPolicyScope: Invalid value [RandomValue]. Please use either MessageBody or MessageAttributes',
    ],
  ])('%s with the value %j is refused, on set and on subscribe', async (name, value, reason) => {
    expect(await refusal(set(arn, name, value))).toBe(invalid(reason));
    expect(await refusal(subscribe('sqs', queueArn('refused'), { [name]: value }))).toBe(
      invalid(`Attributes Reason: ${reason}`),
    );
  });

  it('is changed, and removed by an empty value', async () => {
    await set(arn, 'FilterPolicyScope', 'MessageBody');
    // The scope is shown beside a policy only.
    expect(await attributes(arn)).toEqual(shown(arn, 'sqs', queueArn('attribute')));
    await set(arn, 'FilterPolicy', '{"attr":["match-this"]}');
    expect(await attributes(arn)).toMatchObject({
      FilterPolicy: '{"attr":["match-this"]}',
      FilterPolicyScope: 'MessageBody',
    });
    await set(arn, 'FilterPolicy', '{}');
    await set(arn, 'RawMessageDelivery', 'true');
    await set(arn, 'RedrivePolicy', JSON.stringify({ deadLetterTargetArn: queueArn('dead') }));
    await set(arn, 'RedrivePolicy', '');
    expect(await attributes(arn)).toEqual(
      shown(arn, 'sqs', queueArn('attribute'), { RawMessageDelivery: 'true' }),
    );
  });

  it('RedrivePolicy needs a FIFO queue where topic and endpoint are FIFO', async () => {
    const { SubscriptionArn = '' } = await subscribe('sqs', queueArn('redrive.fifo'), undefined, {
      TopicArn: fifo,
    });
    const dead = (name: string) => JSON.stringify({ deadLetterTargetArn: queueArn(name) });
    expect(await refusal(set(SubscriptionArn, 'RedrivePolicy', dead('dead')))).toBe(
      invalid('RedrivePolicy: must use a FIFO queue as DLQ for a FIFO Subscription to a FIFO Topic.'),
    );
    await set(SubscriptionArn, 'RedrivePolicy', dead('dead.fifo'));
  });
});

describe('the end of a subscription', () => {
  it('may be asked for twice; afterwards it is not found', async () => {
    const arn = await arnOf('sqs', queueArn('ended'));
    await unsubscribe(arn);
    await unsubscribe(arn);
    expect(await refusal(attributes(arn))).toBe('NotFoundException 404: Subscription does not exist');
    expect(await refusal(set(arn, 'RawMessageDelivery', 'true'))).toBe(
      'NotFoundException 404: Subscription does not exist',
    );
    const { Attributes } = await sns.send(new GetTopicAttributesCommand({ TopicArn }));
    expect(Attributes).toMatchObject({ SubscriptionsDeleted: '1' });
  });

  it.each([
    ['randomstring', 'SubscriptionArn Reason: An ARN must have at least 6 elements, not 1'],
    [
      'arn:aws:sns:us-east-1:123456789012',
      'SubscriptionArn Reason: An ARN must have at least 6 elements, not 5',
    ],
    [topicArn('t'), 'SubscriptionId'],
    ['', 'SubscriptionArn Reason: no value for required parameter'],
  ])('of %j is refused', async (arn, reason) => {
    expect(await refusal(unsubscribe(arn))).toBe(invalid(reason));
  });

  it('comes with the end of its topic, but AWS keeps it for a while', async () => {
    const { TopicArn: ended } = await sns.send(new CreateTopicCommand({ Name: 'ended' }));
    const { SubscriptionArn = '' } = await subscribe('sqs', queueArn('q'), undefined, { TopicArn: ended });
    await sns.send(new DeleteTopicCommand({ TopicArn: ended }));
    expect(await attributes(SubscriptionArn)).toMatchObject({ Endpoint: queueArn('q') });
    await sns.send(new CreateTopicCommand({ Name: 'ended' }));
    const { Subscriptions } = await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn: ended }));
    expect(Subscriptions).toEqual([]);
    await unsubscribe(SubscriptionArn);
    expect(await refusal(attributes(SubscriptionArn))).toContain('Subscription does not exist');
  });
});

describe('lists', () => {
  it('have five members for each subscription', async () => {
    const { TopicArn: listed } = await sns.send(new CreateTopicCommand({ Name: 'listed' }));
    const { SubscriptionArn } = await subscribe('sqs', queueArn('q'), undefined, { TopicArn: listed });
    const wanted = {
      SubscriptionArn,
      Owner: account,
      Protocol: 'sqs',
      Endpoint: queueArn('q'),
      TopicArn: listed,
    };
    const { Subscriptions } = await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn: listed }));
    expect(Subscriptions).toEqual([wanted]);
    const all = await sns.send(new ListSubscriptionsCommand({}));
    expect(all.Subscriptions).toContainEqual(wanted);
    await subscribe('email', 'a@example.com', undefined, { TopicArn: listed });
    const both = await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn: listed }));
    expect(both.Subscriptions).toContainEqual({
      SubscriptionArn: 'PendingConfirmation',
      Owner: account,
      Protocol: 'email',
      Endpoint: 'a@example.com',
      TopicArn: listed,
    });
  });

  it('have 100 entries to a page', async () => {
    const { TopicArn: paged } = await sns.send(new CreateTopicCommand({ Name: 'paged' }));
    for (let index = 0; index < 101; index++) {
      await subscribe('sqs', queueArn(`q${index}`), undefined, { TopicArn: paged });
    }
    const { Subscriptions = [], NextToken } = await sns.send(
      new ListSubscriptionsByTopicCommand({ TopicArn: paged }),
    );
    expect(Subscriptions).toHaveLength(100);
    const rest = await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn: paged, NextToken }));
    expect(rest.Subscriptions).toHaveLength(1);
    expect(rest.NextToken).toBeUndefined();
  });

  it('of an unknown topic are refused', async () => {
    const list = new ListSubscriptionsByTopicCommand({ TopicArn: topicArn('missing') });
    expect(await refusal(sns.send(list))).toBe('NotFoundException 404: Topic does not exist');
  });
});

it('a subscription of a deleted topic is forgotten after two days', async () => {
  let now = Date.now();
  const call = callerOf(alone(createSnsService, { now: () => now }));
  const { TopicArn: Topic = '' } = await call('CreateTopic', { Name: 'x' });
  await call('Subscribe', { TopicArn: Topic, Protocol: 'sqs', Endpoint: queueArn('q') });
  await call('DeleteTopic', { TopicArn: Topic });
  const listed = async () => (await call('ListSubscriptions', {})).Subscriptions?.length;
  expect(await listed()).toBe(1);
  now += 49 * 3600_000;
  expect(await listed()).toBe(0);
});

describe('a confirmation', () => {
  const confirm = (arn: string, Token: string) =>
    refusal(sns.send(new ConfirmSubscriptionCommand({ TopicArn: arn, Token })));

  it('with a wrong token is refused', async () => {
    expect(await confirm(TopicArn, 'randomtoken')).toBe('InvalidParameterException 400: Invalid token');
    expect(await confirm(TopicArn, '51b2ff3e')).toBe(invalid('Token'));
    expect(await confirm(topicArn('missing'), '51b2ff3e')).toBe(invalid('Token'));
  });

  it('for a wrong topic is refused', async () => {
    expect(await confirm('broken', '51b2ff3e')).toBe(invalid('Topic'));
    const elsewhere = client({ region: 'eu-west-1' });
    const command = new ConfirmSubscriptionCommand({ TopicArn, Token: '51b2ff3e' });
    expect(await refusal(elsewhere.send(command))).toBe(invalid('Topic'));
  });
});
