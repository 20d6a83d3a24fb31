// Undeclared resources: the next full deploy removes them from AWS, and no other command does.
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { CreateFunctionCommand, GetFunctionCommand } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startInProcess } from '../local/in-process.ts';
import type { Ran } from '../support/cli.ts';
import { expectSlsctl, slsctl } from '../support/in-process.ts';
import { clientsOf, everything, type LocalAws } from '../support/local.ts';
import { editProject, folderWith } from '../support/project.ts';
import { gated } from '../support/proxy.ts';
import { zipOf } from '../support/zip.ts';

const code = { 'index.mjs': 'export const handler = async () => 1;\n' };

function config(project: string, functions: string[], more = ''): string {
  const each = functions.map((name) => `  ${name}: { runtime: nodejs20.x, handler: index.handler }\n`);
  return `project: ${project}\nfunctions:\n${each.join('')}${more}`;
}

describe('undeclared resources', () => {
  let local: LocalAws;

  beforeAll(async () => {
    local = await startInProcess();
  });
  afterAll(async () => {
    await local?.stop();
  });

  const on = (cwd: string, args: string[], code = 0): Promise<Ran> =>
    expectSlsctl(args, { cwd, env: local.env, code });
  const live = async (word: string) => (await everything(local.env)).filter((name) => name.includes(word));

  it('are in the plan, confirmed and removed; those of other stages and projects stay', async () => {
    const folder = await folderWith({
      ...code,
      'slsctl.yml': config('shop', ['cart', 'mail'], 'stages: { dev: {}, prod: {} }\ndefaultStage: dev\n'),
    });
    const other = await folderWith({ ...code, 'slsctl.yml': config('shop2', ['shop2-mail']) });
    await on(folder, ['deploy']);
    await on(folder, ['deploy', '--stage', 'prod']);
    await on(other, ['deploy']);
    await editProject(folder, [[['functions', 'mail'], undefined]]);

    const { stdout } = await on(folder, ['plan', '--exit-code'], 10);
    for (const thing of ['function mail-dev', 'role mail-dev-us-east-1', 'log group /aws/lambda/mail-dev']) {
      expect(stdout).toContain(`- delete ${thing}`);
    }
    expect(stdout).toContain('lost: its logs');
    expect(stdout).not.toContain('prod');
    expect(stdout).not.toContain('shop2');
    expect((await on(folder, ['status'])).stdout).toContain(
      'function mail-dev is not in slsctl.yml any more',
    );

    const before = await everything(local.env);
    const refused = await on(folder, ['deploy'], 2);
    expect(refused.stderr).toContain('function mail-dev is removed');
    expect(refused.stderr).toContain('--yes');
    await on(folder, ['deploy', 'cart']);
    await on(folder, ['deploy', '--code-only']);
    expect(await everything(local.env)).toEqual(before);

    await on(folder, ['deploy', '--yes']);
    expect(await everything(local.env)).toEqual(
      before.filter((name) => !/mail-dev$|mail-dev-us-east-1$/.test(name)),
    );
    await on(folder, ['plan', '--exit-code']);

    await on(folder, ['deploy', '--stage', 'prod', '--yes']);
    expect(await live('mail')).toEqual(await live('shop2-mail'));
    for (const at of [[folder], [folder, '--stage', 'prod'], [other]] as const) {
      const [cwd, ...flags] = at;
      await on(cwd, ['destroy', '--yes', ...flags]);
    }
    expect(await everything(local.env)).toEqual([]);
  });

  it('include roles and log groups that their function no longer uses, unless others use the role', async () => {
    const folder = await folderWith({ ...code, 'slsctl.yml': config('moved', ['a', 'b']) });
    await on(folder, ['deploy']);
    const { lambda } = await clientsOf(local.env);
    const { Configuration } = await lambda.send(new GetFunctionCommand({ FunctionName: 'b' }));
    await editProject(folder, [
      [['functions', 'a', 'role'], Configuration?.Role],
      [['functions', 'a', 'loggingConfig'], { logGroup: '/moved/a' }],
    ]);
    await on(folder, ['deploy', '--yes']);
    expect(await everything(local.env)).toEqual([
      'function a',
      'function b',
      'log group /aws/lambda/b',
      'log group /moved/a',
      'role /slsctl/moved/b-us-east-1',
    ]);

    await editProject(folder, [[['functions', 'b'], undefined]]);
    const ZipFile = await zipOf({ 'index.js': 'exports.handler = async () => 1;' });
    await lambda.send(
      new CreateFunctionCommand({
        FunctionName: 'somebody-elses',
        Role: Configuration?.Role,
        Runtime: 'nodejs20.x',
        Handler: 'index.handler',
        Code: { ZipFile },
      }),
    );
    await editProject(folder, [[['functions', 'a', 'role'], undefined]]);
    const { stdout } = await on(folder, ['plan', '--exit-code'], 10);
    expect(stdout).toContain('role b-us-east-1 stays: in use by function somebody-elses');
    await on(folder, ['deploy', '--yes']);
    expect(await live('role /slsctl/moved/b-us-east-1')).toHaveLength(1);

    const destroyed = await on(folder, ['destroy', '--yes'], 1);
    expect(destroyed.stdout).toContain('Still there: role b-us-east-1');
    expect(destroyed.stderr).toContain('in use by function somebody-elses');
    expect(await everything(local.env)).toEqual([
      'function somebody-elses',
      'role /slsctl/moved/b-us-east-1',
    ]);
    const details = await on(folder, ['destroy', '--yes'], 1);
    expect(details.stdout).not.toContain('gone');
    const { DeleteFunctionCommand } = await import('@aws-sdk/client-lambda');
    await lambda.send(new DeleteFunctionCommand({ FunctionName: 'somebody-elses' }));
    await on(folder, ['destroy', '--yes']);
    expect(await everything(local.env)).toEqual([]);
  });

  it('include, for destroy, a role that slsctl created and role: gives to another function', async () => {
    const folder = await folderWith({ ...code, 'slsctl.yml': config('lent', ['a', 'b']) });
    await on(folder, ['deploy']);
    const { lambda } = await clientsOf(local.env);
    const { Configuration } = await lambda.send(new GetFunctionCommand({ FunctionName: 'a' }));
    await editProject(folder, [
      [['functions', 'b', 'role'], Configuration?.Role],
      [['functions', 'a'], undefined],
    ]);
    await on(folder, ['deploy', '--yes']);
    expect(await live('role')).toEqual(['role /slsctl/lent/a-us-east-1']);
    await on(folder, ['plan', '--exit-code']);
    const { stdout } = await on(folder, ['destroy', '--yes']);
    expect(stdout).toMatch(/gone +role +a-us-east-1/);
    expect(await everything(local.env)).toEqual([]);
  });

  it('are in the receipt of destroy like declared ones, a layer with its number of versions', async () => {
    const folder = await folderWith({
      ...code,
      'slsctl.yml': config('layered', ['f'], 'layers: { shared: { path: layer } }\n'),
    });
    await mkdir(join(folder, 'layer'));
    await writeFile(join(folder, 'layer/one.js'), 'exports.x = 1;\n');
    await on(folder, ['deploy']);
    await writeFile(join(folder, 'layer/one.js'), 'exports.x = 2;\n');
    await on(folder, ['deploy']);
    await editProject(folder, [[['layers'], undefined]]);
    const { stdout } = await on(folder, ['destroy', '--yes']);
    expect(stdout).toMatch(/gone +layer +layered-shared +2 versions/);
  });

  it('are searched in parallel with other reads, and a missing permission is only a warning', async () => {
    const folder = await folderWith({ ...code, 'slsctl.yml': config('poor', ['f']) });
    await on(folder, ['deploy']);
    const gate = await gated(local.endpoint, ['GetResources', 'ListRoles']);
    await on(folder, ['deploy', '--endpoint-url', gate.endpoint]);
    await gate.close();

    const denied = createServer((_request, response) => {
      response.writeHead(400, { 'x-amzn-errortype': 'AccessDeniedException' });
      response.end('{"__type":"AccessDeniedException","Message":"not you"}');
    });
    await new Promise<void>((resolve) => denied.listen(0, '127.0.0.1', resolve));
    const { port } = denied.address() as { port: number };
    const ran = await slsctl(['deploy'], {
      cwd: folder,
      env: {
        ...local.env,
        AWS_ENDPOINT_URL_RESOURCE_GROUPS_TAGGING_API: `http://127.0.0.1:${port}`,
      },
    });
    denied.close();
    expect(ran.stderr).toContain(
      'functions, log groups and other things with tags that slsctl.yml no longer names were not looked for',
    );
    expect(ran.code).toBe(0);
    await on(folder, ['destroy', '--yes']);
  });
});
