// The local SQS with boto3 and the aws CLI.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Boto3, pythonWithBoto3, startBoto3, type Told } from '../../../support/boto3/boto3.ts';
import { awsCli } from '../../../support/tools.ts';
import { type InProcessAws, startInProcess } from '../../in-process.ts';
import { account, region } from './fixture.ts';

const python = await pythonWithBoto3();
const cli = await awsCli();

let aws: InProcessAws;
beforeAll(async () => {
  aws = await startInProcess();
});
afterAll(() => aws.stop());

const members = (value: object) =>
  Object.keys(value)
    .filter((name) => name !== 'status' && name !== 'headers')
    .sort();

describe.skipIf(!python)('boto3', () => {
  let boto3: Boto3;
  let QueueUrl: string;
  const ask = (operation: string, input: object = {}): Promise<Told> => boto3.call('sqs', operation, input);
  const messages = async (input: object = {}) =>
    ((await ask('receive_message', { QueueUrl, ...input })).Messages ?? []) as Record<string, never>[];

  beforeAll(async () => {
    boto3 = startBoto3(python as string, aws.env);
    QueueUrl = (await ask('create_queue', { QueueName: 'boto3', tags: { a: 'b' } })).QueueUrl as string;
  });
  afterAll(() => boto3?.stop());

  it('creates, finds and lists queues', async () => {
    expect(QueueUrl).toBe(`${aws.endpoint}/${account}/boto3`);
    expect(await ask('get_queue_url', { QueueName: 'boto3' })).toMatchObject({ QueueUrl });
    expect((await ask('list_queues')).QueueUrls).toEqual([QueueUrl]);
    expect(members(await ask('list_queues', { QueueNamePrefix: 'none' }))).toEqual([]);
    const pages = await boto3.pages('sqs', 'list_queues', 1);
    expect(pages.map(({ QueueUrls }) => QueueUrls)).toEqual([[QueueUrl]]);
  });

  it('sends, receives and deletes, and checks the MD5s of all parts', async () => {
    const MessageAttributes = {
      text: { DataType: 'String', StringValue: 'x' },
      bytes: { DataType: 'Binary', BinaryValue: Buffer.from('bytes') },
      number: { DataType: 'Number.int', StringValue: '7' },
    };
    const sent = await ask('send_message', { QueueUrl, MessageBody: 'täglich', MessageAttributes });
    expect(members(sent)).toEqual(['MD5OfMessageAttributes', 'MD5OfMessageBody', 'MessageId']);
    const [message] = await messages({ MessageAttributeNames: ['All'], AttributeNames: ['All'] });
    expect(members(message ?? {})).toEqual([
      'Attributes',
      'Body',
      'MD5OfBody',
      'MD5OfMessageAttributes',
      'MessageAttributes',
      'MessageId',
      'ReceiptHandle',
    ]);
    expect(message).toMatchObject({
      Body: 'täglich',
      MD5OfMessageAttributes: sent.MD5OfMessageAttributes,
      MessageAttributes: { bytes: { DataType: 'Binary', BinaryValue: 'bytes' } },
    });
    expect(members(await ask('delete_message', { QueueUrl, ReceiptHandle: message?.ReceiptHandle }))).toEqual(
      [],
    );
    expect(members(await ask('receive_message', { QueueUrl }))).toEqual([]);
  });

  it('sends batches', async () => {
    const Entries = [
      { Id: '1', MessageBody: 'a' },
      { Id: '2', MessageBody: 'b', DelaySeconds: 901 },
    ];
    const sent = await ask('send_message_batch', { QueueUrl, Entries });
    expect(sent.Successful).toMatchObject([{ Id: '1' }]);
    expect(sent.Failed).toMatchObject([{ Id: '2', SenderFault: true, Code: 'InvalidParameterValue' }]);
    const [{ ReceiptHandle } = {}] = await messages();
    const gone = await ask('delete_message_batch', { QueueUrl, Entries: [{ Id: 'x', ReceiptHandle }] });
    expect(gone.Successful).toEqual([{ Id: 'x' }]);
    expect(gone).not.toHaveProperty('Failed');
  });

  it.each<[string, object, number, object]>([
    [
      'get_queue_url',
      { QueueName: 'nobody' },
      400,
      {
        Code: 'AWS.SimpleQueueService.NonExistentQueue',
        Message: 'The specified queue does not exist.',
        QueryErrorCode: 'QueueDoesNotExist',
        Type: 'Sender',
      },
    ],
    [
      'receive_message',
      { QueueUrl: 'boto3', WaitTimeSeconds: 21 },
      400,
      {
        Code: 'InvalidParameterValue',
        Message:
          'Value 21 for parameter WaitTimeSeconds is invalid. Reason: Must be >= 0 and <= 20, if provided.',
        QueryErrorCode: 'InvalidParameterValueException',
        Type: 'Sender',
      },
    ],
    [
      'send_message',
      { QueueUrl: 'boto3' },
      400,
      {
        Code: 'MissingParameter',
        Message: 'The request must contain the parameter MessageBody.',
        QueryErrorCode: 'MissingRequiredParameterException',
        Type: 'Sender',
      },
    ],
    [
      'create_queue',
      { QueueName: 'boto3', Attributes: { DelaySeconds: '9' } },
      400,
      { Code: 'QueueAlreadyExists', QueryErrorCode: 'QueueNameExists', Type: 'Sender' },
    ],
    [
      'delete_message',
      { QueueUrl: 'boto3', ReceiptHandle: 'x' },
      404,
      { Code: 'ReceiptHandleIsInvalid', QueryErrorCode: 'ReceiptHandleIsInvalid' },
    ],
  ])('sees the error of %s %j', async (operation, input, status, error) => {
    const told = await ask(operation, input);
    expect(told.status).toBe(status);
    expect(told.Error).toMatchObject(error);
  });

  it.each(['sqs', 'sqs:queue'])('finds the queue by its tags and the type %s', async (type) => {
    const found = await boto3.call('resourcegroupstaggingapi', 'get_resources', {
      TagFilters: [{ Key: 'a', Values: ['b'] }],
      ResourceTypeFilters: [type],
    });
    expect(found.ResourceTagMappingList).toEqual([
      { ResourceARN: `arn:aws:sqs:${region}:${account}:boto3`, Tags: [{ Key: 'a', Value: 'b' }] },
    ]);
  });
});

