// Mappings with real functions and real IAM: who may read a source, and how queues, streams and tables reach a handler.
import { setTimeout as sleep } from 'node:timers/promises';
import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateTableCommand,
  DeleteItemCommand,
  DynamoDBClient,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { CreateStreamCommand, KinesisClient, PutRecordCommand } from '@aws-sdk/client-kinesis';
import {
  CreateEventSourceMappingCommand,
  type CreateEventSourceMappingCommandInput,
  DeleteEventSourceMappingCommand,
  InvokeCommand,
} from '@aws-sdk/client-lambda';
import { CreateQueueCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { clientSettings, clientsOf } from '../../../../support/local.ts';
import { zipOf } from '../../../../support/zip.ts';
import { createFunction, type LambdaAws, startLambda } from '../fixture.ts';

const code = `exports.handler = async (event) => {
  for (const record of event.Records ?? []) console.log('GOT ' + JSON.stringify(record));
};`;

let aws: LambdaAws;
let FunctionName: string;
let logs: Awaited<ReturnType<typeof clientsOf>>['logs'];
let sqs: SQSClient;
let kinesis: KinesisClient;
let dynamodb: DynamoDBClient;
let table: string;

beforeAll(async () => {
  aws = await startLambda();
  logs = (await clientsOf(aws.env)).logs;
  const settings = clientSettings(aws.env);
  sqs = new SQSClient(settings);
  kinesis = new KinesisClient(settings);
  dynamodb = new DynamoDBClient(settings);
  FunctionName = await createFunction(aws, {
    Runtime: 'nodejs20.x',
    Code: { ZipFile: await zipOf({ 'index.js': code }) },
  });
  await sqs.send(new CreateQueueCommand({ QueueName: 'q' }));
  await kinesis.send(new CreateStreamCommand({ StreamName: 's', ShardCount: 1 }));
  const { TableDescription } = await dynamodb.send(
    new CreateTableCommand({
      TableName: 'orders',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
    }),
  );
  table = TableDescription?.LatestStreamArn ?? '';
});
afterAll(async () => {
  kinesis?.destroy();
  await aws?.stop();
});

const queue = () => `arn:aws:sqs:${aws.region}:${aws.account}:q`;
const stream = () => `arn:aws:kinesis:${aws.region}:${aws.account}:stream/s`;

const map = (EventSourceArn: string, more: Partial<CreateEventSourceMappingCommandInput> = {}) =>
  aws.lambda.send(new CreateEventSourceMappingCommand({ FunctionName, EventSourceArn, ...more }));

const fromStart = { StartingPosition: 'TRIM_HORIZON' } as const;

/** Lets the role of the function do this, and nothing else. */
const allow = (Action: string[], Resource = '*') =>
  aws.iam.send(
    new PutRolePolicyCommand({
      RoleName: 'worker',
      PolicyName: 'reads',
      PolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action, Resource }],
      }),
    }),
  );

const refused = (pending: Promise<unknown>) =>
  pending.then(
    () => 'accepted',
    (error) => error.message,
  );

/** The records that the function has logged, once there are so many. */
async function logged(source: string, count: number): Promise<Record<string, unknown>[]> {
  for (;;) {
    const { events = [] } = await logs
      .send(new FilterLogEventsCommand({ logGroupName: `/aws/lambda/${FunctionName}`, filterPattern: 'GOT' }))
      .catch(() => ({ events: [] }));
    const records = events
      .map(({ message = '' }) => JSON.parse(message.slice(message.indexOf('GOT ') + 4)))
      .filter(({ eventSource }) => eventSource === source);
    if (records.length >= count) return records;
    await sleep(20);
  }
}

it('a role without permissions is refused, in the words for its source', async () => {
  await allow(['logs:*']);
  expect(await refused(map(queue()))).toBe(
    'The function execution role does not have permissions to call ReceiveMessage on SQS',
  );
  expect(await refused(map(stream(), fromStart))).toBe(
    `Cannot access stream ${stream()}. Please ensure the role can perform the GetRecords, GetShardIterator, DescribeStream, ListShards, and DescribeStreamSummary Actions on your stream in IAM.`,
  );
  expect(await refused(map(table, fromStart))).toBe(
    `Cannot access stream ${table}. Please ensure the role can perform the GetRecords, GetShardIterator, DescribeStream, and ListStreams Actions on your stream in IAM.`,
  );
  await allow(['sqs:ReceiveMessage', 'sqs:GetQueueAttributes'], queue());
  expect(await refused(map(queue()))).toBe(
    'The function execution role does not have permissions to call DeleteMessage on SQS',
  );
});

