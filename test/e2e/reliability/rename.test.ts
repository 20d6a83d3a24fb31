// Renaming: the new one works before the old one is removed, and a failed creation leaves the old one alone.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as sdk from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { startInProcess } from '../../local/in-process.ts';
import { expectSlsctl, slsctl } from '../../support/in-process.ts';
import { type Clients, clientsOf, everything, type LocalAws } from '../../support/local.ts';
import { removeFolder, temporaryFolder } from '../../support/project.ts';
import { interposed, type Recorder, recorder } from '../../support/proxy.ts';

let aws: LocalAws;
let clients: Clients;
let proxy: Recorder;
let folder: string;

beforeAll(async () => {
  [aws, folder] = await Promise.all([startInProcess(), temporaryFolder('rename')]);
  [clients, proxy] = await Promise.all([clientsOf(aws.env), recorder(aws.endpoint)]);
  await mkdir(join(folder, 'shared', 'nodejs', 'node_modules'), { recursive: true });
  await writeFile(join(folder, 'shared', 'nodejs', 'node_modules', 'shared.js'), '');
  await writeFile(join(folder, 'index.js'), 'exports.handler = async () => 1;\n');
  await writeFile(join(folder, 'app.py'), 'def handler(event, context):\n    return 1\n');
});
afterAll(async () => {
  await proxy?.close();
  await aws?.stop();
  if (folder) await removeFolder(folder);
});

const node = { runtime: 'nodejs22.x', handler: 'index.handler', code: { path: '.', include: ['index.js'] } };
const python = { runtime: 'python3.13', handler: 'app.handler', code: { path: '.', include: ['app.py'] } };

const declare = (project: object) =>
  writeFile(join(folder, 'slsctl.yml'), stringify({ project: 'renaming', ...project }));
const run = (...args: string[]) => expectSlsctl(args, { cwd: folder, env: aws.env });
const recorded = (...args: string[]) =>
  expectSlsctl(args, { cwd: folder, env: { ...aws.env, AWS_ENDPOINT_URL: proxy.endpoint } });
const isRemoval = (name: string) => /^(Delete|Detach|DELETE )/.test(name);

beforeEach(() => async () => {
  await run('destroy', '--yes');
});

describe('renaming', () => {
  it.each([
    ['a function in Node.js', { functions: { report: node } }, { functions: { reporting: node } }],
    [
      'a function in Python with URL and alias',
      { functions: { report: { ...python, url: { authType: 'NONE' }, aliases: { live: {} } } } },
      { functions: { reporting: { ...python, url: { authType: 'NONE' }, aliases: { live: {} } } } },
    ],
    [
      'a layer',
      { functions: { report: { ...node, layers: ['one'] } }, layers: { one: { path: 'shared' } } },
      { functions: { report: { ...node, layers: ['two'] } }, layers: { two: { path: 'shared' } } },
    ],
    [
      'an alias',
      { functions: { report: { ...node, aliases: { live: {} } } } },
      { functions: { report: { ...node, aliases: { current: {} } } } },
    ],
  ])('%s creates the new one before it removes the old one', async (_, before, after) => {
    await declare(before);
    await run('deploy');
    await declare(after);
    const { stdout } = await run('plan');
    const signs = stdout.match(/^[+~-] /gm)?.join('') ?? '';
    expect(signs).toMatch(/^([+~] )+(- )+$/);
    proxy.mutations();
    await recorded('deploy', '--yes');
    const writes = proxy.mutations();
    const firstRemoval = writes.findIndex(isRemoval);
    expect(firstRemoval).toBeGreaterThan(0);
    expect(writes.slice(firstRemoval).filter((name) => !isRemoval(name))).toEqual([]);
    await run('plan', '--exit-code');
  });

  it.each([
    ['its function', /^POST \/2015-03-31\/functions$/],
    ['its role', /^CreateRole$/],
    ['its alias', /^POST \/2015-03-31\/functions\/reporting\/aliases$/],
  ])('leaves the old function alone when AWS refuses to create %s', async (_, refused) => {
    const aliased = { ...node, aliases: { live: {} } };
    await declare({ functions: { report: aliased } });
    await run('deploy');
    const before = await everything(aws.env);
    await declare({ functions: { reporting: aliased } });
    const limited = await interposed(aws.endpoint, async ({ method, path, operation }) => {
      if (!refused.test(operation || `${method} ${path}`)) return undefined;
      const body = JSON.stringify({ Type: 'User', message: 'the limit is reached' });
      return { status: 400, headers: { 'x-amzn-errortype': 'CodeStorageExceededException' }, body };
    });
    const env = { ...aws.env, AWS_ENDPOINT_URL: limited.endpoint };
    const { code, stderr } = await slsctl(['deploy', '--yes'], { cwd: folder, env });
    await limited.close();
    expect(code, stderr).toBe(1);
    expect(await everything(aws.env)).toEqual(expect.arrayContaining(before));
    expect(stderr).toContain('left out: function report');
    await clients.lambda.send(new sdk.InvokeCommand({ FunctionName: 'report', Qualifier: 'live' }));
    await run('deploy', '--yes');
    await run('plan', '--exit-code');
  });
});
