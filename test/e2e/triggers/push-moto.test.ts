// Triggers that call the function, against moto: deployed, changed, planned to zero and removed.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectSlsctl, slsctl } from '../../support/in-process.ts';
import { clientSettings, clientsOf } from '../../support/local.ts';
import { motoAccount } from '../../support/moto.ts';
import { removeFolder, temporaryFolder } from '../../support/project.ts';
import { motoServer } from '../../support/tools.ts';

let env: Record<string, string>;
let bucket: string;

const kinds: [entry: string, changed: string][] = [
  ['s3: BUCKET', 's3: { bucket: BUCKET, prefix: in/ }'],
  ['sns: orders', 'sns: { topic: orders, filterPolicy: { kind: [refund] } }'],
  ['logs: /shop', 'logs: { logGroup: /shop, filterPattern: ERROR }'],
  ['event: { pattern: { source: [a] } }', 'event: { pattern: { source: [b] }, input: { a: 1 } }'],
  ['schedule: rate(5 minutes)', 'schedule: { expression: rate(6 minutes), enabled: false }'],
];

describe.skipIf(!(await motoServer()))('against moto', () => {
  beforeAll(async () => {
    const { account, env: ofAccount } = await motoAccount();
    env = ofAccount;
    bucket = `uploads-${account}`;
    const { logs } = await clientsOf(env);
    await Promise.all([
      new S3Client({ ...clientSettings(env), forcePathStyle: true }).send(
        new CreateBucketCommand({ Bucket: bucket }),
      ),
      new SNSClient(clientSettings(env)).send(new CreateTopicCommand({ Name: 'orders' })),
      logs.send(new CreateLogGroupCommand({ logGroupName: '/shop' })),
    ]);
  });

  it.each(kinds)('%s is deployed, changed and removed, and plans to zero', async (entry, changed) => {
    const cwd = await temporaryFolder('push-moto');
    const name = `moto${entry.split(':')[0]}`;
    await writeFile(join(cwd, 'app.py'), 'def handler(event, context):\n    pass\n');
    for (const text of [entry, changed]) {
      const trigger = text.replace('BUCKET', bucket);
      await writeFile(
        join(cwd, 'slsctl.yml'),
        `project: ${name}\nfunctions:\n  ${name}:\n    runtime: python3.12\n    handler: app.handler\n    triggers: [{ ${trigger} }]\n`,
      );
      await expectSlsctl(['deploy', '--yes'], { cwd, env });
      expect((await slsctl(['plan', '--exit-code'], { cwd, env })).code).toBe(0);
    }
    const { stdout } = await expectSlsctl(['destroy', '--yes'], { cwd, env });
    expect(stdout).not.toContain('still call');
    await removeFolder(cwd);
  });
});
