// Messages of standard queues compared with AWS's answers.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SqsFixture, sqsFixture } from './fixture.ts';

let sqs: SqsFixture;
let ask: SqsFixture['ask'];
let refusal: SqsFixture['refusal'];
beforeAll(async () => {
  sqs = await sqsFixture();
  ({ ask, refusal } = sqs);
});
afterAll(() => sqs.stop());

const uuid = expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
const text = (StringValue: string) => ({ DataType: 'String', StringValue });
const three = { Hello: text('There'), General: text('Kenobi'), 'Help.Me': text('Me') };

async function one(QueueUrl: string, more: object = {}) {
  const { Messages = [] } = await ask('ReceiveMessage', { QueueUrl, ...more });
  return Messages[0];
}

describe('sending', () => {
  it('answers the id and the MD5 of the body', async () => {
    const QueueUrl = await sqs.queue();
    expect(await ask('SendMessage', { QueueUrl, MessageBody: 'message-body-1' })).toEqual({
      MessageId: uuid,
      MD5OfMessageBody: '19c9e282d65f9733bc6b35d50062c7ee',
    });
  });

  it('answers the MD5s of attributes of all kinds', async () => {
    const QueueUrl = await sqs.queue();
    const bytes = Buffer.from('traceparent\x1e00-774062d6c37081a5a0b9b5b88e30627c-2d2482211f6489da-01');
    const attr1 = { DataType: 'Binary', BinaryValue: bytes };
    const sent = await ask('SendMessage', { QueueUrl, MessageBody: 'test', MessageAttributes: { attr1 } });
    expect(sent.MD5OfMessageAttributes).toBe('8cbe4db156db8a94db8b801b7addb984');
    const names = await ask('SendMessage', { QueueUrl, MessageBody: 'msg', MessageAttributes: three });
    expect(names.MD5OfMessageAttributes).toBe('4c360f3fdafd970e05fae2f149d997f5');
    const trace = { AWSTraceHeader: text('Root=1-5759e988-bd862e3fe1be46a994272793') };
    const traced = await ask('SendMessage', {
      QueueUrl,
      MessageBody: 'm',
      MessageSystemAttributes: trace,
    });
    expect(traced.MD5OfMessageSystemAttributes).toMatch(/^[0-9a-f]{32}$/);
    expect(traced).not.toHaveProperty('MD5OfMessageAttributes');
  });

  it.each<[string, object, string]>([
    ['no body', {}, 'MissingParameter: The request must contain the parameter MessageBody.'],
    [
      'an empty body',
      { MessageBody: '' },
      'MissingParameter: The request must contain the parameter MessageBody.',
    ],
    [
      'a long body',
      { MessageBody: 'a'.repeat(1_048_577) },
      'InvalidParameterValue: One or more parameters are invalid. Reason: Message must be shorter than 1048576 bytes.',
    ],
    [
      'a body that is long with its attributes',
      { MessageBody: 'a'.repeat(1_048_576 - 9), MessageAttributes: { a: text('bcd') } },
      'InvalidParameterValue: One or more parameters are invalid. Reason: Message must be shorter than 1048576 bytes.',
    ],
    [
      'control characters',
      { MessageBody: 'a\u0008' },
      "InvalidMessageContents: Invalid binary character '#x8' was found in the message body, the set of allowed characters is #x9 | #xA | #xD | [#x20-#xD7FF] | [#xE000-#xFFFD] | [#x10000-#x10FFFF].",
    ],
    [
      'control characters in an attribute',
      { MessageBody: 'm', MessageAttributes: { X: text('a\u000b') } },
      "InvalidParameterValue: Invalid binary character '#xB' was found in the value of message (user) attribute 'X', the set of allowed characters is #x9 | #xA | #xD | [#x20-#xD7FF] | [#xE000-#xFFFD] | [#x10000-#x10FFFF].",
    ],
    [
      'an empty attribute',
      { MessageBody: 'm', MessageAttributes: { X: text('') } },
      "InvalidParameterValue: Message (user) attribute 'X' must contain a non-empty value of type 'String'.",
    ],
    [
      'an attribute of another type',
      { MessageBody: 'm', MessageAttributes: { X: { DataType: 'Invalid', StringValue: 'x' } } },
      "InvalidParameterValue: The type of message (user) attribute 'X' is invalid. You must use only the following supported type prefixes: Binary, Number, String.",
    ],
    [
      'a number that is none',
      { MessageBody: 'm', MessageAttributes: { X: { DataType: 'Number', StringValue: 'x' } } },
      "InvalidParameterValue: Can't cast the value of message (user) attribute 'X' to a number.",
    ],
    [
      'a reserved name of an attribute',
      { MessageBody: 'm', MessageAttributes: { 'AWS.x': text('x') } },
      "InvalidParameterValue: You can't use message attribute names beginning with 'AWS.' or 'Amazon.'. These strings are reserved for internal use. Additionally, they cannot start or end with '.'.",
    ],
    [
      'eleven attributes',
      {
        MessageBody: 'm',
        MessageAttributes: Object.fromEntries(Array.from({ length: 11 }, (_, n) => [`a${n}`, text('x')])),
      },
      'InvalidParameterValue: Number of message attributes [11] exceeds the allowed maximum [10].',
    ],
    [
      'a group with blanks',
      { MessageBody: 'm', MessageGroupId: 'group 123' },
      'InvalidParameterValue: Value group 123 for parameter MessageGroupId is invalid. Reason: MessageGroupId can only include alphanumeric and punctuation characters. 1 to 128 in length.',
    ],
    [
      'a long group',
      { MessageBody: 'm', MessageGroupId: 'g'.repeat(129) },
      `InvalidParameterValue: Value ${'g'.repeat(129)} for parameter MessageGroupId is invalid. Reason: MessageGroupId can only include alphanumeric and punctuation characters. 1 to 128 in length.`,
    ],
    [
      'a deduplication id',
      { MessageBody: 'm', MessageDeduplicationId: 'd' },
      'InvalidParameterValue: Value d for parameter MessageDeduplicationId is invalid. Reason: The request include parameter that is not valid for this queue type.',
    ],
    [
      'a long delay',
      { MessageBody: 'm', DelaySeconds: 901 },
      'InvalidParameterValue: Value 901 for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.',
    ],
  ])('refuses %s', async (_, input, refused) => {
    const QueueUrl = await sqs.queue();
    expect(await refusal('SendMessage', { QueueUrl, ...input } as never)).toBe(`400 ${refused}`);
  });

  it('takes a message of exactly the largest size, in UTF-8', async () => {
    const QueueUrl = await sqs.queue({ MaximumMessageSize: '1024' });
    await ask('SendMessage', { QueueUrl, MessageBody: 'é'.repeat(512) });
    expect(await refusal('SendMessage', { QueueUrl, MessageBody: `é${'a'.repeat(1023)}` })).toBe(
      '400 InvalidParameterValue: One or more parameters are invalid. Reason: Message must be shorter than 1024 bytes.',
    );
  });

  it('is delayed by the message, or else by the queue', async () => {
    const QueueUrl = await sqs.queue({ DelaySeconds: '900' });
    await ask('SendMessage', { QueueUrl, MessageBody: 'late' });
    await ask('SendMessage', { QueueUrl, MessageBody: 'now', DelaySeconds: 0 });
    await ask('SendMessage', { QueueUrl, MessageBody: 'soon', DelaySeconds: 1 });
    expect(await sqs.bodies(QueueUrl)).toEqual(['now']);
    const { Messages } = await ask('ReceiveMessage', { QueueUrl, WaitTimeSeconds: 5 });
    expect(Messages?.map(({ Body }) => Body)).toEqual(['soon']);
  });
});

