// SNS and the notifications of S3 with boto3: the codes, texts and details of errors, and answers as Python sees them.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pythonWithBoto3, type Told } from '../../../support/boto3/boto3.ts';
import { account, arnOf, region, type Seen, seenByBoto3 } from '../../../support/boto3/fixture.ts';

const python = await pythonWithBoto3();
const topicArn = (name: string) => `arn:aws:sns:${region}:${account}:${name}`;
const queueArn = (name: string) => `arn:aws:sqs:${region}:${account}:${name}`;

describe.skipIf(!python)('boto3', () => {
  let boto3: Seen;
  let call: Seen['call'];
  let refusal: Seen['refusal'];
  beforeAll(async () => {
    boto3 = await seenByBoto3(python as string);
    ({ call, refusal } = boto3);
    await call('sns create_topic', { Name: 't' });
    await call('sns create_topic', { Name: 't.fifo', Attributes: { FifoTopic: 'true' } });
    await call('s3 create_bucket', { Bucket: 'uploads' });
    const Policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Service: ['sns.amazonaws.com', 's3.amazonaws.com'] },
          Action: 'sqs:SendMessage',
          Resource: queueArn('q'),
          Condition: { ArnLike: { 'aws:SourceArn': [topicArn('t'), 'arn:aws:s3:::uploads'] } },
        },
      ],
    });
    await call('sqs create_queue', { QueueName: 'q', Attributes: { Policy } });
    await call('sqs create_queue', { QueueName: 'closed' });
    await call('sqs create_queue', {
      QueueName: 'dead',
      Attributes: { Policy: Policy.replaceAll(':q"', ':dead"') },
    });
  });
  afterAll(() => boto3?.stop());

  /** The messages of a queue, which are deleted. */
  async function messages(QueueUrl: string): Promise<Told[]> {
    const asked = {
      QueueUrl,
      MaxNumberOfMessages: 10,
      AttributeNames: ['All'],
      MessageAttributeNames: ['All'],
    };
    const { Messages = [] } = (await call('sqs receive_message', asked)) as { Messages?: Told[] };
    for (const { ReceiptHandle } of Messages) await call('sqs delete_message', { QueueUrl, ReceiptHandle });
    return Messages as Told[];
  }

  it.each([
    ['get_topic_attributes', { TopicArn: 'missing' }, 'NotFound'],
    ['publish', { TopicArn: topicArn('missing'), Message: 'm' }, '404 NotFound: Topic does not exist'],
    [
      'publish',
      { TopicArn: topicArn('t'), Message: '' },
      '400 InvalidParameter: Invalid parameter: Empty message',
    ],
    [
      'publish',
      {
        TopicArn: topicArn('t'),
        Message: 'm',
        MessageAttributes: { a: { DataType: 'String', StringValue: '' } },
      },
      "400 ParameterValueInvalid: The message attribute 'a' must contain non-empty message attribute value for message attribute type 'String'.",
    ],
    [
      'publish_batch',
      {
        TopicArn: topicArn('t'),
        PublishBatchRequestEntries: [
          { Id: '1', Message: 'm' },
          { Id: '1', Message: 'm' },
        ],
      },
      '400 BatchEntryIdsNotDistinct: Two or more batch entries in the request have the same Id.',
    ],
    [
      'get_subscription_attributes',
      { SubscriptionArn: `${topicArn('t')}:6f1b6d4a-0000-4000-8000-000000000000` },
      '404 NotFound: Subscription does not exist',
    ],
  ])('sees the codes and texts of SNS: %s %#', async (operation, input, refused) => {
    const wanted =
      refused === 'NotFound'
        ? '400 InvalidParameter: Invalid parameter: TopicArn Reason: An ARN must have at least 6 elements, not 1'
        : refused;
    expect(await refusal(`sns ${operation}`, input)).toBe(wanted);
  });

  it('publishes to a queue whose policy names the topic, with raw delivery and attributes', async () => {
    const { SubscriptionArn } = await call('sns subscribe', {
      TopicArn: topicArn('t'),
      Protocol: 'sqs',
      Endpoint: queueArn('q'),
    });
    const { MessageId } = await call('sns publish', {
      TopicArn: topicArn('t'),
      Message: 'one',
      Subject: 's',
    });
    const [first] = await messages('q');
    expect(JSON.parse(String(first?.Body))).toMatchObject({ MessageId, Message: 'one', Subject: 's' });
    await call('sns set_subscription_attributes', {
      SubscriptionArn,
      AttributeName: 'RawMessageDelivery',
      AttributeValue: 'true',
    });
    const MessageAttributes = {
      a: { DataType: 'Number', StringValue: '99.12' },
      b: { DataType: 'Binary', BinaryValue: new Uint8Array([2, 3, 4]) },
    };
    await call('sns publish', { TopicArn: topicArn('t'), Message: 'Test msg', MessageAttributes });
    const [second] = await messages('q');
    expect(second).toMatchObject({
      Body: 'Test msg',
      MessageAttributes: {
        a: { DataType: 'Number', StringValue: '99.12' },
        b: { DataType: 'Binary' },
      },
    });
  });

  it('finds a message in the dead-letter queue when the policy of the queue forbids, or the function is gone', async () => {
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: queueArn('dead') });
    const subscribe = (Protocol: string, Endpoint: string) =>
      call('sns subscribe', { TopicArn: topicArn('t'), Protocol, Endpoint, Attributes: { RedrivePolicy } });
    await subscribe('sqs', queueArn('closed'));
    await subscribe('lambda', arnOf('gone'));
    await call('sns publish', { TopicArn: topicArn('t'), Message: 'undeliverable' });
    const found = await messages('dead');
    expect(found.map(({ Body }) => JSON.parse(String(Body)).Message)).toEqual([
      'undeliverable',
      'undeliverable',
    ]);
    expect(await messages('closed')).toEqual([]);
    expect(await messages('q')).toHaveLength(1);
  });

  it('sees the details of what S3 refuses', async () => {
    const put = async (QueueConfigurations: object[]) => {
      const { status, Error: error } = await boto3.tell('s3 put_bucket_notification_configuration', {
        Bucket: 'uploads',
        NotificationConfiguration: { QueueConfigurations },
      });
      return { status, ...error };
    };
    const to = (QueueArn: string, Event = 's3:ObjectCreated:*') => ({ QueueArn, Events: [Event] });
    expect(await put([to('invalid-queue')])).toMatchObject({
      status: 400,
      Code: 'InvalidArgument',
      Message: 'The ARN could not be parsed',
      ArgumentName: 'Queue',
      ArgumentValue: 'invalid-queue',
    });
    expect(await put([to(queueArn('no-1')), to(queueArn('no-2'), 's3:ObjectRemoved:*')])).toMatchObject({
      status: 400,
      Code: 'InvalidArgument',
      Message: 'Unable to validate the following destination configurations',
      ArgumentName1: queueArn('no-1'),
      ArgumentValue1: 'The destination queue does not exist',
      ArgumentName2: queueArn('no-2'),
      ArgumentValue2: 'The destination queue does not exist',
    });
    expect(await put([to(queueArn('closed'))])).toMatchObject({ ArgumentName1: queueArn('closed') });
    expect(await refusal('s3 get_bucket_notification_configuration', { Bucket: 'not-there' })).toBe(
      '404 NoSuchBucket: The specified bucket does not exist',
    );
  });

  it('finds an event of S3 in the queue, with its key encoded', async () => {
    const QueueConfigurations = [{ Id: 'c', QueueArn: queueArn('q'), Events: ['s3:ObjectCreated:*'] }];
    await call('s3 put_bucket_notification_configuration', {
      Bucket: 'uploads',
      NotificationConfiguration: { QueueConfigurations },
    });
    const read = await call('s3 get_bucket_notification_configuration', { Bucket: 'uploads' });
    expect(read.QueueConfigurations).toEqual(QueueConfigurations);
    await call('s3 put_object', { Bucket: 'uploads', Key: 'a@b', Body: 'something' });
    const bodies = (await messages('q')).map(({ Body }) => JSON.parse(String(Body)));
    expect(bodies).toMatchObject([
      { Event: 's3:TestEvent', Bucket: 'uploads' },
      { Records: [{ eventName: 'ObjectCreated:Put', s3: { object: { key: 'a%40b', size: 9 } } }] },
    ]);
  });
});
