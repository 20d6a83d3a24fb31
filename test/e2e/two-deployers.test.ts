// Concurrent deployments: the slower one is told of the other's changes and to plan again; changes are never mixed.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as sdk from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startInProcess } from '../local/in-process.ts';
import { filesZip } from '../local/zip.ts';
import type { Ran } from '../support/cli.ts';
import { expectSlsctl, slsctl } from '../support/in-process.ts';
import { type Clients, clientsOf, type LocalAws } from '../support/local.ts';
import { editProject, removeFolder, temporaryFolder } from '../support/project.ts';
import { type Gate, gate } from '../support/proxy.ts';

const FunctionName = 'hello';
const configuration = /^PUT \/2015-03-31\/functions\/hello\/configuration/;
const code = /^PUT \/2015-03-31\/functions\/hello\/code/;

describe('two deployments at once', () => {
  let local: LocalAws;
  let clients: Clients;
  let way: Gate;
  let folder: string;
  let other: string;

  beforeAll(async () => {
    local = await startInProcess();
    [clients, way] = await Promise.all([clientsOf(local.env), gate(local.endpoint)]);
  });
  afterAll(async () => {
    await way?.close();
    await local?.stop();
  });

  beforeEach(async () => {
    [folder, other] = await Promise.all([temporaryFolder('mine'), temporaryFolder('theirs')]);
    for (const one of [folder, other]) {
      await writeFile(join(one, 'app.py'), 'def handler(event, context):\n    return 1\n');
      await writeFile(
        join(one, 'slsctl.yml'),
        'project: two\nfunctions:\n  hello:\n    runtime: python3.12\n    handler: app.handler\n    timeout: 5\n',
      );
    }
    await direct(folder, 'deploy');
    return async () => {
      // A test may leave what the other folder created.
      await direct(folder, 'destroy', '--yes', '--confirm', 'two');
      await Promise.all([folder, other].map(removeFolder));
    };
  });

  const direct = (cwd: string, ...args: string[]) => expectSlsctl(args, { cwd, env: local.env });
  /** Deploys through the way on which others can be quicker. */
  const mine = (...args: string[]): Promise<Ran> =>
    slsctl([...args, '--endpoint-url', way.endpoint], { cwd: folder, env: local.env });
  const edit = (cwd: string, field: string, value: unknown) =>
    editProject(cwd, [[['functions', 'hello', field], value]]);
  const live = () => clients.lambda.send(new sdk.GetFunctionConfigurationCommand({ FunctionName }));
  const change = (input: Omit<sdk.UpdateFunctionConfigurationRequest, 'FunctionName'>) =>
    clients.lambda.send(new sdk.UpdateFunctionConfigurationCommand({ FunctionName, ...input }));
  const upload = () =>
    clients.lambda.send(
      new sdk.UpdateFunctionCodeCommand({
        FunctionName,
        ZipFile: filesZip({ 'app.py': 'def handler(event, context):\n    return 3\n' }),
      }),
    );

  function expectOvertaken({ code: exit, stderr, stdout }: Ran, ...says: string[]): void {
    expect(exit, stderr).toBe(1);
    expect(stderr).toContain(
      'function hello was changed by another deployment or user since the plan was made',
    );
    expect(stderr).toMatch(/next: .*slsctl plan/);
    expect(stdout + stderr).not.toMatch(/^\s+at /m);
    for (const said of says) expect(stderr).toContain(said);
  }

  it('the second gets the changes of the first in its error, and can plan again', async () => {
    await edit(folder, 'memorySize', 512);
    await edit(other, 'memorySize', 1024);
    await edit(other, 'description', 'theirs');
    way.meanwhile(configuration, () => direct(other, 'deploy'));
    const overtaken = await mine('deploy');
    expectOvertaken(
      overtaken,
      'MemorySize 256 → 1024',
      'Description',
      'theirs',
      'nothing of this plan was applied',
    );
    expect(await live()).toMatchObject({ MemorySize: 1024, Description: 'theirs' });

    const plan = await mine('plan');
    expect(plan.stdout).toMatch(/MemorySize\s+1024 → 512/);
    expect((await mine('deploy')).code).toBe(0);
    expect(await live()).toMatchObject({ MemorySize: 512, Description: 'theirs' });
  });

  it('the error does not print values of changed variables', async () => {
    await edit(folder, 'memorySize', 512);
    way.meanwhile(configuration, () =>
      change({ Environment: { Variables: { TOKEN: 'a-secret-of-theirs' } } }),
    );
    const overtaken = await mine('deploy');
    expectOvertaken(overtaken, 'Environment.Variables.TOKEN');
    expect(overtaken.stderr).not.toContain('a-secret-of-theirs');
    expect((await live()).MemorySize).toBe(256);
  });

  it('the second does not overwrite the code of the first', async () => {
    await writeFile(join(folder, 'app.py'), 'def handler(event, context):\n    return 2\n');
    way.meanwhile(code, upload);
    expectOvertaken(await mine('deploy'), 'CodeSha256', 'nothing of this plan was applied');
    const theirs = (await live()).CodeSha256;
    expect((await mine('plan', '--exit-code')).code).toBe(10);
    expect((await live()).CodeSha256).toBe(theirs);
    await mine('deploy');
    expect((await live()).CodeSha256).not.toBe(theirs);
  });

  it('an error between settings and code says that a part was applied', async () => {
    await edit(folder, 'memorySize', 512);
    await writeFile(join(folder, 'app.py'), 'def handler(event, context):\n    return 2\n');
    way.meanwhile(code, () => change({ Timeout: 77 }));
    expectOvertaken(await mine('deploy'), 'Timeout 5 → 77', 'a part of this plan was applied before');
    expect(await live()).toMatchObject({ MemorySize: 512, Timeout: 77 });
    expect((await mine('deploy')).code).toBe(0);
    expect(await live()).toMatchObject({ MemorySize: 512, Timeout: 5 });
  });

  it('code is not deployed over settings of the other', async () => {
    await edit(folder, 'memorySize', 512);
    await writeFile(join(folder, 'app.py'), 'def handler(event, context):\n    return 2\n');
    const before = (await live()).CodeSha256;
    way.meanwhile(configuration, async () =>
      way.meanwhile(/^GET \/2015-03-31\/functions\/hello(\?|$)/, () => change({ Timeout: 77 })),
    );
    expectOvertaken(await mine('deploy'), 'Timeout 5 → 77', 'a part of this plan was applied before');
    expect(await live()).toMatchObject({ MemorySize: 512, Timeout: 77, CodeSha256: before });
    expect((await mine('deploy')).code).toBe(0);
  });

  it('an alias that the other moved or deleted is left alone', async () => {
    await edit(folder, 'aliases', { live: {} });
    await direct(folder, 'deploy');
    const update = /^PUT \/2015-03-31\/functions\/hello\/aliases\/live/;
    const alias = { FunctionName, Name: 'live' };

    await edit(folder, 'memorySize', 512);
    way.meanwhile(update, () =>
      clients.lambda.send(new sdk.UpdateAliasCommand({ ...alias, FunctionVersion: '$LATEST' })),
    );
    const moved = await mine('deploy');
    expect(moved.code, moved.stderr).toBe(1);
    expect(moved.stderr).toContain('alias hello:live was changed by another deployment or user meanwhile');
    expect(moved.stderr).toContain('it points to version $LATEST now');
    expect(moved.stderr).toMatch(/next: .*slsctl plan/);
    const live = await clients.lambda.send(new sdk.GetAliasCommand(alias));
    expect(live.FunctionVersion).toBe('$LATEST');

    way.meanwhile(update, () => clients.lambda.send(new sdk.DeleteAliasCommand(alias)));
    const deleted = await mine('deploy');
    expect(deleted.code, deleted.stderr).toBe(1);
    expect(deleted.stderr).toContain('it does not exist any more');

    expect((await mine('deploy')).code).toBe(0);
    const { FunctionVersion } = await clients.lambda.send(new sdk.GetAliasCommand(alias));
    expect(FunctionVersion).toBe('2');
  });

  it('the error says that the other deleted the function', async () => {
    await edit(folder, 'memorySize', 512);
    way.meanwhile(configuration, () => clients.lambda.send(new sdk.DeleteFunctionCommand({ FunctionName })));
    const { code: exit, stderr } = await mine('deploy');
    expect(exit, stderr).toBe(1);
    expect(stderr).toMatch(/function hello was deleted meanwhile/);
    expect(stderr).toMatch(/next: .*slsctl plan/);
    expect((await mine('deploy')).code).toBe(0);
    expect((await live()).MemorySize).toBe(512);
  });

  it('a conflict is reported when both create the function', async () => {
    await direct(folder, 'destroy', '--yes');
    way.meanwhile(/^POST \/2015-03-31\/functions$/, () => direct(other, 'deploy'));
    const { code: exit, stderr } = await mine('deploy');
    expect(exit, stderr).toBe(1);
    expect(stderr).toMatch(/hello/);
    expect(stderr).toMatch(/next: .*slsctl plan/);
    await mine('deploy');
    expect((await mine('plan', '--exit-code')).code).toBe(0);
  });
});
