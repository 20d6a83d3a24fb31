// Publish and PublishBatch of the local SNS: answers and refusals, FIFO topics.
import {
  CreateTopicCommand,
  type MessageAttributeValue,
  PublishBatchCommand,
  type PublishBatchRequestEntry,
  PublishCommand,
  SubscribeCommand,
} from '@aws-sdk/client-sns';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Queues } from '../../../../src/local/faces.ts';
import { createSnsService } from '../../../../src/local/services/sns/service.ts';
import { callerOf } from '../../call.ts';
import { alone } from '../../composed.ts';
import { localSns, queueArn, refusal, topicArn } from './fixture.ts';

const { sns, client, envelopes, messages } = await localSns();
const TopicArn = topicArn('t');
const fifo = topicArn('t.fifo');
const byContent = topicArn('content.fifo');
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

beforeAll(async () => {
  await sns.send(new CreateTopicCommand({ Name: 't' }));
  await sns.send(new CreateTopicCommand({ Name: 't.fifo', Attributes: { FifoTopic: 'true' } }));
  const Attributes = { FifoTopic: 'true', ContentBasedDeduplication: 'true' };
  await sns.send(new CreateTopicCommand({ Name: 'content.fifo', Attributes }));
  const subscribe = (Topic: string, name: string) =>
    sns.send(new SubscribeCommand({ TopicArn: Topic, Protocol: 'sqs', Endpoint: queueArn(name) }));
  await subscribe(TopicArn, 'q');
  await subscribe(fifo, 'q.fifo');
  await subscribe(byContent, 'content.fifo');
});
afterEach(() => {
  for (const name of ['q', 'q.fifo', 'content.fifo']) messages(name);
});

const publish = (more: object = {}) => sns.send(new PublishCommand({ TopicArn, Message: 'm', ...more }));
const batch = (PublishBatchRequestEntries: PublishBatchRequestEntry[], arn = TopicArn) =>
  sns.send(new PublishBatchCommand({ TopicArn: arn, PublishBatchRequestEntries }));
const invalid = (reason: string) => `InvalidParameterException 400: Invalid parameter: ${reason}`;

describe('a message', () => {
  it('is answered with its id, which is that of the delivery', async () => {
    const { MessageId, SequenceNumber } = await publish({ Subject: 's' });
    expect(MessageId).toMatch(uuid);
    expect(SequenceNumber).toBeUndefined();
    expect(envelopes('q')).toMatchObject([{ MessageId, Subject: 's', Message: 'm' }]);
  });

  it('may name its topic as the target', async () => {
    await publish({ TopicArn: undefined, TargetArn: TopicArn });
    expect(envelopes('q')).toHaveLength(1);
    const endpoint = `${TopicArn.replace(':t', ':endpoint/APNS/a/b')}`;
    expect(await refusal(publish({ TopicArn: undefined, TargetArn: endpoint }))).toBe(
      invalid('TargetArn Reason: No endpoint found for the target arn specified'),
    );
  });

  it('that is published before a subscription does not reach it', async () => {
    await publish({ Message: 'before' });
    await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: queueArn('late') }));
    await publish({ Message: 'after' });
    expect(envelopes('late')).toMatchObject([{ Message: 'after' }]);
  });

  it('keeps its characters', async () => {
    const Message = 'ö§a1"_!?,. £$-\n\u{1f600}';
    await publish({ Message });
    expect(envelopes('q')).toMatchObject([{ Message }]);
  });

  it.each<[object, string]>([
    [{ Message: '' }, invalid('Empty message')],
    [{ Subject: '' }, invalid('Subject')],
    [{ Subject: 'a'.repeat(101) }, invalid('Subject')],
    [{ Subject: 'two\nlines' }, invalid('Subject')],
    [{ Message: 'a'.repeat(262_145) }, invalid('Message too long')],
    [
      {
        Message: 'a'.repeat(262_143),
        MessageAttributes: { b: { DataType: 'String', StringValue: 'c' } },
      },
      invalid('Message too long'),
    ],
    [
      { Message: '{"message":"m"}', MessageStructure: 'json' },
      invalid('Message Structure - No default entry in JSON message body'),
    ],
    [
      { Message: '{"default":{"object":"m"}}', MessageStructure: 'json' },
      invalid('Message Structure - No default entry in JSON message body'),
    ],
    [
      { Message: '{"default":', MessageStructure: 'json' },
      invalid('Message Structure - JSON message body failed to parse'),
    ],
    [
      { MessageDeduplicationId: 'd' },
      invalid(
        'MessageDeduplicationId Reason: The request includes MessageDeduplicationId parameter that is not valid for this topic type',
      ),
    ],
    [{ TopicArn: topicArn('missing') }, 'NotFoundException 404: Topic does not exist'],
    [{ TopicArn: 'topic' }, invalid('TopicArn Reason: An ARN must have at least 6 elements, not 1')],
    [{ TopicArn: 'arn:aws' }, invalid('TopicArn Reason: An ARN must have at least 6 elements, not 2')],
    [{ TopicArn: topicArn('t').replace('us-east-1', 'eu-west-1') }, invalid('TopicArn')],
  ])('is refused: %#', async (more, refused) => {
    expect(await refusal(publish(more))).toBe(refused);
  });

  it('may have 262,144 bytes, and two keys of the same name in its JSON', async () => {
    await publish({ Message: 'a'.repeat(262_144) });
    await publish({ Message: '{"default":"a","default":"b"}', MessageStructure: 'json' });
    expect(envelopes('q').map(({ Message }) => Message.length)).toEqual([262_144, 1]);
  });

  it('is refused in another region', async () => {
    const elsewhere = client({ region: 'eu-west-1' });
    expect(await refusal(elsewhere.send(new PublishCommand({ TopicArn, Message: 'm' })))).toBe(
      invalid('TopicArn'),
    );
  });
});

