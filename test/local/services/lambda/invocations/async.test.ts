// Asynchronous invocations with real processes: retries, destinations, dead letters, and a killed server.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { FilterLogEventsCommand, PutSubscriptionFilterCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CreateRoleCommand } from '@aws-sdk/client-iam';
import {
  AddPermissionCommand,
  CreateFunctionCommand,
  InvokeAsyncCommand,
  InvokeCommand,
  PutFunctionConcurrencyCommand,
  PutFunctionEventInvokeConfigCommand,
} from '@aws-sdk/client-lambda';
import {
  CreateQueueCommand,
  type Message,
  ReceiveMessageCommand,
  type ReceiveMessageCommandInput,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { expectSlsctl, homeFolder } from '../../../../support/cli.ts';
import {
  type Clients,
  clientSettings,
  clientsOf,
  type LocalAws,
  startLocal,
} from '../../../../support/local.ts';
import { zipOf } from '../../../../support/zip.ts';

const trust = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
});
/** Logs its event, and fails when the event says so. */
const code = `exports.handler = async (event, context) => {
  console.log('GOT ' + context.awsRequestId + ' ' + JSON.stringify(event));
  if (event.fail) throw new Error('as wished');
  return { done: true };
};`;
const arn = (name: string) => `arn:aws:lambda:us-east-1:000000000000:function:${name}`;

let local: LocalAws;
let clients: Clients;
let sqs: SQSClient;
let Role: string | undefined;
let ZipFile: Uint8Array;

beforeAll(async () => {
  local = await startLocal(['--retry-delay', '100ms']);
  clients = await clientsOf(local.env);
  sqs = new SQSClient(clientSettings(local.env));
  const role = await clients.iam.send(
    new CreateRoleCommand({ RoleName: 'r', AssumeRolePolicyDocument: trust }),
  );
  Role = role.Role?.Arn;
  ZipFile = await zipOf({ 'index.js': code });
}, 60_000);
afterAll(() => local.stop());

async function make(FunctionName: string, more: object = {}): Promise<void> {
  await clients.lambda.send(
    new CreateFunctionCommand({
      FunctionName,
      Role,
      Runtime: 'nodejs20.x',
      Handler: 'index.handler',
      Code: { ZipFile },
      ...more,
    }),
  );
}

async function send(FunctionName: string, event: object): Promise<string> {
  const { StatusCode, Payload, ExecutedVersion, $metadata } = await clients.lambda.send(
    new InvokeCommand({ FunctionName, InvocationType: 'Event', Payload: JSON.stringify(event) }),
  );
  expect({ StatusCode, size: Payload?.length ?? 0, ExecutedVersion }).toEqual({ StatusCode: 202, size: 0 });
  return $metadata.requestId as string;
}

/** The messages of a log group that contain this text, once there are as many as wanted. */
async function logged(logGroupName: string, filterPattern: string, count: number): Promise<string[]> {
  for (;;) {
    const { events = [] } = await clients.logs
      .send(new FilterLogEventsCommand({ logGroupName, filterPattern }))
      .catch((error) => {
        if (error.name !== 'ResourceNotFoundException') throw error;
        return { events: [] };
      });
    if (events.length >= count) return events.map(({ message = '' }) => message.trimEnd());
    await sleep(50);
  }
}

/** Creates a queue and returns its ARN. */
async function queue(QueueName: string): Promise<string> {
  await sqs.send(new CreateQueueCommand({ QueueName }));
  return `arn:aws:sqs:us-east-1:000000000000:${QueueName}`;
}

/** The next message of a queue. */
async function message(QueueUrl: string): Promise<Message> {
  for (;;) {
    const input: ReceiveMessageCommandInput = {
      QueueUrl,
      WaitTimeSeconds: 20,
      AttributeNames: ['All'],
      MessageAttributeNames: ['All'],
    };
    const { Messages: [found] = [] } = await sqs.send(new ReceiveMessageCommand(input));
    if (found) return found;
  }
}

const record = async (queueName: string) => JSON.parse((await message(queueName)).Body as string);

it('an asynchronous invocation that succeeds runs once, and its destination function is told', async () => {
  await make('works');
  await make('told');
  await clients.lambda.send(
    new PutFunctionEventInvokeConfigCommand({
      FunctionName: 'works',
      DestinationConfig: { OnSuccess: { Destination: arn('told') } },
    }),
  );
  const requestId = await send('works', { a: 1 });
  const [line = ''] = await logged('/aws/lambda/told', 'GOT', 1);
  const record = JSON.parse(line.slice(line.indexOf('{')));
  expect(record).toMatchObject({
    version: '1.0',
    requestContext: {
      requestId,
      functionArn: `${arn('works')}:$LATEST`,
      condition: 'Success',
      approximateInvokeCount: 1,
    },
    requestPayload: { a: 1 },
    responseContext: { statusCode: 200, executedVersion: '$LATEST' },
    responsePayload: { done: true },
  });
  expect(await logged('/aws/lambda/works', 'GOT', 1)).toHaveLength(1);
});

