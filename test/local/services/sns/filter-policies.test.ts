// Filter policies of the local SNS: which are refused, and which messages they let pass.
import {
  CreateTopicCommand,
  type MessageAttributeValue,
  PublishCommand,
  SetSubscriptionAttributesCommand,
  SubscribeCommand,
} from '@aws-sdk/client-sns';
import { beforeAll, describe, expect, it } from 'vitest';
import { localSns, queueArn, refusal, topicArn } from './fixture.ts';

const { sns, messages } = await localSns();
const TopicArn = topicArn('t');
beforeAll(() => sns.send(new CreateTopicCommand({ Name: 't' })));

let count = 0;
/** A new queue with this policy; its name. */
async function subscribed(policy: object, FilterPolicyScope?: string): Promise<string> {
  const name = `q${++count}`;
  const FilterPolicy = JSON.stringify(policy);
  const Attributes = {
    FilterPolicy,
    RawMessageDelivery: 'true',
    ...(FilterPolicyScope ? { FilterPolicyScope } : {}),
  };
  await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: queueArn(name), Attributes }));
  return name;
}

const text = (StringValue: string): MessageAttributeValue => ({ DataType: 'String', StringValue });
const number = (StringValue: string): MessageAttributeValue => ({ DataType: 'Number', StringValue });
const list = (value: unknown): MessageAttributeValue => ({
  DataType: 'String.Array',
  StringValue: JSON.stringify(value),
});

describe('a policy for attributes', () => {
  it.each<[string, object, Record<string, MessageAttributeValue>, boolean]>([
    ['a string', { a: ['x', 'y'] }, { a: text('y') }, true],
    ['another string', { a: ['x', 'y'] }, { a: text('z') }, false],
    ['no attributes', { a: ['x'] }, {}, false],
    ['all keys', { a: ['x'], b: ['y'] }, { a: text('x'), b: text('y') }, true],
    ['one of two keys', { a: ['x'], b: ['y'] }, { a: text('x') }, false],
    ['a number', { a: [100] }, { a: number('100.0') }, true],
    ['a number as a string', { a: [100] }, { a: text('100') }, false],
    ['a range', { a: [{ numeric: ['>', 0, '<=', 100] }] }, { a: number('99.12') }, true],
    [
      'a number outside of the range',
      { a: [{ numeric: ['>', 0, '<=', 100] }] },
      { a: number('100.12') },
      false,
    ],
    ['a prefix', { a: [{ prefix: 'ab' }] }, { a: text('abc') }, true],
    ['a suffix', { a: [{ suffix: 'bc' }] }, { a: text('abc') }, true],
    ['any case', { a: [{ 'equals-ignore-case': 'ABC' }] }, { a: text('aBc') }, true],
    ['anything but a list', { a: [{ 'anything-but': ['x', 'y'] }] }, { a: text('z') }, true],
    ['anything but this', { a: [{ 'anything-but': ['x', 'y'] }] }, { a: text('y') }, false],
    ['anything but a prefix', { a: [{ 'anything-but': { prefix: 'x' } }] }, { a: text('xyz') }, false],
    ['an attribute that exists', { a: [{ exists: true }] }, { a: text('x') }, true],
    ['an attribute that must be absent', { a: [{ exists: false }] }, { a: text('x') }, false],
    ['an attribute that is absent', { a: [{ exists: false }] }, { b: text('x') }, true],
    ['an address', { a: [{ cidr: '10.0.0.0/24' }] }, { a: text('10.0.0.255') }, true],
    ['an address of another network', { a: [{ cidr: '10.0.0.0/24' }] }, { a: text('10.1.0.0') }, false],
    ['an element of a list', { a: ['value1'] }, { a: list(['value1', 'value2']) }, true],
    ['no element of a list', { a: ['value1'] }, { a: list(['value2']) }, false],
    ['a number in a list', { a: [5] }, { a: list([1, 5]) }, true],
    ['null in a list', { a: [null] }, { a: list([null]) }, true],
    ['one of $or', { $or: [{ a: ['x'] }, { b: ['y'] }] }, { b: text('y') }, true],
    ['none of $or', { $or: [{ a: ['x'] }, { b: ['y'] }] }, { b: text('x') }, false],
  ])('with a message of %s', async (_what, policy, MessageAttributes, passes) => {
    const name = await subscribed(policy);
    await sns.send(new PublishCommand({ TopicArn, Message: 'm', MessageAttributes }));
    expect(messages(name)).toHaveLength(passes ? 1 : 0);
  });
});