describe('a message attribute', () => {
  const value = (type: string) =>
    `InvalidParameterValueException 400: The message attribute 'a' must contain non-empty message attribute value for message attribute type '${type}'.`;
  const field = (type: string, name: string) =>
    `InvalidParameterValueException 400: The message attribute 'a' with type '${type}' must use field '${name}'.`;
  const prefixes =
    "InvalidParameterValueException 400: The message attribute 'a' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.";
  const bytes = Buffer.from([2, 3, 4]);

  it.each<[Partial<MessageAttributeValue>, string]>([
    [{ DataType: 'String', StringValue: '' }, value('String')],
    [{ DataType: 'String' }, value('String')],
    [{ DataType: 'Binary' }, value('Binary')],
    [{ DataType: 'Number.int', StringValue: '' }, value('Number.int')],
    [{ DataType: 'String', BinaryValue: bytes }, field('String', 'String')],
    [{ DataType: 'Number', BinaryValue: bytes }, field('Number', 'String')],
    [{ DataType: 'Binary', StringValue: 'x' }, field('Binary', 'Binary')],
    [{ DataType: 'Strings', StringValue: 'x' }, prefixes],
    [{ DataType: 'StringPrefixed', StringValue: 'x' }, prefixes],
    [{ DataType: 'DataType', StringValue: 'x' }, prefixes],
  ])('%j is refused, alone and in a batch', async (attribute, refused) => {
    const MessageAttributes = { a: attribute as MessageAttributeValue };
    expect(await refusal(publish({ MessageAttributes }))).toBe(refused);
    expect(await refusal(batch([{ Id: '1', Message: 'm', MessageAttributes }]))).toBe(refused);
  });

  it('without a type is refused with its place', async () => {
    const MessageAttributes = { a: { StringValue: 'x' } as MessageAttributeValue };
    const at = (place: string) =>
      `ValidationError 400: 1 validation error detected: Value null at '${place}' failed to satisfy constraint: Member must not be null`;
    expect(await refusal(publish({ MessageAttributes }))).toBe(at('messageAttributes.a.member.dataType'));
    expect(await refusal(batch([{ Id: '1', Message: 'm', MessageAttributes }]))).toBe(
      at('publishBatchRequestEntries.1.member.messageAttributes.a.member.dataType'),
    );
  });

  it.each([
    ['.a', "Invalid message attribute name starting with character '.' was found."],
    ['a.', "Invalid message attribute name ending with character '.' was found."],
    ['a..b', "Message attribute name can not have successive '.' character."],
    [
      'a!b',
      "Invalid non-alphanumeric character '#x21' was found in the message attribute name. Can only include alphanumeric characters, hyphens, underscores, or dots.",
    ],
    ['a'.repeat(257), 'Length of message attribute name must be less than 256 bytes.'],
  ])('with the name %s is refused', async (name, message) => {
    const MessageAttributes = { [name]: { DataType: 'String', StringValue: 'x' } };
    expect(await refusal(publish({ MessageAttributes }))).toBe(
      `InvalidParameterValueException 400: ${message}`,
    );
  });

  it.each([['String.custom'], ['Number.int'], ['Binary.gif']])('of type %s is accepted', async (DataType) => {
    const isBinary = DataType.startsWith('Binary');
    const one = isBinary ? { DataType, BinaryValue: bytes } : { DataType, StringValue: '1' };
    await publish({ MessageAttributes: { a: one } });
    expect(envelopes('q')).toMatchObject([
      { MessageAttributes: { a: { Type: DataType, Value: isBinary ? 'AgME' : '1' } } },
    ]);
  });
});

