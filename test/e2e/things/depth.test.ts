// The number of sequential requests in a deployment with things: one more than without, for the account in their names.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startInProcess } from '../../local/in-process.ts';
import { expectSlsctl } from '../../support/in-process.ts';
import type { LocalAws } from '../../support/local.ts';
import { filesIn, removeFolder } from '../../support/project.ts';
import { inRounds } from '../../support/proxy.ts';

/** The local AWS answers the URL of a queue with the port of the request, and each run here has another proxy. */
const linked = (things: string) => `project: deep
functions:
  hello:
    runtime: python3.12
    handler: app.handler
    link: [${things}]
queues:
  orders: {}
tables:
  users: { partitionKey: id }
`;
const role = ['ListAttachedRolePolicies', 'ListRolePolicies', 'GetRolePolicy'];
const group = ['DescribeLogGroups', 'ListTagsLogGroup'];
const table = ['DescribeTable', 'ListTagsOfResource'];
const reads = [
  ...['GET /functions/hello', 'GET /functions/hello/aliases', 'GetRole', ...role, ...group],
  ...['GetResources', 'ListRoles', 'GET /layers'],
  ...['GetQueueUrl', 'GetQueueAttributes', 'ListQueueTags', ...table],
];

let aws: LocalAws;
let folder: string;
beforeAll(async () => {
  const files = {
    'slsctl.yml': linked('orders, users'),
    'app.py': 'def handler(event, context):\n    return 1\n',
  };
  [aws, folder] = await Promise.all([startInProcess(), filesIn('depth', files)]);
});
afterAll(async () => {
  await aws?.stop();
  if (folder) await removeFolder(folder);
});

async function deployIn(env: Record<string, string>, ...rounds: string[][]): Promise<void> {
  const proxy = await inRounds(aws.endpoint, rounds);
  const end = setTimeout(() => void proxy.close(), 30_000);
  try {
    const place = { cwd: folder, env: { ...aws.env, ...env } };
    await expectSlsctl(['deploy', '--yes', '--endpoint-url', proxy.endpoint], place).finally(() =>
      expect({ missing: proxy.missing.flat(), beside: proxy.beside }).toEqual({ missing: [], beside: [] }),
    );
  } finally {
    clearTimeout(end);
    await proxy.close();
  }
}

describe('a deployment with a queue and a table that a function is linked to', () => {
  it('waits for the account, and then as often as without them; a table is waited for until it is active', async () => {
    await deployIn(
      {},
      ['GetCallerIdentity'],
      reads,
      ['CreateRole', 'CreateLogGroup', 'CreateQueue', 'CreateTable'],
      ['PutRetentionPolicy', ...table],
      // The table is active, and shown as declared.
      [...group, ...table],
      ['AttachRolePolicy', 'PutRolePolicy', 'POST /functions'],
      ['GET /functions/hello', ...role],
    );
  });

  it('waits twice when nothing changes, and once when the credentials name their account', async () => {
    await writeFile(join(folder, 'slsctl.yml'), linked('users'));
    await expectSlsctl(['deploy', '--yes', '--prune'], { cwd: folder, env: aws.env });
    await deployIn({}, ['GetCallerIdentity'], reads);
    await deployIn({ AWS_ACCOUNT_ID: '000000000000' }, [...reads, 'GetCallerIdentity']);
  });
});