describe.skipIf(!cli)('the aws CLI', () => {
  const run = async (...args: string[]): Promise<unknown> => {
    const { stdout } = await promisify(execFile)(
      cli as string,
      ['sqs', ...args, '--output', 'json', '--endpoint-url', aws.endpoint],
      { env: { PATH: process.env.PATH, ...aws.env } },
    );
    return stdout === '' ? undefined : JSON.parse(stdout);
  };

  it('creates a queue, sends, receives, deletes, and removes the queue', async () => {
    const { QueueUrl } = (await run('create-queue', '--queue-name', 'cli')) as { QueueUrl: string };
    expect(QueueUrl).toBe(`${aws.endpoint}/${account}/cli`);
    const at = ['--queue-url', QueueUrl];
    await run('send-message', ...at, '--message-body', 'hello');
    const received = (await run('receive-message', ...at)) as {
      Messages: { Body: string; ReceiptHandle: string }[];
    };
    expect(received.Messages.map(({ Body }) => Body)).toEqual(['hello']);
    await run('delete-message', ...at, '--receipt-handle', received.Messages[0]?.ReceiptHandle as string);
    const { Attributes } = (await run('get-queue-attributes', ...at, '--attribute-names', 'All')) as {
      Attributes: Record<string, string>;
    };
    expect(Attributes).toMatchObject({
      ApproximateNumberOfMessages: '0',
      ApproximateNumberOfMessagesNotVisible: '0',
    });
    await run('delete-queue', ...at);
    await expect(run('get-queue-url', '--queue-name', 'cli')).rejects.toThrow(
      // Older ones speak Query, newer ones JSON.
      'An error occurred (AWS.SimpleQueueService.NonExistentQueue) when calling the GetQueueUrl operation: The specified queue does not exist',
    );
  });

  it('sets attributes and tags, and sends batches with attributes to a FIFO queue', async () => {
    const { QueueUrl } = (await run(
      'create-queue',
      '--queue-name',
      'cli.fifo',
      '--attributes',
      'FifoQueue=true,ContentBasedDeduplication=true',
      '--tags',
      'team=a',
    )) as { QueueUrl: string };
    const at = ['--queue-url', QueueUrl];
    await run('tag-queue', ...at, '--tags', 'stage=dev');
    expect(await run('list-queue-tags', ...at)).toEqual({ Tags: { team: 'a', stage: 'dev' } });
    await run('set-queue-attributes', ...at, '--attributes', 'VisibilityTimeout=45');
    const asked = ['--attribute-names', 'VisibilityTimeout', 'FifoQueue'];
    expect(await run('get-queue-attributes', ...at, ...asked)).toEqual({
      Attributes: { VisibilityTimeout: '45', FifoQueue: 'true' },
    });
    const entries = ['a', 'b'].map((Id) => ({
      Id,
      MessageBody: `body ${Id}`,
      MessageGroupId: 'g',
      MessageAttributes: { kind: { DataType: 'String', StringValue: Id } },
    }));
    expect(await run('send-message-batch', ...at, '--entries', JSON.stringify(entries))).toMatchObject({
      Successful: [
        { Id: 'a', SequenceNumber: expect.stringMatching(/^\d{20}$/) },
        { Id: 'b', MD5OfMessageAttributes: expect.stringMatching(/^[0-9a-f]{32}$/) },
      ],
    });
    const all = [
      '--max-number-of-messages',
      '10',
      '--message-attribute-names',
      'All',
      '--attribute-names',
      'All',
    ];
    expect(await run('receive-message', ...at, ...all)).toMatchObject({
      Messages: [
        {
          Body: 'body a',
          Attributes: { MessageGroupId: 'g' },
          MessageAttributes: { kind: { StringValue: 'a' } },
        },
        { Body: 'body b' },
      ],
    });
  });
});
