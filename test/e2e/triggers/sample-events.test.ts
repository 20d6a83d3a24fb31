// `slsctl invoke --event KIND`: the sample events, as a function receives them.
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sampleEvents } from '../../../src/advise/sample-events/all.ts';
import { expectSlsctl, slsctl } from '../../support/in-process.ts';
import { type LocalAws, startLocal } from '../../support/local.ts';
import { filesIn, folderWith } from '../../support/project.ts';

let aws: LocalAws;
let cwd: string;
beforeAll(async () => {
  aws = await startLocal();
  cwd = await filesIn('events', {
    'slsctl.yml':
      'project: shop\nfunctions:\n  orders: { runtime: nodejs22.x, handler: index.handler, memorySize: 256 }\n',
    'index.js': 'exports.handler = async (event) => event;\n',
  });
  await expectSlsctl(['deploy'], { cwd, env: aws.env });
});
afterAll(() => aws.stop());

/** The event of this kind, as the function received it. */
async function received(kind: string): Promise<Record<string, never>> {
  const { stdout } = await expectSlsctl(['invoke', '--event', kind], { cwd, env: aws.env });
  return JSON.parse(stdout);
}

const records = ['s3', 'sqs', 'sns', 'dynamodb', 'kinesis'];

describe('a sample event', () => {
  it.each(records)('of %s has one record, with its source and region', async (kind) => {
    const { Records } = (await received(kind)) as unknown as { Records: Record<string, string>[] };
    expect(Records).toHaveLength(1);
    const [record] = Records;
    expect(record?.eventSource ?? record?.EventSource).toBe(`aws:${kind}`);
    expect(JSON.stringify(record)).toMatch(/us-east-1|arn:aws:s3/);
  });

  it('of s3 has the members of the notification, in their order', async () => {
    const { Records } = (await received('s3')) as unknown as {
      Records: [Record<string, Record<string, object>>];
    };
    const [record] = Records;
    expect(Object.keys(record)).toEqual([
      'eventVersion',
      'eventSource',
      'awsRegion',
      'eventTime',
      'eventName',
      'userIdentity',
      'requestParameters',
      'responseElements',
      's3',
    ]);
    expect(record.eventName).toBe('ObjectCreated:Put');
    expect(record.s3?.object).toMatchObject({ key: 'hello+world.txt', size: 17 });
  });

  it('of logs is compressed, and names the log group', async () => {
    const { awslogs } = (await received('logs')) as unknown as { awslogs: { data: string } };
    const message = JSON.parse(gunzipSync(Buffer.from(awslogs.data, 'base64')).toString());
    expect(message).toMatchObject({ messageType: 'DATA_MESSAGE', logGroup: '/aws/lambda/orders' });
  });

  it('of schedule has a detail that is a text, as the Scheduler sends it', async () => {
    expect(await received('schedule')).toMatchObject({ source: 'aws.scheduler', detail: '{}' });
  });

  it.each([
    ['http', { version: '2.0', rawPath: '/hello/1', pathParameters: { name: '1' } }],
    ['rest', { httpMethod: 'GET', resource: '/hello/{name}', path: '/hello/1', body: null }],
    ['apigateway', { httpMethod: 'GET', resource: '/hello/{name}', path: '/hello/1', body: null }],
    ['alb', { httpMethod: 'GET', path: '/hello/1', body: '' }],
    ['cognito', { triggerSource: 'PreSignUp_SignUp', region: 'us-east-1', userName: 'sam' }],
    ['ses', { Records: [{ eventSource: 'aws:ses', ses: { receipt: { action: { type: 'Lambda' } } } }] }],
    ['iot', { temperature: 31.5 }],
    [
      'edge',
      { Records: [{ cf: { config: { eventType: 'viewer-request' }, request: { uri: '/hello/1' } } }] },
    ],
  ])('of %s is a request', async (kind, members) => {
    expect(await received(kind)).toMatchObject(members);
  });

  it('of every kind can be sent', async () => {
    for (const kind of Object.keys(sampleEvents)) expect(await received(kind)).toBeTypeOf('object');
  });

  it('of every kind is named by the help', async () => {
    const { stdout } = await expectSlsctl(['invoke', '--help'], { cwd });
    const kinds = Object.keys(sampleEvents).filter((kind) => kind !== 'apigateway');
    const [, said = ''] = /send a sample event: ([^.]*?)\n\s+--async/.exec(stdout) ?? [];
    expect(said.replace(/\s+/g, ' ')).toBe(`${kinds.slice(0, -1).join(', ')} or ${kinds.at(-1)}`);
  });
});

describe('a sample event has the names of the project:', () => {
  const declared = (functions: string, more = '') =>
    `project: shop\nfunctions:\n  orders: { runtime: nodejs22.x, handler: index.handler, ${functions} }\n${more}`;

  it.each([
    [
      's3',
      'a bucket that the project makes, and the prefix of the trigger',
      declared(
        'triggers: [{ s3: { bucket: inbox, prefix: in/, suffix: .csv } }]',
        'buckets: { other: {}, inbox: {} }',
      ),
      ['"name":"shop-inbox-000000000000-us-east-1"', '"key":"in/hello+world.csv"'],
    ],
    [
      's3',
      'a bucket of the project that no trigger names',
      declared('memorySize: 256', 'buckets: { inbox: {} }'),
      ['"name":"shop-inbox-000000000000-us-east-1"'],
    ],
    ['s3', 'any bucket', declared('triggers: [{ s3: photos }]'), ['"arn":"arn:aws:s3:::photos"']],
    [
      'sqs',
      'a FIFO queue by its key',
      declared('triggers: [{ sqs: jobs }]', 'queues: { jobs: { fifoQueue: true } }'),
      ['us-east-1:000000000000:shop-jobs.fifo"', '"MessageGroupId":'],
    ],
    [
      'sqs',
      'a queue by its ARN',
      declared('triggers: [{ sqs: { queue: "arn:aws:sqs:us-east-1:000000000000:far" } }]'),
      ['"eventSourceARN":"arn:aws:sqs:us-east-1:000000000000:far"'],
    ],
    [
      'dynamodb',
      'a table by its key',
      declared('triggers: [{ dynamodb: users }]', 'tables: { users: { partitionKey: id } }'),
      ['table/shop-users/stream/'],
    ],
  ])('%s, %s', async (kind, _, config, texts) => {
    const folder = await folderWith({ 'slsctl.yml': config });
    const { stdout } = await expectSlsctl(['invoke', '--event', kind], { cwd: folder, env: aws.env });
    for (const text of texts) expect(stdout).toContain(text);
  });
});

describe('invoke --event refuses', () => {
  it.each([
    [['--event', 's4'], '--event is "s4"; allowed: s3, sqs, sns,'],
    [['--event', 'DynamoDB'], '--event is "DynamoDB"; allowed: s3, sqs, sns,'],
    [['--event', 's3', '--payload', '{}'], '--event and --payload exclude each other'],
  ])('%j with exit 2, before it calls anything', async (words, message) => {
    const env = { AWS_ENDPOINT_URL: 'http://127.0.0.1:1' };
    const { code, stderr } = await slsctl(['invoke', ...words], { cwd: await folderWith(), env });
    expect(stderr).toContain(`error: ${message}`);
    expect(code).toBe(2);
  });
});
