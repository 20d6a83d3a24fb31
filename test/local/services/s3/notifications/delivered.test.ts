// Uploads reach real functions, queues and topics of the local AWS, also over the end of the server.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import { CreateRoleCommand } from '@aws-sdk/client-iam';
import { AddPermissionCommand, CreateFunctionCommand } from '@aws-sdk/client-lambda';
import {
  CreateBucketCommand,
  type NotificationConfiguration,
  PutBucketNotificationConfigurationCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { expectSlsctl, homeFolder, run } from '../../../../support/cli.ts';
import {
  type Clients,
  clientSettings,
  clientsOf,
  type LocalAws,
  startLocal,
} from '../../../../support/local.ts';
import { removeFolder, temporaryFolder } from '../../../../support/project.ts';
import { awsCli } from '../../../../support/tools.ts';
import { filesZip } from '../../../zip.ts';

const account = '000000000000';
const region = 'us-east-1';
const functionArn = `arn:aws:lambda:${region}:${account}:function:seen`;
const queueArn = (name: string) => `arn:aws:sqs:${region}:${account}:${name}`;
const topicArn = `arn:aws:sns:${region}:${account}:uploads`;

let local: LocalAws;
let folder: string;
let s3: S3Client;
let sqs: SQSClient;
let sns: SNSClient;
let clients: Clients;

/** A policy that lets a service send to a queue or publish to a topic. */
const letting = (Service: string, Action: string, Resource: string) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service },
        Action,
        Resource,
        Condition: { StringEquals: { 'aws:SourceAccount': account } },
      },
    ],
  });

beforeAll(async () => {
  local = await startLocal();
  folder = await temporaryFolder('delivered');
  clients = await clientsOf(local.env);
  const settings = clientSettings(local.env);
  s3 = new S3Client({ ...settings, forcePathStyle: true });
  sqs = new SQSClient(settings);
  sns = new SNSClient(settings);
  const trust = {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
    ],
  };
  const { Role } = await clients.iam.send(
    new CreateRoleCommand({ RoleName: 'worker', AssumeRolePolicyDocument: JSON.stringify(trust) }),
  );
  // It writes to a file of the test: log lines may be lost when the server is killed.
  const source = `
    const { appendFileSync } = require('node:fs');
    exports.handler = async (event) => {
      for (const { s3, Sns } of event.Records) {
        if (Sns) await exports.handler({ Records: [], ...JSON.parse(Sns.Message) });
        else appendFileSync(process.env.SEEN, s3.object.key + '\\n');
      }
    };`;
  await clients.lambda.send(
    new CreateFunctionCommand({
      FunctionName: 'seen',
      Role: Role?.Arn,
      Runtime: 'nodejs22.x',
      Handler: 'index.handler',
      Code: { ZipFile: filesZip({ 'index.js': source }) },
      Environment: { Variables: { SEEN: join(folder, 'seen') } },
    }),
  );
  await writeFile(join(folder, 'seen'), '');
  for (const service of ['s3', 'sns']) {
    await clients.lambda.send(
      new AddPermissionCommand({
        FunctionName: 'seen',
        StatementId: service,
        Action: 'lambda:InvokeFunction',
        Principal: `${service}.amazonaws.com`,
        SourceAccount: account,
      }),
    );
  }
  for (const QueueName of ['direct', 'by-topic']) {
    const principal = QueueName === 'direct' ? 's3.amazonaws.com' : 'sns.amazonaws.com';
    const Policy = letting(principal, 'sqs:SendMessage', queueArn(QueueName));
    await sqs.send(new CreateQueueCommand({ QueueName, Attributes: { Policy } }));
  }
  const Policy = letting('s3.amazonaws.com', 'sns:Publish', topicArn);
  await sns.send(new CreateTopicCommand({ Name: 'uploads', Attributes: { Policy } }));
  await sns.send(
    new SubscribeCommand({ TopicArn: topicArn, Protocol: 'sqs', Endpoint: queueArn('by-topic') }),
  );
});
afterAll(async () => {
  for (const client of [s3, sqs, sns]) client?.destroy();
  await local?.stop();
  if (folder) await removeFolder(folder);
});

async function bucket(Bucket: string, NotificationConfiguration: NotificationConfiguration): Promise<void> {
  await s3.send(new CreateBucketCommand({ Bucket }));
  await s3.send(new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration }));
}

