// A log group that a late line of the function creates again after its removal.
import { CreateLogGroupCommand, DeleteLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { type InProcessAws, startInProcess } from '../../local/in-process.ts';
import { expectSlsctl, slsctl } from '../../support/in-process.ts';
import { clientsOf, everything } from '../../support/local.ts';
import { folderWith } from '../../support/project.ts';
import { interposed } from '../../support/proxy.ts';

let aws: InProcessAws;
beforeAll(async () => {
  aws = await startInProcess();
});
afterAll(() => aws?.stop());

it.each([
  [1, 0],
  [2, 1],
])('that comes back %d times: exit %d', async (times, exit) => {
  const { logs } = await clientsOf(aws.env);
  const logGroupName = '/aws/lambda/hello';
  let left = times;
  const proxy = await interposed(aws.endpoint, async ({ operation }) => {
    if (!operation?.endsWith('DeleteLogGroup') || left-- <= 0) return undefined;
    await logs.send(new DeleteLogGroupCommand({ logGroupName }));
    await logs.send(new CreateLogGroupCommand({ logGroupName }));
    return { status: 200, headers: { 'content-type': 'application/x-amz-json-1.1' }, body: '{}' };
  });
  onTestFinished(() => proxy.close());
  const cwd = await folderWith({
    'slsctl.yml':
      'project: hello\nfunctions:\n  hello: { runtime: nodejs22.x, handler: index.handler, code: index.js }\n',
    'index.js': 'exports.handler = async () => 1;\n',
  });
  await expectSlsctl(['deploy'], { cwd, env: aws.env });
  const env = { ...aws.env, AWS_ENDPOINT_URL: proxy.endpoint };
  const { code, stdout, stderr } = await slsctl(['destroy', '--yes'], { cwd, env });
  expect(code).toBe(exit);
  if (exit === 0) expect(stdout).toContain('Nothing remains.');
  else expect(stderr).toContain(`log group ${logGroupName}: AWS still has it`);
  const remains = exit === 0 ? [] : [`log group ${logGroupName}`];
  expect(await everything(aws.env)).toEqual(remains);
  if (exit !== 0) await logs.send(new DeleteLogGroupCommand({ logGroupName }));
});
