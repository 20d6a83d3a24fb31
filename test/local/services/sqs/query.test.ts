// The wire of SQS: Query at `/` and at the queue URL, by POST and by GET, and the errors of both protocols.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { account } from '../../call.ts';
import { type SignedServer, signedServer } from '../../signed-server.ts';

const version = '2012-11-05';
const form = { 'content-type': 'application/x-www-form-urlencoded' };
const namespace = 'xmlns="http://queue.amazonaws.com/doc/2012-11-05/"';
const metadata = /<ResponseMetadata><RequestId>[0-9a-f-]{36}<\/RequestId><\/ResponseMetadata>/;

let server: SignedServer;
let count = 0;
beforeAll(async () => {
  server = await signedServer();
});
afterAll(() => server.close());

const encoded = (fields: Record<string, string>) => new URLSearchParams(fields).toString();

function query(Action: string, fields: Record<string, string> = {}, path = '/') {
  return server.ask({
    service: 'sqs',
    path,
    headers: form,
    body: encoded({ Action, Version: version, ...fields }),
  });
}

function json(operation: string, input: object) {
  const headers = {
    'content-type': 'application/x-amz-json-1.0',
    'x-amz-target': `AmazonSQS.${operation}`,
  };
  return server.ask({ service: 'sqs', headers, body: JSON.stringify(input) });
}

async function queue(
  fields: Record<string, string> = {},
): Promise<{ url: string; path: string; name: string }> {
  const name = `q-${count++}`;
  const { body } = await query('CreateQueue', { QueueName: name, ...fields });
  const url = /<QueueUrl>(.*)<\/QueueUrl>/.exec(body)?.[1] ?? '';
  return { url, path: `/${account}/${name}`, name };
}

const without = (body: string) => body.replace(metadata, '').replace(` ${namespace}`, '');

