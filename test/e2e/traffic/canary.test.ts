// `deploy --canary`: real requests to real Python processes decide whether the new version gets all requests.
import { join } from 'node:path';
import { GetAliasCommand, InvokeCommand, UpdateAliasCommand } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectSlsctl, type Running, startSlsctl } from '../../support/in-process.ts';
import { editProject, replaceIn } from '../../support/project.ts';
import { untouchable } from '../../support/proxy.ts';
import { recordedProject } from '../../support/recorded-project.ts';

const { aws, proxy, folder, name, lambda, stop } = await recordedProject('canary');
afterAll(stop);
beforeAll(() => editProject(folder, [[['functions', name, 'aliases'], { live: {} }]]));

const flags = () => ['--endpoint-url', proxy.endpoint];
const on = (args: string[], code = 0) =>
  expectSlsctl([...args, ...flags()], { cwd: folder, env: aws.env, code });
const start = (args: string[]) => startSlsctl([...args, ...flags()], { cwd: folder, env: aws.env });
const alias = () => lambda.send(new GetAliasCommand({ FunctionName: name, Name: 'live' }));
const write = (from: string | RegExp, to: string) => replaceIn(join(folder, 'lambda_function.py'), from, to);

/** Calls the alias, some calls at a time, until the program ends; answers which versions have run. */
async function trafficUntilEnd({ done }: Running): Promise<Set<string | undefined>> {
  let ended = false;
  void done.then(() => {
    ended = true;
  });
  const ran = new Set<string | undefined>();
  while (!ended) {
    const calls = Array.from({ length: 4 }, () =>
      lambda.send(new InvokeCommand({ FunctionName: name, Qualifier: 'live', Payload: Buffer.from('{}') })),
    );
    for (const { ExecutedVersion } of await Promise.all(calls)) ran.add(ExecutedVersion);
  }
  return ran;
}

describe('deploy --canary', () => {
  it('is refused before the first deployment, and changes nothing', async () => {
    proxy.take();
    const { stderr } = await on(['deploy', '--canary', '10%'], 1);
    expect(stderr).toContain('there is nothing to compare with');
    expect(proxy.mutations()).toEqual([]);
    await on(['deploy']);
  });

  it('shows its plan', async () => {
    await write('Hello', 'Good day');
    const { stdout } = await on(['deploy', '--canary', '25%', '--dry-run']);
    expect(stdout).toMatch(/AdditionalVersionWeights +\+ \{"\(known after apply\)":0.25\}/);
  });

  it('gives all requests to a new version without errors', async () => {
    const running = await start(['deploy', '--canary', '50%', '--bake', '4s', '--output', 'json']);
    await running.saw('bake');
    const ran = await trafficUntilEnd(running);
    const { code, stdout, stderr } = await running.done;
    expect({ code, stderr }).toMatchObject({ code: 0 });
    const { canaries, functions } = JSON.parse(stdout);
    expect(canaries).toMatchObject([{ alias: 'live', from: '1', to: '2', result: 'completed' }]);
    expect(canaries[0].seen.after).toMatchObject({ errors: 0 });
    expect(canaries[0].seen.after.requests).toBeGreaterThan(0);
    expect(canaries[0].seen.before.requests).toBeGreaterThan(0);
    expect(functions[0].aliases).toEqual([{ name: 'live', version: '2' }]);
    expect(ran).toContain('1');
    expect(ran).toContain('2');
    expect(await alias()).toMatchObject({ FunctionVersion: '2', Description: '[slsctl:2,1]' });
    expect((await alias()).RoutingConfig).toBeUndefined();
    await on(['plan', '--exit-code']);
  });

  it('rolls back by itself when the new version fails, and says why', async () => {
    await write(/(def handler.*\n)/, '$1    raise RuntimeError("broken")\n');
    const running = await start(['deploy', '--canary', '50%', '--bake', '1h']);
    await running.saw('bake');
    proxy.take();
    const ran = await trafficUntilEnd(running);
    const { code, stderr } = await running.done;
    expect(code).toBe(1);
    expect(stderr).toContain(`${name}:live serves version 2 again`);
    expect(stderr).toMatch(
      /version 3 failed [1-9]\d* of [1-9]\d* requests \(\d+(\.\d)? %\), and version 2 failed 0 of/,
    );
    expect(ran).toContain('3');
    expect(await alias()).toMatchObject({ FunctionVersion: '2', Description: '[slsctl:2,1]' });
    expect((await alias()).RoutingConfig).toBeUndefined();
    const { stdout } = await on(['plan', '--exit-code'], 10);
    expect(stdout).toMatch(/FunctionVersion +2 → \(known after apply\)/);
  });

  it('allows the error rate that the user sets', async () => {
    const running = await start(['deploy', '--canary', '50%', '--bake', '3s', '--max-errors', '100%']);
    await running.saw('bake');
    await trafficUntilEnd(running);
    expect((await running.done).code).toBe(0);
    expect((await alias()).FunctionVersion).toBe('3');
  });

  it('does not count errors against the new version that the old one has too', async () => {
    await write('broken', 'still broken');
    const running = await start(['deploy', '--canary', '50%', '--bake', '3s']);
    await running.saw('bake');
    await trafficUntilEnd(running);
    expect((await running.done).code).toBe(0);
    expect((await alias()).FunctionVersion).toBe('4');
    await on(['rollback', '--to', '2']);
  });

  it('rolls back at once on Ctrl-C', async () => {
    await write(/ +raise RuntimeError.*\n/, '');
    const running = await start(['deploy', '--canary', '10%', '--bake', '1h']);
    await running.saw('requests,');
    expect((await alias()).RoutingConfig?.AdditionalVersionWeights).toEqual({ 5: 0.1 });
    running.signal('SIGINT');
    const { code, stderr } = await running.done;
    expect(code).toBe(130);
    expect(stderr).toContain(`${name}:live serves version 2 alone again`);
    expect((await alias()).RoutingConfig).toBeUndefined();
  });

  it('does not overwrite a change of the alias by another user', async () => {
    await write('Good day', 'Good morning');
    const running = await start(['deploy', '--canary', '10%', '--bake', '3s']);
    await running.saw('bake');
    await running.saw('requests,');
    await lambda.send(new UpdateAliasCommand({ FunctionName: name, Name: 'live', FunctionVersion: '1' }));
    const { code, stderr } = await running.done;
    expect(code).toBe(1);
    expect(stderr).toContain('changed by another deployment or user');
    expect((await alias()).FunctionVersion).toBe('1');
    await on(['deploy']);
  });

  it('is refused for an alias with provisioned concurrency', async () => {
    await on(['concurrency', 'set', '--provisioned', '1']);
    await write('Good morning', 'Hi');
    proxy.take();
    const { stderr } = await on(['deploy', '--canary', '10%'], 1);
    expect(stderr).toContain('has provisioned concurrency');
    expect(proxy.mutations()).toEqual([]);
  });
});

