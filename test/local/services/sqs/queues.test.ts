// Queues of the local SQS compared with AWS's answers: attributes, names, lists, tags, permissions.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { account, nameOf, region, type SqsFixture, sqsFixture } from './fixture.ts';

let sqs: SqsFixture;
let ask: SqsFixture['ask'];
let refusal: SqsFixture['refusal'];
beforeAll(async () => {
  sqs = await sqsFixture();
  ({ ask, refusal } = sqs);
});
afterAll(() => sqs.stop());

const attributesOf = async (QueueUrl: string, names: string[] = ['All']) =>
  (await ask('GetQueueAttributes', { QueueUrl, AttributeNames: names as never })).Attributes;

describe('the attributes of a queue', () => {
  it('are exactly those of a standard queue, as texts', async () => {
    const url = await sqs.queue();
    const seconds = expect.stringMatching(/^\d{10}$/);
    expect(await attributesOf(url)).toEqual({
      ApproximateNumberOfMessages: '0',
      ApproximateNumberOfMessagesNotVisible: '0',
      ApproximateNumberOfMessagesDelayed: '0',
      CreatedTimestamp: seconds,
      LastModifiedTimestamp: seconds,
      DelaySeconds: '0',
      MaximumMessageSize: '1048576',
      MessageRetentionPeriod: '345600',
      QueueArn: `arn:aws:sqs:${region}:${account}:${nameOf(url)}`,
      ReceiveMessageWaitTimeSeconds: '0',
      SqsManagedSseEnabled: 'true',
      VisibilityTimeout: '30',
    });
  });

  it('are four more of a FIFO queue', async () => {
    const url = await sqs.fifo();
    const all = await attributesOf(url);
    expect(all).toMatchObject({
      ContentBasedDeduplication: 'false',
      DeduplicationScope: 'queue',
      FifoQueue: 'true',
      FifoThroughputLimit: 'perQueue',
    });
    expect(Object.keys(all ?? {})).toHaveLength(16);
  });

  it('are only those that were asked for, and absent when none was', async () => {
    const url = await sqs.queue();
    expect(await attributesOf(url, ['DelaySeconds', 'Policy'])).toEqual({ DelaySeconds: '0' });
    expect(await ask('GetQueueAttributes', { QueueUrl: url })).toEqual({});
    expect(await ask('GetQueueAttributes', { QueueUrl: url, AttributeNames: ['Policy'] })).toEqual({});
    expect(await refusal('GetQueueAttributes', { QueueUrl: url, AttributeNames: ['Nothing' as never] })).toBe(
      '400 InvalidAttributeName: Unknown Attribute Nothing.',
    );
  });

  it('change', async () => {
    const url = await sqs.queue({ VisibilityTimeout: '20' });
    await ask('SetQueueAttributes', {
      QueueUrl: url,
      Attributes: { VisibilityTimeout: '69', DelaySeconds: '420', MaximumMessageSize: '2048' },
    });
    expect(await attributesOf(url)).toMatchObject({
      VisibilityTimeout: '69',
      DelaySeconds: '420',
      MaximumMessageSize: '2048',
    });
  });

  it.each([
    ['DelaySeconds', '901'],
    ['DelaySeconds', 'x'],
    ['MaximumMessageSize', '1023'],
    ['MaximumMessageSize', '1048577'],
    ['MessageRetentionPeriod', '59'],
    ['ReceiveMessageWaitTimeSeconds', '21'],
    ['VisibilityTimeout', '43201'],
    ['SqsManagedSseEnabled', 'maybe'],
    ['Policy', 'no policy'],
    ['Policy', '[]'],
  ])('do not take %s %s', async (name, value) => {
    const url = await sqs.queue();
    expect(await refusal('SetQueueAttributes', { QueueUrl: url, Attributes: { [name]: value } })).toBe(
      `400 InvalidAttributeValue: Invalid value for the parameter ${name}.`,
    );
  });

  it.each(['QueueArn', 'ApproximateNumberOfMessages', 'CreatedTimestamp', 'Nothing', 'All'])(
    'cannot be set: %s',
    async (name) => {
      const url = await sqs.queue();
      expect(await refusal('SetQueueAttributes', { QueueUrl: url, Attributes: { [name]: '1' } })).toBe(
        `400 InvalidAttributeName: Unknown Attribute ${name}.`,
      );
    },
  );

  it('have one kind of encryption at a time', async () => {
    const url = await sqs.queue({ KmsMasterKeyId: 'testKeyId', KmsDataKeyReusePeriodSeconds: '6000' });
    expect(await attributesOf(url)).toMatchObject({
      KmsMasterKeyId: 'testKeyId',
      KmsDataKeyReusePeriodSeconds: '6000',
      SqsManagedSseEnabled: 'false',
    });
    const both = { KmsMasterKeyId: 'k', SqsManagedSseEnabled: 'true' };
    expect(await refusal('SetQueueAttributes', { QueueUrl: url, Attributes: both })).toBe(
      '400 InvalidAttributeName: You can use one type of server-side encryption (SSE) at one time. You can either enable KMS SSE or SQS SSE.',
    );
    await ask('SetQueueAttributes', { QueueUrl: url, Attributes: { SqsManagedSseEnabled: 'true' } });
    const after = await attributesOf(url);
    expect(after).toMatchObject({ SqsManagedSseEnabled: 'true' });
    expect(after).not.toHaveProperty('KmsMasterKeyId');
  });

  it('of a key are gone when they are set to what they are without one', async () => {
    const url = await sqs.queue({ KmsMasterKeyId: 'k', KmsDataKeyReusePeriodSeconds: '6000' });
    const Attributes = { KmsMasterKeyId: '', KmsDataKeyReusePeriodSeconds: '300' };
    await ask('SetQueueAttributes', { QueueUrl: url, Attributes });
    const after = await attributesOf(url);
    expect(after).toMatchObject({ SqsManagedSseEnabled: 'false' });
    expect(Object.keys(after ?? {}).filter((name) => name.startsWith('Kms'))).toEqual([]);
  });

  it('of throughput by message group need deduplication by message group', async () => {
    const url = await sqs.fifo();
    expect(
      await refusal('SetQueueAttributes', {
        QueueUrl: url,
        Attributes: { FifoThroughputLimit: 'perMessageGroupId' },
      }),
    ).toContain('400 InvalidAttributeValue: Invalid value for the parameter FifoThroughputLimit.');
    await ask('SetQueueAttributes', {
      QueueUrl: url,
      Attributes: { FifoThroughputLimit: 'perMessageGroupId', DeduplicationScope: 'messageGroup' },
    });
  });

  it('count visible, invisible and delayed messages', async () => {
    const url = await sqs.queue();
    for (const DelaySeconds of [0, 0, 0, 900]) {
      await ask('SendMessage', { QueueUrl: url, MessageBody: 'm', DelaySeconds });
    }
    await ask('ReceiveMessage', { QueueUrl: url });
    expect(await attributesOf(url)).toMatchObject({
      ApproximateNumberOfMessages: '2',
      ApproximateNumberOfMessagesNotVisible: '1',
      ApproximateNumberOfMessagesDelayed: '1',
    });
  });
});