describe('receiving', () => {
  it('has exactly four members without asking for more, and no Messages when there are none', async () => {
    const QueueUrl = await sqs.queue();
    expect(await ask('ReceiveMessage', { QueueUrl })).toEqual({});
    const { MessageId } = await ask('SendMessage', {
      QueueUrl,
      MessageBody: 'msg',
      MessageAttributes: three,
    });
    expect(await ask('ReceiveMessage', { QueueUrl })).toEqual({
      Messages: [
        {
          MessageId,
          ReceiptHandle: expect.any(String),
          MD5OfBody: '6e2baaf3b97dbeef01c0043275f9a0e7',
          Body: 'msg',
        },
      ],
    });
  });

  it.each<[string[], string[] | undefined, string | undefined]>([
    [['All'], ['General', 'Hello', 'Help.Me'], '4c360f3fdafd970e05fae2f149d997f5'],
    [['*'], ['General', 'Hello', 'Help.Me'], '4c360f3fdafd970e05fae2f149d997f5'],
    [['.*'], ['General', 'Hello', 'Help.Me'], '4c360f3fdafd970e05fae2f149d997f5'],
    [['Foo', 'Help'], undefined, undefined],
    [['Hello', 'General'], ['General', 'Hello'], 'fca026605781cb4126a1e9044df24232'],
    [['Hello', 'Foo'], ['Hello'], 'a311262e065454b75da111d535b8dacd'],
    [['Hel.*'], ['Hello', 'Help.Me'], '83fee93c1bcd8b9a5a923ffacdc636c7'],
    [['Help.Me'], ['Help.Me'], expect.any(String) as unknown as string],
  ])('shows the message attributes that %j names', async (MessageAttributeNames, names, digest) => {
    const QueueUrl = await sqs.queue();
    await ask('SendMessage', { QueueUrl, MessageBody: 'msg', MessageAttributes: three });
    const message = await one(QueueUrl, { MessageAttributeNames });
    expect(message?.MessageAttributes && Object.keys(message.MessageAttributes).sort()).toEqual(names);
    expect(message?.MD5OfMessageAttributes).toEqual(digest);
    if (names) expect(message?.MessageAttributes?.[names[0] as string]?.DataType).toBe('String');
  });

  it.each(['AttributeNames', 'MessageSystemAttributeNames'])('shows system attributes by %s', async (by) => {
    const QueueUrl = await sqs.queue();
    await ask('SendMessage', { QueueUrl, MessageBody: 'm', MessageGroupId: 'g' });
    const stamp = expect.stringMatching(/^\d{13}$/);
    const all = await one(QueueUrl, { [by]: ['All'], VisibilityTimeout: 0 });
    expect(all?.Attributes).toEqual({
      SenderId: expect.any(String),
      SentTimestamp: stamp,
      ApproximateReceiveCount: '1',
      ApproximateFirstReceiveTimestamp: stamp,
      MessageGroupId: 'g',
    });
    const again = await one(QueueUrl, { [by]: ['ApproximateReceiveCount'], VisibilityTimeout: 0 });
    expect(again?.Attributes).toEqual({ ApproximateReceiveCount: '2' });
    expect(again?.ReceiptHandle).not.toBe(all?.ReceiptHandle);
    expect(again?.MessageId).toBe(all?.MessageId);
  });

  it('shows the trace header that was sent', async () => {
    const QueueUrl = await sqs.queue();
    const MessageSystemAttributes = { AWSTraceHeader: text('Root=1') };
    await ask('SendMessage', { QueueUrl, MessageBody: 'm', MessageSystemAttributes });
    const message = await one(QueueUrl, { AttributeNames: ['AWSTraceHeader'] });
    expect(message?.Attributes).toEqual({ AWSTraceHeader: 'Root=1' });
  });

  it.each<[object, string]>([
    [
      { MaxNumberOfMessages: 11 },
      'Value 11 for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.',
    ],
    [
      { MaxNumberOfMessages: 0 },
      'Value 0 for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.',
    ],
    [
      { WaitTimeSeconds: 21 },
      'Value 21 for parameter WaitTimeSeconds is invalid. Reason: Must be >= 0 and <= 20, if provided.',
    ],
  ])('refuses %j', async (input, refused) => {
    const QueueUrl = await sqs.queue();
    expect(await refusal('ReceiveMessage', { QueueUrl, ...input })).toBe(
      `400 InvalidParameterValue: ${refused}`,
    );
  });

  it('takes up to the number asked for, the oldest first', async () => {
    const QueueUrl = await sqs.queue();
    for (let n = 0; n < 12; n++) await ask('SendMessage', { QueueUrl, MessageBody: String(n) });
    const { Messages } = await ask('ReceiveMessage', { QueueUrl, MaxNumberOfMessages: 3 });
    expect(Messages?.map(({ Body }) => Body)).toEqual(['0', '1', '2']);
    expect(await sqs.bodies(QueueUrl)).toHaveLength(9);
  });
});