const seen = async () =>
  (await readFile(join(folder, 'seen'), 'utf8')).split('\n').filter((key) => key !== '');
/** Waits until the function has seen all of these keys. */
const functionSaw = (keys: readonly string[]) =>
  vi.waitFor(async () => expect(await seen()).toEqual(expect.arrayContaining([...keys])), {
    timeout: 60_000,
    interval: 50,
  });

/** The bodies of all messages of a queue, which are deleted. */
async function drain(name: string): Promise<string[]> {
  const QueueUrl = name;
  const bodies: string[] = [];
  for (;;) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
    );
    if (Messages.length === 0) return bodies;
    bodies.push(...Messages.map(({ Body = '' }) => Body));
    const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
    await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
  }
}
/** The keys in events of S3. */
const keysIn = (bodies: readonly string[]): string[] =>
  bodies.flatMap((body) =>
    (JSON.parse(body).Records ?? []).map((one: { s3: { object: { key: string } } }) => one.s3.object.key),
  );

const cli = await awsCli();
describe.skipIf(!cli)('the aws CLI', () => {
  async function aws(...args: string[]) {
    const words = ['--endpoint-url', local.endpoint, ...args];
    const ran = await run(cli as string, words, { cwd: folder, env: { ...local.env, AWS_PAGER: '' } });
    expect(ran.stderr).toBe('');
    return ran.stdout === '' ? {} : ran.stdout;
  }

  it('fires a function by an upload to its prefix, and not by one outside of it', async () => {
    await aws('s3', 'mb', 's3://cli-uploads');
    const configuration = {
      LambdaFunctionConfigurations: [
        {
          Id: 'mine',
          LambdaFunctionArn: functionArn,
          Events: ['s3:ObjectCreated:*'],
          Filter: { Key: { FilterRules: [{ Name: 'prefix', Value: 'incoming/' }] } },
        },
      ],
    };
    const place = ['--bucket', 'cli-uploads'];
    const given = ['--notification-configuration', JSON.stringify(configuration)];
    await aws('s3api', 'put-bucket-notification-configuration', ...place, ...given);
    await writeFile(join(folder, 'a file.txt'), 'something');
    await aws('s3', 'cp', 'a file.txt', 's3://cli-uploads/elsewhere/a file.txt', '--no-progress');
    await aws('s3', 'cp', 'a file.txt', 's3://cli-uploads/incoming/a file.txt', '--no-progress');
    await functionSaw(['incoming/a+file.txt']);
    expect(await seen()).not.toContain('elsewhere/a+file.txt');
  });

  it('publishes to a topic, and finds the message in the queue', async () => {
    await aws('sns', 'publish', '--topic-arn', topicArn, '--message', 'hello', '--subject', 'from the CLI');
    const bodies = (await drain('by-topic')).map((body) => JSON.parse(body));
    expect(bodies).toMatchObject([{ Message: 'hello', Subject: 'from the CLI', TopicArn: topicArn }]);
  });
});

