// What holds data is kept: by a deployment that no longer names it, and by destroy, until --delete-data is given.
import { DynamoDBClient, ListTablesCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { GetRolePolicyCommand, IAMClient } from '@aws-sdk/client-iam';
import { KinesisClient, ListStreamsCommand } from '@aws-sdk/client-kinesis';
import {
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  ListBucketsCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand, SetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { expectSlsctl, startOnTerminal } from '../../support/in-process.ts';
import { editProject, folderWith } from '../../support/project.ts';
import { localAndMoto, type Target } from '../../support/targets/targets.ts';

const work = { runtime: 'python3.12', handler: 'app.handler' };

describe.each(localAndMoto)('data on $name', ({ start }) => {
  let target: Target;
  let s3: S3Client;
  let dynamo: DynamoDBClient;
  let count = 0;
  let project = '';
  beforeAll(async () => {
    target = await start();
    [s3, dynamo] = [target.client(S3Client), target.client(DynamoDBClient)];
  });
  afterAll(() => target?.stop());
  beforeEach(() => {
    project = `data${++count}`;
  });

  const on = (cwd: string, args: string[], code = 0) => expectSlsctl(args, { cwd, env: target.env, code });
  const folder = (rest: object) =>
    folderWith({
      'app.py': 'def handler(event, context):\n    return 1\n',
      'slsctl.yml': stringify({ project, functions: { [project]: work }, ...rest }),
    });
  const bucket = (key: string) => `${project}-${key}-${target.account}-us-east-1`;
  /** Names of everything that holds data. */
  const names = async () => {
    const [buckets, tables, streams] = await Promise.all([
      s3.send(new ListBucketsCommand({})),
      dynamo.send(new ListTablesCommand({})),
      target.client(KinesisClient).send(new ListStreamsCommand({})),
    ]);
    return [
      ...(buckets.Buckets ?? []).map(({ Name }) => Name),
      ...(tables.TableNames ?? []),
      ...(streams.StreamNames ?? []),
    ].filter((name) => name?.startsWith(project));
  };

  it('stays when the file no longer names it, and goes with --delete-data', async () => {
    const cwd = await folder({
      buckets: { full: { versioning: true }, empty: {} },
      tables: { users: { partitionKey: 'id' } },
    });
    await on(cwd, ['deploy', '--yes']);
    const Bucket = bucket('full');
    for (const Body of ['one', 'two']) await s3.send(new PutObjectCommand({ Bucket, Key: 'a', Body }));
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'a' }));
    await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: 'b' }));
    await editProject(cwd, [
      [['buckets'], undefined],
      [['tables'], undefined],
    ]);

    const { stderr } = await on(cwd, ['deploy', '--yes']);
    expect(stderr).toContain(
      `bucket ${Bucket} is kept: it holds 3 objects and 1 unfinished uploads; --delete-data removes it`,
    );
    expect(stderr).toMatch(new RegExp(`table ${project}-users is kept: it holds its items`));
    expect(await names()).toEqual([Bucket, `${project}-users`]);
    const status = JSON.parse((await on(cwd, ['status', '--output', 'json'])).stdout);
    expect(status.dropped.map(({ kind }: { kind: string }) => kind).sort()).toEqual(['bucket', 'table']);

    const plan = await on(cwd, ['plan', '--delete-data']);
    expect(plan.stdout).toContain(`- delete bucket ${Bucket}`);
    expect(plan.stdout).toContain('removed; lost: 3 objects and 1 unfinished uploads');
    // The option is the confirmation, where there is no terminal.
    await on(cwd, ['deploy', '--delete-data']);
    expect(await names()).toEqual([]);
    await on(cwd, ['destroy', '--yes']);
  });

  it('is named by destroy with the command that deletes it, and counted in the question', async () => {
    const cwd = await folder({
      buckets: { files: {} },
      tables: { users: { partitionKey: 'id' } },
      streams: { clicks: {} },
    });
    await on(cwd, ['deploy', '--yes']);
    await s3.send(new PutObjectCommand({ Bucket: bucket('files'), Key: 'a', Body: 'a' }));
    const item = { id: { S: 'one' } };
    await dynamo.send(new PutItemCommand({ TableName: `${project}-users`, Item: item }));
    const { stdout, stderr } = await on(cwd, ['destroy', '--yes'], 1);
    expect(stdout).toContain(`! kept: bucket ${bucket('files')}: it holds 1 object`);
    expect(stdout).toContain(`! kept: stream ${project}-clicks: it holds its records`);
    expect(stdout).toContain('gone  function');
    expect(stderr).toContain('slsctl destroy --delete-data');
    expect((await names()).length).toBe(3);

    const terminal = await startOnTerminal(['destroy', '--delete-data'], {
      cwd,
      env: target.env,
      columns: 200,
    });
    await terminal.saw('?');
    expect(terminal.text).toContain('lost: 1 object');
    expect(terminal.text).toContain('lost: its records');
    terminal.type('y\r');
    expect(await terminal.done).toBe(0);
    expect(terminal.text).toContain('Nothing remains.');
    expect(await names()).toEqual([]);
  });

  it('is never lost by a change of keys: the plan says so, and deploy changes nothing', async () => {
    const cwd = await folder({ tables: { users: { partitionKey: 'id' } } });
    await on(cwd, ['deploy', '--yes']);
    await editProject(cwd, [
      [['tables', 'users', 'partitionKey'], 'userId'],
      [['functions', project, 'memorySize'], 512],
    ]);
    const plan = await on(cwd, ['plan']);
    expect(plan.stdout).toMatch(/KeySchema +id \(S\) → userId \(S\) \(refused: AWS cannot change the keys/);
    const { stderr } = await on(cwd, ['deploy', '--yes', '--delete-data'], 1);
    expect(stderr).toContain(
      `table ${project}-users cannot change its KeySchema from id (S) to userId (S) (slsctl.yml:`,
    );
    expect(stderr).toContain('nothing was changed');
    await editProject(cwd, [[['tables', 'users', 'partitionKey'], 'id']]);
    const again = JSON.parse((await on(cwd, ['plan', '--output', 'json'])).stdout);
    expect(again.counts).toMatchObject({ create: 0, update: 1, delete: 0 });
    await on(cwd, ['destroy', '--yes', '--delete-data']);
  });

  it('stays with retain: true whatever happens', async () => {
    const cwd = await folder({ tables: { users: { partitionKey: 'id', retain: true } } });
    await on(cwd, ['deploy', '--yes']);
    const { stdout } = await on(cwd, ['destroy', '--yes', '--delete-data']);
    expect(stdout).toContain(`! kept: table ${project}-users: slsctl.yml says retain: true`);
    expect(await names()).toEqual([`${project}-users`]);
    await on(cwd, [
      'destroy',
      '--orphans',
      '--yes',
      '--delete-data',
      '--project',
      project,
      '--confirm',
      project,
    ]);
    expect(await names()).toEqual([`${project}-users`]);
    await editProject(cwd, [[['tables', 'users', 'retain'], undefined]]);
    await on(cwd, ['deploy', '--yes']);
    await on(cwd, ['destroy', '--yes', '--delete-data']);
    expect(await names()).toEqual([]);
  });

  it('of another stage is another thing', async () => {
    const cwd = await folder({
      queues: { jobs: { visibilityTimeout: 50 } },
      stages: { dev: {}, prod: { queues: { jobs: { visibilityTimeout: 70 } } } },
    });
    for (const stage of ['dev', 'prod']) await on(cwd, ['deploy', '--yes', '--stage', stage]);
    const sqs = target.client(SQSClient);
    const visibility = async (name: string) => {
      const command = new GetQueueAttributesCommand({
        QueueUrl: name,
        AttributeNames: ['VisibilityTimeout'],
      });
      return (await sqs.send(command)).Attributes?.VisibilityTimeout;
    };
    expect(await visibility(`${project}-jobs-dev`)).toBe('50');
    expect(await visibility(`${project}-jobs-prod`)).toBe('70');
    for (const stage of ['dev', 'prod']) await on(cwd, ['destroy', '--yes', '--stage', stage]);
  });

  it('is reached by linked functions with the least permissions', async () => {
    const cwd = await folder({
      functions: {
        [project]: { ...work, timeout: 20, link: { users: 'read', orders: 'send', events: 'publish' } },
        other: { ...work, link: ['files', 'clicks'], triggers: [{ sqs: 'orders' }], timeout: 30 },
      },
      queues: { orders: {} },
      topics: { events: {} },
      buckets: { files: {} },
      tables: { users: { partitionKey: 'id' } },
      streams: { clicks: {} },
    });
    await on(cwd, ['deploy', '--yes']);
    const iam = target.client(IAMClient);
    const statements = async (name: string) => {
      const command = new GetRolePolicyCommand({ RoleName: `${name}-us-east-1`, PolicyName: 'slsctl' });
      const { PolicyDocument = '' } = await iam.send(command);
      return JSON.parse(decodeURIComponent(PolicyDocument)).Statement;
    };
    const arn = (service: string, rest: string) => `arn:aws:${service}:us-east-1:${target.account}:${rest}`;
    const table = arn('dynamodb', `table/${project}-users`);
    expect(await statements(project)).toEqual([
      {
        Sid: 'LinkUsersTable',
        Effect: 'Allow',
        Action: [...['GetItem', 'BatchGetItem', 'Query', 'Scan', 'ConditionCheckItem', 'DescribeTable']].map(
          (action) => `dynamodb:${action}`,
        ),
        Resource: [table, `${table}/index/*`],
      },
      {
        Sid: 'LinkOrdersQueue',
        Effect: 'Allow',
        Action: ['sqs:SendMessage', 'sqs:GetQueueUrl', 'sqs:GetQueueAttributes'],
        Resource: arn('sqs', `${project}-orders`),
      },
      {
        Sid: 'LinkEventsTopic',
        Effect: 'Allow',
        Action: ['sns:Publish'],
        Resource: arn('sns', `${project}-events`),
      },
    ]);
    expect(await statements('other')).toMatchObject([
      {},
      {
        Sid: 'LinkFilesBucket',
        Action: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject', 's3:AbortMultipartUpload'],
        Resource: `arn:aws:s3:::${bucket('files')}/*`,
      },
      { Sid: 'LinkFilesBucket2', Action: ['s3:ListBucket'], Resource: `arn:aws:s3:::${bucket('files')}` },
      { Sid: 'LinkClicksStream', Resource: arn('kinesis', `stream/${project}-clicks`) },
    ]);
    // Six times the timeout of the function that the queue triggers.
    const command = new GetQueueAttributesCommand({
      QueueUrl: `${project}-orders`,
      AttributeNames: ['VisibilityTimeout'],
    });
    expect((await target.client(SQSClient).send(command)).Attributes).toEqual({ VisibilityTimeout: '180' });
    await on(cwd, ['plan', '--exit-code']);
    await on(cwd, ['destroy', '--yes', '--delete-data']);
    expect(await names()).toEqual([]);
  });
});

