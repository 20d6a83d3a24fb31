// The deploy side against moto, an independent emulator of the AWS control plane; it does not run functions.
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Ran } from '../support/cli.ts';
import { expectSlsctl } from '../support/in-process.ts';
import { clientsOf, everything } from '../support/local.ts';
import { motoAccount } from '../support/moto.ts';
import { editProject, functionKey, removeFolder, replaceIn, temporaryFolder } from '../support/project.ts';
import { type Recorder, recorder } from '../support/proxy.ts';
import { motoServer } from '../support/tools.ts';

describe.skipIf(!(await motoServer()))('a project against moto', () => {
  let proxy: Recorder;
  let folder: string;
  let name: string;
  let env: Record<string, string>;

  beforeAll(async () => {
    const moto = await motoAccount();
    env = moto.env;
    folder = await temporaryFolder('moto');
    proxy = await recorder(moto.endpoint);
    await expectSlsctl(['init', folder, '--template', 'hello-python', '--yes']);
    name = await functionKey(folder);
  });
  afterAll(async () => {
    await proxy?.close();
    if (folder) await removeFolder(folder);
  });

  const on = (args: string[], code = 0): Promise<Ran> =>
    expectSlsctl([...args, '--endpoint-url', proxy.endpoint], { cwd: folder, env, code });

  async function configuration() {
    const { GetFunctionConfigurationCommand } = await import('@aws-sdk/client-lambda');
    const { lambda } = await clientsOf(env);
    return await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: name }));
  }

  it('plans everything, and plan changes nothing', async () => {
    const { stdout } = await on(['plan', '--exit-code'], 10);
    expect(stdout).toContain(name);
    expect(proxy.mutations()).toEqual([]);
  });

  it('deploys with good defaults and ownership tags, and then the plan is empty', async () => {
    await on(['deploy']);
    const { GetFunctionCommand } = await import('@aws-sdk/client-lambda');
    const { DescribeLogGroupsCommand } = await import('@aws-sdk/client-cloudwatch-logs');
    const { lambda, logs } = await clientsOf(env);
    const live = await lambda.send(new GetFunctionCommand({ FunctionName: name }));
    expect(live.Configuration).toMatchObject({ Timeout: 30, MemorySize: 256 });
    expect(live.Tags).toHaveProperty('slsctl:project');
    expect((await logs.send(new DescribeLogGroupsCommand({}))).logGroups).toMatchObject([
      { logGroupName: `/aws/lambda/${name}`, retentionInDays: 14 },
    ]);
    await on(['plan', '--exit-code']);
  });

  it('changes nothing when deployed again', async () => {
    proxy.take();
    await on(['deploy']);
    expect(proxy.mutations()).toEqual([]);
  });

  it('plans and applies an edit of the configuration', async () => {
    const path = ['functions', name];
    await editProject(folder, [
      [[...path, 'memorySize'], 512],
      [[...path, 'description'], 'greets'],
      [[...path, 'environment', 'TABLE_NAME'], 'my-users'],
    ]);
    const { stdout } = await on(['plan', '--exit-code'], 10);
    expect(stdout).toMatch(/MemorySize/i);
    expect(stdout).not.toContain('my-users');
    const before = await configuration();
    await on(['deploy']);
    const after = await configuration();
    expect(after).toMatchObject({
      MemorySize: 512,
      Description: 'greets',
      CodeSha256: before.CodeSha256,
    });
    expect(after.Environment?.Variables).toMatchObject({ TABLE_NAME: 'my-users' });
    await on(['plan', '--exit-code']);
  });

  it('plans and applies an edit of the code', async () => {
    const before = await configuration();
    await replaceIn(join(folder, 'lambda_function.py'), 'Hello', 'Good day');
    await on(['plan', '--exit-code'], 10);
    await on(['deploy']);
    const after = await configuration();
    expect(after.CodeSha256).not.toBe(before.CodeSha256);
    expect(after.MemorySize).toBe(512);
    await on(['plan', '--exit-code']);
  });

  it('destroys everything, as its receipt says', async () => {
    const { stdout } = await on(['destroy', '--yes']);
    expect(stdout).toMatch(/nothing remains/i);
    expect(await everything(env)).toEqual([]);
    proxy.take();
    await on(['destroy', '--yes']);
    expect(proxy.mutations()).toEqual([]);
  });
});
