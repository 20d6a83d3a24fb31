// `allowedAccounts`: with credentials of another account, no command shows, changes or runs anything.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startInProcess } from '../local/in-process.ts';
import { expectSlsctl, slsctl } from '../support/in-process.ts';
import type { LocalAws } from '../support/local.ts';
import { removeFolder, temporaryFolder } from '../support/project.ts';
import { type Recorder, recorder } from '../support/proxy.ts';

let aws: LocalAws;
let proxy: Recorder;
let right = '';
let wrong = '';

const config = (account: string) => `project: guarded
allowedAccounts: ["${account}"]
functions:
  hello:
    runtime: python3.12
    handler: app.handler
    environment: { TOKEN: hidden-value }
    aliases: { live: {} }
`;
async function projectFor(account: string): Promise<string> {
  const folder = await temporaryFolder('guarded');
  await writeFile(join(folder, 'slsctl.yml'), config(account));
  await writeFile(join(folder, 'app.py'), 'def handler(event, context):\n    print("ran")\n');
  return folder;
}

beforeAll(async () => {
  aws = await startInProcess();
  proxy = await recorder(aws.endpoint);
  right = await projectFor('000000000000');
  wrong = await projectFor('123456789012');
  await expectSlsctl(['deploy', '--endpoint-url', proxy.endpoint], { cwd: right, env: aws.env });
  await expectSlsctl(['invoke', '--endpoint-url', proxy.endpoint], { cwd: right, env: aws.env });
});
afterAll(async () => {
  await proxy?.close();
  await Promise.all([right, wrong].map((folder) => folder && removeFolder(folder)));
  await aws?.stop();
});

it.each([
  'plan',
  'deploy --yes',
  'deploy --code-only --yes',
  'invoke',
  'invoke --async',
  'logs',
  'status',
  'list',
  'list --orphans',
  'env list --show-values',
  'env set ADDED=b',
  'env unset TOKEN',
  'role show',
  'role create',
  'role delete --yes',
  'versions',
  'versions --publish',
  'alias list',
  'alias set new --to 1',
  'alias delete live --yes',
  'rollback',
  'concurrency show',
  'concurrency set --reserved 1',
  'layer attach arn:aws:lambda:us-east-1:000000000000:layer:one:1',
  'destroy --yes',
  'destroy --orphans --yes',
])('%s does nothing with credentials of an account that is not allowed', async (command) => {
  await writeFile(join(wrong, 'slsctl.yml'), config('123456789012'));
  proxy.take();
  const args = [...command.split(' '), '--endpoint-url', proxy.endpoint, '--explain'];
  const { code, stdout, stderr } = await slsctl(args, { cwd: wrong, env: aws.env });
  expect(code, stderr).toBe(3);
  expect(stderr).toContain('these credentials are of account 000000000000; allowedAccounts has 123456789012');
  expect(stdout).toBe('');
  expect(stderr).not.toContain('hidden-value');
  expect(proxy.mutations().filter((one) => one !== 'GetCallerIdentity')).toEqual([]);
});

it('credentials of an allowed account pass, and the account is checked in parallel with the first request', async () => {
  proxy.take();
  const { stdout } = await expectSlsctl(['deploy', '--endpoint-url', proxy.endpoint], {
    cwd: right,
    env: aws.env,
  });
  expect(stdout).toContain('Nothing to change.');
  expect(proxy.take().filter(({ operation }) => operation === 'GetCallerIdentity')).toHaveLength(1);
});
