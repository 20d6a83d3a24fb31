// Notifications of buckets from slsctl.yml: deployed beside those of others, changed, moved, and removed.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GetPolicyCommand } from '@aws-sdk/client-lambda';
import {
  CreateBucketCommand,
  GetBucketNotificationConfigurationCommand,
  type LambdaFunctionConfiguration,
  type NotificationConfiguration,
  PutBucketNotificationConfigurationCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { startInProcess } from '../../local/in-process.ts';
import { expectSlsctl, slsctl } from '../../support/in-process.ts';
import { type Clients, clientSettings, clientsOf, type LocalAws } from '../../support/local.ts';
import { removeFolder, temporaryFolder } from '../../support/project.ts';

let aws: LocalAws;
let clients: Clients;
let s3: S3Client;
let folder: string;
let name: string;
let bucket: string;
let count = 0;

beforeAll(async () => {
  aws = await startInProcess();
  clients = await clientsOf(aws.env);
  s3 = new S3Client({ ...clientSettings(aws.env), forcePathStyle: true });
});
afterAll(() => aws?.stop());

beforeEach(async () => {
  name = `worker${++count}`;
  bucket = `uploads${count}`;
  folder = await temporaryFolder('s3-triggers');
  await writeFile(
    join(folder, 'app.py'),
    'def handler(event, context):\n    print("KEY", event["Records"][0]["s3"]["object"]["key"])\n',
  );
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  return () => removeFolder(folder);
});

const write = (functions: Record<string, string>, more = '') =>
  writeFile(
    join(folder, 'slsctl.yml'),
    `project: ${name}\n${more}functions:\n${Object.entries(functions)
      .map(
        ([key, fields]) =>
          `  ${key}:\n    runtime: python3.12\n    handler: app.handler\n${fields.replace(/^(?=.)/gm, '    ')}`,
      )
      .join('')}`,
  );
const one = (triggers: string, more = '') =>
  write({ [name]: `triggers:\n${triggers.replace(/^(?=.)/gm, '  ')}${more}` });
const run = (...args: string[]) => expectSlsctl(args, { cwd: folder, env: aws.env });
const attempt = (...args: string[]) => slsctl(args, { cwd: folder, env: aws.env });
const deploy = () => run('deploy', '--yes');
const differs = async () => (await attempt('plan', '--exit-code')).code === 10;
async function configuration(): Promise<NotificationConfiguration> {
  const { $metadata: _, ...rest } = await s3.send(
    new GetBucketNotificationConfigurationCommand({ Bucket: bucket }),
  );
  return rest;
}
const notifications = async (): Promise<LambdaFunctionConfiguration[]> =>
  (await configuration()).LambdaFunctionConfigurations ?? [];
const put = (NotificationConfiguration: NotificationConfiguration) =>
  s3.send(
    new PutBucketNotificationConfigurationCommand({
      Bucket: bucket,
      NotificationConfiguration,
      SkipDestinationValidation: true,
    }),
  );
const arn = (rest = name) => `arn:aws:lambda:us-east-1:000000000000:function:${rest}`;
const filter = (prefix: string) => ({ Key: { FilterRules: [{ Name: 'Prefix', Value: prefix }] } });
/** A notification that slsctl did not make. */
const theirs = (prefix = 'theirs/') =>
  ({
    Id: 'theirs',
    LambdaFunctionArn: arn('others'),
    Events: ['s3:ObjectCreated:*'],
    Filter: filter(prefix),
  }) as LambdaFunctionConfiguration;

describe('a bucket in the short form', () => {
  it('calls the function for every new object, and nothing is left to plan', async () => {
    await one(`- s3: ${bucket}\n`);
    const { stdout } = await run('plan');
    expect(stdout).toContain(`s3 trigger ${bucket} to ${name}`);
    await deploy();
    expect(await notifications()).toEqual([
      { Id: `slsctl.${name}.1`, LambdaFunctionArn: arn(), Events: ['s3:ObjectCreated:*'] },
    ]);
    const { Policy = '' } = await clients.lambda.send(new GetPolicyCommand({ FunctionName: name }));
    expect(JSON.parse(Policy).Statement).toMatchObject([
      {
        Sid: `slsctl-s3-${bucket}`,
        Principal: { Service: 's3.amazonaws.com' },
        Condition: {
          ArnLike: { 'AWS:SourceArn': `arn:aws:s3:::${bucket}` },
          StringEquals: { 'AWS:SourceAccount': '000000000000' },
        },
      },
    ]);
    expect(await differs()).toBe(false);
  });

  it('fires the function', async () => {
    await one(`- s3: { bucket: ${bucket}, prefix: incoming/ }\n`, 'aliases: { live: {} }\n');
    await deploy();
    expect((await notifications())[0]?.LambdaFunctionArn).toBe(arn(`${name}:live`));
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'outside.txt', Body: 'a' }));
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'incoming/a.txt', Body: 'a' }));
    await vi.waitFor(
      async () => {
        const { stdout } = await attempt('logs', '--since', '5m');
        expect(stdout).toContain('KEY incoming/a.txt');
        expect(stdout).not.toContain('outside.txt');
      },
      { timeout: 20_000, interval: 200 },
    );
  });
});

