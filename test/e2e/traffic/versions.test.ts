// Versions, aliases and rollbacks on a local AWS with real Python processes.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  GetAliasCommand,
  GetProvisionedConcurrencyConfigCommand,
  ListAliasesCommand,
  UpdateAliasCommand,
} from '@aws-sdk/client-lambda';
import { afterAll, describe, expect, it } from 'vitest';
import { startInProcess } from '../../local/in-process.ts';
import { expectSlsctl } from '../../support/in-process.ts';
import { clientsOf, everything } from '../../support/local.ts';
import { editProject, replaceIn } from '../../support/project.ts';
import { recordedProject } from '../../support/recorded-project.ts';

const { aws, proxy, folder, name, lambda, stop } = await recordedProject('versions');
afterAll(stop);

const on = (args: string[], code = 0) =>
  expectSlsctl([...args, '--endpoint-url', proxy.endpoint], { cwd: folder, env: aws.env, code });
const answer = async (args: string[]) => JSON.parse((await on([...args, '--output', 'json'])).stdout);
const alias = (Name: string) => lambda.send(new GetAliasCommand({ FunctionName: name, Name }));
const says = async (qualifier: string) => {
  const { stdout } = await on(['invoke', '--qualifier', qualifier, '--payload', '{"name": "Sam"}']);
  return JSON.parse(JSON.parse(stdout).body).message as string;
};
const write = (from: string, to: string) => replaceIn(join(folder, 'lambda_function.py'), from, to);

describe('an alias that follows the deployments', () => {
  it('is created by the first one, with the version published with the function', async () => {
    await editProject(folder, [[['functions', name, 'aliases'], { live: {} }]]);
    const { stdout } = await on(['plan', '--exit-code'], 10);
    expect(stdout).toMatch(
      new RegExp(`create alias ${name}:live\n +FunctionVersion +\\(known after apply\\)`),
    );
    proxy.take();
    const deployed = await answer(['deploy']);
    expect(proxy.mutations().filter((one) => /versions$/.test(one))).toEqual([]);
    expect(deployed.functions[0].aliases).toEqual([{ name: 'live', version: '1' }]);
    expect(await says('live')).toContain('Hello');
    await on(['plan', '--exit-code']);
  });

  it('does not move when nothing changes, with one read of each resource', async () => {
    proxy.take();
    await on(['deploy']);
    expect(proxy.mutations()).toEqual([]);
    expect((await alias('live')).FunctionVersion).toBe('1');
  });

  it('moves after changes of code and of settings, as planned', async () => {
    await write('Hello', 'Good day');
    const { stdout } = await on(['plan', '--exit-code'], 10);
    expect(stdout).toMatch(/update alias .*:live\n +FunctionVersion +1 → \(known after apply\)/);
    await on(['deploy']);
    expect(await says('live')).toContain('Good day');
    await editProject(folder, [[['functions', name, 'memorySize'], 512]]);
    await on(['deploy']);
    await on(['plan', '--exit-code']);
    expect(await alias('live')).toMatchObject({ FunctionVersion: '3', Description: '[slsctl:3,2,1]' });
  });

  it('does not move after changes that are not part of a version', async () => {
    await editProject(folder, [[['functions', name, 'tags'], { team: 'greeters' }]]);
    const { stdout } = await on(['plan', '--exit-code'], 10);
    expect(stdout).not.toContain(':live');
    await on(['deploy']);
    await on(['plan', '--exit-code']);
    expect((await alias('live')).FunctionVersion).toBe('3');
  });
});