describe('a batch', () => {
  const entries = (count: number): PublishBatchRequestEntry[] =>
    Array.from({ length: count }, (_, index) => ({ Id: String(index), Message: `m${index}` }));

  it('answers an id for each message, and an empty list of failures', async () => {
    const { Successful = [], Failed } = await batch(entries(10));
    expect(Failed).toEqual([]);
    expect(Successful).toEqual(entries(10).map(({ Id }) => ({ Id, MessageId: expect.stringMatching(uuid) })));
    expect(envelopes('q').map(({ MessageId, Message }) => [MessageId, Message])).toEqual(
      Successful.map(({ MessageId, Id }) => [MessageId, `m${Id}`]),
    );
  });

  it.each<[string, PublishBatchRequestEntry[], string]>([
    [
      'eleven entries',
      entries(11),
      'TooManyEntriesInBatchRequestException 400: The batch request contains more entries than permissible.',
    ],
    [
      'the same id twice',
      [...entries(1), ...entries(1)],
      'BatchEntryIdsNotDistinctException 400: Two or more batch entries in the request have the same Id.',
    ],
    [
      'a dot in an id',
      [{ Id: 'a.b', Message: 'm' }],
      'InvalidBatchEntryIdException 400: The Id of a batch entry in the batch request contains an impermissible character: a.b',
    ],
    [
      'a long id',
      [{ Id: 'a'.repeat(81), Message: 'm' }],
      `InvalidBatchEntryIdException 400: The Id of a batch entry in the batch request is too long: ${'a'.repeat(81)}`,
    ],
    [
      'too many bytes',
      entries(2).map((entry) => ({ ...entry, Message: 'a'.repeat(131_073) })),
      'BatchRequestTooLongException 400: The length of all the messages put together is more than the limit.',
    ],
    [
      'no default in the JSON of a message',
      [{ Id: '1', Message: '{}', MessageStructure: 'json' }],
      invalid('Message Structure - No default entry in JSON message body'),
    ],
    ['an empty message', [...entries(1), { Id: 'e', Message: '' }], invalid('Empty message')],
  ])('with %s is refused as a whole', async (_what, given, refused) => {
    expect(await refusal(batch(given))).toBe(refused);
    expect(messages('q')).toEqual([]);
  });

  it('to an unknown topic is refused', async () => {
    expect(await refusal(batch(entries(1), topicArn('missing')))).toBe(
      'NotFoundException 404: Topic does not exist',
    );
  });

  it('may have ids of 80 characters, with hyphens and underscores', async () => {
    const { Successful } = await batch([
      { Id: 'a'.repeat(80), Message: 'm' },
      { Id: 'a-b_1', Message: 'm' },
    ]);
    expect(Successful).toHaveLength(2);
  });
});