describe('a policy for the body', () => {
  it.each<[string, object, unknown, boolean]>([
    ['a nested string', { object: { key: [{ prefix: 'auto-' }] } }, { object: { key: 'auto-test' } }, true],
    ['another nested string', { object: { key: [{ prefix: 'auto-' }] } }, { object: { key: 'x' } }, false],
    ['a number', { a: [1] }, { a: 1.0 }, true],
    ['true', { a: [true] }, { a: true }, true],
    ['null', { a: [null] }, { a: null }, true],
    ['a path with dots', { 'object.nested': ['v'] }, { object: { nested: 'v' } }, true],
    ['an element of a list', { h: { route: ['queue1'] } }, { h: { route: ['queue1', 'queue2'] } }, true],
    ['an empty list', { h: [{ exists: true }] }, { h: [] }, false],
    [
      'objects in lists',
      {
        Records: {
          s3: { object: { key: [{ prefix: 'auto-' }] } },
          eventName: [{ prefix: 'ObjectCreated:' }],
        },
      },
      {
        Records: [
          { eventName: 'ObjectCreated:Put', s3: { object: [[{ key: 'auto-x' }, { key: 'home-x' }]] } },
        ],
      },
      true,
    ],
    [
      'one of $or',
      { source: ['aws.cloudwatch'], $or: [{ metric: ['CPU'] }, { scope: ['Service'] }] },
      { source: 'aws.cloudwatch', scope: 'Service' },
      true,
    ],
    ['a list at the top', { a: [1] }, [{ a: 1 }], false],
    ['a string at the top', { a: [1] }, 'a', false],
  ])('with a message of %s', async (_what, policy, body, passes) => {
    const name = await subscribed(policy, 'MessageBody');
    await sns.send(new PublishCommand({ TopicArn, Message: JSON.stringify(body) }));
    expect(messages(name)).toHaveLength(passes ? 1 : 0);
  });

  it('does not match a body that is not JSON', async () => {
    const name = await subscribed({ a: [{ exists: false }] }, 'MessageBody');
    await sns.send(new PublishCommand({ TopicArn, Message: 'not JSON' }));
    expect(messages(name)).toEqual([]);
  });

  it('takes effect when it is set, and ends when it is removed', async () => {
    const name = await subscribed({});
    const { SubscriptionArn } = await sns.send(
      new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: queueArn(name) }),
    );
    const set = (AttributeValue: string) =>
      sns.send(
        new SetSubscriptionAttributesCommand({
          SubscriptionArn,
          AttributeName: 'FilterPolicy',
          AttributeValue,
        }),
      );
    const arrives = async () => {
      await sns.send(new PublishCommand({ TopicArn, Message: 'm' }));
      return messages(name).length === 1;
    };
    expect(await arrives()).toBe(true);
    await set('{"a":["x"]}');
    expect(await arrives()).toBe(false);
    await set('{}');
    expect(await arrives()).toBe(true);
  });
});

const place = (policy: string, column: number) =>
  `\n at [Source: (String)"${policy}"; line: 1, column: ${column}]`;