describe('Query', () => {
  it('answers in the namespace of SQS, with the id of the request', async () => {
    const { status, body, headers } = await query('CreateQueue', { QueueName: 'named' });
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('text/xml');
    expect(body).toContain(`<CreateQueueResponse ${namespace}>`);
    expect(body).toMatch(metadata);
    expect(without(body)).toBe(
      `<CreateQueueResponse><CreateQueueResult><QueueUrl>${server.endpoint}/${account}/named</QueueUrl></CreateQueueResult></CreateQueueResponse>`,
    );
  });

  it('sends, receives and deletes at the queue URL', async () => {
    const { path } = await queue();
    const sent = await query(
      'SendMessage',
      {
        MessageBody: 'a <b> & "c"',
        'MessageAttribute.1.Name': 'kind',
        'MessageAttribute.1.Value.DataType': 'String',
        'MessageAttribute.1.Value.StringValue': 'x',
        'MessageSystemAttribute.1.Name': 'AWSTraceHeader',
        'MessageSystemAttribute.1.Value.DataType': 'String',
        'MessageSystemAttribute.1.Value.StringValue': 'Root=1',
      },
      path,
    );
    expect(sent.body).toMatch(
      /<SendMessageResult><MD5OfMessageBody>[0-9a-f]{32}<\/MD5OfMessageBody><MD5OfMessageAttributes>[0-9a-f]{32}<\/MD5OfMessageAttributes><MD5OfMessageSystemAttributes>[0-9a-f]{32}<\/MD5OfMessageSystemAttributes><MessageId>[0-9a-f-]{36}<\/MessageId><\/SendMessageResult>/,
    );
    const received = await query(
      'ReceiveMessage',
      { 'AttributeName.1': 'AWSTraceHeader', 'MessageAttributeName.1': 'All', MaxNumberOfMessages: '10' },
      path,
    );
    const handle = /<ReceiptHandle>(.*)<\/ReceiptHandle>/.exec(received.body)?.[1] ?? '';
    expect(without(received.body)).toMatch(
      /^<ReceiveMessageResponse><ReceiveMessageResult><Message><MessageId>.*<\/MessageId><ReceiptHandle>.*<\/ReceiptHandle><MD5OfBody>.*<\/MD5OfBody><Body>a &lt;b&gt; &amp; &quot;c&quot;<\/Body><Attribute><Name>AWSTraceHeader<\/Name><Value>Root=1<\/Value><\/Attribute><MD5OfMessageAttributes>.*<\/MD5OfMessageAttributes><MessageAttribute><Name>kind<\/Name><Value><DataType>String<\/DataType><StringValue>x<\/StringValue><\/Value><\/MessageAttribute><\/Message><\/ReceiveMessageResult><\/ReceiveMessageResponse>$/,
    );
    const deleted = await query('DeleteMessage', { ReceiptHandle: handle }, path);
    expect(without(deleted.body)).toBe('<DeleteMessageResponse></DeleteMessageResponse>');
  });

  it('writes an empty result as one tag', async () => {
    const { path } = await queue();
    expect(without((await query('ReceiveMessage', {}, path)).body)).toBe(
      '<ReceiveMessageResponse><ReceiveMessageResult/></ReceiveMessageResponse>',
    );
  });

  it('takes the URL of the queue as a member too, and prefers it', async () => {
    const { url, path, name } = await queue();
    const other = await queue();
    for (const QueueUrl of [url, name, `https://sqs.eu-central-1.amazonaws.com${path}`]) {
      expect((await query('SendMessage', { QueueUrl, MessageBody: 'm' }, other.path)).status).toBe(200);
      expect((await query('SendMessage', { QueueUrl, MessageBody: 'm' })).status).toBe(200);
    }
    const { body } = await query(
      'GetQueueAttributes',
      { 'AttributeName.1': 'ApproximateNumberOfMessages' },
      path,
    );
    expect(without(body)).toBe(
      '<GetQueueAttributesResponse><GetQueueAttributesResult><Attribute><Name>ApproximateNumberOfMessages</Name><Value>6</Value></Attribute></GetQueueAttributesResult></GetQueueAttributesResponse>',
    );
  });

  it('takes requests by GET, with the fields in the address', async () => {
    const { path, url } = await queue();
    const get = (at: string, fields: Record<string, string>) =>
      server.ask({
        service: 'sqs',
        method: 'GET',
        path: at,
        query: encoded({ Version: version, ...fields }).replaceAll('+', '%20'),
      });
    expect((await get(path, { Action: 'SendMessage', MessageBody: 'by GET' })).status).toBe(200);
    const { body } = await get('/', { Action: 'ReceiveMessage', QueueUrl: url });
    expect(body).toContain('<Body>by GET</Body>');
    expect((await get('/', { Action: 'ListQueues', QueueNamePrefix: 'none' })).body).toContain(
      '<ListQueuesResult/>',
    );
  });

  it.each(['GET', 'POST'])(
    'by %s at a queue URL takes requests without a version, and no actions without a queue',
    async (method) => {
      const { path } = await queue();
      const send = (fields: Record<string, string>) =>
        server.ask(
          method === 'GET'
            ? { service: 'sqs', method, path, query: encoded(fields) }
            : { service: 'sqs', path, headers: form, body: encoded(fields) },
        );
      expect((await send({ Action: 'SendMessage', MessageBody: 'm' })).status).toBe(200);
      const invalid = (action: string) => ({
        status: 400,
        code: 'InvalidAction',
        message: `The action ${action} is not valid for this endpoint.`,
      });
      for (const Action of ['FooBar', 'CreateQueue', 'ListQueues']) {
        expect(await send({ Action, QueueName: 'x' })).toMatchObject(invalid(Action));
      }
      expect(await send({ Action: 'SendMessage' })).toMatchObject({
        status: 400,
        code: 'MissingParameter',
        message: 'The request must contain the parameter MessageBody.',
      });
      expect(await send({})).toMatchObject({ status: 404, body: '<UnknownOperationException/>' });
    },
  );

  it('reads attributes, tags and lists as flattened members', async () => {
    const { path, name } = await queue({
      'Attribute.1.Name': 'VisibilityTimeout',
      'Attribute.1.Value': '40',
      'Attribute.2.Name': 'DelaySeconds',
      'Attribute.2.Value': '3',
      'Tag.1.Key': 'team',
      'Tag.1.Value': 'a',
    });
    const names = { 'AttributeName.1': 'VisibilityTimeout', 'AttributeName.2': 'DelaySeconds' };
    const { body } = await query('GetQueueAttributes', names, path);
    expect(body).toContain('<Attribute><Name>DelaySeconds</Name><Value>3</Value></Attribute>');
    expect(body).toContain('<Attribute><Name>VisibilityTimeout</Name><Value>40</Value></Attribute>');
    expect((await query('ListQueueTags', {}, path)).body).toContain(
      '<ListQueueTagsResult><Tag><Key>team</Key><Value>a</Value></Tag></ListQueueTagsResult>',
    );
    const permission = { Label: 'l', 'AWSAccountId.1': account, 'ActionName.1': 'SendMessage' };
    expect((await query('AddPermission', permission, path)).status).toBe(200);
    expect((await query('UntagQueue', { 'TagKey.1': 'team' }, path)).status).toBe(200);
    expect((await query('ListQueueTags', {}, path)).body).toContain('<ListQueueTagsResult/>');
    expect((await query('ListQueues', { QueueNamePrefix: name })).body).toContain(`${path}</QueueUrl>`);
  });

  it.each([['/'], ['at the URL of the queue']])('takes both names of system attributes %s', async (place) => {
    const { path, url } = await queue();
    await query('SendMessage', { MessageBody: 'm' }, path);
    const fields = {
      VisibilityTimeout: '0',
      'AttributeName.1': 'SentTimestamp',
      'MessageSystemAttributeName.1': 'SenderId',
      'MessageSystemAttributeName.2': 'ApproximateReceiveCount',
    };
    const { body } =
      place === '/'
        ? await query('ReceiveMessage', { QueueUrl: url, ...fields })
        : await query('ReceiveMessage', fields, path);
    const names = [...body.matchAll(/<Attribute><Name>(\w+)<\/Name>/g)].map(([, name]) => name);
    expect(names.sort()).toEqual(['ApproximateReceiveCount', 'SenderId', 'SentTimestamp']);
  });

  it('sends, changes and deletes in batches', async () => {
    const { path } = await queue();
    const entry = 'SendMessageBatchRequestEntry';
    const sent = await query(
      'SendMessageBatch',
      {
        [`${entry}.1.Id`]: 'a',
        [`${entry}.1.MessageBody`]: 'one',
        [`${entry}.2.Id`]: 'b',
        [`${entry}.2.MessageBody`]: 'two',
        [`${entry}.2.DelaySeconds`]: '901',
      },
      path,
    );
    expect(sent.body).toMatch(
      /<SendMessageBatchResultEntry><Id>a<\/Id>.*<\/SendMessageBatchResultEntry><BatchResultErrorEntry><Id>b<\/Id><SenderFault>true<\/SenderFault><Code>InvalidParameterValue<\/Code>/,
    );
    const { body } = await query('ReceiveMessage', {}, path);
    const handle = /<ReceiptHandle>(.*)<\/ReceiptHandle>/.exec(body)?.[1] ?? '';
    const changed = await query(
      'ChangeMessageVisibilityBatch',
      {
        'ChangeMessageVisibilityBatchRequestEntry.1.Id': 'c',
        'ChangeMessageVisibilityBatchRequestEntry.1.ReceiptHandle': handle,
        'ChangeMessageVisibilityBatchRequestEntry.1.VisibilityTimeout': '5',
      },
      path,
    );
    expect(changed.body).toContain(
      '<ChangeMessageVisibilityBatchResultEntry><Id>c</Id></ChangeMessageVisibilityBatchResultEntry>',
    );
    const deleted = await query(
      'DeleteMessageBatch',
      {
        'DeleteMessageBatchRequestEntry.1.Id': 'd',
        'DeleteMessageBatchRequestEntry.1.ReceiptHandle': handle,
      },
      path,
    );
    expect(deleted.body).toContain(
      '<DeleteMessageBatchResultEntry><Id>d</Id></DeleteMessageBatchResultEntry>',
    );
    expect((await query('SendMessageBatch', {}, path)).code).toBe('AWS.SimpleQueueService.EmptyBatchRequest');
  });
});