describe('creating a queue', () => {
  it('again with the same or fewer attributes answers the same URL', async () => {
    const QueueName = 'again';
    const Attributes = { DelaySeconds: '1', VisibilityTimeout: '40' };
    const { QueueUrl } = await ask('CreateQueue', { QueueName, Attributes });
    expect(QueueUrl).toBe(`${sqs.aws.endpoint}/${account}/again`);
    for (const fewer of [Attributes, { DelaySeconds: '1' }, {}, undefined]) {
      expect(await ask('CreateQueue', { QueueName, Attributes: fewer })).toEqual({ QueueUrl });
    }
    for (const other of [{ DelaySeconds: '2' }, { ...Attributes, DelaySeconds: '0' }]) {
      expect(await refusal('CreateQueue', { QueueName, Attributes: other })).toBe(
        '400 QueueAlreadyExists: A queue already exists with the same name and a different value for attribute DelaySeconds',
      );
    }
    await ask('CreateQueue', { QueueName, Attributes: { MaximumMessageSize: '1048576' } });
  });

  it.each([
    ['fifo', { FifoQueue: 'true' }, 'The name of a FIFO queue'],
    ['standard.fifo', {}, 'Can only include alphanumeric characters'],
    ['a b', {}, 'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length'],
    ['a'.repeat(81), {}, 'Can only include alphanumeric characters'],
    [`${'a'.repeat(76)}.fifo`, { FifoQueue: 'true' }, 'The name of a FIFO queue'],
  ])('refuses the name %s with %j', async (QueueName, Attributes, message) => {
    expect(await refusal('CreateQueue', { QueueName, Attributes })).toContain(
      `400 InvalidParameterValue: ${message}`,
    );
  });

  it.each([
    [{ FifoQueue: 'false' }, 'Unknown Attribute FifoQueue.'],
    [{ ContentBasedDeduplication: 'false' }, 'Unknown Attribute ContentBasedDeduplication.'],
    [
      { DeduplicationScope: 'queue' },
      'You can specify the DeduplicationScope only when FifoQueue is set to true.',
    ],
    [
      { FifoThroughputLimit: 'perQueue' },
      'You can specify the FifoThroughputLimit only when FifoQueue is set to true.',
    ],
  ])('as a standard queue refuses %j', async (Attributes, message) => {
    expect(await refusal('CreateQueue', { QueueName: 'standard', Attributes })).toBe(
      `400 InvalidAttributeName: ${message}`,
    );
    const QueueUrl = await sqs.queue();
    expect(await refusal('SetQueueAttributes', { QueueUrl, Attributes })).toBe(
      `400 InvalidAttributeName: ${message}`,
    );
  });

  it('settles the type of the queue', async () => {
    const QueueUrl = await sqs.fifo();
    expect(await refusal('SetQueueAttributes', { QueueUrl, Attributes: { FifoQueue: 'false' } })).toBe(
      '400 InvalidAttributeValue: Invalid value for the parameter FifoQueue. Reason: Modifying queue type is not supported.',
    );
  });

  it('needs a name', async () => {
    expect(await refusal('CreateQueue', { QueueName: undefined })).toBe(
      '400 MissingParameter: The request must contain the parameter QueueName.',
    );
  });
});