describe('a policy is refused', () => {
  const texts: [policy: string, reason: string, column?: number][] = [
    ['{"key":[["value"]]}', 'Match value must be String, number, true, false, or null', 10],
    ['{"key":[{"wrong-operator":true}]}', 'Unrecognized match type wrong-operator', 31],
    ['{"key":[{"suffix":"value","prefix":"value2"}]}', 'Only one key allowed in match expression', 37],
    ['{"key":[]}', 'Empty arrays are not allowed', 10],
    ['{"key":[{"suffix":100}]}', 'suffix match pattern must be a string', 22],
    ['{"key":[{"suffix":null}]}', 'suffix match pattern must be a string', 23],
    ['{"key":[{"suffix":[]}]}', 'suffix match pattern must be a string', 20],
    ['{"key":[{"prefix":{"equals-ignore-case":"a"}}]}', 'prefix match pattern must be a string'],
    ['{"key":[{"wildcard":"a*"}]}', 'Unrecognized match type wildcard'],
    ['{"key":{"suffix":"value"}}', '"suffix" must be an object or an array', 19],
    ['{"key":{"not-an-operator":"value"}}', '"not-an-operator" must be an object or an array', 28],
    ['{"key_a":"value_one"}', '"key_a" must be an object or an array', 11],
    ['{"key":[{"cidr":["bad-filter"]}]}', 'prefix match pattern must be a string', 18],
    ['{"key":[{"cidr":"bad-filter"}]}', "Malformed CIDR, one '/' required", 0],
    ['{"key":[{"cidr":"bad-filter/64"}]}', 'Nonstandard IP address: bad-filter', 0],
    ['{"key":[{"cidr":"bad-filter/bad"}]}', 'Malformed CIDR, mask bits must be an integer', 0],
    ['{"key":[{"numeric":[]}]}', 'Invalid member in numeric match: ]', 22],
    ['{"key":[{"numeric":["operator"]}]}', 'Unrecognized numeric range operator: operator', 32],
    ['{"key":[{"numeric":[1,"<="]}]}', 'Invalid member in numeric match: 1', 22],
    ['{"key":[{"numeric":["=","000"]}]}', 'Value of equals must be numeric', 26],
    ['{"key":[{"numeric":[">="]}]}', 'Value of >= must be numeric', 26],
    ['{"key":[{"numeric":["<",100,">",10]}]}', 'Too many elements in numeric expression', 30],
    ['{"key":[{"numeric":[">=",1,">",2]}]}', 'Bad numeric range operator: >', 31],
    ['{"key":[{"numeric":[">",3,"<",1]}]}', 'Bottom must be less than top', 33],
    ['{"key":[{"numeric":[">",20,"<="]}]}', 'Value of <= must be numeric', 33],
    ['{"key":[{"numeric":[">",20,30]}]}', 'Bad value in numeric range: 30', 30],
    ['{"key":[{"numeric":[">",20,"test"]}]}', 'Bad numeric range operator: test', 34],
    ['{"key":[{"numeric":[">","20","<","30"]}]}', 'Value of > must be numeric', 26],
    ['{"key":[{"numeric":[">",20,"<","30"]}]}', 'Value of < must be numeric', 33],
    ['{"key":[{"numeric":[">",20,"<",30,"<",50]}]}', 'Too many terms in numeric range expression', 36],
    ['{"key":[{"exists":null}]}', 'exists match pattern must be either true or false.', 23],
    ['{"key":[{"exists":"no"}]}', 'exists match pattern must be either true or false.', 20],
    [
      '{"key":[{"anything-but":{"wrong-operator":null}}]}',
      'Unsupported anything-but pattern: wrong-operator',
      47,
    ],
    ['{"key":[{"anything-but":{"suffix":"test"}}]}', 'Unsupported anything-but pattern: suffix', 36],
    ['{"key":[{"anything-but":{"exists":false}}]}', 'Unsupported anything-but pattern: exists', 40],
    ['{"key":[{"anything-but":{"prefix":false}}]}', 'prefix match pattern must be a string', 40],
  ];

  it.each(texts)('%s', async (FilterPolicy, reason, column) => {
    const subscribe = new SubscribeCommand({
      TopicArn,
      Protocol: 'sms',
      Endpoint: '+123123123',
      Attributes: { FilterPolicy },
    });
    const words = `InvalidParameterException 400: Invalid parameter: Attributes Reason: FilterPolicy: ${reason}`;
    const refused = await refusal(sns.send(subscribe));
    if (column === undefined) expect(refused.split('\n')[0]).toBe(words);
    else expect(refused).toBe(words + (column === 0 ? '' : place(FilterPolicy, column)));
  });

  it('on set without the word Attributes', async () => {
    const name = await subscribed({ a: ['x'] });
    const { SubscriptionArn } = await sns.send(
      new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: queueArn(name) }),
    );
    const set = (AttributeValue: string, AttributeName = 'FilterPolicy') =>
      refusal(
        sns.send(new SetSubscriptionAttributesCommand({ SubscriptionArn, AttributeName, AttributeValue })),
      );
    const prefix = 'InvalidParameterException 400: Invalid parameter: ';
    expect(await set('{"key":[]}')).toBe(
      `${prefix}FilterPolicy: Empty arrays are not allowed${place('{"key":[]}', 10)}`,
    );
    const nested = '{"object":{"key":["a"]}}';
    const notNested = `${prefix}Filter policy scope MessageAttributes does not support nested filter policy`;
    expect(await set(nested)).toBe(notNested);
    expect(await set('MessageBody', 'FilterPolicyScope')).toBe('not refused');
    expect(await set(nested)).toBe('not refused');
    expect(await set('MessageAttributes', 'FilterPolicyScope')).toBe(notNested);
  });

  const values = (length: number) => Array.from({ length }, (_, index) => `v${index}`);

  it.each<[string, object, string]>([
    [
      'five keys',
      Object.fromEntries(values(6).map((key) => [key, ['x']])),
      'Filter policy can not have more than 5 keys',
    ],
    ['150 values', { a: values(151) }, 'Filter policy is too complex'],
    ['150 combinations', { a: values(13), b: values(12) }, 'Filter policy is too complex'],
    [
      '150 combinations by depth',
      { a: { b: { c: values(5) } }, d: { e: values(6) } },
      'Filter policy is too complex',
    ],
    [
      '150 combinations of $or',
      { $or: [{ a: values(80) }, { b: values(80) }] },
      'Filter policy is too complex',
    ],
  ])('with more than %s', async (_what, policy, reason) => {
    expect(await refusal(subscribed(policy, 'MessageBody'))).toBe(
      `InvalidParameterException 400: Invalid parameter: Attributes Reason: FilterPolicy: ${reason}`,
    );
  });

  it('not with 150 combinations', async () => {
    await subscribed({ a: values(150) });
    await subscribed({ a: { b: { c: values(5) } }, d: { e: values(5) } }, 'MessageBody');
  });
});
