// Queues, topics, buckets, tables, streams and state machines: made, changed and removed by the output of --explain.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { type ThingKind, thingKinds } from '../../../src/config/things/kinds.ts';
import { thingArn } from '../../../src/config/things/names.ts';
import { type Replay, startReplay } from '../../support/replay.ts';
import { targetOf } from '../../support/targets/targets.ts';
import { recentAwsCli } from '../../support/tools.ts';
import { dumpOf } from '../things/dump.ts';

const aws = await recentAwsCli();
/** Each command of the CLI is a program that takes its time to start. */
const timeout = 300_000;
const place = { account: '000000000000', region: 'us-east-1' };
const names: Record<ThingKind, string> = {
  bucket: `told-files-${place.account}-${place.region}`,
  queue: 'told-orders',
  topic: 'told-events',
  table: 'told-users',
  stream: 'told-clicks',
  'state machine': 'told-steps',
};
const policy = (Action: string) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: '*' }, Action, Resource: '*' }],
});
const settings = [0, 1].map((step) => ({
  project: 'told',
  functions: { work: { runtime: 'python3.12', handler: 'app.handler', link: ['users', 'orders'] } },
  queues: {
    orders: {
      deadLetter: 3 + step,
      visibilityTimeout: 60,
      policy: policy(step ? 'sqs:SendMessage' : 'sqs:ReceiveMessage'),
    },
  },
  topics: { events: { displayName: step ? '-x' : "it's", tags: step ? { one: 'x' } : {} } },
  buckets: {
    files: {
      versioning: step === 0,
      lifecycle: step ? null : [{ expiration: { days: 7 } }],
      encryption: step ? { sseAlgorithm: 'aws:kms', bucketKeyEnabled: true } : 'AES256',
      tags: { team: `step ${step}` },
    },
  },
  tables: {
    users: {
      partitionKey: 'id',
      indexes: step ? { byEmail: null } : { byEmail: { partitionKey: 'email' } },
      ttl: step ? null : 'at',
      stream: step ? 'KEYS_ONLY' : null,
    },
  },
  streams: { clicks: { shards: 1 + step, retentionPeriodHours: 48 - 12 * step } },
  stateMachines: {
    steps: { definition: { StartAt: 'Only', States: { Only: { Type: 'Pass', Result: step, End: true } } } },
  },
}));

describe.skipIf(!aws)('--explain of the things of a project, as a shell script', () => {
  let two: Replay;
  beforeAll(async () => {
    two = await startReplay(aws as string, {});
    await writeFile(join(two.folder, 'app.py'), 'def handler(event, context):\n    return event\n');
  });
  afterAll(() => two?.stop());

  /** All that can be told of the things here and there. */
  const told = (of: 'first' | 'second') => {
    const target = targetOf(place.account, two[of].env as Record<string, string>, async () => {});
    return Promise.all(
      thingKinds.map(async (kind) => {
        const name = names[kind];
        const dump = await dumpOf(target, { kind, name, arn: thingArn(kind, name, place), ...place });
        return [kind, dump] as const;
      }),
    );
  };

  it.each([0, 1])(
    'makes and changes them, step %d',
    async (step) => {
      await writeFile(join(two.folder, 'slsctl.yml'), stringify(settings[step]));
      const complaints = await two.replay(await two.explained('deploy', '--yes'));
      // Ids and addresses are each server's own.
      const text = async (of: 'first' | 'second') =>
        JSON.stringify(await told(of), null, 1)
          .replaceAll(two[of].endpoint, '')
          .replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'ID');
      expect(await text('second'), complaints).toEqual(await text('first'));
      expect(await text('first')).not.toMatch(
        /QueueDoesNotExist|NonExistentQueue|NoSuchBucket"|ResourceNotFound|NotFoundException/,
      );
    },
    timeout,
  );

  it(
    'removes them',
    async () => {
      await two.replay(await two.explained('destroy', '--yes', '--delete-data'));
      for (const [kind, [first]] of (await told('second')) as [string, { error?: string }[]][]) {
        expect(first?.error, kind).toMatch(/DoesNotExist|NonExistent|NotFound|NoSuch/);
      }
    },
    timeout,
  );
});