it('an asynchronous invocation that fails runs three times under one request id, then both queues are told', async () => {
  await make('fails', { DeadLetterConfig: { TargetArn: await queue('dead') } });
  await clients.lambda.send(
    new PutFunctionEventInvokeConfigCommand({
      FunctionName: 'fails',
      DestinationConfig: { OnFailure: { Destination: await queue('failed') } },
    }),
  );
  const requestId = await send('fails', { fail: true });
  const { Attributes, Body, MessageAttributes } = await message('failed');
  expect(MessageAttributes).toBeUndefined();
  expect(Attributes?.AWSTraceHeader).toMatch(
    /^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0$/,
  );
  expect(JSON.parse(Body as string)).toEqual({
    version: '1.0',
    timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    requestContext: {
      requestId,
      functionArn: `${arn('fails')}:$LATEST`,
      condition: 'RetriesExhausted',
      approximateInvokeCount: 3,
    },
    requestPayload: { fail: true },
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    responsePayload: {
      errorType: 'Error',
      errorMessage: 'as wished',
      trace: expect.arrayContaining(['Error: as wished']),
    },
  });
  expect(await logged('/aws/lambda/fails', `"GOT ${requestId}"`, 3)).toHaveLength(3);
  expect(await message('dead')).toMatchObject({
    Body: '{"fail":true}',
    MessageAttributes: {
      RequestID: { DataType: 'String', StringValue: requestId },
      ErrorCode: { DataType: 'Number', StringValue: '200' },
      ErrorMessage: { DataType: 'String', StringValue: 'as wished' },
    },
  });
});

it('an asynchronous invocation is not retried when the function is configured so', async () => {
  await make('once', { DeadLetterConfig: { TargetArn: await queue('once-dead') } });
  await clients.lambda.send(
    new PutFunctionEventInvokeConfigCommand({
      FunctionName: 'once',
      MaximumRetryAttempts: 0,
      DestinationConfig: { OnFailure: { Destination: await queue('once') } },
    }),
  );
  await send('once', { fail: true });
  expect((await record('once')).requestContext.approximateInvokeCount).toBe(1);
  expect((await message('once-dead')).Body).toBe('{"fail":true}');
});

it('an asynchronous invocation does not run when reserved concurrency is 0', async () => {
  await make('closed');
  await clients.lambda.send(
    new PutFunctionEventInvokeConfigCommand({
      FunctionName: 'closed',
      DestinationConfig: { OnFailure: { Destination: await queue('closed') } },
    }),
  );
  await clients.lambda.send(
    new PutFunctionConcurrencyCommand({ FunctionName: 'closed', ReservedConcurrentExecutions: 0 }),
  );
  await send('closed', {});
  const body = await record('closed');
  expect(body.requestContext).toMatchObject({
    condition: 'ZeroReservedConcurrency',
    approximateInvokeCount: 0,
  });
  expect(body).not.toHaveProperty('responsePayload');
});

it('an asynchronous invocation by the older InvokeAsync is accepted', async () => {
  await make('older');
  const { Status } = await clients.lambda.send(
    new InvokeAsyncCommand({ FunctionName: 'older', InvokeArgs: '{"b":2}' }),
  );
  expect(Status).toBe(202);
  const [line] = await logged('/aws/lambda/older', 'GOT', 1);
  expect(line).toContain('{"b":2}');
});

it('an asynchronous invocation with an event larger than one megabyte is refused', async () => {
  await make('small');
  const Payload = JSON.stringify('x'.repeat(1_048_577));
  await expect(
    clients.lambda.send(new InvokeCommand({ FunctionName: 'small', InvocationType: 'Event', Payload })),
  ).rejects.toMatchObject({
    name: 'RequestEntityTooLargeException',
    message: '1048579 byte payload is too large for the Event invocation type (limit 1048576 bytes)',
    $metadata: { httpStatusCode: 413 },
  });
});

it('no accepted asynchronous invocation is lost when the server is killed', async () => {
  await make('later');
  const sent = await Promise.all(Array.from({ length: 5 }, (_, n) => send('later', { n })));
  const { pid } = JSON.parse(await readFile(join(local.home, 'local', 'server.json'), 'utf8'));
  process.kill(pid, 'SIGKILL');
  const options = { cwd: await homeFolder(), env: { SLSCTL_HOME: local.home } };
  await expectSlsctl(['local', 'start', '--port', String(local.port)], options);
  for (const id of sent) await logged('/aws/lambda/later', `"GOT ${id}"`, 1);
});

it('log events of one function are delivered to another that subscribes to its log group', async () => {
  await make('speaker');
  await make('listener');
  await send('speaker', { first: 'so that there is a log group' });
  const logGroupName = '/aws/lambda/speaker';
  await logged(logGroupName, 'GOT', 1);
  const subscribe = () =>
    clients.logs.send(
      new PutSubscriptionFilterCommand({
        logGroupName,
        filterName: 'f',
        filterPattern: 'GOT',
        destinationArn: arn('listener'),
      }),
    );
  await expect(subscribe()).rejects.toThrow(/^Could not execute the lambda function/);
  await clients.lambda.send(
    new AddPermissionCommand({
      FunctionName: 'listener',
      StatementId: 's',
      Action: 'lambda:InvokeFunction',
      Principal: 'logs.amazonaws.com',
      SourceArn: `arn:aws:logs:us-east-1:000000000000:log-group:${logGroupName}:*`,
    }),
  );
  await subscribe();
  await send('speaker', { second: 'heard' });
  const got = await logged('/aws/lambda/listener', 'GOT', 1);
  const [content] = got.map((line) => {
    const { awslogs } = JSON.parse(line.slice(line.indexOf('{')));
    return JSON.parse(gunzipSync(Buffer.from(awslogs.data, 'base64')).toString());
  });
  expect(content).toMatchObject({
    messageType: 'DATA_MESSAGE',
    owner: '000000000000',
    logGroup: logGroupName,
    subscriptionFilters: ['f'],
    logEvents: [{ message: expect.stringContaining('"second":"heard"') }],
  });
});