describe('the notifications of others', () => {
  it('stay, whatever they call, when slsctl adds, changes and removes its own', async () => {
    const sqs = new SQSClient(clientSettings(aws.env));
    await sqs.send(new CreateQueueCommand({ QueueName: 'theirs' }));
    const others: NotificationConfiguration = {
      LambdaFunctionConfigurations: [theirs()],
      QueueConfigurations: [
        {
          Id: 'queue',
          QueueArn: 'arn:aws:sqs:us-east-1:000000000000:theirs',
          Events: ['s3:ObjectRemoved:*'],
        },
      ],
      EventBridgeConfiguration: {},
    };
    await put(others);
    await one(`- s3: { bucket: ${bucket}, prefix: mine/ }\n`);
    await deploy();
    const after = await configuration();
    expect(after).toMatchObject({
      QueueConfigurations: [{ Id: 'queue' }],
      EventBridgeConfiguration: {},
      LambdaFunctionConfigurations: [{ Id: 'theirs' }, { Id: `slsctl.${name}.1`, Filter: filter('mine/') }],
    });
    await one(`- s3: { bucket: ${bucket}, prefix: our/, suffix: .jpg, events: [s3:ObjectCreated:Put] }\n`);
    const { stdout } = await run('plan');
    expect(stdout).toContain('our/');
    await deploy();
    expect((await notifications())[1]).toEqual({
      Id: `slsctl.${name}.1`,
      LambdaFunctionArn: arn(),
      Events: ['s3:ObjectCreated:Put'],
      Filter: {
        Key: {
          FilterRules: [
            { Name: 'Prefix', Value: 'our/' },
            { Name: 'Suffix', Value: '.jpg' },
          ],
        },
      },
    });
    await run('destroy', '--yes');
    const rest = await configuration();
    expect(rest).toMatchObject(others);
    expect(rest.LambdaFunctionConfigurations).toHaveLength(1);
  });

  it('are refused with file and line when they overlap, before anything is changed', async () => {
    await put({ LambdaFunctionConfigurations: [theirs('a/')] });
    await one(`- s3: { bucket: ${bucket}, prefix: a/b/ }\n`);
    const { code, stderr } = await attempt('deploy', '--yes');
    expect(code).toBe(2);
    expect(stderr).toContain('slsctl.yml:7');
    expect(stderr).toContain('overlaps with the notification theirs');
    expect(stderr).toContain('nothing was changed');
    await expect(clients.lambda.send(new GetPolicyCommand({ FunctionName: name }))).rejects.toThrow();
    expect(await notifications()).toEqual([theirs('a/')]);
  });

  it('become the project’s own by their id', async () => {
    await one(`- s3: { bucket: ${bucket}, prefix: in/ }\n`);
    await deploy();
    const [own] = await notifications();
    await put({ LambdaFunctionConfigurations: [{ ...own, Id: 'by-hand' } as LambdaFunctionConfiguration] });
    expect((await attempt('plan')).stderr).toContain('write id: by-hand to manage it here');
    await one(`- s3: { bucket: ${bucket}, prefix: in/, id: by-hand }\n`);
    expect(await differs()).toBe(false);
    await one(`- s3: { bucket: ${bucket}, prefix: out/, id: by-hand }\n`);
    await deploy();
    expect(await notifications()).toMatchObject([{ Id: 'by-hand', Filter: filter('out/') }]);
  });

  it('that nobody can call any more do not prevent the deployment', async () => {
    await put({ LambdaFunctionConfigurations: [{ ...theirs('gone/'), LambdaFunctionArn: arn('gone') }] });
    await one(`- s3: { bucket: ${bucket}, prefix: here/ }\n`);
    await deploy();
    expect((await notifications()).map(({ Id }) => Id)).toEqual(['theirs', `slsctl.${name}.1`]);
  });
});

