// The tag slsctl:config: which slsctl.yml created a resource.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ListTagsLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import { GetRoleCommand } from '@aws-sdk/client-iam';
import { GetFunctionCommand, ListLayerVersionsCommand } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readMark } from '../../../src/resources/layer/mark.ts';
import { startInProcess } from '../../local/in-process.ts';
import { expectSlsctl } from '../../support/in-process.ts';
import { clientsOf, type LocalAws } from '../../support/local.ts';
import { editProject, folderWith } from '../../support/project.ts';

const code = 'export const handler = async () => 1;\n';
const config = (tags = '{}') => `project: marked
functions:
  f: { runtime: nodejs20.x, handler: index.handler, tags: ${tags} }
layers:
  shared: { path: layer }
`;

describe('the mark of the slsctl.yml', () => {
  let local: LocalAws;

  beforeAll(async () => {
    local = await startInProcess();
  });
  afterAll(async () => {
    await local?.stop();
  });

  /** A clone of a repository with this remote. */
  async function clone(url: string): Promise<string> {
    const folder = await folderWith({ 'index.mjs': code, 'slsctl.yml': config() });
    await mkdir(join(folder, '.git'));
    await mkdir(join(folder, 'layer'));
    await writeFile(join(folder, '.git/HEAD'), 'ref: refs/heads/main\n');
    await writeFile(join(folder, '.git/config'), `[remote "origin"]\n\turl = ${url}\n`);
    await writeFile(join(folder, 'layer/one.js'), 'exports.x = 1;\n');
    return folder;
  }

  async function marks(): Promise<Record<string, string | undefined>> {
    const { lambda, iam, logs } = await clientsOf(local.env);
    const [f, role, group, layer] = await Promise.all([
      lambda.send(new GetFunctionCommand({ FunctionName: 'f' })),
      iam.send(new GetRoleCommand({ RoleName: 'f-us-east-1' })),
      logs.send(new ListTagsLogGroupCommand({ logGroupName: '/aws/lambda/f' })),
      lambda.send(new ListLayerVersionsCommand({ LayerName: 'marked-shared' })),
    ]);
    const key = 'slsctl:config';
    return {
      function: f.Tags?.[key],
      role: role.Role?.Tags?.find(({ Key }) => Key === key)?.Value,
      'log group': group.tags?.[key],
      layer: readMark(layer.LayerVersions?.[0]?.Description)?.config,
    };
  }
  const all = (mark: string) => ({ function: mark, role: mark, 'log group': mark, layer: mark });

  it('is written on everything that a deployment creates, and its difference is never a change', async () => {
    const on = (cwd: string, args: string[], exit = 0) =>
      expectSlsctl(args, { cwd, env: local.env, code: exit });
    const one = await clone('git@github.com:acme/marked.git');
    const planned = await on(one, ['plan']);
    expect(planned.stdout).not.toContain('slsctl:config');
    await on(one, ['deploy']);
    expect(await marks()).toEqual(all('github.com/acme/marked/slsctl.yml'));

    const other = await clone('https://git.example/other');
    await on(other, ['plan', '--exit-code']);
    await editProject(other, [[['functions', 'f', 'tags'], { team: 'blue' }]]);
    await on(other, ['deploy']);
    expect(await marks()).toEqual(all('github.com/acme/marked/slsctl.yml'));
    await on(one, ['destroy', '--yes']);
  });
});