describe('rollback', () => {
  it('moves to exactly the version before, in one call', async () => {
    proxy.take();
    const { stdout } = await on(['rollback']);
    expect(stdout).toContain('3 → 2');
    expect(proxy.mutations()).toEqual([`PUT /2015-03-31/functions/${name}/aliases/live`]);
    expect((await alias('live')).FunctionVersion).toBe('2');
  });

  it('goes back once after each deployment, so that it can be run again', async () => {
    proxy.take();
    const { stdout, stderr } = await on(['rollback']);
    expect(stdout).toContain('serves version 2 already: it was rolled back from version 3');
    expect(stderr).toContain(`next: slsctl rollback ${name} --to 1`);
    expect(await answer(['rollback'])).toEqual({
      target: expect.anything(),
      rollbacks: [{ function: name, alias: 'live', from: '3', to: '2', already: true }],
      callsLatest: [],
    });
    expect(proxy.mutations()).toEqual([]);
    expect(await answer(['rollback', '--to', '1'])).toMatchObject({
      rollbacks: [{ function: name, alias: 'live', from: '2', to: '1' }],
    });
    expect(await says('live')).toContain('Hello');
    expect((await on(['rollback'])).stdout).toContain('serves version 1 already');
  });

  it('is followed by a plan with a note that a deployment moves forward again', async () => {
    const { stdout } = await on(['plan', '--exit-code'], 10);
    expect(stdout).toContain('rolled back from version 2; a deployment moves it forward again');
    await on(['deploy']);
    expect(await alias('live')).toMatchObject({ FunctionVersion: '3', Description: '[slsctl:3,1]' });
    await on(['rollback']);
    expect((await alias('live')).FunctionVersion).toBe('1');
    await on(['deploy']);
  });

  it('moves to a named version, and reports a missing one', async () => {
    await on(['rollback', '--to', '2', '--alias', 'live']);
    expect((await alias('live')).FunctionVersion).toBe('2');
    expect((await on(['rollback', '--to', '77'], 1)).stderr).toContain('version 77');
    await on(['deploy']);
    expect((await alias('live')).FunctionVersion).toBe('3');
  });

  it('to the version that the alias serves is done already', async () => {
    proxy.take();
    for (const version of ['3', '2', '2']) {
      const { stdout } = await on(['rollback', '--to', version]);
      expect(stdout).toContain(proxy.mutations().length > 0 ? '3 → 2' : `serves version ${version} already`);
    }
    expect((await alias('live')).FunctionVersion).toBe('2');
    await on(['deploy']);
  });

  it('does not guess the version before when another user moved the alias', async () => {
    await lambda.send(new UpdateAliasCommand({ FunctionName: name, Name: 'live', FunctionVersion: '2' }));
    const { stderr } = await on(['rollback'], 1);
    expect(stderr).toMatch(/moved by another deployment or user[\s\S]*--to VERSION/);
    await on(['deploy']);
    await on(['rollback']);
    expect((await alias('live')).FunctionVersion).toBe('2');
    await on(['deploy']);
  });

  it('ends an interrupted canary', async () => {
    const RoutingConfig = { AdditionalVersionWeights: { 2: 0.1 } };
    await lambda.send(new UpdateAliasCommand({ FunctionName: name, Name: 'live', RoutingConfig }));
    expect((await on(['plan', '--exit-code'], 10)).stdout).toContain('AdditionalVersionWeights');
    expect((await on(['rollback'])).stdout).toContain('2 → 3');
    expect((await alias('live')).RoutingConfig).toBeUndefined();
    expect((await on(['rollback'])).stdout).toContain('serves version 3 already');
    await on(['plan', '--exit-code']);
  });
});