describe('triggers of several functions on one bucket', () => {
  const two = (first: string, second: string) =>
    write({
      [`${name}a`]: `triggers: [{ s3: { bucket: ${bucket}, prefix: ${first} } }]\n`,
      [`${name}b`]: `triggers: [{ s3: { bucket: ${bucket}, prefix: ${second} } }]\n`,
    });
  const prefixes = async () =>
    Object.fromEntries(
      (await notifications()).map(({ LambdaFunctionArn, Filter }) => [
        LambdaFunctionArn?.split(':')[6],
        Filter?.Key?.FilterRules?.[0]?.Value,
      ]),
    );

  it('are written one after the other, and may exchange their keys', async () => {
    await two('a/', 'b/');
    await deploy();
    expect(await prefixes()).toEqual({ [`${name}a`]: 'a/', [`${name}b`]: 'b/' });
    await two('b/', 'a/');
    await deploy();
    expect(await prefixes()).toEqual({ [`${name}a`]: 'b/', [`${name}b`]: 'a/' });
    expect(await differs()).toBe(false);
  });

  it('are refused when they overlap', async () => {
    await two('a/', 'a/b/');
    const { code, stderr } = await attempt('plan');
    expect(code).toBe(2);
    expect(stderr).toContain(`overlaps with the trigger of ${name}a`);
  });

  it('go with a function that gets another name', async () => {
    const trigger = `triggers: [{ s3: { bucket: ${bucket} } }]\n`;
    await write({ [`${name}a`]: trigger });
    await deploy();
    await write({ [`${name}b`]: trigger });
    await deploy();
    expect((await notifications()).map(({ Id }) => Id)).toEqual([`slsctl.${name}b.1`]);
    expect(await differs()).toBe(false);
  });
});

describe('a trigger that the file no longer names', () => {
  it('is removed, and the statement after it', async () => {
    await one(`- s3: { bucket: ${bucket}, prefix: a/ }\n- s3: { bucket: ${bucket}, prefix: b/ }\n`);
    await deploy();
    expect(await notifications()).toHaveLength(2);
    await one(`- s3: { bucket: ${bucket}, prefix: b/ }\n`);
    await deploy();
    expect(await notifications()).toMatchObject([{ Id: `slsctl.${name}.1`, Filter: filter('b/') }]);
    await write({ [name]: '' });
    const { stdout } = await run('plan');
    expect(stdout).toContain(`s3 trigger ${bucket} to ${name}`);
    await deploy();
    expect(await notifications()).toEqual([]);
    await expect(clients.lambda.send(new GetPolicyCommand({ FunctionName: name }))).rejects.toThrow();
    expect(await differs()).toBe(false);
  });

  it('goes with a function that the file no longer names', async () => {
    await write({ [name]: '', [`${name}x`]: `triggers: [{ s3: ${bucket} }]\n` });
    await deploy();
    await write({ [name]: '' });
    await deploy();
    expect(await notifications()).toEqual([]);
  });
});

