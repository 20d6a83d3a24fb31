// `slsctl trigger list|add|remove`, import and callers: triggers in slsctl.yml and on AWS together.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CreateEventSourceMappingCommand, ListEventSourceMappingsCommand } from '@aws-sdk/client-lambda';
import { PutBucketNotificationConfigurationCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startInProcess } from '../../local/in-process.ts';
import { createSources } from '../../support/fields/sources.ts';
import { expectSlsctl, slsctl } from '../../support/in-process.ts';
import { type Clients, clientSettings, clientsOf, type LocalAws } from '../../support/local.ts';
import { removeFolder, temporaryFolder } from '../../support/project.ts';

let aws: LocalAws;
let clients: Clients;
let folder: string;
let name: string;
let count = 0;

beforeAll(async () => {
  aws = await startInProcess();
  clients = await clientsOf(aws.env);
  await createSources(aws.env, { queues: ['orders', 'returns'], tables: ['users'], streams: ['clicks'] });
});
afterAll(() => aws?.stop());

beforeEach(async () => {
  name = `worker${++count}`;
  folder = await temporaryFolder('triggers');
  await writeFile(join(folder, 'app.py'), 'def handler(event, context):\n    return event\n');
  await write('');
  return () => removeFolder(folder);
});

const write = (rest: string) =>
  writeFile(
    join(folder, 'slsctl.yml'),
    `# of the team\nproject: ${name}\nfunctions:\n  ${name}:\n    runtime: python3.12 # for now\n    handler: app.handler\n${rest}`,
  );
const read = () => readFile(join(folder, 'slsctl.yml'), 'utf8');
const run = (...args: string[]) => expectSlsctl(args, { cwd: folder, env: aws.env });
const differs = async () =>
  (await slsctl(['plan', '--exit-code'], { cwd: folder, env: aws.env })).code === 10;
async function mappings() {
  const { EventSourceMappings = [] } = await clients.lambda.send(new ListEventSourceMappingsCommand({}));
  return EventSourceMappings.filter(({ FunctionArn }) => FunctionArn?.includes(`:${name}`));
}

describe('trigger add', () => {
  it('writes the short form, keeps comments, and binds the source with its statements at once', async () => {
    await run('deploy', '--yes');
    const { stdout } = await run('trigger', 'add', 'sqs', 'orders');
    expect(stdout).toContain('added sqs orders in slsctl.yml; applied to');
    expect(await read()).toContain('# of the team');
    expect(await read()).toContain('runtime: python3.12 # for now');
    expect(await read()).toMatch(/triggers:\n +- sqs: orders\n/);
    expect((await mappings()).map(({ State }) => State)).toEqual(['Enabled']);
    expect(await differs()).toBe(false);
    const again = await run('trigger', 'add', 'sqs', 'orders');
    expect(again.stdout).toContain('calls');
    expect(await mappings()).toHaveLength(1);
  });

  it('writes further fields, and replaces the entry of the same source', async () => {
    await write('    triggers:\n      - sqs: orders # the shop\n      - sqs: returns\n');
    await run('deploy', '--yes');
    await run(
      'trigger',
      'add',
      'sqs',
      'orders',
      '--set',
      'batchSize=5',
      '--set',
      'reportBatchItemFailures=true',
    );
    expect(await read()).toMatch(/- sqs: returns\n/);
    expect(await read()).toMatch(/batchSize: 5\n/);
    const live = await mappings();
    expect(live.map(({ BatchSize }) => BatchSize).sort()).toEqual([10, 5]);
    expect(await differs()).toBe(false);
  });

  it('binds to the alias that follows the deployments, or to the named one', async () => {
    await write('    aliases: { live: {} }\n');
    await run('deploy', '--yes');
    await run('trigger', 'add', 'kinesis', 'clicks');
    await run('trigger', 'add', 'dynamodb', 'users', '--qualifier', '$LATEST');
    const targets = (await mappings()).map(({ FunctionArn }) => FunctionArn?.split(':function:')[1]);
    expect(targets.sort()).toEqual([name, `${name}:live`]);
    expect(await differs()).toBe(false);
  });

  it('only writes the file when the function is not deployed', async () => {
    const { stdout } = await run('trigger', 'add', 'sqs', 'orders', '--output', 'json');
    expect(JSON.parse(stdout)).toMatchObject({
      kind: 'sqs',
      source: 'orders',
      result: 'absent',
      written: true,
    });
    expect(await mappings()).toEqual([]);
  });

  it.each([
    [['sqz', 'orders'], 'did you mean sqs?'],
    [['sqs', 'absent'], 'there is no such queue'],
    [['sqs', 'orders', '--set', 'batchsize=5'], 'did you mean batchSize?'],
    [['sqs', 'orders', '--set', 'batchSize'], 'allowed: FIELD=VALUE'],
    [['sqs', 'orders', '--qualifier', 'live'], 'declares no such alias'],
  ])('%j is refused, and nothing is written', async (args, message) => {
    await run('deploy', '--yes');
    const before = await read();
    const { code, stderr } = await slsctl(['trigger', 'add', ...args], { cwd: folder, env: aws.env });
    expect(stderr).toContain(message);
    expect(code).toBe(2);
    expect(await read()).toBe(before);
  });
});

