// `layer: auto`: a shared layer for dependencies, replaced when they change, removed with the project.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startInProcess } from '../../local/in-process.ts';
import { expectSlsctl, slsctl } from '../../support/in-process.ts';
import { clientsOf, everything, type LocalAws } from '../../support/local.ts';
import { addFiles, type Files } from '../../support/packaged.ts';
import { folderWith, replaceIn } from '../../support/project.ts';
import { npmProject } from '../../support/tarballs.ts';
import { wheel } from '../../support/wheels.ts';
import { zipOf } from '../../support/zip.ts';

let aws: LocalAws;
beforeAll(async () => {
  aws = await startInProcess();
});
afterAll(() => aws?.stop());

const environment = () => ({ SLSCTL_HOME: aws.home, SLSCTL_LOCAL: '1' });

async function deployed(cwd: string): Promise<string> {
  return (await expectSlsctl(['deploy'], { cwd, env: environment() })).stderr;
}

async function layerNames(): Promise<string[]> {
  const { ListLayersCommand } = await import('@aws-sdk/client-lambda');
  const { lambda } = await clientsOf(aws.env);
  const { Layers = [] } = await lambda.send(new ListLayersCommand({}));
  return Layers.map(({ LayerName = '' }) => LayerName);
}

async function codeSize(name: string): Promise<number> {
  const { GetFunctionConfigurationCommand } = await import('@aws-sdk/client-lambda');
  const { lambda } = await clientsOf(aws.env);
  return (await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: name }))).CodeSize ?? 0;
}

async function answer(cwd: string, name: string): Promise<unknown> {
  return JSON.parse((await expectSlsctl(['invoke', name], { cwd, env: environment() })).stdout);
}

async function pythonProject(): Promise<string> {
  const wheels = [
    await wheel('needed', '1.0', {
      files: { 'needed.py': `version = 1\nfill = ${JSON.stringify('x'.repeat(50_000))}\n` },
    }),
    await wheel('needed', '2.0', { files: { 'needed.py': 'version = 2\n' } }),
  ];
  const folder = await folderWith();
  const files: Files = {
    'slsctl.yml': [
      'project: layered',
      'defaults: { runtime: python3.12, handler: app.handler, layer: auto }',
      'functions:',
      '  first: {}',
      '  second: {}',
      '',
    ].join('\n'),
    '.slsctlignore': 'wheels\nrequirements.txt\n',
    'requirements.txt': '--no-index\n--find-links wheels\nneeded==1.0\n',
    'app.py': 'import needed\n\n\ndef handler(event, context):\n    return needed.version\n',
    ...Object.fromEntries(wheels.map(([name, content]) => [`wheels/${name}`, content])),
  };
  await addFiles(folder, files);
  return folder;
}

