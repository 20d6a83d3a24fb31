// The notification configuration of a bucket: how it is kept, and how it is refused.
import {
  type Event,
  GetBucketNotificationConfigurationCommand,
  type NotificationConfiguration,
  PutBucketNotificationConfigurationCommand,
} from '@aws-sdk/client-s3';
import { beforeEach, describe, expect, it } from 'vitest';
import { account } from '../../../call.ts';
import { functionArn, notifyingS3, queueArn, region, topicArn } from './fixture.ts';

const { s3, bucket, received, permitted, there } = await notifyingS3();
const Created: Event[] = ['s3:ObjectCreated:*'];
let Bucket = '';
beforeEach(async () => {
  Bucket = await bucket();
});

const put = (configuration: NotificationConfiguration, SkipDestinationValidation?: boolean, name = Bucket) =>
  s3.send(
    new PutBucketNotificationConfigurationCommand({
      Bucket: name,
      NotificationConfiguration: configuration,
      SkipDestinationValidation,
    }),
  );

async function get() {
  const { $metadata: _, ...answer } = await s3.send(
    new GetBucketNotificationConfigurationCommand({ Bucket }),
  );
  return answer;
}

/** The code, message and arguments of a refusal. */
async function refused(call: Promise<unknown>): Promise<Record<string, unknown>> {
  const error = (await call.then(
    () => ({ name: 'not refused' }),
    (thrown) => thrown,
  )) as Error & Record<string, unknown> & { $metadata?: { httpStatusCode: number } };
  const details = Object.entries(error).filter(([name]) => /^(Argument|BucketName)/.test(name));
  return {
    code: error.name,
    message: error.message,
    status: error.$metadata?.httpStatusCode,
    ...Object.fromEntries(details),
  };
}

const toQueue = (more: object = {}) => ({ QueueArn: queueArn, Events: Created, ...more });
const toFunction = (more: object = {}) => ({ LambdaFunctionArn: functionArn, Events: Created, ...more });
const toTopic = (more: object = {}) => ({ TopicArn: topicArn, Events: Created, ...more });
const filter = (...rules: [Name: string, Value: string][]) =>
  ({ Filter: { Key: { FilterRules: rules.map(([Name, Value]) => ({ Name, Value })) } } }) as object;

describe('a configuration', () => {
  it('is empty for a bucket without one', async () => {
    expect(await get()).toEqual({});
  });

  it('replaces the one before, and an empty one removes it', async () => {
    await put({ QueueConfigurations: [toQueue({ Id: 'a' })] });
    await put({ TopicConfigurations: [toTopic({ Id: 'b' })] });
    expect(await get()).toEqual({ TopicConfigurations: [toTopic({ Id: 'b' })] });
    await put({});
    expect(await get()).toEqual({});
  });

  it('keeps ids, and generates those that are missing', async () => {
    await put({ QueueConfigurations: [toQueue({ Id: 'mine' })] });
    expect(await get()).toEqual({ QueueConfigurations: [toQueue({ Id: 'mine' })] });
    await put({ QueueConfigurations: [toQueue()] });
    expect(await get()).toEqual({ QueueConfigurations: [toQueue({ Id: expect.stringMatching(/^\S+$/) })] });
  });

  it('takes the names of filters in any case, and answers Prefix and Suffix', async () => {
    await put({
      QueueConfigurations: [toQueue({ Id: 'a', ...filter(['prEFix', 'n-'], ['suffIX', '.txt']) })],
    });
    expect(await get()).toEqual({
      QueueConfigurations: [toQueue({ Id: 'a', ...filter(['Prefix', 'n-'], ['Suffix', '.txt']) })],
    });
  });

  it('takes an empty filter value', async () => {
    await put({ QueueConfigurations: [toQueue({ Id: 'a', ...filter(['suffix', '']) })] });
    expect(await get()).toEqual({ QueueConfigurations: [toQueue({ Id: 'a', ...filter(['Suffix', '']) })] });
  });

  it('may have EventBridge beside other destinations', async () => {
    await put({ EventBridgeConfiguration: {}, QueueConfigurations: [toQueue({ Id: 'a' })] });
    expect(await get()).toEqual({
      EventBridgeConfiguration: {},
      QueueConfigurations: [toQueue({ Id: 'a' })],
    });
  });
});