it('messages of a queue reach the handler', async () => {
  await allow(['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'], queue());
  await map(queue());
  const QueueUrl = `https://sqs.${aws.region}.amazonaws.com/${aws.account}/q`;
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'hello' }));
  expect(await logged('aws:sqs', 1)).toMatchObject([{ body: 'hello', eventSourceARN: queue() }]);
});

it('records of a Kinesis stream reach the handler', async () => {
  await allow(['kinesis:*'], stream());
  await map(stream(), fromStart);
  await kinesis.send(new PutRecordCommand({ StreamName: 's', Data: Buffer.from('x'), PartitionKey: 'k' }));
  expect(await logged('aws:kinesis', 1)).toMatchObject([
    { kinesis: { partitionKey: 'k', data: 'eA==' }, eventSourceARN: stream(), invokeIdentityArn: aws.role },
  ]);
});

it('changes of a table reach the handler, as the view of its stream says', async () => {
  await allow(['dynamodb:*'], `${table.slice(0, table.indexOf('/stream/'))}/stream/*`);
  await map(table, fromStart);
  const id = { S: 'Fred' };
  await dynamodb.send(new PutItemCommand({ TableName: 'orders', Item: { id } }));
  await dynamodb.send(new PutItemCommand({ TableName: 'orders', Item: { id, name: id } }));
  await dynamodb.send(new DeleteItemCommand({ TableName: 'orders', Key: { id } }));
  const records = await logged('aws:dynamodb', 3);
  expect(Object.keys(records[0] as object)).toEqual([
    'eventID',
    'eventName',
    'eventVersion',
    'eventSource',
    'awsRegion',
    'dynamodb',
    'eventSourceARN',
  ]);
  expect(records).toMatchObject([
    { eventName: 'INSERT', dynamodb: { Keys: { id }, NewImage: { id }, SizeBytes: 12 } },
    { eventName: 'MODIFY', dynamodb: { NewImage: { id, name: id }, OldImage: { id }, SizeBytes: 26 } },
    { eventName: 'REMOVE', dynamodb: { OldImage: { id, name: id } } },
  ]);
  expect(records[0]).toMatchObject({
    eventID: expect.stringMatching(/^[0-9a-f]{32}$/),
    eventSourceARN: table,
  });
});

it('ten idle mappings use no CPU, and warm invocations stay as fast as without them', async () => {
  await allow(['sqs:*', 'kinesis:*', 'dynamodb:*']);
  const warm = async () => {
    const times: number[] = [];
    for (let index = 0; index < 60; index++) {
      const start = performance.now();
      await aws.lambda.send(new InvokeCommand({ FunctionName, Payload: '{}' }));
      times.push(performance.now() - start);
    }
    return times.toSorted((a, b) => a - b)[30] as number;
  };
  await warm();
  const without = await warm();
  const ids: (string | undefined)[] = [];
  for (let index = 0; index < 10; index++) {
    await sqs.send(new CreateQueueCommand({ QueueName: `idle-${index}` }));
    ids.push((await map(`arn:aws:sqs:${aws.region}:${aws.account}:idle-${index}`)).UUID);
  }
  const before = process.cpuUsage();
  await sleep(2000);
  const { user, system } = process.cpuUsage(before);
  const beside = await warm();
  process.stdout.write(
    `ten idle mappings: ${((user + system) / 1000).toFixed(0)} ms of CPU in 2 s (test runner included); ` +
      `warm invocation ${without.toFixed(2)} ms without them, ${beside.toFixed(2)} ms with them\n`,
  );
  expect((user + system) / 1000).toBeLessThan(400);
  for (const UUID of ids) await aws.lambda.send(new DeleteEventSourceMappingCommand({ UUID }));
});