describe('visibility', () => {
  it('ends after the timeout of the request, or else of the queue', async () => {
    const QueueUrl = await sqs.queue({ VisibilityTimeout: '1' });
    await ask('SendMessage', { QueueUrl, MessageBody: 'm' });
    const first = await one(QueueUrl);
    expect(await sqs.bodies(QueueUrl)).toEqual([]);
    const second = await one(QueueUrl, { WaitTimeSeconds: 5, VisibilityTimeout: 100 });
    expect(second?.MessageId).toBe(first?.MessageId);
    expect(await one(QueueUrl, { WaitTimeSeconds: 2 })).toBeUndefined();
  });

  it('ends at once when it is changed to 0, and lasts when it is changed to more', async () => {
    const QueueUrl = await sqs.queue({ VisibilityTimeout: '1' });
    await ask('SendMessage', { QueueUrl, MessageBody: 'm' });
    const { ReceiptHandle } = (await one(QueueUrl)) ?? {};
    await ask('ChangeMessageVisibility', { QueueUrl, ReceiptHandle, VisibilityTimeout: 100 });
    expect(await one(QueueUrl, { WaitTimeSeconds: 2 })).toBeUndefined();
    await ask('ChangeMessageVisibility', { QueueUrl, ReceiptHandle, VisibilityTimeout: 0 });
    expect(await sqs.bodies(QueueUrl)).toEqual(['m']);
  });

  it('is ended by the handle of an earlier receive, too', async () => {
    const QueueUrl = await sqs.queue();
    await ask('SendMessage', { QueueUrl, MessageBody: 'm' });
    const { ReceiptHandle } = (await one(QueueUrl, { VisibilityTimeout: 0 })) ?? {};
    expect(await one(QueueUrl, { VisibilityTimeout: 100 })).toBeDefined();
    await ask('ChangeMessageVisibility', { QueueUrl, ReceiptHandle, VisibilityTimeout: 0 });
    expect(await sqs.bodies(QueueUrl)).toEqual(['m']);
  });

  it('ends for a message before later ones are received', async () => {
    const QueueUrl = await sqs.queue();
    await ask('SendMessage', { QueueUrl, MessageBody: 'first' });
    const { ReceiptHandle } = (await one(QueueUrl)) ?? {};
    await ask('SendMessage', { QueueUrl, MessageBody: 'second' });
    await ask('ChangeMessageVisibility', { QueueUrl, ReceiptHandle, VisibilityTimeout: 0 });
    expect(await sqs.bodies(QueueUrl)).toEqual(['first', 'second']);
  });

  it('cannot be changed of a message that was deleted, or to more than twelve hours', async () => {
    const QueueUrl = await sqs.queue();
    await ask('SendMessage', { QueueUrl, MessageBody: 'm' });
    const { ReceiptHandle = '' } = (await one(QueueUrl)) ?? {};
    const long = { QueueUrl, ReceiptHandle, VisibilityTimeout: 43_201 };
    expect(await refusal('ChangeMessageVisibility', long)).toContain(
      '400 InvalidParameterValue: Value 43201 for parameter VisibilityTimeout is invalid.',
    );
    await ask('DeleteMessage', { QueueUrl, ReceiptHandle });
    expect(await refusal('ChangeMessageVisibility', { ...long, VisibilityTimeout: 1 })).toBe(
      `400 InvalidParameterValue: Value ${ReceiptHandle} for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available for visibility timeout change.`,
    );
  });
});