describe('an ARN that cannot be parsed', () => {
  const words = { code: 'InvalidArgument', message: 'The ARN could not be parsed', status: 400 };

  it.each([
    ['CloudFunction', { LambdaFunctionConfigurations: [toFunction({ LambdaFunctionArn: 'invalid' })] }],
    ['Queue', { QueueConfigurations: [toQueue({ QueueArn: 'invalid' })] }],
    ['Topic', { TopicConfigurations: [toTopic({ TopicArn: 'invalid' })] }],
  ])('is refused as %s, also when destinations are not looked at', async (ArgumentName, configuration) => {
    const wanted = { ...words, ArgumentName, ArgumentValue: 'invalid' };
    expect(await refused(put(configuration))).toEqual(wanted);
    expect(await refused(put(configuration, true))).toEqual(wanted);
  });

  it('is refused before any destination is looked up, the first one only', async () => {
    const both = (first: string, second: string) => ({
      QueueConfigurations: [
        toQueue({ QueueArn: first }),
        toQueue({ QueueArn: second, Events: ['s3:ObjectRemoved:*'] }),
      ],
    });
    const wanted = { ...words, ArgumentName: 'Queue' };
    expect(await refused(put(both('invalid_arn', 'invalid_arn_2')))).toEqual({
      ...wanted,
      ArgumentValue: 'invalid_arn',
    });
    expect(await refused(put(both(`${queueArn}-missing`, 'invalid_arn_2')))).toEqual({
      ...wanted,
      ArgumentValue: 'invalid_arn_2',
    });
    expect(received.queues).toEqual([]);
  });
});

describe('a destination', () => {
  const words = {
    code: 'InvalidArgument',
    message: 'Unable to validate the following destination configurations',
    status: 400,
  };

  it('that does not exist is refused, all of them by number', async () => {
    const [a, b] = [`${queueArn}-1`, `${queueArn}-2`];
    const gone = `${functionArn}-gone`;
    const configuration = {
      QueueConfigurations: [
        toQueue({ QueueArn: a }),
        toQueue({ QueueArn: b, Events: ['s3:ObjectRemoved:*'] }),
      ],
      LambdaFunctionConfigurations: [toFunction({ LambdaFunctionArn: gone, Events: ['s3:ObjectTagging:*'] })],
    };
    expect(await refused(put(configuration))).toEqual({
      ...words,
      ArgumentName1: a,
      ArgumentValue1: 'The destination queue does not exist',
      ArgumentName2: b,
      ArgumentValue2: 'The destination queue does not exist',
      ArgumentName3: `${gone}, null`,
      ArgumentValue3: `Not authorized to invoke function [${gone}]`,
    });
    expect(await get()).toEqual({});
    await put(configuration, true);
    expect(await get()).toMatchObject(configuration);
  });

  it('whose policy does not let S3 send is refused', async () => {
    for (const arn of [functionArn, queueArn, topicArn]) permitted.delete(arn);
    try {
      const refusals = await refused(
        put({
          TopicConfigurations: [toTopic()],
          QueueConfigurations: [toQueue({ Events: ['s3:ObjectRemoved:*'] })],
          LambdaFunctionConfigurations: [toFunction({ Events: ['s3:ObjectTagging:*'] })],
        }),
      );
      expect(refusals).toEqual({
        ...words,
        ArgumentName1: topicArn,
        ArgumentValue1:
          'Permissions on the destination topic do not allow S3 to publish notifications from this bucket',
        ArgumentName2: queueArn,
        ArgumentValue2:
          'Permissions on the destination queue do not allow S3 to publish notifications from this bucket',
        ArgumentName3: `${functionArn}, null`,
        ArgumentValue3: `Not authorized to invoke function [${functionArn}]`,
      });
    } finally {
      for (const arn of [functionArn, queueArn, topicArn]) permitted.add(arn);
    }
  });

  it('gets a test message if it is a queue or a topic, but not if it is a function', async () => {
    const { $metadata } = await put({
      TopicConfigurations: [toTopic()],
      QueueConfigurations: [toQueue({ Events: ['s3:ObjectRemoved:*'] })],
      LambdaFunctionConfigurations: [toFunction({ Events: ['s3:ObjectTagging:*'] })],
    });
    const test = {
      Service: 'Amazon S3',
      Event: 's3:TestEvent',
      Time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      Bucket,
      RequestId: $metadata.requestId,
      HostId: expect.any(String),
    };
    expect(received.queues.map(({ message }) => JSON.parse(message.body))).toStrictEqual([test]);
    expect(received.topics.map(({ text }) => JSON.parse(text))).toStrictEqual([test]);
    expect(Object.keys(JSON.parse(received.topics[0]?.text ?? ''))).toEqual(Object.keys(test));
    expect(received.topics).toMatchObject([{ subject: 'Amazon S3 Notification' }]);
    expect(received.functions).toEqual([]);
  });

  it('that is FIFO is refused', async () => {
    for (const [thing, arn] of [
      ['queue', `${queueArn}.fifo`],
      ['topic', `${topicArn}.fifo`],
    ] as const) {
      there.add(arn);
      const configuration =
        thing === 'queue'
          ? { QueueConfigurations: [toQueue({ QueueArn: arn })] }
          : { TopicConfigurations: [toTopic({ TopicArn: arn })] };
      expect(await refused(put(configuration))).toEqual({
        ...words,
        ArgumentName1: arn,
        ArgumentValue1: `FIFO ${thing}s are not supported as destinations`,
      });
    }
  });

  it('of another region is refused', async () => {
    const arn = `arn:aws:sqs:eu-west-1:${account}:q`;
    expect(await refused(put({ QueueConfigurations: [toQueue({ QueueArn: arn })] }, true))).toEqual({
      code: 'InvalidArgument',
      message: 'The notification destination service region is not valid for the bucket location constraint',
      status: 400,
      ArgumentName: 'Queue',
      ArgumentValue: arn,
    });
    expect(arn).not.toContain(region);
  });
});

