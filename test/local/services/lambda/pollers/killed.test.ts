// A server that is killed twice while mappings deliver: nothing is lost, and records stay in order for each key.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CreateRoleCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { CreateStreamCommand, KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { CreateEventSourceMappingCommand, CreateFunctionCommand } from '@aws-sdk/client-lambda';
import { CreateQueueCommand, SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { expectSlsctl, homeFolder } from '../../../../support/cli.ts';
import {
  type Clients,
  clientSettings,
  clientsOf,
  type LocalAws,
  startLocal,
} from '../../../../support/local.ts';
import { temporaryFolder } from '../../../../support/project.ts';
import { zipOf } from '../../../../support/zip.ts';

const recordCount = 1000;
const messageCount = 300;
const keys = 20;

/** Writes what it has processed into a file, and fails one time in ten, before or in the middle of a batch. */
const code = `const { appendFileSync } = require('node:fs');
exports.handler = async (event) => {
  await new Promise((resolve) => setTimeout(resolve, 20));
  const failsAt = Math.random() < 0.1 ? Math.floor(Math.random() * event.Records.length) : -1;
  for (const [index, record] of event.Records.entries()) {
    if (index === failsAt) throw new Error('by chance');
    const text = record.kinesis ? Buffer.from(record.kinesis.data, 'base64').toString() : 'message:' + record.body;
    appendFileSync(process.env.OUT, text + '\\n');
  }
};`;

let local: LocalAws;
let clients: Clients;
beforeAll(async () => {
  local = await startLocal();
  clients = await clientsOf(local.env);
}, 60_000);
afterAll(() => local?.stop());

it('a killed server loses no message and no record', async () => {
  const { lambda, iam } = clients;
  const OUT = join(await temporaryFolder('killed'), 'out.txt');
  const AssumeRolePolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
    ],
  });
  const { Role } = await iam.send(new CreateRoleCommand({ RoleName: 'r', AssumeRolePolicyDocument }));
  const PolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: ['sqs:*', 'kinesis:*'], Resource: '*' }],
  });
  await iam.send(new PutRolePolicyCommand({ RoleName: 'r', PolicyName: 'p', PolicyDocument }));
  await lambda.send(
    new CreateFunctionCommand({
      FunctionName: 'f',
      Role: Role?.Arn,
      Runtime: 'nodejs20.x',
      Handler: 'index.handler',
      Timeout: 1,
      Code: { ZipFile: await zipOf({ 'index.js': code }) },
      Environment: { Variables: { OUT } },
    }),
  );
  const settings = { ...clientSettings(local.env), maxAttempts: 20 };
  const sqs = new SQSClient(settings);
  const kinesis = new KinesisClient(settings);
  await sqs.send(new CreateQueueCommand({ QueueName: 'q', Attributes: { VisibilityTimeout: '1' } }));
  await kinesis.send(new CreateStreamCommand({ StreamName: 's', ShardCount: 1 }));
  const source = (rest: string) => ({ FunctionName: 'f', EventSourceArn: `arn:aws:${rest}` });
  await lambda.send(new CreateEventSourceMappingCommand(source('sqs:us-east-1:000000000000:q')));
  await lambda.send(
    new CreateEventSourceMappingCommand({
      ...source('kinesis:us-east-1:000000000000:stream/s'),
      StartingPosition: 'TRIM_HORIZON',
      BatchSize: 25,
      ParallelizationFactor: 2,
      BisectBatchOnFunctionError: true,
    }),
  );
  for (let from = 0; from < recordCount; from += 250) {
    const Records = Array.from({ length: 250 }, (_, index) => ({
      Data: Buffer.from(`${(from + index) % keys}:${from + index}`),
      PartitionKey: `key-${(from + index) % keys}`,
    }));
    await kinesis.send(new PutRecordsCommand({ StreamName: 's', Records }));
  }
  for (let from = 0; from < messageCount; from += 10) {
    const Entries = Array.from({ length: 10 }, (_, index) => ({
      Id: String(index),
      MessageBody: String(from + index),
    }));
    const QueueUrl = 'https://sqs.us-east-1.amazonaws.com/000000000000/q';
    await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
  }
  const lines = async () => (await readFile(OUT, 'utf8').catch(() => '')).split('\n').filter(Boolean);
  const distinct = async () => new Set(await lines()).size;
  const all = recordCount + messageCount;
  for (const share of [0.2, 0.6]) {
    while ((await distinct()) < all * share) await sleep(5);
    await kill();
  }
  while ((await distinct()) < all) await sleep(20);
  const seen = await lines();
  for (let key = 0; key < keys; key++) {
    const numbers = seen
      .filter((line) => line.startsWith(`${key}:`))
      .map((line) => Number(line.split(':')[1]));
    const first = [...new Set(numbers)];
    expect(first, `key ${key}`).toEqual(first.toSorted((one, other) => one - other));
  }
  process.stdout.write(
    `${recordCount} records and ${messageCount} messages over two kills: ${seen.length} processed, ${seen.length - all} of them again\n`,
  );
  kinesis.destroy();
}, 120_000);

/** Kills the server in the middle of its work, and starts it again. */
async function kill(): Promise<void> {
  const { pid } = JSON.parse(await readFile(join(local.home, 'local', 'server.json'), 'utf8'));
  process.kill(pid, 'SIGKILL');
  const options = { cwd: await homeFolder(), env: { SLSCTL_HOME: local.home } };
  await expectSlsctl(['local', 'start', '--port', String(local.port)], options);
}
