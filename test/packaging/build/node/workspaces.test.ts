// Functions in a workspace: their packages come from the root's lockfile, never from other packages with the same name.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { run } from '../../../support/cli.ts';
import { slsctl } from '../../../support/in-process.ts';
import { addFiles, type Files, packaged } from '../../../support/packaged.ts';
import { freePort } from '../../../support/port.ts';
import { folderWith } from '../../../support/project.ts';
import { npmProject, type TestPackage } from '../../../support/tarballs.ts';

const config = (...lines: string[]) =>
  [
    'project: p',
    'functions:',
    '  one:',
    '    runtime: nodejs20.x',
    '    handler: index.handler',
    ...lines,
    '',
  ]
    .map((line, index) => (index > 4 && line ? `    ${line}` : line))
    .join('\n');

interface Workspace {
  dependencies: Record<string, string>;
  packages?: TestPackage[];
  /** More entries of package-lock.json. */
  locked?: Record<string, unknown>;
  files?: Files;
  /** Of the function. */
  lines?: string[];
}

/** A workspace with the members `fn`, which has the function, and `ms`. Answers its root. */
async function workspace({
  dependencies,
  packages = [],
  locked,
  files,
  lines = [],
}: Workspace): Promise<string> {
  const { 'package-lock.json': text, ...made } = npmProject({ packages });
  const lock = JSON.parse(text as string);
  lock.packages[''] = { name: 'root', workspaces: ['packages/*'] };
  lock.packages['packages/fn'] = { name: 'fn', version: '1.0.0', dependencies };
  lock.packages['packages/ms'] = { name: 'ms', version: '2.1.3' };
  for (const name of ['fn', 'ms'])
    lock.packages[`node_modules/${name}`] = { resolved: `packages/${name}`, link: true };
  Object.assign(lock.packages, locked);
  const root = await folderWith();
  await addFiles(root, {
    ...made,
    'package.json': JSON.stringify({ name: 'root', private: true, workspaces: ['packages/*'] }),
    'package-lock.json': JSON.stringify(lock),
    'packages/fn/package.json': JSON.stringify({ name: 'fn', version: '1.0.0', dependencies }),
    'packages/fn/index.js': 'exports.handler = async (event) => event;\n',
    'packages/fn/slsctl.yml': config(...lines),
    'packages/ms/package.json': JSON.stringify({ name: 'ms', version: '2.1.3', private: true }),
    'packages/ms/index.js': "exports.name = 'the private one';\n",
    ...files,
  });
  return root;
}

/** `slsctl package` in the member, where no registry answers. */
async function refused(root: string): Promise<string> {
  const registry = `http://127.0.0.1:${await freePort()}`;
  const env = { npm_config_registry: registry, npm_config_fetch_retries: '0' };
  const { code, stderr } = await slsctl(['package'], { cwd: join(root, 'packages/fn'), env });
  expect(code, stderr).toBe(2);
  expect(stderr).not.toContain(registry);
  return stderr;
}

/** Another version of `plain`, as a tarball beside the first. */
const plain2 = npmProject({ packages: [{ name: 'plain', version: '2.0.0' }] })[
  'tarballs/plain.tgz'
] as Uint8Array;

