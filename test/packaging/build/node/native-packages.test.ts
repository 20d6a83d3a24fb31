// A package stays outside of a bundle when the code that is left in the bundle needs native code, and not before.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { slsctl } from '../../../support/in-process.ts';
import { type Files, packaged, projectWith } from '../../../support/packaged.ts';
import { replaceIn } from '../../../support/project.ts';
import { npmProject, type TestPackage } from '../../../support/tarballs.ts';
import { sharedLibrary } from '../../../support/wheels.ts';

const platforms = { 'tool-linux-x64': '1.0.0', 'tool-darwin-arm64': '1.0.0' };
const [linux, mac] = [
  ['tool-linux-x64', 'linux', 'x64'],
  ['tool-darwin-arm64', 'darwin', 'arm64'],
].map(
  ([name = '', os, cpu]): TestPackage => ({
    name,
    manifest: { os: [os], cpu: [cpu] },
    lock: { optional: true },
  }),
);
/** Has a program for each platform, which most of its code does not use. */
const tool: TestPackage = {
  name: 'tool',
  manifest: { type: 'module', sideEffects: false, optionalDependencies: platforms },
  files: {
    'index.js': "export { word } from './word.js';\nexport { run } from './run.js';\n",
    'word.js': "export const word = 'a word'; // the program is in __dirname, see run.js\n",
    'run.js':
      "import { fileURLToPath } from 'url';\nexport const run = () => fileURLToPath(new URL('./bin', import.meta.url));\n",
  },
};

/** A project with these packages, installed here and in its lockfile. */
function project(packages: TestPackage[], app: string, ...lines: string[]): Promise<string> {
  const dependencies = Object.fromEntries(packages.map(({ name }) => [name, `file:tarballs/${name}.tgz`]));
  const installed: Files = {};
  for (const { name, manifest, files } of packages) {
    installed[`node_modules/${name}/package.json`] = JSON.stringify({ name, version: '1.0.0', ...manifest });
    const content = { 'index.js': `exports.name = '${name}';\n`, ...files };
    for (const [path, text] of Object.entries(content)) installed[`node_modules/${name}/${path}`] = text;
  }
  const bundle = lines.some((line) => line.startsWith('bundle:')) ? [] : ['bundle: true'];
  return projectWith(
    {
      ...npmProject({ dependencies, packages: [...packages, linux, mac] as TestPackage[] }),
      ...installed,
      'app.ts': app,
    },
    [...['runtime: nodejs22.x', 'handler: app.handler', ...bundle], ...lines],
  );
}

const handler = (names: string) =>
  `import { ${names} } from 'tool';\nexport const handler = async () => [${names}];\n`;

/** A package with packages for several platforms, and one file. */
const withCode = (name: string, code: string, manifest = {}): TestPackage => ({
  name,
  manifest: { optionalDependencies: platforms, ...manifest },
  files: { 'index.js': code },
});

describe('a package with packages for several platforms', () => {
  it('is bundled when the code in the bundle does not use them', async () => {
    const { paths, stderr } = await packaged(await project([tool], handler('word')));
    expect(paths).toEqual(['app.mjs', 'app.mjs.map']);
    expect(stderr).not.toMatch(/install|tool/);
  });

  it('is installed beside the bundle when the code uses them, and a note says why', async () => {
    const { paths, stderr } = await packaged(await project([tool], handler('word, run')));
    expect(paths).toContain('node_modules/tool/run.js');
    expect(stderr).toContain(
      'one: tool is installed beside the bundle, because its run.js finds files beside it at run time (__dirname); ' +
        'bundle: { noExternal: [tool] } bundles it all the same',
    );
  });

  it('is bundled when another package imports it, and does not use them', async () => {
    const user: TestPackage = {
      name: 'user',
      manifest: { type: 'module', dependencies: { tool: '1.0.0' } },
      files: { 'index.js': "export { word } from 'tool';\n" },
    };
    const app = "import { word } from 'user';\nexport const handler = async () => word;\n";
    const { paths } = await packaged(await project([tool, user], app));
    expect(paths).toEqual(['app.mjs', 'app.mjs.map']);
  });

  it.each([
    ['a .node file', "exports.x = require('./x.node');", 'loads native code (.node)'],
    [
      'a .node file by a template',
      `exports.x = (p) => require(\`./x.\${p}.node\`);`,
      'loads native code (.node)',
    ],
    [
      'a package for one platform',
      "exports.x = () => require('tool-linux-x64');",
      'loads a package for one platform',
    ],
    [
      'a path of require.resolve',
      "exports.x = () => require.resolve('tool/bin');",
      'finds a file at run time',
    ],
    [
      'a file beside it',
      "exports.x = require('path').join(__dirname, 'bin');",
      'finds files beside it at run time',
    ],
    ['a module by a variable', 'exports.x = (name) => require(name);', 'chosen at run time'],
    [
      'a module by another require',
      'const load = require; exports.x = (n) => load(n);',
      'chosen at run time',
    ],
  ])('is installed beside the bundle when its code uses %s', async (_, code, reason) => {
    const app = "import { x } from 'tool';\nexport const handler = async () => typeof x;\n";
    const { paths, stderr } = await packaged(await project([withCode('tool', code)], app));
    expect(paths).toContain('node_modules/tool/index.js');
    const because = 'tool is installed beside the bundle, because its index.js';
    expect(stderr).toContain(because);
    expect(stderr.slice(stderr.indexOf(because))).toContain(reason);
  });

  it('is left out when its import is not used', async () => {
    const app = "import { run } from 'tool';\nexport const handler = async () => 1;\n";
    const native = { ...tool, manifest: { ...tool.manifest, gypfile: true } };
    const { paths, stderr } = await packaged(await project([native], app));
    expect(paths).toEqual(['app.mjs', 'app.mjs.map']);
    expect(stderr).not.toContain('beside the bundle');
  });

  it('is bundled beside another one that cannot be bundled', async () => {
    const broken = withCode('broken', "exports.x = () => require('./not-built.js');");
    const app = [
      "import { word } from 'tool';",
      "import { x } from 'broken';",
      'export const handler = async () => [word, typeof x];',
    ].join('\n');
    const { paths } = await packaged(await project([tool, broken], app));
    expect(paths.filter((path) => path.startsWith('node_modules/'))).toEqual([
      'node_modules/broken/index.js',
      'node_modules/broken/package.json',
      'node_modules/tool-linux-x64/index.js',
      'node_modules/tool-linux-x64/package.json',
    ]);
  });

  it('is bundled when noExternal names it', async () => {
    const cwd = await project([tool], handler('run'), 'bundle: { noExternal: [tool] }');
    const { paths, stderr } = await packaged(cwd);
    expect(paths).toEqual(['app.mjs', 'app.mjs.map']);
    expect(stderr).not.toContain('beside the bundle');
  });

  it('cannot be external and noExternal', async () => {
    const cwd = await project([tool], handler('run'), 'bundle: { external: [tool], noExternal: [tool] }');
    const { code, stderr } = await slsctl(['package'], { cwd });
    expect([code, stderr]).toEqual([2, expect.stringContaining('has tool in external and in noExternal')]);
  });

  it('stays as it is installed when the code changes', async () => {
    const cwd = await project([tool], handler('run'));
    const builds = async () => (await readdir(join(cwd, '.slsctl/builds'))).sort();
    await packaged(cwd);
    const before = await builds();
    await replaceIn(join(cwd, 'app.ts'), '[run]', '[run, 1]');
    const { paths, stderr } = await packaged(cwd);
    expect(paths).toContain('node_modules/tool/run.js');
    expect(stderr).not.toContain('install package.json');
    // One more build: the new bundle.
    expect((await builds()).filter((name) => !before.includes(name))).toHaveLength(1);
  });
});

