// Versions, aliases and rollbacks against moto, an independent AWS emulator; operations that moto lacks are listed.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GetAliasCommand, GetPolicyCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Ran } from '../../support/cli.ts';
import { expectSlsctl, slsctl } from '../../support/in-process.ts';
import { clientsOf, everything } from '../../support/local.ts';
import { motoAccount } from '../../support/moto.ts';
import { editProject, removeFolder, temporaryFolder } from '../../support/project.ts';
import { type Recorder, recorder } from '../../support/proxy.ts';
import { motoServer } from '../../support/tools.ts';

/** Operations that moto does not have, and what therefore cannot be done on it. */
const missing: Record<string, string[][]> = {
  GetProvisionedConcurrencyConfig: [
    ['deploy', '--canary', '10%', '--bake', '1s'],
    ['alias', 'delete', 'live', '--yes'],
  ],
  GetAccountSettings: [['concurrency', 'show']],
};

const config = `project: shop
functions:
  hello:
    runtime: python3.12
    handler: app.handler
    aliases:
      live: { description: serves customers }
      first: { version: "1" }
`;

describe.skipIf(!(await motoServer()))('versions and aliases against moto', () => {
  let proxy: Recorder;
  let folder: string;
  let lambda: LambdaClient;
  let env: Record<string, string>;

  beforeAll(async () => {
    const moto = await motoAccount();
    env = moto.env;
    folder = await temporaryFolder('moto');
    proxy = await recorder(moto.endpoint);
    ({ lambda } = await clientsOf(env));
    await writeFile(join(folder, 'slsctl.yml'), config);
    await code(1);
  });
  afterAll(async () => {
    await proxy?.close();
    if (folder) await removeFolder(folder);
  });

  const code = (answer: number) =>
    writeFile(join(folder, 'app.py'), `def handler(event, context):\n    return ${answer}\n`);
  const at = (args: string[]) => [...args, '--endpoint-url', proxy.endpoint];
  const on = (args: string[], exit = 0): Promise<Ran> =>
    expectSlsctl(at(args), { cwd: folder, env, code: exit });
  const answer = async (args: string[]) => JSON.parse((await on([...args, '--output', 'json'])).stdout);
  const alias = (Name: string) => lambda.send(new GetAliasCommand({ FunctionName: 'hello', Name }));

  it('are created by the first deployment, and then the plan is empty', async () => {
    expect((await answer(['deploy'])).functions[0].aliases).toEqual([
      { name: 'live', version: '1' },
      { name: 'first', version: '1' },
    ]);
    expect((await alias('live')).Description).toBe('serves customers [slsctl:1]');
    await on(['plan', '--exit-code']);
    proxy.take();
    await on(['deploy']);
    expect(proxy.mutations()).toEqual([]);
  });

  it('follow code and settings, with one published version each', async () => {
    await code(2);
    await on(['deploy']);
    await editProject(folder, [[['functions', 'hello', 'memorySize'], 512]]);
    proxy.take();
    await on(['deploy']);
    expect(proxy.mutations().filter((one) => /\/versions$/.test(one))).toHaveLength(1);
    expect(await alias('live')).toMatchObject({
      FunctionVersion: '3',
      Description: 'serves customers [slsctl:3,2,1]',
    });
    expect((await alias('first')).FunctionVersion).toBe('1');
    await on(['plan', '--exit-code']);
    const { versions } = await answer(['versions']);
    expect(versions.map((one: { version: string }) => one.version)).toEqual(['$LATEST', '3', '2', '1']);
  });

  it('roll back with one call each, and deploy forward again', async () => {
    proxy.take();
    await on(['rollback']);
    expect(proxy.mutations()).toEqual(['PUT /2015-03-31/functions/hello/aliases/live']);
    expect((await answer(['rollback'])).rollbacks).toEqual([
      { function: 'hello', alias: 'live', from: '3', to: '2', already: true },
    ]);
    await on(['rollback', '--to', '1']);
    await on(['rollback', '--to', '2']);
    expect((await alias('live')).FunctionVersion).toBe('2');
    await on(['deploy']);
    expect((await alias('live')).FunctionVersion).toBe('3');
    await on(['plan', '--exit-code']);
  });

  it('are set with weights and descriptions, listed, and pruned', async () => {
    await on(['alias', 'set', 'first', '--to', '1', '--weight', '2=25%', '--description', "it's the first"]);
    const { aliases } = await answer(['alias', 'list']);
    expect(aliases.find(({ name }: { name: string }) => name === 'first')).toMatchObject({
      version: '1',
      weights: { 2: 0.25 },
      description: "it's the first",
    });
    await on(['plan', '--exit-code']);
    await on(['alias', 'set', 'first', '--to', '2', '--weight', 'none']);
    expect(await alias('first')).toMatchObject({ FunctionVersion: '2' });
    expect(await answer(['versions', '--publish'])).toMatchObject({ made: false, version: '3' });
    await on(['versions', '--prune', '1', '--yes']);
    await on(['concurrency', 'set', '--reserved', '5']);
    await on(['plan', '--exit-code']);
  });

  it('permissions hang on the alias; a URL needs qualifier: $LATEST, because moto has none for aliases', async () => {
    const permissions = { uploads: { principal: 's3.amazonaws.com' } };
    await editProject(folder, [[['functions', 'hello', 'permissions'], permissions]]);
    await on(['deploy']);
    const at = { FunctionName: 'hello', Qualifier: 'live' };
    expect((await lambda.send(new GetPolicyCommand(at))).Policy).toContain('"uploads"');
    await on(['plan', '--exit-code']);
    await editProject(folder, [[['functions', 'hello', 'url'], { authType: 'AWS_IAM' }]]);
    const { stderr } = await on(['deploy'], 1);
    expect(stderr).toContain('made a URL for hello itself, though it was asked for one of its alias live');
    expect(stderr).toContain('write qualifier: $LATEST under url:');
    await editProject(folder, [[['functions', 'hello', 'url', 'qualifier'], '$LATEST']]);
    await on(['deploy']);
    await on(['plan', '--exit-code']);
  });

  it.each(Object.entries(missing))(
    'are limited by operations that moto lacks: %s',
    async (operation, commands) => {
      for (const args of commands) {
        const { code: exit, stderr } = await slsctl(at(args), { cwd: folder, env });
        expect({ args, exit, stderr }).toMatchObject({ exit: 1, stderr: expect.stringContaining(operation) });
      }
    },
  );

  it('are removed with the function', async () => {
    await on(['destroy', '--yes']);
    expect(await everything(env)).toEqual([]);
  });
});
