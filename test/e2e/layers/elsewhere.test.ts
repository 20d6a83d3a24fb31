// Layers against moto, an independent AWS emulator; and the output of --explain for them, run as a script.
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startInProcess } from '../../local/in-process.ts';
import { type Ran, run } from '../../support/cli.ts';
import { expectSlsctl } from '../../support/in-process.ts';
import { clientsOf, everything, type LocalAws } from '../../support/local.ts';
import { motoAccount } from '../../support/moto.ts';
import { removeFolder, temporaryFolder } from '../../support/project.ts';
import { type Recorder, recorder } from '../../support/proxy.ts';
import { awsCli, motoServer } from '../../support/tools.ts';

const config = `project: shop
functions:
  py:
    runtime: python3.12
    handler: app.handler
    code: .
    layers: [shared-libs]
layers:
  shared-libs:
    path: layer
    runtimes: [python3.13, python3.12]
    architectures: [x86_64]
    description: it's "shared" & kept
    license: MIT
  tools: { path: tools }
`;

async function project(): Promise<string> {
  const folder = await temporaryFolder('layers');
  const files = {
    'slsctl.yml': config,
    'app.py': 'import shared\n\ndef handler(event, context):\n    return shared.word()\n',
    'layer/python/shared.py': "def word():\n    return 'one'\n",
    'tools/bin/tool': '#!/bin/sh\n',
  };
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  return folder;
}

const change = (folder: string, word: string) =>
  writeFile(join(folder, 'layer/python/shared.py'), `def word():\n    return '${word}'\n`);

/** All layers with their versions, without what every publication makes anew; and what functions have. */
async function live(env: Record<string, string>) {
  const { lambda } = await clientsOf(env);
  const sdk = await import('@aws-sdk/client-lambda');
  const { Layers = [] } = await lambda.send(new sdk.ListLayersCommand({}));
  const versions = Layers.map(async ({ LayerName }) => {
    const { LayerVersions = [] } = await lambda.send(new sdk.ListLayerVersionsCommand({ LayerName }));
    return Promise.all(
      LayerVersions.map(async ({ Version }) => {
        const input = { LayerName, VersionNumber: Version };
        const { $metadata, CreatedDate, Content, ...rest } = await lambda.send(
          new sdk.GetLayerVersionCommand(input),
        );
        return { ...rest, sha256: Content?.CodeSha256, size: Content?.CodeSize };
      }),
    );
  });
  const { Functions = [] } = await lambda.send(new sdk.ListFunctionsCommand({}));
  return {
    layers: (await Promise.all(versions)).flat(),
    functions: Functions.map(({ FunctionName, Layers: attached }) => ({
      FunctionName,
      layers: attached?.map(({ Arn }) => Arn),
    })),
  };
}