describe('the commands alias, versions and concurrency', () => {
  it('set, list and delete an alias in slsctl.yml and on AWS', async () => {
    await on(['alias', 'set', name, 'old', '--to', '1', '--weight', '2=25%', '--description', 'the first']);
    const { aliases } = await answer(['alias', 'list']);
    expect(aliases.map((one: { name: string }) => one.name)).toEqual(['live', 'old']);
    expect(aliases[1]).toMatchObject({ version: '1', weights: { 2: 0.25 }, description: 'the first' });
    await on(['plan', '--exit-code']);
    expect((await on(['alias', 'set', 'old', '--to', '99'], 1)).stderr).toContain('version 99');
    expect(await readFile(join(folder, 'slsctl.yml'), 'utf8')).not.toContain('99');
    await on(['alias', 'set', 'old', '--to', '2', '--weight', 'none']);
    expect(await alias('old')).toMatchObject({ FunctionVersion: '2', Description: 'the first [slsctl:2,1]' });
    await on(['alias', 'delete', 'old'], 2);
    await on(['alias', 'delete', 'old', '--yes']);
    expect(await readFile(join(folder, 'slsctl.yml'), 'utf8')).not.toContain('old');
    const { Aliases } = await lambda.send(new ListAliasesCommand({ FunctionName: name }));
    expect(Aliases?.map(({ Name }) => Name)).toEqual(['live']);
  });

  it('list versions with their aliases, publish, and prune unneeded versions', async () => {
    const { versions } = await answer(['versions']);
    expect(versions.map((one: { version: string }) => one.version)).toEqual(['$LATEST', '3', '2', '1']);
    expect(versions[1].aliases).toEqual([{ alias: 'live', weight: 1 }]);
    expect(await answer(['versions', '--publish'])).toMatchObject({
      function: name,
      version: '3',
      made: false,
    });
    await on(['versions', '--prune', '1'], 2);
    // live serves 3 and could go back to 2 and 1.
    expect((await answer(['versions', '--prune', '1', '--yes'])).deleted).toEqual([]);
    await lambda.send(
      new UpdateAliasCommand({ FunctionName: name, Name: 'live', Description: '[slsctl:3,2]' }),
    );
    expect((await answer(['versions', '--prune', '1', '--yes'])).deleted).toEqual(['1']);
  });

  it('set reserved and provisioned concurrency in slsctl.yml and on AWS', async () => {
    await on(['concurrency', 'set', '--reserved', '20']);
    const set = await on(['concurrency', 'set', '--provisioned', '2', '--alias', 'live']);
    expect(set.stdout).toContain('applied');
    expect(await alias('live')).toMatchObject({ FunctionVersion: '3' });
    const shown = await answer(['concurrency', 'show']);
    expect(shown).toMatchObject({
      reserved: 20,
      provisioned: [{ alias: 'live', available: 2, status: 'READY' }],
    });
    await on(['concurrency', 'set', '--reserved', 'none']);
    await on(['concurrency', 'set', '--provisioned', 'none']);
    expect(await answer(['concurrency', 'show'])).toMatchObject({ reserved: null, provisioned: [] });
    await on(['plan', '--exit-code']);
  });

  it('are undone by null in slsctl.yml, and by destroy', async () => {
    await on(['env', 'set', 'STAGE=test']);
    expect(await answer(['versions', '--publish'])).toMatchObject({
      function: name,
      version: '4',
      made: true,
    });
    await editProject(folder, [[['functions', name, 'aliases'], { live: null, prod: {} }]]);
    expect((await on(['plan', '--exit-code'], 10)).stdout).toContain(`delete alias ${name}:live`);
    await on(['deploy', '--yes']);
    await editProject(folder, [[['functions', name, 'aliases'], null]]);
    await on(['deploy', '--yes']);
    await on(['plan', '--exit-code']);
    expect((await lambda.send(new ListAliasesCommand({ FunctionName: name }))).Aliases).toEqual([]);
    await on(['destroy', '--yes']);
    expect(await everything(aws.env)).toEqual([]);
  });
});

describe('provisioned concurrency on prod', () => {
  it('is awaited until it is ready, with the elapsed time', async () => {
    const slow = await startInProcess({ updateDelay: 1000 });
    try {
      await editProject(folder, [
        [['functions', name, 'aliases'], { prod: { provisionedConcurrentExecutions: 5 } }],
      ]);
      const { stderr } = await expectSlsctl(['deploy'], { cwd: folder, env: slow.env });
      expect(stderr).toMatch(/create alias .*:prod: 0 of 5 environments ready, \d+ s/);
      const clients = await clientsOf(slow.env);
      const live = await clients.lambda.send(
        new GetProvisionedConcurrencyConfigCommand({ FunctionName: name, Qualifier: 'prod' }),
      );
      expect(live).toMatchObject({ Status: 'READY', AvailableProvisionedConcurrentExecutions: 5 });
      await expectSlsctl(['plan', '--exit-code'], { cwd: folder, env: slow.env });
      await write('def handler', 'raise RuntimeError("no")\ndef handler');
      const failed = await expectSlsctl(['deploy'], { cwd: folder, env: slow.env, code: 1 });
      expect(failed.stderr).toMatch(/provisioned concurrency .* failed: FUNCTION_ERROR_INIT_FAILURE/);
    } finally {
      await slow.stop();
    }
  });
});