describe('layer: auto', () => {
  it('makes one layer for functions with the same dependencies, unchanged by new code', async () => {
    const cwd = await pythonProject();
    const first = await deployed(cwd);
    expect(first.match(/create layer layered-dependencies-\w+/g)).toHaveLength(1);
    expect(await answer(cwd, 'first')).toBe(1);
    expect(await answer(cwd, 'second')).toBe(1);
    expect(await codeSize('first')).toBeLessThan(1000);
    const layers = await layerNames();
    expect(layers).toHaveLength(1);

    const listed = await expectSlsctl(['layer', 'list'], { cwd, env: environment() });
    expect(listed.stdout).toMatch(
      new RegExp(`${layers[0]}, layer: auto +1 +[\\d: -]+UTC +any +first, second\n`),
    );
    const { stdout } = await expectSlsctl(['layer', 'list', '-o', 'json'], { cwd, env: environment() });
    expect(JSON.parse(stdout).layers).toMatchObject([
      { layer: layers[0], origin: 'layer: auto', versions: [{ version: 1, usedBy: ['first', 'second'] }] },
    ]);

    expect((await expectSlsctl(['deploy'], { cwd, env: environment() })).stdout).toContain(
      'Nothing to change.',
    );
    await replaceIn(join(cwd, 'app.py'), 'needed.version', '[needed.version]');
    expect(await deployed(cwd)).not.toContain('layer');
    expect(await answer(cwd, 'first')).toEqual([1]);
    expect(await layerNames()).toEqual(layers);

    await replaceIn(join(cwd, 'requirements.txt'), '1.0', '2.0');
    const plan = await expectSlsctl(['plan'], { cwd, env: environment() });
    expect(plan.stdout).toContain('+ create layer layered-dependencies-');
    expect(plan.stdout).toContain(`- delete layer ${layers[0]}`);
    await deployed(cwd);
    expect(await answer(cwd, 'second')).toEqual([2]);
    expect(await layerNames()).not.toContain(layers[0]);
    expect(await layerNames()).toHaveLength(1);

    await expectSlsctl(['destroy', '--yes'], { cwd, env: environment() });
    expect(await layerNames()).toEqual([]);
    expect(await everything(aws.env)).toEqual([]);
  });

  it('removes the layer when the dependencies are in the package again', async () => {
    const cwd = await pythonProject();
    await deployed(cwd);
    await replaceIn(join(cwd, 'slsctl.yml'), ', layer: auto', ', layers: []');
    await deployed(cwd);
    expect(await layerNames()).toEqual([]);
    expect(await answer(cwd, 'first')).toBe(1);
    expect(await codeSize('first')).toBeGreaterThan(300);
    await expectSlsctl(['destroy', '--yes'], { cwd, env: environment() });
  });

  it('detaches the layer, and no other, from functions that stop using it', async () => {
    const cwd = await pythonProject();
    await deployed(cwd);
    const {
      GetFunctionConfigurationCommand,
      PublishLayerVersionCommand,
      UpdateFunctionConfigurationCommand,
    } = await import('@aws-sdk/client-lambda');
    const { lambda } = await clientsOf(aws.env);
    const ZipFile = await zipOf({ 'python/other.py': '' });
    const others: string[] = [];
    for (const LayerName of ['layered-dependencies-mine', 'other-dependencies-0123456789ab']) {
      const made = await lambda.send(new PublishLayerVersionCommand({ LayerName, Content: { ZipFile } }));
      others.push(made.LayerVersionArn ?? '');
    }
    const layersOf = async (FunctionName: string) =>
      (await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }))).Layers?.map(
        ({ Arn = '' }) => Arn,
      );
    const [own = ''] = (await layersOf('first')) ?? [];
    const Layers = [others[0] as string, own, others[1] as string];
    await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName: 'first', Layers }));

    // One function alone: the other one still needs the layer.
    await replaceIn(join(cwd, 'slsctl.yml'), 'first: {}', 'first: { layer: none }');
    const plan = await expectSlsctl(['plan'], { cwd, env: environment() });
    expect(plan.stdout).toMatch(/update function first\n(.*\n)*? +Layers/);
    expect(plan.stdout).toMatch(/Plan: 0 to create, 1 to change/);
    await deployed(cwd);
    expect(await layersOf('first')).toEqual(others);
    expect(await layersOf('second')).toEqual([own]);
    expect([await answer(cwd, 'first'), await answer(cwd, 'second')]).toEqual([1, 1]);

    await replaceIn(join(cwd, 'slsctl.yml'), ', layer: auto', '');
    await deployed(cwd);
    expect(await layersOf('second')).toBeUndefined();
    expect((await layerNames()).sort()).toEqual([
      'layered-dependencies-mine',
      'other-dependencies-0123456789ab',
    ]);
    expect([await answer(cwd, 'first'), await answer(cwd, 'second')]).toEqual([1, 1]);
    const again = await expectSlsctl(['deploy'], { cwd, env: environment() });
    expect(again.stdout).toContain('Nothing to change.');
    expect((await expectSlsctl(['status'], { cwd, env: environment() })).stdout).not.toContain('Layers');
    await expectSlsctl(['destroy', '--yes'], { cwd, env: environment() });
    for (const arn of others) {
      const { DeleteLayerVersionCommand } = await import('@aws-sdk/client-lambda');
      const LayerName = arn.split(':')[6] as string;
      await lambda.send(new DeleteLayerVersionCommand({ LayerName, VersionNumber: 1 }));
    }
  });

  it('puts the layer before the layers that the function names', async () => {
    const cwd = await pythonProject();
    const config = await readFile(join(cwd, 'slsctl.yml'), 'utf8');
    await addFiles(cwd, {
      'slsctl.yml': `${config.replace('first: {}', 'first: { layers: [own] }')}layers:\n  own: { path: own }\n`,
      'own/python/needed.py': 'version = "own"\n',
    });
    await deployed(cwd);
    expect(await answer(cwd, 'first')).toBe('own');
    expect(await answer(cwd, 'second')).toBe(1);
    await expectSlsctl(['destroy', '--yes'], { cwd, env: environment() });
  });

  it('has Node.js packages in the folder that Node.js searches', async () => {
    const cwd = await folderWith();
    await addFiles(cwd, {
      'slsctl.yml':
        'project: layered\nfunctions:\n  node: { runtime: nodejs20.x, handler: app.handler, layer: auto }\n',
      '.slsctlignore': 'tarballs\n',
      'app.js': "exports.handler = async () => require('needed').name;\n",
      ...npmProject({
        dependencies: { needed: 'file:tarballs/needed.tgz' },
        packages: [{ name: 'needed' }],
      }),
    });
    await deployed(cwd);
    expect(await answer(cwd, 'node')).toBe('needed');
    await expectSlsctl(['destroy', '--yes'], { cwd, env: environment() });
  });

  it('is refused for a function with five layers', async () => {
    const cwd = await folderWith();
    const layers = [1, 2, 3, 4, 5].map((one) => `arn:aws:lambda:us-east-1:123456789012:layer:one${one}:1`);
    await writeFile(
      join(cwd, 'slsctl.yml'),
      `project: p\nfunctions:\n  f: { runtime: python3.12, handler: a.b, layer: auto, layers: [${layers.join(', ')}] }\n`,
    );
    const { code, stderr } = await slsctl(['package'], { cwd });
    expect(code).toBe(2);
    expect(stderr).toContain('functions.f.layer is auto, but the function already has 5 layers');
  });
});
