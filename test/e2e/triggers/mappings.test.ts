// Event source mappings from slsctl.yml: deployed, changed, moved to an alias, and removed.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GetRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  CreateEventSourceMappingCommand,
  DeleteEventSourceMappingCommand,
  ListEventSourceMappingsCommand,
  ListTagsCommand,
  UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startInProcess } from '../../local/in-process.ts';
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
  const sqs = new SQSClient(clientSettings(aws.env));
  for (const QueueName of ['orders', 'returns', 'by-hand'])
    await sqs.send(new CreateQueueCommand({ QueueName }));
  await sqs.send(new CreateQueueCommand({ QueueName: 'hasty', Attributes: { VisibilityTimeout: '29' } }));
});
afterAll(() => aws?.stop());

beforeEach(async () => {
  name = `worker${++count}`;
  folder = await temporaryFolder('triggers');
  await writeFile(join(folder, 'app.py'), 'def handler(event, context):\n    return event\n');
  return () => removeFolder(folder);
});

const write = (function_: string, project = name) =>
  writeFile(
    join(folder, 'slsctl.yml'),
    `project: ${project}\nfunctions:\n  ${name}:\n    runtime: python3.12\n    handler: app.handler\n${function_}`,
  );
const run = (...args: string[]) => expectSlsctl(args, { cwd: folder, env: aws.env });
const deploy = () => run('deploy', '--yes');
const differs = async () =>
  (await slsctl(['plan', '--exit-code'], { cwd: folder, env: aws.env })).code === 10;
async function mappings() {
  const { EventSourceMappings = [] } = await clients.lambda.send(new ListEventSourceMappingsCommand({}));
  return EventSourceMappings.filter(({ FunctionArn }) => FunctionArn?.includes(`:${name}`));
}

describe('a queue in the short form', () => {
  it('is bound with AWS’s defaults, the role may read it, and nothing is left to plan', async () => {
    await write('    triggers:\n      - sqs: orders\n');
    const { stdout } = await run('plan');
    expect(stdout).toContain(`sqs trigger orders to ${name}`);
    await deploy();
    const [mapping, ...others] = await mappings();
    expect(others).toEqual([]);
    expect(mapping).toMatchObject({
      EventSourceArn: 'arn:aws:sqs:us-east-1:000000000000:orders',
      FunctionArn: `arn:aws:lambda:us-east-1:000000000000:function:${name}`,
      BatchSize: 10,
      State: 'Enabled',
    });
    const RoleName = `${name}-us-east-1`;
    const { PolicyDocument = '' } = await clients.iam.send(
      new GetRolePolicyCommand({ RoleName, PolicyName: 'slsctl' }),
    );
    expect(JSON.parse(decodeURIComponent(PolicyDocument)).Statement).toEqual([
      {
        Sid: 'SqsOrders',
        Effect: 'Allow',
        Action: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
        Resource: 'arn:aws:sqs:us-east-1:000000000000:orders',
      },
    ]);
    expect(await differs()).toBe(false);
  });

  it('carries the tags of the project', async () => {
    await write('    tags: { team: greeters }\n    triggers: [{ sqs: orders }]\n');
    await deploy();
    const [mapping] = await mappings();
    const { Tags } = await clients.lambda.send(
      new ListTagsCommand({ Resource: mapping?.EventSourceMappingArn }),
    );
    expect(Tags).toMatchObject({ team: 'greeters', 'slsctl:project': name });
  });
});

describe('a trigger that the file no longer names', () => {
  it('is removed, also when the file names no triggers at all', async () => {
    await write('    triggers: [{ sqs: orders }, { sqs: returns }]\n');
    await deploy();
    expect(await mappings()).toHaveLength(2);
    await write('    triggers: [{ sqs: returns }]\n');
    const { stdout } = await run('plan');
    expect(stdout).toContain(`sqs trigger orders to ${name}`);
    await deploy();
    expect((await mappings()).map(({ EventSourceArn }) => EventSourceArn?.split(':')[5])).toEqual([
      'returns',
    ]);
    await write('');
    await deploy();
    expect(await mappings()).toEqual([]);
    expect(await differs()).toBe(false);
  });

  it('stays when slsctl did not make it', async () => {
    const may = `    statements: [{ Effect: Allow, Action: 'sqs:*', Resource: '*' }]\n`;
    await write(`${may}    triggers: [{ sqs: orders }]\n`);
    await deploy();
    const EventSourceArn = 'arn:aws:sqs:us-east-1:000000000000:by-hand';
    await clients.lambda.send(new CreateEventSourceMappingCommand({ FunctionName: name, EventSourceArn }));
    expect(await differs()).toBe(false);
    await write(`${may}    triggers: []\n`);
    await deploy();
    expect((await mappings()).map((one) => one.EventSourceArn)).toEqual([EventSourceArn]);
  });

  it('is removed with the project, before the function', async () => {
    await write('    triggers: [{ sqs: orders }]\n    aliases: { live: {} }\n');
    await deploy();
    const { stdout, stderr } = await run('destroy', '--yes');
    expect(stdout + stderr).toContain(`sqs trigger orders to ${name}:live`);
    expect(stdout).not.toContain('still call');
    expect(await mappings()).toEqual([]);
  });
});