describe('a member of a workspace', () => {
  const versions: Workspace = {
    dependencies: { plain: '2.0.0', top: 'file:../../tarballs/top.tgz' },
    packages: [
      { name: 'top', manifest: { dependencies: { plain: '1.0.0' } } },
      { name: 'plain' },
      { name: 'unrelated', lock: { dev: true } },
    ],
    locked: { 'packages/fn/node_modules/plain': { version: '2.0.0', resolved: 'file:tarballs/plain-2.tgz' } },
    files: { 'tarballs/plain-2.tgz': plain2 },
  };

  it.each([
    ['in the member', 'packages/fn', ''],
    ['at the root', '.', 'code: packages/fn'],
  ])('gets its versions from the root’s lockfile, with slsctl.yml %s', async (_, at, line) => {
    const root = await workspace(versions);
    await addFiles(root, { [join(at, 'slsctl.yml')]: config(line) });
    const { paths } = await packaged(join(root, at));
    expect(paths.filter((path) => path.endsWith('package.json'))).toEqual([
      'node_modules/plain/package.json',
      'node_modules/top/node_modules/plain/package.json',
      'node_modules/top/package.json',
      'package.json',
    ]);
    const zip = join(root, at, '.slsctl/one.zip');
    const read = 'import sys, zipfile; print(zipfile.ZipFile(sys.argv[1]).read(sys.argv[2]).decode())';
    const version = async (path: string) =>
      JSON.parse((await run('python3', ['-c', read, zip, `${path}/package.json`])).stdout).version;
    expect(await version('node_modules/plain')).toBe('2.0.0');
    expect(await version('node_modules/top/node_modules/plain')).toBe('1.0.0');
  });

  it('gets optional packages for its platform only', async () => {
    const root = await workspace({
      dependencies: {},
      packages: ['linux', 'darwin'].map((os) => ({
        name: `for-${os}`,
        manifest: { os: [os] },
        lock: { optional: true },
      })),
    });
    const optionalDependencies = { 'for-linux': '1.0.0', 'for-darwin': '1.0.0' };
    await addFiles(root, { 'packages/fn/package.json': JSON.stringify({ optionalDependencies }) });
    const { paths } = await packaged(join(root, 'packages/fn'));
    expect(paths.filter((path) => path.endsWith('.js'))).toEqual([
      'index.js',
      'node_modules/for-linux/index.js',
    ]);
  });

  it('never gets a registry package with the name of another member', async () => {
    const stderr = await refused(await workspace({ dependencies: { ms: '2.1.3' } }));
    expect(stderr).toContain('error: ms is a link to packages/ms');
    expect(stderr).toContain('next: bundle: true follows links');
  });

  it('is refused when the lockfile lacks one of its dependencies', async () => {
    const root = await workspace({ dependencies: {} });
    await addFiles(root, { 'packages/fn/package.json': '{ "dependencies": { "ms2": "1" } }' });
    const stderr = await refused(root);
    expect(stderr).toMatch(/error: .*package-lock.json has no ms2, but .*fn.package.json lists it/);
    expect(stderr).toContain(`next: run npm install in ${root}`);
  });

  it.each<[string, Files]>([
    ['npm', { 'package.json': '{ "workspaces": { "packages": ["./packages/*/"] } }' }],
    ['pnpm', { 'package.json': '{}', 'pnpm-workspace.yaml': 'packages: [packages/fn, packages/ms]' }],
  ])('is refused when the workspace of %s has no lockfile', async (_, files) => {
    const root = await folderWith();
    const dependencies = { ms: '2.1.3' };
    await addFiles(root, {
      ...files,
      'packages/fn/package.json': JSON.stringify({ dependencies }),
      'packages/fn/index.js': '',
      'packages/fn/slsctl.yml': config(),
    });
    expect(await refused(root)).toContain(`is a member of the workspace of ${root}, which has no lockfile`);
  });

  it.each<[string, Files]>([
    ['package.json is not JSON', { 'package.json': '{' }],
    ['pnpm-workspace.yaml is not YAML', { 'package.json': '{}', 'pnpm-workspace.yaml': 'packages: [' }],
  ])('is refused when the workspace cannot be read: %s', async (message, files) => {
    expect(await refused(await workspace({ dependencies: { ms: '2.1.3' }, files }))).toContain(message);
  });

  it('of pnpm is refused with advice', async () => {
    const root = await workspace({ dependencies: { ms: '2.1.3' } });
    await addFiles(root, {
      'package-lock.json': '',
      'package.json': '{}',
      'pnpm-workspace.yaml': 'packages: ["packages/*"]',
      'pnpm-lock.yaml': 'lockfileVersion: "9.0"',
    });
    await run('rm', [join(root, 'package-lock.json')]);
    const stderr = await refused(root);
    expect(stderr).toContain('pnpm-lock.yaml, the lockfile of its workspace');
    expect(stderr).toContain('next: bundle: true needs no lockfile; or set dependencies: none');
  });

  it('is only a folder that matches the root’s patterns', async () => {
    const root = await workspace({
      dependencies: { plain: 'file:tarballs/plain.tgz' },
      files: {
        'packages/fn/tarballs/plain.tgz': plain2,
        'package.json': '{ "workspaces": ["lib/*", "!packages/*"] }',
      },
    });
    const { paths, stderr } = await packaged(join(root, 'packages/fn'));
    expect(paths).toContain('node_modules/plain/package.json');
    expect(stderr).toContain('has no lockfile');
  });
});

describe('the bundle of a workspace member', () => {
  const native: Workspace = {
    dependencies: { native: '1.0.0', ms: '2.1.3' },
    packages: [
      { name: 'native', manifest: { gypfile: true, dependencies: { helper: '1.0.0' } } },
      { name: 'helper' },
      { name: 'other' },
    ],
    files: {
      'packages/fn/index.js': [
        "const native = require('native');",
        "const ms = require('ms');",
        'exports.handler = async () => [native.name, ms.name];',
      ].join('\n'),
      'node_modules/native/package.json': '{ "name": "native", "gypfile": true }',
      'node_modules/native/index.js': "exports.name = 'native of this machine';\n",
      // What npm links.
      'node_modules/ms/index.js': "exports.name = 'the private one';\n",
    },
  };

  it('includes other members, and has its native packages beside it', async () => {
    const root = await workspace({ ...native, lines: ['bundle: true'] });
    const { paths } = await packaged(join(root, 'packages/fn'));
    expect(paths.filter((path) => path.endsWith('.js'))).toEqual([
      'node_modules/helper/index.js',
      'node_modules/native/index.js',
    ]);
    const text = await readFile(join(root, 'packages/fn/.slsctl/one.zip'), 'latin1');
    expect(text).toContain('index.cjs');
  });

  it('cannot have another member beside it', async () => {
    const stderr = await refused(await workspace({ ...native, lines: ['bundle: { external: [ms] }'] }));
    expect(stderr).toContain('error: one needs ms, and cannot install it beside the bundle');
    expect(stderr).toContain('remove it from bundle: { external } if it is your own code');
  });

  it('may have another member in a layer', async () => {
    const root = await workspace({
      ...native,
      files: { ...native.files, 'packages/fn/layer/nodejs/a.js': '' },
    });
    const text = config().replace(
      /\n$/,
      '\n    bundle: { external: [ms] }\n    layers: [l]\nlayers: { l: { path: layer } }\n',
    );
    await addFiles(root, { 'packages/fn/slsctl.yml': text });
    const { stderr, paths } = await packaged(join(root, 'packages/fn'));
    expect(stderr).toContain('one: ms must be in a layer');
    expect(paths.filter((path) => path.includes('/ms/'))).toEqual([]);
  });
});