describe('the place that a bucket calls', () => {
  it('moves to the alias that follows the deployments, in place', async () => {
    await one(`- s3: ${bucket}\n`);
    await deploy();
    await one(`- s3: ${bucket}\n`, 'aliases: { live: {} }\n');
    await deploy();
    expect(await notifications()).toEqual([
      { Id: `slsctl.${name}.1`, LambdaFunctionArn: arn(`${name}:live`), Events: ['s3:ObjectCreated:*'] },
    ]);
    expect(await differs()).toBe(false);
    await one(`- s3: ${bucket}\n  qualifier: $LATEST\n`, 'aliases: { live: {} }\n');
    await deploy();
    expect((await notifications())[0]?.LambdaFunctionArn).toBe(arn());
  });
});

describe('writers at the same moment', () => {
  it('all get their notifications: projects that are deployed together to one bucket', async () => {
    const projects = await Promise.all(
      [1, 2, 3, 4].map(async (number) => {
        const cwd = await temporaryFolder('s3-together');
        await writeFile(join(cwd, 'app.py'), 'def handler(event, context):\n    pass\n');
        await writeFile(
          join(cwd, 'slsctl.yml'),
          `project: ${name}p${number}\nfunctions:\n  ${name}p${number}:\n    runtime: python3.12\n    handler: app.handler\n    triggers: [{ s3: { bucket: ${bucket}, prefix: p${number}/ } }]\n`,
        );
        return cwd;
      }),
    );
    await Promise.all(projects.map((cwd) => expectSlsctl(['deploy', '--yes'], { cwd, env: aws.env })));
    const ids = (await notifications()).map(({ Id }) => Id).sort();
    expect(ids).toEqual([1, 2, 3, 4].map((number) => `slsctl.${name}p${number}.1`));
    await Promise.all(projects.map(removeFolder));
  });
});

describe('drift', () => {
  it('is shown and repaired', async () => {
    await one(`- s3: { bucket: ${bucket}, prefix: a/ }\n`);
    await deploy();
    await put({});
    expect(await differs()).toBe(true);
    await deploy();
    expect(await notifications()).toMatchObject([{ Filter: filter('a/') }]);
  });
});

describe('a wrong source', () => {
  it('is refused with file and line: no such bucket', async () => {
    await one(`- s3: no-such-${bucket}\n`);
    const { code, stderr } = await attempt('deploy', '--yes');
    expect(code).toBe(2);
    expect(stderr).toMatch(/slsctl\.yml:7.*no such bucket/);
  });

  it('is refused with file and line: another region', async () => {
    await s3.send(
      new CreateBucketCommand({
        Bucket: `far-${bucket}`,
        CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' },
      }),
    );
    await one(`- s3: far-${bucket}\n`);
    const { code, stderr } = await attempt('deploy', '--yes');
    expect(code).toBe(2);
    expect(stderr).toContain('eu-west-1');
  });
});

describe('import', () => {
  it('reads the triggers of a live function, and its plan is empty', async () => {
    await one(`- s3: { bucket: ${bucket}, prefix: a/, events: [s3:ObjectRemoved:*] }\n`);
    await deploy();
    const [own] = await notifications();
    await put({ LambdaFunctionConfigurations: [{ ...own, Id: 'by-hand' } as LambdaFunctionConfiguration] });
    const other = await temporaryFolder('imported');
    const { stdout } = await expectSlsctl(['init', '--from-function', name, '.', '--yes'], {
      cwd: other,
      env: aws.env,
    });
    expect(stdout).toBeDefined();
    const text = await readFile(join(other, 'slsctl.yml'), 'utf8');
    expect(text).toContain(`bucket: ${bucket}`);
    expect(text).toContain('id: by-hand');
    expect(text).toContain('prefix: a/');
    await removeFolder(other);
  });
});
