// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references of slsctl.yml
// Queues, topics, buckets, tables and streams in slsctl.yml: their names on AWS, what follows for them, what is refused.
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { loadProject } from '../../src/config/load.ts';
import type { Project } from '../../src/config/project.ts';
import { thingName } from '../../src/config/things/names.ts';
import { Things } from '../../src/resources/things/things.ts';
import { folderWith } from '../support/project.ts';

const place = { account: '123456789012', region: 'eu-central-1' };
const work = { runtime: 'python3.12', handler: 'app.handler' };

async function load(rest: object, stage?: string): Promise<Project> {
  const source = stringify({ project: 'shop', functions: { work }, ...rest });
  const cwd = await folderWith({ 'slsctl.yml': source });
  return loadProject({ cwd, file: join(cwd, 'slsctl.yml'), env: {}, stage });
}

const names = (project: Project) => project.things.map((thing) => thingName(thing, project, place));

describe('the name on AWS', () => {
  it('has project, key and stage; FIFO, and for buckets account and region', async () => {
    const things = {
      buckets: { My_Files: {} },
      queues: { jobs: { fifo: true }, given: { name: 'mine', fifoQueue: true } },
      topics: { events: { fifoTopic: true } },
      tables: { users: { partitionKey: 'id' } },
      streams: { clicks: {} },
    };
    expect(names(await load(things))).toEqual([
      'shop-my-files-123456789012-eu-central-1',
      ...['shop-jobs.fifo', 'mine.fifo', 'shop-events.fifo', 'shop-users', 'shop-clicks'],
    ]);
    const staged = await load({ ...things, stages: { prod: { queues: { given: null } } } }, 'prod');
    expect(names(staged)).toEqual([
      'shop-my-files-prod-123456789012-eu-central-1',
      ...['shop-jobs-prod.fifo', 'shop-events-prod.fifo', 'shop-users-prod', 'shop-clicks-prod'],
    ]);
  });

  it('is cut to what AWS takes', async () => {
    const key = 'k'.repeat(64);
    const project = await load({
      project: 'p'.repeat(40),
      buckets: { [key]: {} },
      queues: { [key]: { fifo: true } },
    });
    const [bucket = '', queue = ''] = names(project);
    expect(bucket).toMatch(/^p+-[0-9a-f]{8}-123456789012-eu-central-1$/);
    expect([bucket.length, queue.length]).toEqual([63, 80]);
    expect(queue).toMatch(/-[0-9a-f]{8}\.fifo$/);
  });
});

describe('a reference of slsctl.yml', () => {
  it('is a key of the project, a name, or an ARN', async () => {
    const project = await load({ queues: { orders: {} }, tables: { users: { partitionKey: 'id' } } });
    const things = new Things(project, { ...place } as never);
    const arn = 'arn:aws:sqs:eu-central-1:123456789012:shop-orders';
    for (const reference of ['orders', 'shop-orders', arn]) {
      expect(things.locate('queue', reference)).toMatchObject({ arn, own: { config: { key: 'orders' } } });
    }
    expect(things.locate('queue', 'theirs')).toEqual({
      ...{ kind: 'queue', name: 'theirs', ...place },
      arn: 'arn:aws:sqs:eu-central-1:123456789012:theirs',
    });
    const other = 'arn:aws:sqs:us-east-1:999999999999:shop-orders';
    const located = things.locate('queue', other);
    expect(located).toMatchObject({ arn: other, region: 'us-east-1', account: '999999999999' });
    expect(located.own).toBeUndefined();
    const stream =
      'arn:aws:dynamodb:eu-central-1:123456789012:table/shop-users/stream/2025-01-01T00:00:00.000';
    expect(things.locate('table', stream)).toMatchObject({
      ...{ arn: stream, name: 'shop-users' },
      own: { config: { key: 'users' } },
    });
  });
});

describe('what follows from triggers', () => {
  it('is the visibility timeout of a queue and the stream of a table', async () => {
    const { things } = await load({
      functions: {
        slow: { ...work, timeout: 40, triggers: [{ sqs: { queue: 'orders' } }, { dynamodb: 'users' }] },
        quick: { ...work, timeout: 5, triggers: [{ sqs: 'orders' }] },
      },
      queues: { orders: {}, own: { visibilityTimeout: 7 } },
      tables: { users: { partitionKey: 'id' }, plain: { partitionKey: 'id' } },
    });
    const fields = Object.fromEntries(things.map(({ key, fields }) => [key, fields]));
    expect(fields).toMatchObject({
      orders: { visibilityTimeout: 240 },
      own: { visibilityTimeout: 7 },
      users: { stream: 'NEW_AND_OLD_IMAGES' },
    });
    expect(fields.plain).not.toHaveProperty('stream');
  });
});

describe('what is refused, with its place', () => {
  it.each<[object, RegExp]>([
    [{ tables: { users: {} } }, /slsctl.yml:\d+:\d+: tables.users.partitionKey is missing/],
    [
      { tables: { users: { partitionKey: { name: 'id', type: 'X' } } } },
      /partitionKey.type is "X"; allowed: S, N, B/,
    ],
    [
      {
        functions: {
          work: { ...work, triggers: [{ sqs: { queue: 'q', maximumBatchingWindowInSeconds: 3 } }] },
        },
        queues: { q: { fifo: true } },
      },
      /slsctl.yml:\d+:\d+: functions.work.triggers.0.sqs.maximumBatchingWindowInSeconds is 3; q is a FIFO queue/,
    ],
    [
      {
        functions: {
          work: {
            ...work,
            triggers: [{ sqs: { queue: 'q', batchSize: 50, maximumBatchingWindowInSeconds: 3 } }],
          },
        },
        queues: { q: { fifo: true } },
      },
      /functions.work.triggers.0.sqs.batchSize is 50; q is a FIFO queue and allows 10 at most/,
    ],
    [
      { buckets: { b: { name: 'Not_Good' } } },
      /buckets.b.name is "Not_Good"; allowed: the name of an S3 bucket/,
    ],
    [{ buckets: { b: { lifecycle: [{ prefix: 'x' }] } } }, /lifecycle.0 does nothing/],
    [{ streams: { s: { shards: 0 } } }, /streams.s.shards is 0; allowed: a whole number from 1 to 10000/],
    [
      { topics: { t: { archivePolicy: { messageRetentionPeriod: 7 } } } },
      /archivePolicy needs fifoTopic: true/,
    ],
    [
      { queues: { a: { deadLetter: { queue: 'b' } }, b: { fifo: true } } },
      /deadLetter.queue is b; allowed: a standard queue, as a is one/,
    ],
    [
      {
        functions: { work: { ...work, timeout: 60, triggers: [{ sqs: 'a' }] } },
        queues: { a: { visibilityTimeout: 30 } },
      },
      /slsctl.yml:\d+:\d+: queues.a.visibilityTimeout is 30; allowed: at least the timeout of work.*60.*360/,
    ],
    [
      { functions: { work: { ...work, link: ['x'] } }, queues: { x: {} }, topics: { x: {} } },
      /link.0 is x, which is a queue and a topic; write queue:x or topic:x/,
    ],
    [
      { functions: { work: { ...work, link: ['1st'] } }, queues: { '1st': {} } },
      /link.0 makes the variable 1ST_QUEUE_URL, which is not a valid name/,
    ],
    [
      { functions: { work: { ...work, description: '${topic:nope}' } } },
      /description names \$\{topic:nope\}, but this project has no such topic; declare it under topics/,
    ],
  ])('%j', async (rest, message) => {
    await expect(load(rest)).rejects.toThrow(message);
  });
});
