// Layers of a project on the local AWS: Python and Node.js functions import modules from their layers.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startInProcess } from '../../local/in-process.ts';
import type { Ran } from '../../support/cli.ts';
import { expectSlsctl } from '../../support/in-process.ts';
import { clientsOf, everything, type LocalAws } from '../../support/local.ts';
import { editProject, removeFolder, temporaryFolder } from '../../support/project.ts';
import { type Recorder, recorder } from '../../support/proxy.ts';

const config = `project: shop
defaults: { timeout: 10 }
functions:
  py: # in Python
    runtime: python3.12
    handler: app.handler
    code: .
    layers: [shared-libs]
  js:
    runtime: nodejs20.x
    handler: index.handler
    code: js
    layers: [greetings]
layers:
  # what all functions share
  shared-libs: { path: layer, runtimes: [python3.12], description: shared things, license: MIT }
  greetings: { path: node-layer }
`;

/** As an ES module and as a CommonJS one. */
const imported = `import { createRequire } from 'node:module';
import greetings from 'greetings';

const required = createRequire(import.meta.url)('greetings');
export const handler = async () => (required === greetings ? greetings.word() : 'two modules');
`;

let local: LocalAws;
let folder: string;
let proxy: Recorder;

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), text);
}

const shared = (said: string) => write('layer/python/shared.py', `def word():\n    return '${said}'\n`);

beforeAll(async () => {
  [local, folder] = await Promise.all([startInProcess(), temporaryFolder('layers')]);
  proxy = await recorder(local.endpoint);
  await write('slsctl.yml', config);
  await write('app.py', 'import shared\n\ndef handler(event, context):\n    return shared.word()\n');
  await write('js/index.mjs', imported);
  await write(
    'node-layer/nodejs/node_modules/greetings/index.js',
    "exports.word = () => 'hello from a layer';\n",
  );
  await shared('one');
});
afterAll(async () => {
  await proxy?.close();
  await local?.stop();
  if (folder) await removeFolder(folder);
});

const on = (args: string[], code = 0): Promise<Ran> =>
  expectSlsctl([...args, '--endpoint-url', proxy.endpoint], { cwd: folder, env: local.env, code });

// biome-ignore lint/suspicious/noExplicitAny: answers of several commands
const json = async (args: string[]): Promise<any> =>
  JSON.parse((await on([...args, '--output', 'json'])).stdout);