describe.skipIf(!(await motoServer()))('layers against moto', () => {
  let proxy: Recorder;
  let folder: string;
  let env: Record<string, string>;

  beforeAll(async () => {
    const moto = await motoAccount();
    env = moto.env;
    folder = await project();
    proxy = await recorder(moto.endpoint);
  });
  afterAll(async () => {
    await proxy?.close();
    if (folder) await removeFolder(folder);
  });

  const on = (args: string[], code = 0): Promise<Ran> =>
    expectSlsctl([...args, '--endpoint-url', proxy.endpoint], { cwd: folder, env, code });
  const published = () => proxy.mutations().filter((one) => one.includes('/layers/'));

  it('are published and attached, and then the plan is empty', async () => {
    await on(['deploy']);
    expect(published().sort()).toEqual([
      'POST /2018-10-31/layers/shop-shared-libs/versions',
      'POST /2018-10-31/layers/shop-tools/versions',
    ]);
    const { layers, functions } = await live(env);
    expect(layers).toHaveLength(2);
    // moto lists layers in the order of their publication, and these two are published at the same time.
    expect(layers.find(({ LicenseInfo }) => LicenseInfo)).toMatchObject({
      Description: expect.stringMatching(/^it's "shared" & kept \[slsctl shop sha256:\S{44} config:\S+\]$/),
      LicenseInfo: 'MIT',
    });
    expect(functions[0]?.layers).toEqual([expect.stringMatching(/:layer:shop-shared-libs:1$/)]);
    await on(['plan', '--exit-code']);
  });

  it('are published once after a change', async () => {
    await change(folder, 'two');
    await on(['plan', '--exit-code'], 10);
    proxy.take();
    await on(['deploy']);
    expect(published()).toEqual(['POST /2018-10-31/layers/shop-shared-libs/versions']);
    expect((await live(env)).functions[0]?.layers).toEqual([expect.stringMatching(/:shop-shared-libs:2$/)]);
    await on(['plan', '--exit-code']);
    await on(['deploy']);
    expect(published()).toEqual([]);
  });

  it('are attached, listed, detached and pruned', async () => {
    await on(['layer', 'attach', 'tools']);
    expect((await live(env)).functions[0]?.layers).toEqual([
      expect.stringMatching(/:shop-shared-libs:2$/),
      expect.stringMatching(/:shop-tools:1$/),
    ]);
    expect((await on(['layer', 'list'])).stdout).toMatch(/tools +1 .* py\n/);
    await on(['layer', 'detach', 'tools']);
    expect((await live(env)).functions[0]?.layers).toEqual([expect.stringMatching(/:shop-shared-libs:2$/)]);
    expect((await on(['layer', 'prune', '--yes'])).stdout).toContain('shared-libs: removed 1');
    await on(['plan', '--exit-code']);
  });

  it('are destroyed in all versions', async () => {
    await change(folder, 'three');
    await on(['deploy']);
    expect((await on(['destroy', '--yes'])).stdout).toMatch(/gone +layer +shop-shared-libs +2 versions/);
    expect(await everything(env)).toEqual([]);
    expect((await live(env)).layers).toEqual([]);
  });
});

const aws = await awsCli();

describe.skipIf(!aws)('--explain of layers, as a shell script (AWS CLI v2)', () => {
  let first: LocalAws;
  let second: LocalAws;
  let folder: string;

  beforeAll(async () => {
    [first, second, folder] = await Promise.all([startInProcess(), startInProcess(), project()]);
  });
  afterAll(async () => {
    await Promise.all([first?.stop(), second?.stop()]);
    if (folder) await removeFolder(folder);
  });

  /** Runs a command against the first local AWS, and what it explained against the second. */
  async function replayed(...args: string[]): Promise<string> {
    const { stderr } = await expectSlsctl([...args, '--explain', '--local'], {
      cwd: folder,
      env: { SLSCTL_HOME: first.home },
    });
    const commands = stderr.split('\n').filter((line) => line.startsWith('aws '));
    expect(commands.length).toBeGreaterThan(0);
    const script = `aws() { "$SLSCTL_TEST_AWS" --endpoint-url "$AWS_ENDPOINT_URL" "$@"; }
${commands.join('\n').replaceAll(first.endpoint, second.endpoint)}\n`;
    const env = { ...second.env, AWS_PAGER: '', SLSCTL_TEST_AWS: aws };
    return (await run('sh', ['-s'], { cwd: folder, env, input: script })).stderr;
  }

  it.each<[what: string, args: string[], word?: string]>([
    ['a first deployment', ['deploy']],
    ['a change', ['deploy'], 'two'],
    ['a publication', ['layer', 'publish'], 'three'],
    ['an attachment', ['layer', 'attach', 'tools']],
    ['a detachment', ['layer', 'detach', 'tools']],
    ['pruning', ['layer', 'prune', '--yes']],
    ['destruction', ['destroy', '--yes']],
  ])('makes the same layers for %s', async (_, args, word) => {
    if (word) await change(folder, word);
    const complaints = await replayed(...args);
    const made = await live(first.env);
    expect(await live(second.env), complaints).toEqual(made);
    const names = await everything(first.env);
    expect(await everything(second.env), complaints).toEqual(names);
    expect(names.length === 0).toBe(args[0] === 'destroy');
  });
});