describe('a FIFO topic', () => {
  const group = { MessageGroupId: 'g' };

  it('needs a group, and a deduplication id unless the content decides', async () => {
    const noGroup = invalid('The MessageGroupId parameter is required for FIFO topics');
    const noId = invalid(
      'The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
    );
    expect(await refusal(publish({ TopicArn: fifo }))).toBe(noGroup);
    expect(await refusal(publish({ TopicArn: fifo, ...group }))).toBe(noId);
    expect(await refusal(batch([{ Id: '1', Message: 'm' }], fifo))).toBe(noGroup);
    expect(await refusal(batch([{ Id: '1', Message: 'm', ...group }], fifo))).toBe(noId);
  });

  it('answers sequence numbers of 20 digits that grow', async () => {
    const numbers: string[] = [];
    for (const MessageDeduplicationId of ['s1', 's2', 's3']) {
      const { SequenceNumber = '' } = await publish({ TopicArn: fifo, ...group, MessageDeduplicationId });
      expect(SequenceNumber).toMatch(/^\d{20}$/);
      numbers.push(SequenceNumber);
    }
    const { Successful = [] } = await batch(
      ['s4', 's5'].map((id) => ({ Id: id, Message: 'm', MessageDeduplicationId: id, ...group })),
      fifo,
    );
    numbers.push(...Successful.map(({ SequenceNumber = '' }) => SequenceNumber));
    expect([...new Set(numbers)].sort()).toEqual(numbers);
    expect(envelopes('q.fifo').map(({ SequenceNumber }) => SequenceNumber)).toEqual(numbers);
  });

  it('delivers in order, with the group and the deduplication id', async () => {
    for (const id of ['o1', 'o2', 'o3']) {
      await publish({ TopicArn: fifo, Message: id, ...group, MessageDeduplicationId: id });
    }
    expect(messages('q.fifo')).toMatchObject(
      ['o1', 'o2', 'o3'].map((deduplicationId) => ({ groupId: 'g', deduplicationId })),
    );
  });

  it('delivers a duplicate once, and answers the first id and number', async () => {
    const one = { Id: '1', Message: 'm', MessageDeduplicationId: 'twice', ...group };
    const first = await batch([one], fifo);
    const second = await batch([{ ...one, Message: 'other' }], fifo);
    expect(second.Successful).toEqual(first.Successful);
    expect(envelopes('q.fifo')).toHaveLength(1);
    const alone = await publish({ TopicArn: fifo, ...group, MessageDeduplicationId: 'twice' });
    expect(alone.MessageId).toBe(first.Successful?.[0]?.MessageId);
    expect(messages('q.fifo')).toEqual([]);
  });

  it('delivers it again after five minutes', async () => {
    let now = Date.now();
    let sent = 0;
    const queues = { send: () => String(++sent) } as unknown as Queues;
    const call = callerOf(alone(createSnsService, { now: () => now }, { queues }));
    const { TopicArn: Topic = '' } = await call('CreateTopic', {
      Name: 'x.fifo',
      Attributes: { FifoTopic: 'true' },
    });
    await call('Subscribe', { TopicArn: Topic, Protocol: 'sqs', Endpoint: queueArn('q.fifo') });
    const again = () =>
      call('Publish', { TopicArn: Topic, Message: 'm', ...group, MessageDeduplicationId: 'd' });
    await again();
    now += 299_000;
    await again();
    expect(sent).toBe(1);
    now += 2000;
    await again();
    expect(sent).toBe(2);
  });

  it('may decide by content: the id is the SHA-256 of the message', async () => {
    const Message = 'Test';
    await publish({ TopicArn: byContent, Message, ...group });
    await publish({ TopicArn: byContent, Message, ...group, Subject: 'other' });
    expect(messages('content.fifo')).toMatchObject([
      { deduplicationId: '532eaabd9574880dbf76b9b8cc00832c20a6ec113d682299550d7a6e0f345e25' },
    ]);
    await publish({ TopicArn: byContent, Message, ...group, MessageDeduplicationId: 'explicit' });
    expect(messages('content.fifo')).toMatchObject([{ deduplicationId: 'explicit' }]);
  });

  it('may keep duplicates apart by group', async () => {
    const Attributes = {
      FifoTopic: 'true',
      ContentBasedDeduplication: 'true',
      FifoThroughputScope: 'MessageGroup',
    };
    const { TopicArn: grouped } = await sns.send(new CreateTopicCommand({ Name: 'g.fifo', Attributes }));
    await sns.send(
      new SubscribeCommand({ TopicArn: grouped, Protocol: 'sqs', Endpoint: queueArn('g.fifo') }),
    );
    for (const MessageGroupId of ['a', 'b', 'a']) await publish({ TopicArn: grouped, MessageGroupId });
    expect(messages('g.fifo').map(({ groupId }) => groupId)).toEqual(['a', 'b']);
  });
});