describe('a queue that does not exist', () => {
  const QueueUrl = 'https://sqs.us-east-1.amazonaws.com/000000000000/nobody';
  const refused = '400 AWS.SimpleQueueService.NonExistentQueue: The specified queue does not exist.';

  it('is not found by any operation', async () => {
    expect(await refusal('GetQueueUrl', { QueueName: 'nobody' })).toBe(refused);
    expect(await refusal('DeleteQueue', { QueueUrl })).toBe(refused);
    expect(await refusal('PurgeQueue', { QueueUrl })).toBe(refused);
    expect(await refusal('SendMessage', { QueueUrl, MessageBody: 'm' })).toBe(refused);
    expect(await refusal('ReceiveMessage', { QueueUrl })).toBe(refused);
    expect(await refusal('GetQueueAttributes', { QueueUrl })).toBe(refused);
    expect(await refusal('ListQueueTags', { QueueUrl })).toBe(refused);
    expect(await refusal('ListDeadLetterSourceQueues', { QueueUrl })).toBe(refused);
  });

  it('has the type of the model in JSON', async () => {
    const error = await ask('GetQueueUrl', { QueueName: 'nobody' }).catch((thrown: Error) => thrown);
    expect(error).toMatchObject({ name: 'QueueDoesNotExist' });
  });

  it('was deleted, with its messages', async () => {
    const url = await sqs.queue();
    await ask('SendMessage', { QueueUrl: url, MessageBody: 'm' });
    await ask('DeleteQueue', { QueueUrl: url });
    expect(await refusal('SendMessage', { QueueUrl: url, MessageBody: 'm' })).toBe(refused);
    await ask('CreateQueue', { QueueName: nameOf(url) });
    expect(await sqs.bodies(url)).toEqual([]);
  });
});

