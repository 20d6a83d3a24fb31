// Layers that cannot work: exit 2, with the place in slsctl.yml and what is allowed; no request was sent.
import { createHash } from 'node:crypto';
import { mkdir, open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { dummyCredentials, type Ran } from '../../support/cli.ts';
import { slsctl } from '../../support/in-process.ts';
import { folderWith } from '../../support/project.ts';
import { untouchable } from '../../support/proxy.ts';

let endpoint: Awaited<ReturnType<typeof untouchable>>;
beforeAll(async () => {
  endpoint = await untouchable();
});
afterAll(() => endpoint?.close());
afterEach(() => {
  expect(endpoint.calls(), 'requests made').toBe(0);
});

interface Parts {
  defaults?: string;
  layers?: string;
  declared?: string;
}

const arn = (name: string, version = 1) => `arn:aws:lambda:us-east-1:123456789012:layer:${name}:${version}`;

async function project({ defaults = '{}', layers = '[libs]', declared }: Parts): Promise<string> {
  const text = `project: hello
defaults: ${defaults}
functions:
  hello:
    runtime: python3.12
    handler: app.handler
    code: src
${layers && `    layers: ${layers}`}
layers:
  libs: ${declared ?? '{ path: layer, runtimes: [python3.12] }'}
defaultStage: dev
stages:
  dev: {}
  prod:
    functions: { hello: { layers: [lbis] } }
`;
  const folder = await folderWith({ 'slsctl.yml': text });
  for (const path of ['src', 'layer/python']) await mkdir(join(folder, path), { recursive: true });
  await writeFile(join(folder, 'src', 'app.py'), 'def handler(event, context): pass\n');
  await writeFile(join(folder, 'layer', 'python', 'shared.py'), 'x = 1\n');
  return folder;
}

async function refused(folder: string, args: string[]): Promise<Ran> {
  const env = { ...dummyCredentials, AWS_ENDPOINT_URL: endpoint.endpoint };
  const ran = await slsctl(args, { cwd: folder, env });
  expect(ran.stderr).toMatch(/^error: /m);
  expect(ran.stdout + ran.stderr).not.toMatch(/^\s+at /m);
  expect(ran.code, ran.stderr).toBe(2);
  return ran;
}

describe('the check of layers in slsctl.yml', () => {
  it.each<[what: string, parts: Parts, args: string[], says: (string | RegExp)[]]>([
    [
      'an undeclared layer',
      { layers: '[lib]' },
      ['plan'],
      ['slsctl.yml:8:14: functions.hello.layers.0 is lib', 'did you mean libs?'],
    ],
    [
      'an undeclared layer with no similar name',
      { layers: '[libs, tools]' },
      ['plan'],
      ['slsctl.yml:8:20', 'it has: libs'],
    ],
    [
      'an undeclared layer in defaults',
      { defaults: '{ layers: [tools] }', layers: '' },
      ['plan'],
      ['slsctl.yml:2:22', 'defaults.layers.0 is tools', 'it has: libs'],
    ],
    [
      'an undeclared layer in a stage',
      {},
      ['plan', '--stage', 'prod'],
      ['slsctl.yml:15:36', 'stages.prod', 'libs?'],
    ],
    [
      'a layer for another runtime',
      { declared: '{ path: layer, runtimes: [python3.13] }' },
      ['deploy'],
      ['slsctl.yml:8:14', 'python3.13', 'the function runs on python3.12'],
    ],
    [
      'a layer for another architecture',
      { declared: '{ path: layer, architectures: [arm64] }' },
      ['deploy'],
      ['arm64', 'the function runs on x86_64'],
    ],
    [
      'two versions of one layer',
      { layers: `[${arn('tools', 1)}, ${arn('tools', 2)}]` },
      ['deploy'],
      ['layers.1', 'one version of each layer'],
    ],
    [
      'a layer without a path',
      { declared: '{ runtimes: [python3.12] }' },
      ['plan'],
      ['layers.libs.path', 'missing'],
    ],
    ['a layer with a missing path', { declared: '{ path: nowhere }' }, ['deploy'], ['nowhere']],
    [
      'an unknown runtime',
      { declared: '{ path: layer, runtimes: [python3.1] }' },
      ['plan'],
      ['python3.1', 'python3.'],
    ],
    ['an unknown key', { declared: '{ path: layer, licence: MIT }' }, ['plan'], ['licence', 'license']],
    ['a layer folder without files', { declared: '{ path: src/empty }' }, ['plan'], ['empty']],
    [
      'a description that leaves no room for the owner',
      { declared: `{ path: layer, description: ${'x'.repeat(220)} }` },
      ['plan'],
      ['layers.libs.description has 220 characters', /allowed: 1\d\d/],
    ],
  ])('refuses %s', async (_, parts, args, says) => {
    const folder = await project(parts);
    await mkdir(join(folder, 'src', 'empty'), { recursive: true });
    const { stderr } = await refused(folder, args);
    for (const said of says) {
      if (typeof said === 'string') expect(stderr).toContain(said);
      else expect(stderr).toMatch(said);
    }
  });

  it('refuses a function that is too large together with its layers', async () => {
    const folder = await project({});
    for (const [path, megabytes] of [
      ['src/big.bin', 150],
      ['layer/python/big.bin', 120],
    ] as const) {
      const file = await open(join(folder, path), 'w');
      await file.truncate(megabytes * 1024 * 1024);
      await file.close();
    }
    const { stderr } = await refused(folder, ['deploy']);
    expect(stderr).toContain('function hello-dev and its layers unpack to');
    expect(stderr).toContain('(250 MB)');
    expect(stderr).toMatch(/its code 150\.0 MB, layer libs 120\.0 MB/);
  }, 120_000);
});

describe('the layer commands', () => {
  it.each<[args: string[], parts: Parts, says: string[]]>([
    [['layer', 'attach', 'lib'], {}, ['"lib"', 'did you mean libs?']],
    [['layer', 'attach', 'libs', 'helo'], {}, ['helo', 'hello']],
    [
      ['layer', 'attach', 'arn:aws:lambda:us-east-1:123456789012:layer:tools'],
      {},
      ['ARN of a layer version'],
    ],
    [['layer', 'detach', 'tools'], {}, ['hello has no layer tools', 'it has: libs']],
    [['layer', 'publish', 'lib'], {}, ['"lib"', 'did you mean libs?']],
    [['layer', 'prune', 'nope'], {}, ['"nope"', 'libs']],
    [
      ['layer', 'attach', 'libs'],
      { layers: `[${['a', 'b', 'c', 'd', 'e'].map((name) => arn(name)).join(', ')}]` },
      ['at most 5', 'nothing was written'],
    ],
  ])('refuse %j', async (args, parts, says) => {
    const folder = await project(parts);
    const hash = async () =>
      createHash('sha256')
        .update(await readFile(join(folder, 'slsctl.yml')))
        .digest('hex');
    const before = await hash();
    const { stderr } = await refused(folder, args);
    for (const said of says) expect(stderr).toContain(said);
    expect(await hash()).toBe(before);
  });
});