const published = (): string[] => proxy.mutations().filter((one) => /\/layers\//.test(one));
const arn = (name: string, version: number) =>
  `arn:aws:lambda:us-east-1:000000000000:layer:${name}:${version}`;

async function layersOf(FunctionName: string) {
  const { GetFunctionConfigurationCommand } = await import('@aws-sdk/client-lambda');
  const { lambda } = await clientsOf(local.env);
  const { Layers = [] } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
  return Layers.map(({ Arn }) => Arn);
}

/** By hand, as somebody else would. */
async function publishForeign(LayerName: string): Promise<string> {
  const { PublishLayerVersionCommand } = await import('@aws-sdk/client-lambda');
  const { lambda } = await clientsOf(local.env);
  const ZipFile = await readFile(join(folder, '.slsctl', 'layer shop-greetings.zip'));
  const made = await lambda.send(new PublishLayerVersionCommand({ LayerName, Content: { ZipFile } }));
  return made.LayerVersionArn as string;
}

describe('the layers of a project', () => {
  it('are planned, published and importable', async () => {
    const { stdout } = await on(['plan', '--exit-code'], 10);
    expect(stdout).toContain('create layer shop-shared-libs');
    expect(stdout).toMatch(/Layers +\["shared-libs \(known after apply\)"\]/);
    await on(['deploy']);
    expect((await on(['invoke', 'py'])).stdout.trim()).toBe('"one"');
    expect((await on(['invoke', 'js'])).stdout.trim()).toBe('"hello from a layer"');
    await on(['plan', '--exit-code']);
  });

  it('are not in the package of a function whose code folder contains them', async () => {
    expect((await on(['package', 'py', '--list'])).stdout).not.toContain('shared.py');
  });

  it('are read with one request each, and not published again', async () => {
    proxy.take();
    await on(['deploy']);
    const asked = proxy.take().filter(({ path }) => path.includes('/layers/shop-'));
    expect(asked.map(({ method, path }) => `${method} ${path}`).sort()).toEqual([
      'GET /2018-10-31/layers/shop-greetings/versions',
      'GET /2018-10-31/layers/shop-shared-libs/versions',
    ]);
    // The same bytes at another time are the same layer.
    await shared('one');
    await on(['plan', '--exit-code']);
  });

  it('are published once after a change, and functions move to the new version', async () => {
    await shared('two');
    const { stdout } = await on(['plan', '--exit-code'], 10);
    expect(stdout).toMatch(/update layer shop-shared-libs\n +CodeSha256/);
    expect(stdout).toMatch(/update function py\n +Layers .*→ \["shared-libs \(known after apply\)"\]/);
    expect(stdout).not.toContain('function js');
    proxy.take();
    await on(['deploy']);
    expect(published()).toEqual(['POST /2018-10-31/layers/shop-shared-libs/versions']);
    expect(await layersOf('py')).toEqual([arn('shop-shared-libs', 2)]);
    expect((await on(['invoke', 'py'])).stdout.trim()).toBe('"two"');
    await on(['plan', '--exit-code']);
  });

  it('get a new version when their settings change, and null resets a setting', async () => {
    await editProject(folder, [[['layers', 'shared-libs', 'license'], null]]);
    const { stdout } = await on(['plan', '--exit-code'], 10);
    expect(stdout).toMatch(/LicenseInfo +- MIT/);
    await on(['deploy']);
    await on(['plan', '--exit-code']);
    const { layers } = await json(['layer', 'list']);
    expect(layers[0].versions[0]).toMatchObject({ version: 3, description: 'shared things', usedBy: ['py'] });
    expect(layers[0].versions[0].license).toBeUndefined();
    expect(layers[0].versions[1]).toMatchObject({ version: 2, license: 'MIT', usedBy: [] });
  });

  it('can be published alone, and the next deployment attaches the new version', async () => {
    await shared('four');
    const { stdout } = await on(['layer', 'publish']);
    expect(stdout).toMatch(/shared-libs +published +\S+:4\n/);
    expect(stdout).toMatch(/greetings +unchanged +\S+:1\n/);
    expect(await layersOf('py')).toEqual([arn('shop-shared-libs', 3)]);
    expect((await json(['layer', 'publish', 'shared-libs'])).changed).toBe(false);
    await on(['deploy', 'py']);
    expect((await on(['invoke', 'py'])).stdout.trim()).toBe('"four"');
  });

  it('are pruned of versions that no function or function version uses', async () => {
    const { PublishVersionCommand } = await import('@aws-sdk/client-lambda');
    const { lambda } = await clientsOf(local.env);
    await lambda.send(new PublishVersionCommand({ FunctionName: 'py' }));
    await shared('five');
    await on(['deploy']);
    const rows = (await on(['layer', 'list'])).stdout;
    expect(rows).toMatch(/4 .*py:1\n/);
    expect((await on(['layer', 'prune', '--dry-run'])).stdout).toContain('would remove 3, 2, 1');
    expect((await json(['layer', 'list'])).layers[0].versions).toHaveLength(5);
    const { layers } = await json(['layer', 'prune', '--yes']);
    expect(layers).toEqual([
      {
        layer: 'shared-libs',
        removed: [3, 2, 1],
        kept: [
          { version: 5, usedBy: ['py'] },
          { version: 4, usedBy: ['py:1'] },
        ],
      },
      { layer: 'greetings', removed: [], kept: [{ version: 1, usedBy: ['js'] }] },
    ]);
    await shared('six');
    expect((await on(['layer', 'publish', '--prune'])).stdout).toContain(
      'nothing to remove; kept 6 (the newest)',
    );
    await on(['deploy']);
    await on(['plan', '--exit-code']);
  });

  it('get a warning when the runtime would find no module in them', async () => {
    await write('flat/flat.py', 'x = 1\n');
    await editProject(folder, [[['layers', 'flat'], { path: 'flat', runtimes: ['python3.12'] }]]);
    const { stderr } = await on(['layer', 'publish', 'flat']);
    expect(stderr).toMatch(/warning: layer flat holds flat\.py, but python3\.12 looks .* in python\/ and/);
    await editProject(folder, [[['layers', 'flat'], undefined]]);
    expect((await on(['deploy', '--yes'])).stderr).toContain('remove layer shop-flat');
  });

  it('have another name in each stage', async () => {
    await editProject(folder, [[['stages', 'test'], {}]]);
    await on(['deploy', '--stage', 'test']);
    expect((await on(['invoke', 'py', '--stage', 'test'])).stdout.trim()).toBe('"six"');
    const { stdout } = await on(['list']);
    expect(stdout).toMatch(/shop +test +us-east-1 +layer +shop-shared-libs-test\n/);
    expect(stdout).toMatch(/shop +- +us-east-1 +layer +shop-shared-libs\n/);
    await on(['destroy', '--stage', 'test', '--yes']);
    await editProject(folder, [[['stages'], undefined]]);
    await on(['plan', '--exit-code']);
  });
});

describe('the commands layer attach and detach', () => {
  it('change slsctl.yml and the function together, and keep the rest of slsctl.yml', async () => {
    const tools = await publishForeign('tools');
    expect((await on(['layer', 'attach', tools, 'js'])).stdout).toContain('applied to js');
    expect(await layersOf('js')).toEqual([arn('shop-greetings', 1), tools]);
    const second = await publishForeign('tools');
    // Another version of the same layer takes the place of the first.
    await on(['layer', 'attach', second, 'js']);
    expect(await layersOf('js')).toEqual([arn('shop-greetings', 1), second]);
    proxy.take();
    expect((await on(['layer', 'attach', second, 'js'])).stdout).toContain('already');
    expect(proxy.mutations()).toEqual([]);
    expect((await on(['layer', 'list'])).stdout).toMatch(/layer:tools:2 +js\n/);
    await on(['layer', 'detach', tools.replace(/:\d+$/, ''), 'js']);
    expect(await layersOf('js')).toEqual([arn('shop-greetings', 1)]);
    const text = await readFile(join(folder, 'slsctl.yml'), 'utf8');
    expect(text).toContain('# in Python');
    expect(text).toContain('layers: [ greetings ]');
    await on(['plan', '--exit-code']);
  });

  it('publish an unpublished layer', async () => {
    await write('more/nodejs/node_modules/more/index.js', "exports.word = () => 'more';\n");
    await editProject(folder, [[['layers', 'more'], { path: 'more' }]]);
    await on(['layer', 'attach', 'more', 'js']);
    expect(await layersOf('js')).toEqual([arn('shop-greetings', 1), arn('shop-more', 1)]);
    const detached = await json(['layer', 'detach', 'more', 'js']);
    expect(detached).toMatchObject({
      function: 'js',
      layer: 'more',
      layers: ['greetings'],
      result: 'applied',
    });
    expect(await layersOf('js')).toEqual([arn('shop-greetings', 1)]);
  });

  it('keep the live layers of a function that declares none', async () => {
    const tools = await publishForeign('tools');
    await editProject(folder, [[['functions', 'js', 'layers'], undefined]]);
    await on(['layer', 'attach', tools, 'js']);
    expect(await layersOf('js')).toEqual([arn('shop-greetings', 1), tools]);
    expect(await readFile(join(folder, 'slsctl.yml'), 'utf8')).toContain(`layers: [ greetings, ${tools} ]`);
    await on(['plan', '--exit-code']);
    await on(['layer', 'detach', tools, 'js']);
  });

  it('write nothing when the layer version does not exist', async () => {
    const before = await readFile(join(folder, 'slsctl.yml'), 'utf8');
    const { stderr } = await on(['layer', 'attach', arn('tools', 99), 'js'], 1);
    expect(stderr).toContain('nothing was written');
    expect(await readFile(join(folder, 'slsctl.yml'), 'utf8')).toBe(before);
  });

  it('report that a function that is not deployed gets the layer with its first deployment', async () => {
    await editProject(folder, [
      [['functions', 'new'], { runtime: 'nodejs20.x', handler: 'index.handler', code: 'js' }],
    ]);
    const { stdout, stderr } = await on(['layer', 'attach', 'greetings', 'new']);
    expect(stdout).toContain('not deployed yet');
    expect(stderr).toContain('next: slsctl deploy');
    await on(['deploy', 'new']);
    expect((await on(['invoke', 'new'])).stdout.trim()).toBe('"hello from a layer"');
  });
});

describe('a deployment with layers', () => {
  it('refuses a layer of another owner with the same name, except with --adopt', async () => {
    await publishForeign('shop-mine');
    await write('mine/python/mine.py', 'x = 1\n');
    await editProject(folder, [[['layers', 'mine'], { path: 'mine' }]]);
    proxy.take();
    const { stderr } = await on(['deploy'], 1);
    expect(stderr).toMatch(/layer shop-mine: it was not made by slsctl/);
    expect(stderr).toContain('--adopt');
    await on(['layer', 'publish', 'mine'], 1);
    expect(proxy.mutations()).toEqual([]);
    await on(['deploy', '--adopt']);
    await on(['plan', '--exit-code']);
  });

  it('removes an undeclared layer after updating the functions that used it', async () => {
    await editProject(folder, [
      [['layers', 'mine'], undefined],
      [['layers', 'more'], undefined],
      [['layers', 'greetings'], undefined],
      [['functions', 'js', 'layers'], []],
      [['functions', 'new'], undefined],
    ]);
    const { stdout } = await on(['plan']);
    for (const name of ['shop-mine', 'shop-more', 'shop-greetings'])
      expect(stdout).toContain(`delete layer ${name}`);
    await on(['deploy', '--yes']);
    expect((await on(['list'])).stdout.match(/layer +\S+/g)).toEqual([
      expect.stringContaining('shop-shared-libs'),
    ]);
    await on(['plan', '--exit-code']);
  });

  it('keeps an undeclared layer that a function of another project uses', async () => {
    const { UpdateFunctionConfigurationCommand } = await import('@aws-sdk/client-lambda');
    const { lambda } = await clientsOf(local.env);
    const other = await temporaryFolder('other');
    const names = { cwd: other, env: local.env };
    await expectSlsctl(['init', '.', '--template', 'hello-python', '--yes'], names);
    await expectSlsctl(['deploy'], names);
    const [Layer] = await layersOf('py');
    const FunctionName = 'my-first-function';
    await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Layers: [Layer as string] }));
    const { stdout } = await on(['destroy', '--yes'], 1);
    expect(stdout).toMatch(/here +layer +shop-shared-libs/);
    await expectSlsctl(['destroy', '--yes'], names);
    await removeFolder(other);
  });

  it('can be destroyed: all versions, with their number, and nothing of other owners', async () => {
    const { stdout } = await on(['destroy', '--yes']);
    expect(stdout).toMatch(/gone +layer +shop-shared-libs +\d versions/);
    expect(stdout).toMatch(/nothing remains/i);
    expect(await everything(local.env)).toEqual([]);
    const { ListLayersCommand } = await import('@aws-sdk/client-lambda');
    const { lambda } = await clientsOf(local.env);
    const { Layers = [] } = await lambda.send(new ListLayersCommand({}));
    expect(Layers.map(({ LayerName }) => LayerName)).toEqual(['tools']);
  });
});
