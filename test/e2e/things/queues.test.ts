// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references of slsctl.yml
// Queues of slsctl.yml: created, planned to zero, linked, changed, kept while they have messages, and removed.
import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ListQueuesCommand,
  ListQueueTagsCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { expectSlsctl } from '../../support/in-process.ts';
import { editProject, folderWith } from '../../support/project.ts';
import { localAndMoto, type Target } from '../../support/targets/targets.ts';

const app = 'def handler(event, context):\n    return 1\n';
const config = (queues: string, fields = '') => `project: shop
functions:
  work:
    runtime: python3.12
    handler: app.handler
    timeout: 20
${fields}
queues:
${queues}
`;

describe.each(localAndMoto)('queues on $name', ({ start }) => {
  let target: Target;
  let sqs: SQSClient;
  let lambda: LambdaClient;
  beforeAll(async () => {
    target = await start();
    sqs = target.client(SQSClient);
    lambda = target.client(LambdaClient);
  });
  afterAll(() => target?.stop());

  const on = (cwd: string, args: string[], code = 0) => expectSlsctl(args, { cwd, env: target.env, code });
  const urls = async () => (await sqs.send(new ListQueuesCommand({}))).QueueUrls ?? [];
  const names = async () => (await urls()).map((url) => url.split('/').at(-1)).sort();
  const urlOf = async (name: string) => (await urls()).find((url) => url.endsWith(`/${name}`)) as string;
  const attributes = async (name: string) => {
    const QueueUrl = await urlOf(name);
    return (
      (await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }))).Attributes ?? {}
    );
  };
  const plan = async (cwd: string) => JSON.parse((await on(cwd, ['plan', '--output', 'json'])).stdout);
  const inSync = async (cwd: string) => on(cwd, ['plan', '--exit-code']);

  it('makes queues with the dead-letter queue behind them, links them, and then has nothing to change', async () => {
    const cwd = await folderWith({
      'app.py': app,
      'slsctl.yml': config(
        '  orders: { deadLetter: 3 }\n  sorted: { fifo: true, contentBasedDeduplication: true }',
        '    link: [orders]\n    environment: { ALSO: "${queue:sorted}", BOTH: "a ${queue:orders} b" }',
      ),
    });
    await on(cwd, ['deploy', '--yes']);
    expect(await names()).toEqual(['shop-orders', 'shop-orders-dlq', 'shop-sorted.fifo']);
    const { RedrivePolicy = '' } = await attributes('shop-orders');
    expect(JSON.parse(RedrivePolicy)).toEqual({
      deadLetterTargetArn: `arn:aws:sqs:us-east-1:${target.account}:shop-orders-dlq`,
      maxReceiveCount: 3,
    });
    expect(await attributes('shop-orders-dlq')).toMatchObject({ MessageRetentionPeriod: '1209600' });
    const { Tags } = await sqs.send(new ListQueueTagsCommand({ QueueUrl: await urlOf('shop-orders') }));
    expect(Tags).toMatchObject({ 'slsctl:project': 'shop' });
    const { Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: 'work' }));
    expect(Environment?.Variables).toEqual({
      ORDERS_QUEUE_URL: await urlOf('shop-orders'),
      ALSO: await urlOf('shop-sorted.fifo'),
      BOTH: `a ${await urlOf('shop-orders')} b`,
    });
    await inSync(cwd);

    // A change outside of slsctl is drift.
    await editProject(cwd, [[['queues', 'orders', 'visibilityTimeout'], 60]]);
    const changed = (await plan(cwd)).changes.filter(({ action }: { action: string }) => action === 'update');
    expect(changed).toMatchObject([
      { kind: 'queue', name: 'shop-orders', changes: [{ path: 'VisibilityTimeout', from: 30, to: 60 }] },
    ]);
    await on(cwd, ['deploy', '--yes']);
    expect(await attributes('shop-orders')).toMatchObject({ VisibilityTimeout: '60' });
    await inSync(cwd);
    await editProject(cwd, [[['queues', 'orders', 'visibilityTimeout'], null]]);
    await on(cwd, ['deploy', '--yes']);
    expect(await attributes('shop-orders')).toMatchObject({ VisibilityTimeout: '30' });

    // Only env set: the URL of a queue is read, and not lost.
    await on(cwd, ['env', 'set', 'MORE=1']);
    await inSync(cwd);

    await on(cwd, ['destroy', '--yes']);
    expect(await names()).toEqual([]);
  });

  it('keeps a queue with messages until --delete-data, and one of retain: true for ever', async () => {
    const cwd = await folderWith({
      'app.py': app,
      'slsctl.yml': config('  full: {}\n  empty: {}\n  safe: { retain: true }'),
    });
    await on(cwd, ['deploy', '--yes']);
    const MessageBody = 'hello';
    await sqs.send(new SendMessageCommand({ QueueUrl: await urlOf('shop-full'), MessageBody }));
    await editProject(cwd, [[['queues'], undefined]]);

    const planned = await on(cwd, ['plan']);
    expect(planned.stdout).toContain('- delete queue shop-empty');
    expect(planned.stdout).toContain('queue shop-full is kept: it holds 1 message; --delete-data removes it');
    const { stderr } = await on(cwd, ['deploy', '--yes']);
    expect(stderr).toContain('queue shop-full is kept: it holds 1 message; --delete-data removes it');
    expect(stderr).toContain(
      'queue shop-safe is kept: its slsctl.yml said retain: true when it was deployed',
    );
    expect(await names()).toEqual(['shop-full', 'shop-safe']);

    const destroyed = await on(cwd, ['destroy', '--yes'], 1);
    expect(destroyed.stdout).toContain('! kept: queue shop-full: it holds 1 message');
    expect(destroyed.stderr + destroyed.stdout).toContain('slsctl destroy --delete-data');
    expect(await names()).toEqual(['shop-full', 'shop-safe']);

    const receipt = await on(cwd, ['destroy', '--yes', '--delete-data', '--output', 'json']);
    expect(JSON.parse(receipt.stdout)).toMatchObject({
      gone: [{ kind: 'queue', name: 'shop-full' }],
      kept: [{ kind: 'queue', name: 'shop-safe', data: false }],
      remaining: [],
    });
    expect(await names()).toEqual(['shop-safe']);
  });

  it('refuses a queue that another owner has, and takes it over with --adopt', async () => {
    const cwd = await folderWith({
      'app.py': app,
      'slsctl.yml': config('  theirs: { visibilityTimeout: 77 }'),
    });
    await sqs.send(new CreateQueueCommand({ QueueName: 'shop-theirs' }));
    const { stderr } = await on(cwd, ['deploy', '--yes'], 1);
    expect(stderr).toMatch(/queue shop-theirs: it was not made by slsctl; the name is from slsctl.yml:\d+/);
    await on(cwd, ['deploy', '--yes', '--adopt']);
    expect(await attributes('shop-theirs')).toMatchObject({ VisibilityTimeout: '77' });
    await on(cwd, ['destroy', '--yes']);
  });
});