describe('deleting', () => {
  it('works with an older handle, with an expired one, and twice', async () => {
    const QueueUrl = await sqs.queue();
    await ask('SendMessage', { QueueUrl, MessageBody: 'm' });
    const older = await one(QueueUrl, { VisibilityTimeout: 0 });
    await one(QueueUrl, { VisibilityTimeout: 0 });
    for (let times = 0; times < 2; times++) {
      expect(await ask('DeleteMessage', { QueueUrl, ReceiptHandle: older?.ReceiptHandle })).toEqual({});
    }
    expect(await sqs.bodies(QueueUrl)).toEqual([]);
  });

  it('refuses what is no handle, or the handle of another queue', async () => {
    const QueueUrl = await sqs.queue();
    expect(await refusal('DeleteMessage', { QueueUrl, ReceiptHandle: 'garbage' })).toBe(
      '404 ReceiptHandleIsInvalid: The input receipt handle "garbage" is not a valid receipt handle.',
    );
    const other = await sqs.queue();
    await ask('SendMessage', { QueueUrl: other, MessageBody: 'm' });
    const { ReceiptHandle } = (await one(other)) ?? {};
    expect(await refusal('DeleteMessage', { QueueUrl, ReceiptHandle })).toContain('ReceiptHandleIsInvalid');
    expect(await refusal('DeleteMessage', { QueueUrl, ReceiptHandle: undefined })).toBe(
      '400 MissingParameter: The request must contain the parameter ReceiptHandle.',
    );
  });
});
