// Destinations and dead letters at the services themselves: topic, bus, bucket and queue of one local AWS.

import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import {
  CreateFunctionCommand,
  InvokeCommand,
  LambdaClient,
  PutFunctionEventInvokeConfigCommand,
} from '@aws-sdk/client-lambda';
import { CreateBucketCommand, GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { clientSettings } from '../../../../support/local.ts';
import { type InProcessAws, startInProcess } from '../../../in-process.ts';
import { filesZip } from '../../../zip.ts';

const account = '000000000000';
const region = 'us-east-1';
const arnOf = (service: string, name: string) => `arn:aws:${service}:${region}:${account}:${name}`;
const code =
  'def handler(event, context):\n    if event.get("fail"): raise ValueError("no good")\n    return "done"\n';

let aws: InProcessAws;
let lambda: LambdaClient;
let sqs: SQSClient;
let role = '';

beforeAll(async () => {
  aws = await startInProcess();
  const settings = clientSettings(aws.env);
  lambda = new LambdaClient(settings);
  sqs = new SQSClient(settings);
  const trust = {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
    ],
  };
  const created = await new IAMClient(settings).send(
    new CreateRoleCommand({ RoleName: 'r', AssumeRolePolicyDocument: JSON.stringify(trust) }),
  );
  role = created.Role?.Arn as string;
});
afterAll(() => aws.stop());

async function create(FunctionName: string, OnFailure: string, more: object = {}): Promise<void> {
  await lambda.send(
    new CreateFunctionCommand({
      FunctionName,
      Role: role,
      Runtime: 'python3.13',
      Handler: 'index.handler',
      Code: { ZipFile: filesZip({ 'index.py': code }) },
      ...more,
    }),
  );
  await lambda.send(
    new PutFunctionEventInvokeConfigCommand({
      FunctionName,
      MaximumRetryAttempts: 0,
      DestinationConfig: { OnFailure: { Destination: OnFailure } },
    }),
  );
}

async function fail(FunctionName: string): Promise<string> {
  const Payload = JSON.stringify({ fail: true });
  const { $metadata } = await lambda.send(
    new InvokeCommand({ FunctionName, InvocationType: 'Event', Payload }),
  );
  return $metadata.requestId as string;
}

/** A queue to which services may send. */
async function queue(QueueName: string): Promise<string> {
  const Policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: ['sns.amazonaws.com', 'events.amazonaws.com'] },
        Action: 'sqs:SendMessage',
        Resource: arnOf('sqs', QueueName),
      },
    ],
  });
  await sqs.send(new CreateQueueCommand({ QueueName, Attributes: { Policy } }));
  return arnOf('sqs', QueueName);
}

async function bodyIn(QueueUrl: string): Promise<Record<string, unknown>> {
  for (;;) {
    const { Messages: [message] = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }),
    );
    if (message) return JSON.parse(message.Body as string);
  }
}

const failure = (name: string, requestId: string) => ({
  version: '1.0',
  requestContext: {
    requestId,
    functionArn: `${arnOf('lambda', `function:${name}`)}:$LATEST`,
    condition: 'RetriesExhausted',
    approximateInvokeCount: 1,
  },
  requestPayload: { fail: true },
  responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
  responsePayload: {
    errorMessage: 'no good',
    errorType: 'ValueError',
    requestId,
    stackTrace: [expect.stringContaining('raise ValueError')],
  },
});

describe('a failed asynchronous invocation', () => {
  it('is told to a topic, as the message of a notification, and its dead letter with attributes', async () => {
    const sns = new SNSClient(clientSettings(aws.env));
    const endpoint = await queue('notified');
    for (const Name of ['records', 'letters']) {
      const { TopicArn } = await sns.send(new CreateTopicCommand({ Name }));
      const subscription = { TopicArn, Protocol: 'sqs', Endpoint: endpoint };
      await sns.send(new SubscribeCommand(subscription));
    }
    await create('topics', arnOf('sns', 'records'), {
      DeadLetterConfig: { TargetArn: arnOf('sns', 'letters') },
    });
    const requestId = await fail('topics');
    const both = [await bodyIn('notified'), await bodyIn('notified')];
    const record = both.find(({ TopicArn }) => TopicArn === arnOf('sns', 'records'));
    expect(JSON.parse(record?.Message as string)).toMatchObject(failure('topics', requestId));
    expect(both.find(({ TopicArn }) => TopicArn === arnOf('sns', 'letters'))).toMatchObject({
      Message: '{"fail":true}',
      MessageAttributes: {
        RequestID: { Type: 'String', Value: requestId },
        ErrorCode: { Type: 'Number', Value: '200' },
        ErrorMessage: { Type: 'String', Value: 'no good' },
      },
    });
  });

  it('is told to a bus, whose rule sends it on', async () => {
    const events = new EventBridgeClient(clientSettings(aws.env));
    const Arn = await queue('ruled');
    const EventPattern = JSON.stringify({
      source: ['lambda'],
      'detail-type': ['Lambda Function Invocation Result - Failure'],
    });
    await events.send(new PutRuleCommand({ Name: 'failures', EventPattern }));
    await events.send(new PutTargetsCommand({ Rule: 'failures', Targets: [{ Id: 'q', Arn }] }));
    const bus = arnOf('events', 'event-bus/default');
    await create('bus', bus);
    const requestId = await fail('bus');
    expect(await bodyIn('ruled')).toMatchObject({
      source: 'lambda',
      'detail-type': 'Lambda Function Invocation Result - Failure',
      account,
      region,
      resources: [bus, `${arnOf('lambda', 'function:bus')}:$LATEST`],
      detail: failure('bus', requestId),
    });
  });

  it('is told to a bucket, as an object', async () => {
    const s3 = new S3Client({ ...clientSettings(aws.env), forcePathStyle: true });
    const Bucket = 'failures';
    await s3.send(new CreateBucketCommand({ Bucket }));
    await create('bucket', `arn:aws:s3:::${Bucket}`);
    const requestId = await fail('bucket');
    const key = await vi.waitFor(
      async () => {
        const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }));
        expect(Contents).toHaveLength(1);
        return Contents[0]?.Key as string;
      },
      { timeout: 10_000 },
    );
    expect(key).toMatch(
      /^aws\/lambda\/async\/bucket\/\d{4}\/\d\d\/\d\d\/\d{4}-\d\d-\d\dT\d\d\.\d\d\.\d\d-[0-9a-f-]{36}$/,
    );
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: key }));
    expect(JSON.parse((await Body?.transformToString()) as string)).toMatchObject(
      failure('bucket', requestId),
    );
  });
});