describe('the place that a queue calls', () => {
  it('is the alias that follows, and the mapping moves there in place', async () => {
    await write('    triggers: [{ sqs: orders }]\n');
    await deploy();
    const [before] = await mappings();
    await write('    triggers: [{ sqs: orders }]\n    aliases: { live: {} }\n');
    await deploy();
    const [after, ...others] = await mappings();
    expect(others).toEqual([]);
    expect(after).toMatchObject({ UUID: before?.UUID, FunctionArn: `${before?.FunctionArn}:live` });
    expect(await differs()).toBe(false);
  });

  it('is what qualifier says', async () => {
    await write('    aliases: { live: {} }\n    triggers: [{ sqs: orders, qualifier: $LATEST }]\n');
    await deploy();
    expect((await mappings())[0]?.FunctionArn).toMatch(/:function:\w+$/);
    expect(await differs()).toBe(false);
  });

  it('moves to the function when the alias is no longer declared, and the alias goes after it', async () => {
    await write('    triggers: [{ sqs: orders }]\n    aliases: { live: {} }\n');
    await deploy();
    const [before] = await mappings();
    await write('    triggers: [{ sqs: orders }]\n');
    await deploy();
    const [after, ...others] = await mappings();
    expect(others).toEqual([]);
    expect(after?.UUID).toBe(before?.UUID);
    expect(after?.FunctionArn).toMatch(/:function:\w+$/);
    expect(await differs()).toBe(false);
  });

  it('leaves no mapping behind when trigger and alias go together', async () => {
    await write('    triggers: [{ sqs: orders }]\n    aliases: { live: {} }\n');
    await deploy();
    await write('');
    await deploy();
    expect(await mappings()).toEqual([]);
    expect(await differs()).toBe(false);
  });
});

describe('a function that the file no longer names', () => {
  it('takes its triggers along, in a deployment and in destroy', async () => {
    for (const removal of [
      ['deploy', '--yes'],
      ['destroy', '--yes'],
    ]) {
      await write('    triggers: [{ sqs: orders }]\n    aliases: { live: {} }\n');
      await deploy();
      expect(await mappings()).toHaveLength(1);
      await writeFile(
        join(folder, 'slsctl.yml'),
        `project: ${name}\nfunctions:\n  other-${name}: { runtime: python3.12, handler: app.handler }\n`,
      );
      const { stdout, stderr } = await run(...removal);
      expect(stdout + stderr).toContain(`sqs trigger orders to ${name}:live`);
      expect(await mappings()).toEqual([]);
    }
  });
});

describe('settings of a mapping', () => {
  it('are changed in place, and null sets them back', async () => {
    const entry = (settings: string) => write(`    triggers:\n      - sqs: { queue: orders, ${settings} }\n`);
    await entry('batchSize: 20, maximumBatchingWindowInSeconds: 5, reportBatchItemFailures: true');
    await deploy();
    const [before] = await mappings();
    expect(before).toMatchObject({ BatchSize: 20, FunctionResponseTypes: ['ReportBatchItemFailures'] });
    await entry(
      'batchSize: null, maximumBatchingWindowInSeconds: 7, scalingConfig: { maximumConcurrency: 5 }, functionResponseTypes: null, filterCriteria: { filters: [{ pattern: { body: { n: [1] } } }] }',
    );
    await deploy();
    const [after] = await mappings();
    expect(after).toMatchObject({
      UUID: before?.UUID,
      BatchSize: 10,
      MaximumBatchingWindowInSeconds: 7,
      ScalingConfig: { MaximumConcurrency: 5 },
      FunctionResponseTypes: [],
      FilterCriteria: { Filters: [{ Pattern: '{"body":{"n":[1]}}' }] },
    });
    expect(await differs()).toBe(false);
  });

  it('that another one has changed are set again, as drift', async () => {
    await write('    triggers:\n      - sqs: { queue: orders, batchSize: 5, enabled: true }\n');
    await deploy();
    const [{ UUID } = {}] = await mappings();
    await clients.lambda.send(new UpdateEventSourceMappingCommand({ UUID, BatchSize: 3, Enabled: false }));
    const { stdout } = await run('plan');
    expect(stdout).toMatch(/BatchSize +3 +→ +5/);
    await deploy();
    expect((await mappings())[0]).toMatchObject({ UUID, BatchSize: 5, State: 'Enabled' });
    await clients.lambda.send(new DeleteEventSourceMappingCommand({ UUID }));
    expect(await differs()).toBe(true);
    await deploy();
    expect(await mappings()).toHaveLength(1);
  });
});

describe('bad input', () => {
  it.each([
    ['{ sqs: orders, batchSize: 5 }', 'batchSize is not known'],
    ['{ sqz: orders }', 'did you mean sqs?'],
    ['{ qualifier: $LATEST }', 'names no kind'],
    ['{ sqs: { queue: orders.fifo, maximumBatchingWindowInSeconds: 1 } }', 'is for standard queues only'],
    ['{ sqs: { queue: orders, batchSize: 11 } }', 'above 10 it needs maximumBatchingWindowInSeconds'],
    ['{ sqs: orders, qualifier: live }', 'declares no such alias'],
    [
      '{ sqs: absent }',
      'triggers.0.sqs is absent, and there is no such queue in us-east-1; nothing was changed',
    ],
    ['{ sqs: { queue: absent } }', 'triggers.0.sqs.queue is absent, and there is no such queue'],
    ['{ sqs: hasty }', 'whose VisibilityTimeout is 29 seconds, below the timeout of the function, 30'],
    [
      '{ sqs: "arn:aws:sqs:eu-west-1:000000000000:orders" }',
      'is in eu-west-1; Lambda reads only sources of its own region',
    ],
  ])('%s is refused with its line', async (entry, message) => {
    await write(`    triggers:\n      - ${entry}\n`);
    const { code, stderr } = await slsctl(['plan'], { cwd: folder, env: aws.env });
    expect(stderr).toContain(message);
    expect(stderr).toMatch(/slsctl\.yml:[67]:\d+:/);
    expect(code).toBe(2);
  });
});
