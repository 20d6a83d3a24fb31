// `slsctl policy` for a project with queues, topics, buckets, tables and streams: it allows every call that deploy, plan
// and destroy make, and no action in it goes unused.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CreateMultipartUploadCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { startInProcess } from '../../local/in-process.ts';
import type { PolicyDocument } from '../../support/iam/policy.ts';
import { type IamProxy, iamProxy } from '../../support/iam/proxy.ts';
import { expectSlsctl, slsctl } from '../../support/in-process.ts';
import type { LocalAws } from '../../support/local.ts';
import { folderWith } from '../../support/project.ts';

let aws: LocalAws;
let proxy: IamProxy;
beforeAll(async () => {
  aws = await startInProcess();
  proxy = await iamProxy(aws.endpoint);
});
afterAll(async () => {
  await proxy?.close();
  await aws?.stop();
});

const policy = (Action: string, Resource: string) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::000000000000:root' }, Action, Resource }],
});
const bucket = 'rich-uploads-000000000000-us-east-1';
const settings = [0, 1].map((step) => ({
  project: 'rich',
  functions: { work: { runtime: 'python3.12', handler: 'app.handler', link: ['users', 'orders'] } },
  queues: { orders: { visibilityTimeout: 60 + step, tags: step ? { one: 'x' } : { two: 'x' } } },
  topics: { events: { displayName: `step ${step}`, tags: step ? { one: 'x' } : { two: 'x' } } },
  buckets: {
    uploads: {
      versioning: step === 0,
      lifecycle: step ? null : [{ expiration: { days: 7 } }],
      encryption: step ? 'aws:kms' : 'AES256',
      publicAccessBlock: { blockPublicPolicy: step === 0 },
      policy: step ? null : policy('s3:GetObject', `arn:aws:s3:::${bucket}/*`),
      tags: step ? { one: 'x' } : { two: 'x' },
    },
  },
  tables: {
    users: {
      partitionKey: 'id',
      ttl: step ? null : 'at',
      pointInTimeRecovery: step === 0,
      deletionProtectionEnabled: step === 0,
      tags: step ? { one: 'x', two: null } : { two: 'x' },
    },
  },
  streams: {
    clicks: {
      shards: 1 + step,
      retentionPeriodHours: 48 - 12 * step,
      encryption: step ? 'NONE' : 'KMS',
      tags: step ? { one: 'x', two: null } : { two: 'x' },
    },
  },
}));
/** The step with the tags of the other one removed. */
const withoutTags = {
  ...settings[1],
  queues: { orders: { tags: { one: null, two: null } } },
  topics: { events: { tags: { one: null, two: null } } },
  streams: { clicks: { shards: null, retentionPeriodHours: 72, tags: { one: null } } },
};

async function used(
  cwd: string,
  document: PolicyDocument,
  steps: [string[], object?][],
): Promise<Set<string>> {
  proxy.take();
  proxy.policy = document;
  for (const [args, config] of steps) {
    if (config) await writeFile(join(cwd, 'slsctl.yml'), stringify(config));
    const env = { ...aws.env, AWS_ENDPOINT_URL: proxy.endpoint };
    const ran = await slsctl(args, { cwd, env });
    expect(proxy.denied(), `${args.join(' ')}\n${ran.stderr}`).toEqual([]);
    expect(ran.code, `${args.join(' ')}\n${ran.stderr}`).toBe(0);
  }
  proxy.policy = undefined;
  return new Set(proxy.take().map(({ action }) => action));
}

it('allows what the commands call, and nothing more', async () => {
  const cwd = await folderWith({
    'app.py': 'def handler(event, context):\n    return 1\n',
    'slsctl.yml': stringify(settings[0]),
  });
  const policyFor = async (purpose: string): Promise<PolicyDocument> => {
    const env = { AWS_REGION: 'us-east-1' };
    return JSON.parse((await expectSlsctl(['policy', '--for', purpose], { cwd, env })).stdout);
  };
  const [read, deploy, destroy] = await Promise.all(['read', 'deploy', 'destroy'].map(policyFor));
  const ofThings = (document: PolicyDocument, actions: ReadonlySet<string>) =>
    [...new Set(document.Statement.flatMap(({ Action }) => Action))].filter(
      (action) => /^(sqs|sns|s3|dynamodb|kinesis):/.test(action) && !actions.has(action),
    );
  const deployed = await used(cwd, deploy as PolicyDocument, [
    [['plan']],
    [['deploy', '--yes']],
    [['deploy', '--yes'], settings[1]],
    [['deploy', '--yes'], withoutTags],
    [
      ['deploy', '--yes', '--delete-data'],
      {
        ...settings[0],
        queues: {},
        topics: {},
        tables: {},
        functions: { work: { runtime: 'python3.12', handler: 'app.handler' } },
      },
    ],
  ]);
  const s3 = new S3Client({
    endpoint: aws.endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: {
      accessKeyId: aws.env.AWS_ACCESS_KEY_ID as string,
      secretAccessKey: aws.env.AWS_SECRET_ACCESS_KEY as string,
    },
  });
  const fill = async () => {
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'a', Body: 'a' }));
    await s3.send(new CreateMultipartUploadCommand({ Bucket: bucket, Key: 'b' }));
  };
  await fill();
  const gone = await used(cwd, deploy as PolicyDocument, [
    [['deploy', '--yes', '--delete-data'], { ...settings[0], buckets: {}, streams: {} }],
    [['deploy', '--yes'], settings[0]],
  ]);
  expect(ofThings(deploy as PolicyDocument, new Set([...deployed, ...gone]))).toEqual([]);
  const reads = await used(cwd, read as PolicyDocument, [[['plan']], [['status']], [['list']]]);
  expect(ofThings(read as PolicyDocument, reads)).toEqual([]);
  await fill();
  // The table is protected in the first step.
  await used(cwd, deploy as PolicyDocument, [[['deploy', '--yes'], settings[1]]]);
  const removed = await used(cwd, destroy as PolicyDocument, [[['destroy', '--yes', '--delete-data']]]);
  const unasked = ofThings(destroy as PolicyDocument, removed);
  // These are asked of buckets, topics and rules of others, where there are any.
  expect(unasked.filter((action) => !/Notification|ListAllMyBuckets|ListSubscriptions/.test(action))).toEqual(
    [],
  );
});
