// Undeclared aliases: the next deploy removes those that slsctl created, with their URL, permissions and other parts.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as sdk from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { startInProcess } from '../../local/in-process.ts';
import type { Ran } from '../../support/cli.ts';
import { expectSlsctl } from '../../support/in-process.ts';
import { type Clients, clientsOf, type LocalAws } from '../../support/local.ts';
import { editProject, folderWith } from '../../support/project.ts';
import { type Recorder, recorder } from '../../support/proxy.ts';

const FunctionName = 'hello';
const code = { 'app.py': 'def handler(event, context):\n    return 1\n' };
const hello = { runtime: 'python3.12', handler: 'app.handler' };

let local: LocalAws;
let clients: Clients;
let proxy: Recorder;

beforeAll(async () => {
  local = await startInProcess();
  [clients, proxy] = await Promise.all([clientsOf(local.env), recorder(local.endpoint)]);
});
afterAll(async () => {
  await proxy?.close();
  await local?.stop();
});

const on = (cwd: string, args: string[], code = 0): Promise<Ran> =>
  expectSlsctl([...args, '--endpoint-url', proxy.endpoint], { cwd, env: local.env, code });
const projectWith = (functions: Record<string, unknown>) =>
  folderWith({ ...code, 'slsctl.yml': stringify({ project: 'named', functions }) });
const names = async (name = FunctionName) => {
  const { Aliases = [] } = await clients.lambda.send(new sdk.ListAliasesCommand({ FunctionName: name }));
  return Aliases.map(({ Name }) => Name);
};

describe('undeclared aliases', () => {
  it('are in the plan, confirmed, and removed with their parts; aliases of other owners stay', async () => {
    const { lambda } = clients;
    const aliases = {
      live: {},
      old: { version: '1', description: 'the first' },
      next: { version: '$LATEST' },
      prod: { provisionedConcurrentExecutions: 2 },
    };
    const folder = await projectWith({ hello: { ...hello, aliases } });
    await on(folder, ['deploy']);
    const theirs = { FunctionName, Name: 'theirs', FunctionVersion: '1' };
    await lambda.send(new sdk.CreateAliasCommand(theirs));
    const old = { FunctionName, Qualifier: 'old' };
    const { FunctionUrl } = await lambda.send(
      new sdk.CreateFunctionUrlConfigCommand({ ...old, AuthType: 'NONE' }),
    );
    await lambda.send(
      new sdk.AddPermissionCommand({
        ...old,
        StatementId: 'uploads',
        Action: 'lambda:InvokeFunction',
        Principal: 's3.amazonaws.com',
      }),
    );
    await lambda.send(new sdk.PutFunctionEventInvokeConfigCommand({ ...old, MaximumRetryAttempts: 0 }));
    await on(folder, ['plan', '--exit-code']);

    await editProject(folder, [[['functions', 'hello', 'aliases'], { live: {} }]]);
    const { stdout } = await on(folder, ['plan', '--exit-code'], 10);
    for (const name of ['old', 'next', 'prod']) expect(stdout).toContain(`- delete alias hello:${name}`);
    expect(stdout).not.toMatch(/hello:(live|theirs)/);
    expect(stdout).toContain(`lost: the name for version 1, its address ${FunctionUrl}, 1 permission`);
    expect(stdout).toContain('lost: the name for version 1, 2 environments kept ready for it');
    expect((await on(folder, ['status'])).stdout).toContain('alias hello:old is not in slsctl.yml any more');
    const listed = JSON.parse((await on(folder, ['alias', 'list', '-o', 'json'])).stdout);
    expect(listed.aliases.map(({ name, config }: Record<string, string>) => `${name}: ${config}`)).toEqual([
      'live: follows deployments',
      'next: dropped, the next deploy removes it',
      'old: dropped, the next deploy removes it',
      'prod: dropped, the next deploy removes it',
      'theirs: live only',
    ]);

    const refused = await on(folder, ['deploy'], 2);
    expect(refused.stderr).toContain('alias hello:old is removed');
    expect(refused.stderr).toContain('--yes');
    await on(folder, ['deploy', '--code-only']);
    expect(await names()).toHaveLength(5);

    proxy.take();
    await on(folder, ['deploy', '--yes']);
    const done = proxy.mutations();
    const at = (request: string) => done.findIndex((one) => one.endsWith(request));
    for (const part of ['url', 'policy/uploads', 'event-invoke-config']) {
      const found = done.findIndex((one) => new RegExp(`/${part}\\?Qualifier=old`).test(one));
      expect({ part, found, before: found < at('/aliases/old') }).toMatchObject({ before: true });
      expect(found).toBeGreaterThanOrEqual(0);
    }
    const provisioned = done.findIndex((one) => /provisioned-concurrency\?Qualifier=prod/.test(one));
    expect(provisioned).toBeGreaterThanOrEqual(0);
    expect(provisioned).toBeLessThan(at('/aliases/prod'));
    expect(await names()).toEqual(['live', 'theirs']);
    await on(folder, ['plan', '--exit-code']);

    await editProject(folder, [[['functions', 'hello', 'aliases'], undefined]]);
    expect((await on(folder, ['plan'])).stdout).toContain('- delete alias hello:live');
    await on(folder, ['deploy', 'hello', '--yes']);
    expect(await names()).toEqual(['theirs']);
    await on(folder, ['plan', '--exit-code']);

    await editProject(folder, [[['functions', 'hello', 'aliases'], null]]);
    await on(folder, ['deploy', '--yes']);
    expect(await names()).toEqual([]);
    await on(folder, ['destroy', '--yes']);
  });

  it('are found among many functions without requests for functions that never had one', async () => {
    const many = Array.from({ length: 12 }, (_, index) => `f${index}`);
    const functions = Object.fromEntries(many.map((name) => [name, { ...hello }]));
    const folder = await projectWith({ ...functions, f1: { ...hello, aliases: { live: {} } } });
    await on(folder, ['deploy']);
    await on(folder, ['alias', 'set', 'f2', 'live']);
    await on(folder, ['plan', '--exit-code']);
    await writeFile(join(folder, 'slsctl.yml'), stringify({ project: 'named', functions }));
    proxy.take();
    const { stdout } = await on(folder, ['plan', '--exit-code'], 10);
    expect(stdout.match(/- delete alias \S+/g)).toEqual(['- delete alias f1:live', '- delete alias f2:live']);
    const asked = proxy.take().flatMap(({ path }) => /\/functions\/(\w+)\/aliases/.exec(path)?.[1] ?? []);
    expect(new Set(asked)).toEqual(new Set(['f1', 'f2']));
    await on(folder, ['deploy', '--yes']);
    expect(await Promise.all(['f1', 'f2'].map(names))).toEqual([[], []]);
    await on(folder, ['plan', '--exit-code']);
    await on(folder, ['destroy', '--yes']);
  });
});