describe('an error', () => {
  it('in Query has a type, a code, its own text for unknown queues, and no detail', async () => {
    const { status, body } = await query('SendMessage', { MessageBody: 'm' }, `/${account}/nobody`);
    expect(status).toBe(400);
    expect(body).toMatch(
      /^<ErrorResponse xmlns="http:\/\/queue\.amazonaws\.com\/doc\/2012-11-05\/"><Error><Type>Sender<\/Type><Code>AWS\.SimpleQueueService\.NonExistentQueue<\/Code><Message>The specified queue does not exist for this wsdl version\.<\/Message><Detail\/><\/Error><RequestId>[0-9a-f-]{36}<\/RequestId><\/ErrorResponse>$/,
    );
  });

  it.each<[string, object, number, string, string, string]>([
    [
      'SendMessage',
      { QueueUrl: 'nobody', MessageBody: 'm' },
      400,
      'com.amazonaws.sqs#QueueDoesNotExist',
      'AWS.SimpleQueueService.NonExistentQueue;Sender',
      'The specified queue does not exist.',
    ],
    [
      'SendMessage',
      { QueueUrl: 'there' },
      400,
      'com.amazon.coral.service#MissingRequiredParameterException',
      'MissingParameter;Sender',
      'The request must contain the parameter MessageBody.',
    ],
    [
      'ReceiveMessage',
      { QueueUrl: 'there', MaxNumberOfMessages: 11 },
      400,
      'com.amazon.coral.service#InvalidParameterValueException',
      'InvalidParameterValue;Sender',
      'Value 11 for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.',
    ],
    [
      'SetQueueAttributes',
      { QueueUrl: 'there', Attributes: { Nothing: '1' } },
      400,
      'com.amazonaws.sqs#InvalidAttributeName',
      'InvalidAttributeName;Sender',
      'Unknown Attribute Nothing.',
    ],
    [
      'CreateQueue',
      { QueueName: 'there', Attributes: { DelaySeconds: '1' } },
      400,
      'com.amazonaws.sqs#QueueNameExists',
      'QueueAlreadyExists;Sender',
      'A queue already exists with the same name and a different value for attribute DelaySeconds',
    ],
    [
      'DeleteMessage',
      { QueueUrl: 'there', ReceiptHandle: 'garbage' },
      404,
      'com.amazonaws.sqs#ReceiptHandleIsInvalid',
      'ReceiptHandleIsInvalid;Sender',
      'The input receipt handle "garbage" is not a valid receipt handle.',
    ],
  ])(
    'in JSON has a type and the code of Query: %s %j',
    async (operation, input, status, type, code, message) => {
      await json('CreateQueue', { QueueName: 'there' });
      const answer = await json(operation, input);
      expect(answer.status).toBe(status);
      expect(answer.headers['content-type']).toBe('application/x-amz-json-1.0');
      expect(JSON.parse(answer.body)).toEqual({ __type: type, message });
      expect(answer.headers['x-amzn-query-error']).toBe(code);
    },
  );

  it('in JSON and in Query have the same code', async () => {
    const asJson = await json('GetQueueUrl', { QueueName: 'nobody' });
    const asQuery = await query('GetQueueUrl', { QueueName: 'nobody' });
    expect(asJson.headers['x-amzn-query-error']).toBe(`${asQuery.code};Sender`);
  });
});

describe('JSON', () => {
  it('answers operations without output with nothing, and others with an object', async () => {
    await json('CreateQueue', { QueueName: 'json' });
    const purge = await json('PurgeQueue', { QueueUrl: 'json' });
    expect(purge).toMatchObject({ status: 200, body: '' });
    expect((await json('ReceiveMessage', { QueueUrl: 'json' })).body).toBe('{}');
    expect((await json('ListQueueTags', { QueueUrl: 'json' })).body).toBe('{}');
    expect((await json('ListDeadLetterSourceQueues', { QueueUrl: 'json' })).body).toBe('{"queueUrls":[]}');
  });
});