describe('trigger remove', () => {
  it('removes the entry, the mapping and the statements of the role', async () => {
    await write('    triggers:\n      - sqs: orders\n      - sqs: returns\n');
    await run('deploy', '--yes');
    await run('trigger', 'remove', 'sqs', 'orders');
    expect((await mappings()).map(({ EventSourceArn }) => EventSourceArn?.split(':')[5])).toEqual([
      'returns',
    ]);
    expect(await differs()).toBe(false);
    await run('trigger', 'remove', 'sqs');
    expect(await mappings()).toEqual([]);
    expect(await read()).not.toContain('triggers');
    expect(await differs()).toBe(false);
  });

  it('refuses a source that the file does not name, and asks which one when there are several', async () => {
    await write('    triggers:\n      - sqs: orders\n      - sqs: returns\n');
    for (const [args, message] of [
      [['kinesis'], 'it has none of the kind kinesis'],
      [['sqs', 'absent'], 'it has: sqs orders, returns'],
      [['sqs'], 'name its source: orders, returns'],
    ] as const) {
      const { code, stderr } = await slsctl(['trigger', 'remove', ...args], { cwd: folder, env: aws.env });
      expect(stderr).toContain(message);
      expect(code).toBe(2);
    }
  });
});

describe('trigger list', () => {
  it('shows declared triggers with their state, and live ones that slsctl.yml does not have', async () => {
    const may = `    statements: [{ Effect: Allow, Action: 'sqs:*', Resource: '*' }]\n`;
    await write(`${may}    triggers:\n      - sqs: orders\n`);
    await run('deploy', '--yes');
    const EventSourceArn = 'arn:aws:sqs:us-east-1:000000000000:returns';
    await clients.lambda.send(new CreateEventSourceMappingCommand({ FunctionName: name, EventSourceArn }));
    await write(
      `${may}    triggers:\n      - sqs: { queue: orders, batchSize: 5 }\n      - kinesis: clicks\n`,
    );
    const { stdout } = await run('trigger', 'list', '--output', 'json');
    expect(JSON.parse(stdout).triggers).toEqual([
      expect.objectContaining({ kind: 'sqs trigger', name: `orders to ${name}`, state: 'changed' }),
      expect.objectContaining({ kind: 'kinesis trigger', name: `clicks to ${name}`, state: 'not deployed' }),
      expect.objectContaining({ name: `returns to ${name}`, state: 'not in slsctl.yml' }),
    ]);
    expect((await run('trigger', 'list')).stdout).toContain(`sqs orders to ${name}`);
  });

  it('shows names that the environment holds too, and no resource that is not a trigger', async () => {
    await write(
      '    triggers: [{ s3: uploads }, { schedule: rate(5 minutes) }]\n    link: [uploads]\nbuckets: { uploads: {} }\n',
    );
    await run('deploy', '--yes');
    const bucket = `${name}-uploads-000000000000-us-east-1`;
    expect((await run('trigger', 'list')).stdout.trimEnd().split('\n').slice(1)).toEqual([
      expect.stringMatching(new RegExp(`^${name} +s3 ${bucket} to ${name} +in sync$`)),
      expect.stringMatching(new RegExp(`^${name} +schedule ${name} to ${name} +in sync$`)),
    ]);
  });

  it('names a linked bucket in a refusal', async () => {
    const config = (rest: string) => `    link: [uploads]\n${rest}buckets: { uploads: {} }\n`;
    await write(config('    triggers: [{ s3: uploads }]\n'));
    await run('deploy', '--yes');
    const bucket = `${name}-uploads-000000000000-us-east-1`;
    // Somebody else has the events now.
    const s3 = new S3Client({ ...clientSettings(aws.env), forcePathStyle: true });
    await s3.send(
      new PutBucketNotificationConfigurationCommand({
        Bucket: bucket,
        NotificationConfiguration: {
          LambdaFunctionConfigurations: [
            {
              Id: 'theirs',
              Events: ['s3:ObjectCreated:*'],
              LambdaFunctionArn: `arn:aws:lambda:us-east-1:000000000000:function:${name}`,
            },
          ],
        },
      }),
    );
    await write(config(''));
    const { stderr } = await slsctl(['trigger', 'add', 's3', 'uploads'], { cwd: folder, env: aws.env });
    expect(stderr).toContain(`overlaps with the notification theirs of bucket ${bucket}`);
  });

  it('says below the table why a trigger does not call', async () => {
    await write('    triggers:\n      - sqs: { queue: orders, enabled: false }\n');
    await run('deploy', '--yes');
    await write('    triggers:\n      - sqs: orders\n');
    expect((await run('trigger', 'list')).stdout).toMatch(
      new RegExp(`in sync\n! sqs orders to ${name}: it is disabled`),
    );
  });
});