it.each(['bindings', 'node-gyp-build', '@mapbox/node-pre-gyp'])(
  'a package that loads prebuilt code with %s is installed beside the bundle',
  async (loader) => {
    const addon: TestPackage = {
      name: 'addon',
      files: {
        'index.js': `exports.x = require('${loader}');\n`,
        'prebuilds/linux-x64/addon.node': sharedLibrary('x86_64'),
      },
    };
    const app = "import { x } from 'addon';\nexport const handler = async () => x;\n";
    const cwd = await project([addon], app);
    const { paths, stderr } = await packaged(cwd);
    expect(paths).toContain('node_modules/addon/prebuilds/linux-x64/addon.node');
    expect(stderr).toContain(`because it loads native code with ${loader}`);
  },
);

describe('an engine that generated code finds beside itself', () => {
  const generated = (engine: string): Files => ({
    'node_modules/.client/package.json': '{ "name": "client", "main": "index.js" }',
    'node_modules/.client/index.js': [
      "const path = require('path');",
      `exports.engine = () => path.join(__dirname, '${engine}');`,
      `path.join(process.cwd(), 'node_modules/.client/${engine}');`,
    ].join('\n'),
  });
  const app = "import { engine } from '.client';\nexport const handler = async () => engine();\n";
  const start = (files: Files, architecture = 'x86_64') =>
    projectWith({ 'src/app.ts': app, ...files }, [
      ...[
        'runtime: nodejs22.x',
        'handler: src/app.handler',
        'bundle: true',
        `architectures: [${architecture}]`,
      ],
    ]);

  it('is copied to where the bundled code looks for it', async () => {
    const engine = { 'node_modules/.client/engine.so.node': sharedLibrary('x86_64') };
    const { paths, stderr } = await packaged(await start({ ...generated('engine.so.node'), ...engine }));
    expect(paths).toEqual([
      'node_modules/.client/engine.so.node',
      'src/app.mjs',
      'src/app.mjs.map',
      'src/engine.so.node',
    ]);
    expect(stderr).not.toContain('warning');
  });

  it('is a warning when it is for another machine only', async () => {
    const engine = { 'node_modules/.client/engine.so.node': sharedLibrary('x86_64') };
    const cwd = await start({ ...generated('engine.so.node'), ...engine }, 'arm64');
    const { paths, stderr } = await packaged(cwd);
    expect(paths).toEqual(['src/app.mjs', 'src/app.mjs.map']);
    expect(stderr).toContain('looks for native files beside it, and there is none for nodejs22.x arm64');
  });
});

it('a bundle is announced when it is new, and not again', async () => {
  const cwd = await project([tool], handler('word'));
  expect((await packaged(cwd)).stderr).toContain('bundle app.ts');
  expect((await packaged(cwd)).stderr).not.toContain('bundle app.ts');
  await writeFile(join(cwd, 'app.ts'), `${await readFile(join(cwd, 'app.ts'), 'utf8')}console.log(1);\n`);
  expect((await packaged(cwd)).stderr).toContain('bundle app.ts');
});