describe('bad input about queues', () => {
  it.each([
    ['  orders: { colour: red }', '', /slsctl.yml:\d+:\d+: queues.orders.colour is not known/],
    [
      '  orders: { visibilityTimeout: 50000 }',
      '',
      /visibilityTimeout is 50000; allowed: a whole number from 0/,
    ],
    [
      '  orders: { deadLetter: { queue: nope } }',
      '',
      /deadLetter.queue is nope, but this project has no such queue/,
    ],
    ['  orders: { contentBasedDeduplication: true }', '', /contentBasedDeduplication needs fifoQueue: true/],
    ['  orders: {}', '    link: [order]', /link.0 is order, .* did you mean orders\?/],
    [
      '  orders: {}',
      '    link: { orders: publish }',
      /link.orders is publish; allowed for a queue: send, receive/,
    ],
    [
      '  orders: {}',
      '    link: [orders]\n    environment: { ORDERS_QUEUE_URL: x }',
      /link.0 makes the variable ORDERS_QUEUE_URL, which environment has too/,
    ],
    ['  orders: {}', '    description: "${queue:orders}"', /is allowed only in environment/],
    [
      '  orders: {}',
      '    environment: { X: "${queue:order}" }',
      /order}, but this project has no such queue; did/,
    ],
    [
      '  orders: { name: same }\n  others: { name: same }',
      '',
      /queues.others has the same name on AWS as orders/,
    ],
  ])('%s %s', async (queues, fields, message) => {
    const text = config(queues, fields);
    expect(parse(text)).toBeTruthy();
    const cwd = await folderWith({ 'app.py': app, 'slsctl.yml': text });
    const { stderr } = await expectSlsctl(['deploy', '--yes'], { cwd, code: 2 });
    expect(stderr).toMatch(message);
  });
});