describe('bad input for versions, aliases and canaries', () => {
  const cases: [args: string[], said: string][] = [
    [['deploy', '--canary', '0'], '--canary is "0"'],
    [['deploy', '--canary', '100%'], '--canary is "100%"'],
    [['deploy', '--canary', 'abc'], '--canary is "abc"'],
    [['deploy', '--canary', '-5%'], '--canary is "-5%"'],
    [['deploy', '--bake', '5m'], '--bake belongs to --canary'],
    [['deploy', '--max-errors', '5%'], '--max-errors belongs to --canary'],
    [['deploy', '--canary', '10%', '--bake', 'soon'], '--bake is "soon"'],
    [['deploy', '--canary', '10%', '--bake', '2d'], '--bake is "2d"'],
    [['deploy', '--canary', '10%', '--max-errors', '101%'], '--max-errors is "101%"'],
    [['rollback', '--to', '$LATEST'], '--to is "$LATEST"'],
    [['rollback', '--to', '0'], '--to is "0"'],
    [['rollback', 'nobody'], 'there is no function "nobody"'],
    [['versions', '--prune', '0'], '--prune is "0"'],
    [['versions', '--prune', '3', '--publish'], 'exclude each other'],
    [['versions', '--description', 'x'], '--description belongs to --publish'],
    [['alias', 'set', '7'], 'aliases.7'],
    [['alias', 'set', 'a b'], 'a b'],
    [['alias', 'set', 'live'], 'nothing to set'],
    [['alias', 'set', 'live', '--to', 'one'], '--to is "one"'],
    [['alias', 'set', 'live', '--to', '1', '--follow'], 'exclude each other'],
    [['alias', 'set', 'live', '--weight', '4'], '--weight is "4"'],
    [['alias', 'set', 'live', '--weight', '4=0%'], '--weight is "0%"'],
    [['alias', 'set', 'live', '--weight', '4=10%'], 'needs a version'],
    [['alias', 'set', 'live', '--description', 'x'.repeat(201)], 'at most 200'],
    [['alias', 'set', 'a', 'b', 'c'], 'there are 3 names'],
    [['alias', 'delete', 'a/b', '--yes'], 'is not the name of an alias'],
    [['concurrency', 'set'], 'nothing to set'],
    [['concurrency', 'set', '--reserved', '-1'], '--reserved is "-1"'],
    [['concurrency', 'set', '--reserved', '1', '--provisioned', '1'], 'one at a time'],
    [['concurrency', 'set', '--reserved', '1', '--alias', 'live'], '--alias belongs to --provisioned'],
    [['concurrency', 'set', '--provisioned', '0'], '--provisioned is "0"'],
    [['concurrency', 'set', '--provisioned', '1', '--alias', 'prod'], 'declares no alias prod'],
  ];

  it('is refused with one message and without a request', async () => {
    const nobody = await untouchable();
    try {
      const runs = cases.map(async ([args, said]) => {
        const options = { cwd: folder, env: aws.env, code: 2 };
        const { stderr, stdout } = await expectSlsctl([...args, '--endpoint-url', nobody.endpoint], options);
        expect({ args, stderr }).toMatchObject({ stderr: expect.stringContaining(said) });
        expect(stdout).toBe('');
      });
      await Promise.all(runs);
      expect(nobody.calls()).toBe(0);
    } finally {
      await nobody.close();
    }
  });

  it('gets advice when the function has no alias', async () => {
    await editProject(folder, [[['functions', name, 'aliases'], undefined]]);
    for (const command of [
      ['rollback'],
      ['deploy', '--canary', '10%'],
      ['concurrency', 'set', '--provisioned', '1'],
    ]) {
      expect((await on(command, 2)).stderr).toContain('slsctl alias set');
    }
    expect((await on(['rollback', '--alias', 'nope'], 1)).stderr).toContain('there is no alias nope');
  });
});
