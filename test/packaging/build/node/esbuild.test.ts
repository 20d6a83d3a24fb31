// Bundles: esbuild turns TypeScript and JavaScript into one file, and some packages stay outside.
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it, vi } from 'vitest';
import { run } from '../../../support/cli.ts';
import { slsctl } from '../../../support/in-process.ts';
import { addFiles, type Files, packaged, projectWith } from '../../../support/packaged.ts';
import { folderWith } from '../../../support/project.ts';
import { npmProject } from '../../../support/tarballs.ts';

const project = (files: Files, handler = 'app.handler', ...lines: string[]) => {
  const fields = ['runtime: nodejs20.x', `handler: ${handler}`, ...lines];
  return projectWith(
    files,
    lines.some((line) => line.startsWith('bundle')) ? fields : [...fields, 'bundle: true'],
  );
};

/** Folder with the bundle as it is in the package. */
async function unpacked(cwd: string): Promise<string> {
  const folder = await folderWith();
  const zip = join(folder, 'one.zip');
  await packaged(cwd);
  const { code, stderr } = await slsctl(['package', '--out', zip], { cwd });
  expect(code, stderr).toBe(0);
  const python = await run('python3', ['-m', 'zipfile', '-e', zip, join(folder, 'files')]);
  expect(python.code, python.stderr).toBe(0);
  return join(folder, 'files');
}