describe('a deployment without a queue that it had', () => {
  it('removes the trigger before its queue', async () => {
    const config = (key: string) => `    triggers: [{ sqs: ${key} }]\nqueues: { ${key}: {} }\n`;
    await write(config('old'));
    await run('deploy', '--yes');
    await write(config('new'));
    const { stderr } = await run('deploy', '--yes');
    const removed = stderr.split('\n').filter((line) => line.startsWith('remove '));
    expect(removed).toEqual([`remove sqs trigger ${name}-old to ${name}`, `remove queue ${name}-old`]);
  });
});

describe('import', () => {
  it('writes the triggers of a live function, whose plan is empty, and does not name them as callers', async () => {
    await write(
      '    aliases: { live: {} }\n    triggers:\n      - sqs: { queue: orders, batchSize: 5, enabled: false }\n      - dynamodb: users\n      - kinesis: { stream: clicks, filterCriteria: { filters: [{ pattern: { data: { n: [1] } } }] } }\n',
    );
    await run('deploy', '--yes');
    const into = join(folder, 'imported');
    await mkdir(into);
    const { stdout, stderr } = await expectSlsctl(['init', '--from-function', name], {
      cwd: into,
      env: aws.env,
    });
    const written = await readFile(join(into, 'slsctl.yml'), 'utf8');
    expect(written).toContain('sqs:');
    expect(written).toContain('queue: orders');
    expect(written).toContain('table: users');
    expect(written).toContain('stream: clicks');
    expect(stdout + stderr).not.toContain('is not in slsctl.yml');
    const plan = await slsctl(['plan', '--exit-code'], { cwd: into, env: aws.env });
    expect(plan.stdout).toContain('Nothing to change.');
    expect(plan.code).toBe(0);
  });
});