describe('a filter', () => {
  it('other than prefix and suffix is refused', async () => {
    const wrong = { QueueConfigurations: [toQueue(filter(['INVALID', 'x']))] };
    expect(await refused(put(wrong))).toEqual({
      code: 'InvalidArgument',
      message: 'filter rule name must be either prefix or suffix',
      status: 400,
      ArgumentName: 'FilterRule.Name',
      ArgumentValue: 'INVALID',
    });
  });

  it.each([['Name'], ['Value']])('rule without %s is refused', async (member) => {
    const { [member]: _, ...rule } = { Name: 'prefix', Value: 'x' } as Record<string, string>;
    const wrong = toQueue({ Filter: { Key: { FilterRules: [rule] } } });
    expect(await refused(put({ QueueConfigurations: [wrong] }))).toEqual({
      code: 'MalformedXML',
      message: 'The XML you provided was not well-formed or did not validate against our published schema',
      status: 400,
    });
  });
});

it('an unknown bucket is refused with its name', async () => {
  expect(await refused(put({}, undefined, 'not-there'))).toEqual({
    code: 'NoSuchBucket',
    message: 'The specified bucket does not exist',
    status: 404,
    BucketName: 'not-there',
  });
});

describe('two destinations with a common type of event', () => {
  const ambiguous =
    'Configuration is ambiguously defined. Cannot have overlapping suffixes in two rules if the prefixes are overlapping for the same event type.';
  const two = (first: object, second: object) =>
    refused(
      put({ QueueConfigurations: [toQueue(first)], LambdaFunctionConfigurations: [toFunction(second)] }),
    );

  it.each<[string, object, object]>([
    ['no filters', {}, {}],
    ['a filter and none', filter(['prefix', 'in/']), {}],
    ['a prefix within a prefix', filter(['prefix', 'in/']), filter(['prefix', 'in/a'])],
    ['a suffix within a suffix', filter(['suffix', '.tar.gz']), filter(['suffix', '.gz'])],
    ['a prefix and a suffix', filter(['prefix', 'in/']), filter(['suffix', '.gz'])],
    [
      'the same prefix and overlapping suffixes',
      filter(['prefix', 'a'], ['suffix', 'b']),
      filter(['prefix', 'a']),
    ],
    ['a type and its family', { Events: ['s3:ObjectCreated:Put'] }, {}],
  ])('are refused with %s', async (_what, first, second) => {
    expect(await two(first, second)).toMatchObject({ code: 'InvalidArgument', message: ambiguous });
  });

  it.each<[string, object, object]>([
    ['disjoint prefixes', filter(['prefix', 'in/']), filter(['prefix', 'out/'])],
    ['disjoint suffixes', filter(['suffix', '.gz']), filter(['suffix', '.txt'])],
    [
      'disjoint suffixes under one prefix',
      filter(['prefix', 'a'], ['suffix', '1']),
      filter(['prefix', 'a'], ['suffix', '2']),
    ],
    ['disjoint types', { Events: ['s3:ObjectRemoved:*'] }, {}],
    [
      'disjoint types of a family',
      { Events: ['s3:ObjectCreated:Copy'] },
      { Events: ['s3:ObjectCreated:Put'] },
    ],
  ])('are accepted with %s', async (_what, first, second) => {
    expect(await two(first, second)).toMatchObject({ code: 'not refused' });
  });
});