describe.each(localAndMoto)('the policy of a dead-letter queue on $name', ({ start }) => {
  it('lets the services of triggers write, keeps what others added, and loses its statements with the triggers', async () => {
    const target = await start();
    const cwd = await folderWith({
      'app.py': 'def handler(event, context):\n    return 1\n',
      'slsctl.yml': stringify({
        project: 'letters',
        functions: {
          letters: { ...work, triggers: [{ sns: { topic: 'events', deadLetter: 'lost' } }] },
        },
        topics: { events: {} },
        queues: { lost: {} },
      }),
    });
    const sqs = target.client(SQSClient);
    const QueueUrl = 'letters-lost';
    const policy = async () => {
      const command = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['Policy'] });
      const { Policy } = (await sqs.send(command)).Attributes ?? {};
      return Policy ? JSON.parse(Policy).Statement : [];
    };
    const on = (args: string[]) => expectSlsctl(args, { cwd, env: target.env });
    await on(['deploy', '--yes']);
    const arn = (service: string, name: string) => `arn:aws:${service}:us-east-1:${target.account}:${name}`;
    const own = {
      Sid: 'SlsctlDeadLetterTopiclettersevents',
      Effect: 'Allow',
      Principal: { Service: 'sns.amazonaws.com' },
      Action: 'sqs:SendMessage',
      Resource: arn('sqs', 'letters-lost'),
      Condition: { ArnEquals: { 'aws:SourceArn': arn('sns', 'letters-events') } },
    };
    expect(await policy()).toEqual([own]);
    await on(['plan', '--exit-code']);
    const other = { ...own, Sid: 'Other', Principal: { AWS: arn('iam', 'root').replace('us-east-1', '') } };
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [other, own] });
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
    await on(['plan', '--exit-code']);
    await editProject(cwd, [[['functions', 'letters', 'triggers'], []]]);
    await on(['deploy', '--yes']);
    expect(await policy()).toMatchObject([{ Sid: 'Other' }]);
    await on(['destroy', '--yes']);
    await target.stop();
  });
});