describe('the URL of a queue', () => {
  it('has the address of the endpoint, may be of any host, and may be only a name', async () => {
    const url = await sqs.queue();
    await ask('SendMessage', { QueueUrl: url, MessageBody: 'm' });
    const name = nameOf(url);
    for (const QueueUrl of [
      name,
      `https://sqs.us-east-1.amazonaws.com/${account}/${name}`,
      `https://queue.amazonaws.com/${account}/${name}`,
      `/${account}/${name}`,
    ]) {
      const settings = { QueueUrl, MessageBody: 'm' };
      // The client would send these requests to the host in the URL.
      const { Attributes } = await ask('GetQueueAttributes', {
        QueueUrl: settings.QueueUrl,
        AttributeNames: ['QueueArn'],
      });
      expect(Attributes).toEqual({ QueueArn: sqs.arn(url) });
    }
    expect(await ask('GetQueueUrl', { QueueName: name })).toEqual({ QueueUrl: url });
    expect(await ask('GetQueueUrl', { QueueName: name, QueueOwnerAWSAccountId: account })).toEqual({
      QueueUrl: url,
    });
  });

  it('of another account is not found', async () => {
    const url = (await sqs.queue()).replace(account, '999999999999');
    expect(await refusal('SendMessage', { QueueUrl: url, MessageBody: 'm' })).toContain('NonExistentQueue');
  });
});

describe('the list of queues', () => {
  it('has no member without hits, and pages when asked', async () => {
    expect(await ask('ListQueues', { QueueNamePrefix: 'no-such-prefix' })).toEqual({});
    const urls: string[] = [];
    for (const name of ['list-a', 'list-b', 'list-c']) {
      urls.push((await ask('CreateQueue', { QueueName: name })).QueueUrl as string);
    }
    const QueueNamePrefix = 'list-';
    expect(await ask('ListQueues', { QueueNamePrefix })).toEqual({ QueueUrls: urls });
    const first = await ask('ListQueues', { QueueNamePrefix, MaxResults: 2 });
    expect(first).toEqual({ QueueUrls: urls.slice(0, 2), NextToken: expect.any(String) });
    const { NextToken } = first;
    expect(await ask('ListQueues', { QueueNamePrefix, MaxResults: 2, NextToken })).toEqual({
      QueueUrls: urls.slice(2),
    });
  });
});

describe('purging', () => {
  it('removes all messages, once in a minute', async () => {
    const url = await sqs.queue();
    await ask('SendMessage', { QueueUrl: url, MessageBody: 'm' });
    await ask('SendMessage', { QueueUrl: url, MessageBody: 'm' });
    await ask('ReceiveMessage', { QueueUrl: url });
    expect(await ask('PurgeQueue', { QueueUrl: url })).toEqual({});
    expect(await attributesOf(url)).toMatchObject({
      ApproximateNumberOfMessages: '0',
      ApproximateNumberOfMessagesNotVisible: '0',
    });
    expect(await refusal('PurgeQueue', { QueueUrl: url })).toBe(
      `403 AWS.SimpleQueueService.PurgeQueueInProgress: Only one PurgeQueue operation on ${nameOf(url)} is allowed every 60 seconds.`,
    );
  });
});