describe('an upload', () => {
  it('reaches a queue and, by a topic, another queue', async () => {
    await bucket('chain', {
      QueueConfigurations: [{ QueueArn: queueArn('direct'), Events: ['s3:ObjectCreated:Put'] }],
      TopicConfigurations: [{ TopicArn: topicArn, Events: ['s3:ObjectRemoved:*'] }],
    });
    await s3.send(new PutObjectCommand({ Bucket: 'chain', Key: 'k', Body: 'something' }));
    const direct = await drain('direct');
    expect(direct.map((body) => JSON.parse(body).Event ?? 'event')).toEqual(['s3:TestEvent', 'event']);
    expect(keysIn(direct)).toEqual(['k']);
    const [test] = (await drain('by-topic')).map((body) => JSON.parse(body));
    expect(test).toMatchObject({ Subject: 'Amazon S3 Notification' });
    expect(JSON.parse(test.Message)).toMatchObject({ Event: 's3:TestEvent', Bucket: 'chain' });
  });

  it('reaches a queue by a rule of EventBridge', async () => {
    const events = new EventBridgeClient(clientSettings(local.env));
    const EventPattern = JSON.stringify({ source: ['aws.s3'], detail: { bucket: { name: ['ruled'] } } });
    await events.send(new PutRuleCommand({ Name: 'uploads', EventPattern }));
    const QueueUrl = 'ruled';
    const Policy = letting('events.amazonaws.com', 'sqs:SendMessage', queueArn('ruled'));
    await sqs.send(new CreateQueueCommand({ QueueName: QueueUrl, Attributes: { Policy } }));
    await events.send(
      new PutTargetsCommand({ Rule: 'uploads', Targets: [{ Id: 'q', Arn: queueArn('ruled') }] }),
    );
    events.destroy();
    await bucket('ruled', { EventBridgeConfiguration: {} });
    await s3.send(new PutObjectCommand({ Bucket: 'ruled', Key: 'a b', Body: 'something' }));
    const { Messages: [message] = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }),
    );
    expect(JSON.parse(message?.Body ?? '')).toMatchObject({
      source: 'aws.s3',
      'detail-type': 'Object Created',
      account,
      region,
      resources: ['arn:aws:s3:::ruled'],
      detail: { object: { key: 'a b', size: 9 }, reason: 'PutObject' },
    });
  });

  it('to a function without permission is kept, and the log of the local AWS says why nothing runs', async () => {
    await s3.send(new CreateBucketCommand({ Bucket: 'unpermitted' }));
    const LambdaFunctionArn = `${functionArn}:nothing`;
    await s3.send(
      new PutBucketNotificationConfigurationCommand({
        Bucket: 'unpermitted',
        SkipDestinationValidation: true,
        NotificationConfiguration: {
          LambdaFunctionConfigurations: [{ LambdaFunctionArn, Events: ['s3:ObjectCreated:*'] }],
        },
      }),
    );
    for (const Key of ['a', 'b']) {
      await s3.send(new PutObjectCommand({ Bucket: 'unpermitted', Key, Body: 'x' }));
    }
    const log = await readFile(join(local.home, 'local', 'server.log'), 'utf8');
    const lines = log.split('\n').filter((line) => line.includes('unpermitted'));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(
      `S3 does not send the notifications of bucket unpermitted to ${LambdaFunctionArn}: `,
    );
  });
});

it('1,000 uploads make 1,000 events for a topic, its queue and its function, though the server is killed meanwhile', async () => {
  const all = Array.from({ length: 1000 }, (_, index) => `k${String(index).padStart(4, '0')}`);
  await sns.send(new SubscribeCommand({ TopicArn: topicArn, Protocol: 'lambda', Endpoint: functionArn }));
  await bucket('many', {
    TopicConfigurations: [{ TopicArn: topicArn, Events: ['s3:ObjectCreated:*'] }],
  });
  await drain('by-topic');
  const answered: string[] = [];
  const waiting = [...all];
  let kill: Promise<unknown> | undefined;
  /** An upload without an answer is repeated, as clients do. */
  const upload = async () => {
    for (let Key = waiting.shift(); Key !== undefined; Key = waiting.shift()) {
      try {
        await s3.send(new PutObjectCommand({ Bucket: 'many', Key, Body: 'x' }));
        answered.push(Key);
      } catch {
        waiting.push(Key);
      }
      if (answered.length > 500) kill ??= restart();
      await kill;
    }
  };
  await Promise.all(Array.from({ length: 8 }, upload));
  expect(kill).toBeDefined();
  expect(answered.toSorted()).toEqual(all);
  const events = keysIn((await drain('by-topic')).map((body) => JSON.parse(body).Message));
  expect([...new Set(events)].toSorted()).toEqual(all);
  await functionSaw(all);
  const repeated = events.length - all.length;
  process.stdout.write(`1,000 uploads: ${events.length} events (${repeated} of repeated uploads)\n`);
  // At most the eight uploads that were under way are repeated.
  expect(repeated).toBeLessThanOrEqual(8);
}, 120_000);

/** Kills the server as a power cut would, and starts it again. */
async function restart(): Promise<void> {
  const { pid } = JSON.parse(await readFile(join(local.home, 'local', 'server.json'), 'utf8'));
  process.kill(pid, 'SIGKILL');
  const options = { cwd: await homeFolder(), env: { SLSCTL_HOME: local.home } };
  await expectSlsctl(['local', 'start', '--port', String(local.port)], options);
}