/** What the handler of an unpacked bundle answers. */
async function answer(file: string, event: unknown = {}): Promise<unknown> {
  const program = file.endsWith('.mjs')
    ? `import { handler } from ${JSON.stringify(pathToFileURL(file).href)};`
    : `import module from ${JSON.stringify(pathToFileURL(file).href)}; const { handler } = module;`;
  const called = `${program} console.log(JSON.stringify(await handler(${JSON.stringify(event)})));`;
  const { code, stdout, stderr } = await run(process.execPath, ['--input-type=module', '-e', called]);
  if (code !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

const typescript: Files = {
  'src/app.ts': [
    "import { greet } from './greet';",
    "import plain from 'plain';",
    "import settings from '@/settings.json';",
    'interface Event { name?: string }',
    'export const handler = async ({ name }: Event) =>',
    '  ({ text: greet(name ?? settings.fallback), plain: plain.name, folder: typeof __dirname });',
  ].join('\n'),
  'src/greet.ts': 'export const greet = (name: string): string => "Hello, " + name + "!";\n',
  'lib/settings.json': '{ "fallback": "World" }',
  'tsconfig.json': '{ "compilerOptions": { "paths": { "@/*": ["./lib/*"] }, "esModuleInterop": true } }',
  'node_modules/plain/package.json': '{ "name": "plain" }',
  'node_modules/plain/index.js': "const path = require('path'); exports.name = path.basename('a/plain');\n",
};

describe('bundle: true', () => {
  it('makes one file from TypeScript, with tsconfig.json and a source map', async () => {
    const cwd = await project(typescript, 'src/app.handler');
    const { paths, stderr } = await packaged(cwd);
    expect(paths).toEqual(['src/app.mjs', 'src/app.mjs.map']);
    expect(stderr).toContain('bundle src/app.ts');
    const file = join(await unpacked(cwd), 'src/app.mjs');
    expect(await answer(file, { name: 'Sam' })).toEqual({
      text: 'Hello, Sam!',
      plain: 'plain',
      folder: 'string',
    });
    const { sources } = JSON.parse(await readFile(`${file}.map`, 'utf8')) as { sources: string[] };
    expect(sources).toContain('app.ts');
    expect(sources.filter((source) => /slsctl-test|^\//.test(source))).toEqual([]);
  });

  it('keeps CommonJS code as CommonJS', async () => {
    const files = {
      'app.js': "const { two } = require('./two');\nexports.handler = async () => two;\n",
      'two.js': 'exports.two = 2;\n',
    };
    const cwd = await project(files);
    expect((await packaged(cwd)).paths).toEqual(['app.cjs', 'app.cjs.map']);
    expect(await answer(join(await unpacked(cwd), 'app.cjs'))).toBe(2);
  });

  it('supports top-level await, and makes CommonJS from ES modules on request', async () => {
    const files = {
      'app.mjs': 'const two = await Promise.resolve(2);\nexport const handler = async () => two;\n',
    };
    expect(await answer(join(await unpacked(await project(files)), 'app.mjs'))).toBe(2);
    const plain = { 'app.ts': 'export const handler = async (): Promise<number> => 3;\n' };
    const cwd = await project(
      plain,
      'app.handler',
      'bundle: { format: cjs, sourceMap: false, minify: true }',
    );
    expect((await packaged(cwd)).paths).toEqual(['app.cjs']);
    expect(await answer(join(await unpacked(cwd), 'app.cjs'))).toBe(3);
  });

  it('leaves the AWS SDK to the runtime, unless configured otherwise', async () => {
    const files = {
      'app.ts':
        "import { STSClient } from '@aws-sdk/client-sts';\nexport const handler = async () => typeof STSClient;\n",
      'node_modules/@aws-sdk/client-sts/package.json': '{ "main": "index.js" }',
      'node_modules/@aws-sdk/client-sts/index.js': 'exports.STSClient = class {};\n',
    };
    const cwd = await project(files);
    const outside = join(await unpacked(cwd), 'app.mjs');
    expect(await readFile(outside, 'utf8')).toContain('from "@aws-sdk/client-sts"');
    const withSdk = await project(files, 'app.handler', 'bundle: { awsSdk: true }');
    expect(await answer(join(await unpacked(withSdk), 'app.mjs'))).toBe('function');
  });

  it('adds the files named by include, and no other file of the folder', async () => {
    const files = { ...typescript, 'src/assets/a.txt': 'a', 'src/assets/b.md': 'b', 'README.md': '' };
    const cwd = await project(
      files,
      'src/app.handler',
      'code: { path: ., include: ["src/assets/*.txt"] }',
      'bundle: true',
    );
    expect((await packaged(cwd)).paths).toEqual(['src/app.mjs', 'src/app.mjs.map', 'src/assets/a.txt']);
  });

  it('keeps the same bytes while the output stays the same', async () => {
    const cwd = await project(typescript, 'src/app.handler');
    const zip = async () => {
      await packaged(cwd);
      const { ino, mtimeMs } = await stat(join(cwd, '.slsctl/one.zip'));
      return { ino, mtimeMs };
    };
    // What was written in the same instant as the first zip is read once more.
    let before = await zip();
    await vi.waitFor(async () => {
      const previous = before;
      before = await zip();
      expect(before).toEqual(previous);
    });
    await writeFile(join(cwd, 'src/other.ts'), 'nonsense');
    expect(await zip()).toEqual(before);
    expect(await readdir(join(cwd, '.slsctl/builds'))).toHaveLength(1);
  });

  it.each<[string, Files, Files, unknown, unknown]>([
    ['one of its files changes', {}, { 'src/word.ts': "export const word = 'new';\n" }, 'old', 'new'],
    [
      'a new file matches an include pattern',
      {
        'src/app.ts':
          "export const handler = async ({ n = 'b' }) => (await import('./p/' + n + '.ts')).word;\n",
        'src/p/a.ts': "export const word = 'a';\n",
      },
      { 'src/p/b.ts': "export const word = 'b';\n" },
      undefined,
      'b',
    ],
    [
      'the base of tsconfig.json changes',
      {
        'src/app.ts': "import { word } from 'lib';\nexport const handler = async () => word;\n",
        'tsconfig.json': '{ "extends": "./tsconfig.base.json" }',
        'tsconfig.base.json': '{ "compilerOptions": { "paths": { "lib": ["./src/word.ts"] } } }',
        'src/next.ts': "export const word = 'next';\n",
      },
      { 'tsconfig.base.json': '{ "compilerOptions": { "paths": { "lib": ["./src/next.ts"] } } }' },
      'old',
      'next',
    ],
    [
      'a new file takes precedence over another',
      {
        'src/app.ts': "import { word } from './util';\nexport const handler = async () => word;\n",
        'src/util/index.ts': "export const word = 'folder';\n",
      },
      { 'src/util.ts': "export const word = 'file';\n" },
      'folder',
      'file',
    ],
  ])('is built again when %s', async (_, files, change, before, after) => {
    const app = {
      'src/app.ts': "import { word } from './word';\nexport const handler = async () => word;\n",
      'src/word.ts': "export const word = 'old';\n",
    };
    const cwd = await project({ ...app, ...files }, 'src/app.handler');
    const first = join(await unpacked(cwd), 'src/app.mjs');
    if (before !== undefined) expect(await answer(first)).toBe(before);
    await addFiles(cwd, change);
    expect(await answer(join(await unpacked(cwd), 'src/app.mjs'))).toBe(after);
  });

  it.each<[string, Files, boolean]>([
    ['when the base of tsconfig.json enables them', {}, true],
    ['not for code without decorators', { 'app.ts': 'export const handler = async () => 1;\n' }, false],
    ['not when tsconfig.json does not enable them', { 'base.json': '{}' }, false],
  ])('warns about decorator metadata %s', async (_, files, warned) => {
    const cwd = await project({
      'app.ts': [
        'const Injectable = () => (_: unknown) => {};',
        '@Injectable()',
        'class Service {}',
        'export const handler = async () => typeof Service;',
      ].join('\n'),
      'tsconfig.json': '{ "extends": "./base.json", "compilerOptions": { "experimentalDecorators": true } }',
      'base.json': '{ "compilerOptions": { /* for injection */ "emitDecoratorMetadata": true, } }',
      ...files,
    });
    const { stderr } = await packaged(cwd);
    expect(stderr.includes('warning: one: esbuild ignores emitDecoratorMetadata')).toBe(warned);
    expect(stderr.includes('(app.ts)')).toBe(warned);
  });

  it('has the same bytes in another folder', async () => {
    const [one, other] = [
      await project(typescript, 'src/app.handler'),
      await project(typescript, 'src/app.handler'),
    ];
    expect((await packaged(other)).sha256).toBe((await packaged(one)).sha256);
  });
});

describe('packages outside a bundle', () => {
  const by = (path: string) => `file:tarballs/${path}.tgz`;
  const native = npmProject({
    dependencies: { native: by('native'), listed: by('listed'), other: by('other') },
    packages: [
      { name: 'native', manifest: { gypfile: true, dependencies: { helper: '1.0.0' } } },
      { name: 'helper' },
      { name: 'listed' },
      { name: 'other' },
    ],
  });
  const modules = Object.fromEntries(
    ['native', 'helper', 'listed', 'other'].flatMap((name) => [
      [
        `node_modules/${name}/package.json`,
        JSON.stringify({ name, gypfile: name === 'native' || undefined }),
      ],
      [`node_modules/${name}/index.js`, `exports.name = '${name} of this machine';\n`],
    ]),
  );
  const app = [
    "import native from 'native';",
    "import listed from 'listed';",
    "import other from 'other';",
    'export const handler = async () => [native.name, listed.name, other.name];',
  ].join('\n');

  it('are native and named ones, installed for the target with their dependencies', async () => {
    const files = { ...native, ...modules, 'app.ts': app };
    const cwd = await project(files, 'app.handler', 'bundle: { external: [listed] }');
    const { paths } = await packaged(cwd);
    expect(paths.filter((path) => path.endsWith('.js'))).toEqual([
      'node_modules/helper/index.js',
      'node_modules/listed/index.js',
      'node_modules/native/index.js',
    ]);
    expect(await answer(join(await unpacked(cwd), 'app.mjs'))).toEqual([
      'native',
      'listed',
      'other of this machine',
    ]);
  });

  it.each<[string, Files, string]>([
    ['a layer of the project', {}, 'l'],
    ['a layer by its ARN', {}, 'arn:aws:lambda:us-east-1:123456789012:layer:l:1'],
    [
      'a layer, beside a lockfile that slsctl cannot install',
      { 'package.json': '{ "dependencies": { "other": "1" } }', 'yarn.lock': '' },
      'l',
    ],
  ])('may be in %s', async (_, files, layer) => {
    const code = "import listed from 'listed';\nexport const handler = async () => listed.name;\n";
    const cwd = await project(
      { 'app.ts': code, 'l/nodejs/node_modules/listed/index.js': '', ...files },
      'app.handler',
      'bundle: { external: [listed] }',
      `layers: ["${layer}"]`,
    );
    await writeFile(join(cwd, 'slsctl.yml'), 'layers: { l: { path: l } }\n', { flag: 'a' });
    const { paths, stderr } = await packaged(cwd);
    expect(paths).toEqual(['app.mjs', 'app.mjs.map']);
    expect(stderr).toContain('one: listed must be in a layer');
  });

  it('must be named in package.json', async () => {
    const { code, stderr } = await slsctl(['package'], { cwd: await project({ ...modules, 'app.ts': app }) });
    expect(code).toBe(2);
    expect(stderr).toContain('error: one needs native, and cannot install it beside the bundle');
    expect(stderr).toContain('next: npm install native');
  });
});

describe('a handler that cannot be bundled', () => {
  it.each<[string, Files, string, string[]]>([
    [
      'imports a missing module',
      { 'app.ts': "import 'gone';\nexport const handler = 1;\n" },
      'app.handler',
      [
        'error: one cannot be bundled',
        'cause: app.ts:1:8: Could not resolve "gone"',
        'next: run npm install to get gone into node_modules',
      ],
    ],
    [
      'has a syntax error',
      { 'app.ts': 'export const = 1;\n' },
      'app.handler',
      ['app.ts:1:14: Expected identifier'],
    ],
    [
      'exports another name',
      { 'app.ts': 'export const main = 1;\n' },
      'app.handler',
      ['handler of one is app.handler, but app.ts does not export handler', 'next: it exports: main'],
    ],
    ['does not exist', { 'other.ts': '' }, 'src/app.handler', ['has no src/app.ts, .js or other file']],
  ])('is refused with its file and line when it %s', async (_, files, handler, messages) => {
    const { code, stderr } = await slsctl(['package'], { cwd: await project(files, handler) });
    expect(code).toBe(2);
    for (const message of messages) expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/\n {4}at /);
  });
});