describe('tags', () => {
  it('are put, listed and removed; without tags there is no member', async () => {
    const { QueueUrl } = await ask('CreateQueue', { QueueName: 'tagged', tags: { a: '1' } });
    await ask('TagQueue', { QueueUrl, Tags: { b: '2', a: '3' } });
    expect(await ask('ListQueueTags', { QueueUrl })).toEqual({ Tags: { a: '3', b: '2' } });
    await ask('UntagQueue', { QueueUrl, TagKeys: ['a', 'b', 'c'] });
    expect(await ask('ListQueueTags', { QueueUrl })).toEqual({});
  });
});

describe('permissions', () => {
  const policyOf = async (url: string) => JSON.parse((await attributesOf(url, ['Policy']))?.Policy ?? 'null');

  it('become statements of the policy, by their label', async () => {
    const url = await sqs.queue();
    const arn = sqs.arn(url);
    const add = (Label: string, ids: string[], Actions: string[]) =>
      ask('AddPermission', { QueueUrl: url, Label, AWSAccountIds: ids, Actions });
    expect(await add('one', [account, '668614515564'], ['ReceiveMessage'])).toEqual({});
    const one = {
      Sid: 'one',
      Effect: 'Allow',
      Principal: { AWS: [`arn:aws:iam::${account}:root`, 'arn:aws:iam::668614515564:root'] },
      Action: 'SQS:ReceiveMessage',
      Resource: arn,
    };
    expect(await policyOf(url)).toEqual({
      Version: '2008-10-17',
      Id: `${arn}/SQSDefaultPolicy`,
      Statement: [one],
    });
    expect(
      await refusal('AddPermission', {
        QueueUrl: url,
        Label: 'one',
        AWSAccountIds: [account],
        Actions: ['ReceiveMessage'],
      }),
    ).toBe('400 InvalidParameterValue: Value one for parameter Label is invalid. Reason: Already exists.');
    await add('two', [account], ['SendMessage', 'DeleteMessage']);
    expect((await policyOf(url)).Statement).toEqual([
      one,
      {
        Sid: 'two',
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${account}:root` },
        Action: ['SQS:SendMessage', 'SQS:DeleteMessage'],
        Resource: arn,
      },
    ]);
    await ask('RemovePermission', { QueueUrl: url, Label: 'one' });
    expect((await policyOf(url)).Statement).toHaveLength(1);
    await ask('RemovePermission', { QueueUrl: url, Label: 'two' });
    expect(await policyOf(url)).toBeNull();
    expect(await refusal('RemovePermission', { QueueUrl: url, Label: 'two' })).toBe(
      "400 InvalidParameterValue: Value two for parameter Label is invalid. Reason: can't find label.",
    );
  });

  it('are for actions of SQS', async () => {
    const QueueUrl = await sqs.queue();
    const input = { QueueUrl, Label: 'l', AWSAccountIds: [account], Actions: ['Fly'] };
    expect(await refusal('AddPermission', input)).toContain(
      'Value SQS:Fly for parameter ActionName is invalid. Reason: Please refer to the appropriate WSDL for a list of valid actions.',
    );
  });

  it('an empty policy removes the policy', async () => {
    const url = await sqs.queue({ Policy: '{"Version":"2012-10-17","Statement":[]}' });
    expect(await policyOf(url)).toEqual({ Version: '2012-10-17', Statement: [] });
    await ask('SetQueueAttributes', { QueueUrl: url, Attributes: { Policy: '' } });
    expect(await policyOf(url)).toBeNull();
  });
});

describe('a name that was just deleted', () => {
  it('is free after a minute when creations take their time', async () => {
    const slow = await sqsFixture({ createDelay: 1 });
    const QueueUrl = await slow.queue();
    await slow.ask('DeleteQueue', { QueueUrl });
    expect(await slow.refusal('CreateQueue', { QueueName: nameOf(QueueUrl) })).toBe(
      '400 AWS.SimpleQueueService.QueueDeletedRecently: You must wait 60 seconds after deleting a queue before you can create another with the same name.',
    );
    await slow.stop();
  });
});
