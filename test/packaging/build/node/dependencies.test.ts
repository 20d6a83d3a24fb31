// The npm dependencies of a function: installed by the lockfile, for its platform, without development packages.
import { appendFile, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startInProcess } from '../../../local/in-process.ts';
import { expectSlsctl, slsctl } from '../../../support/in-process.ts';
import { addFiles, type Files, packaged, projectWith } from '../../../support/packaged.ts';
import { folderWith } from '../../../support/project.ts';
import { npmProject, type TestPackage } from '../../../support/tarballs.ts';
import { sharedLibrary } from '../../../support/wheels.ts';

const own = { 'index.js': 'exports.handler = async (event) => event;\n', '.slsctlignore': 'tarballs\n' };

const project = (files: Files, ...lines: string[]) =>
  projectWith({ ...own, ...files }, ['runtime: nodejs20.x', 'handler: index.handler', ...lines]);

const by = (path: string) => `file:tarballs/${path}.tgz`;

const platform = (os: string, cpu: string, libc?: string): TestPackage => {
  const suffix = `${os}-${cpu}${libc ? `-${libc}` : ''}`;
  const file = os === 'linux' ? sharedLibrary(cpu === 'arm64' ? 'aarch64' : 'x86_64') : 'not for Linux';
  return {
    name: `fast-${suffix}`,
    manifest: { os: [os], cpu: [cpu], ...(libc ? { libc: [libc] } : {}) },
    files: { 'fast.node': file },
    lock: { optional: true },
  };
};
const platforms = [
  platform('linux', 'x64', 'glibc'),
  platform('linux', 'x64', 'musl'),
  platform('linux', 'arm64', 'glibc'),
  platform('darwin', 'arm64'),
  platform('win32', 'x64'),
];
const fast: TestPackage = {
  name: 'fast',
  manifest: { optionalDependencies: Object.fromEntries(platforms.map(({ name }) => [name, '1.0.0'])) },
};

const prebuilt: TestPackage = {
  name: 'prebuilt',
  manifest: { scripts: { install: 'node-gyp-build' } },
  files: {
    'binding.gyp': '{}',
    'prebuilds/linux-x64/prebuilt.glibc.node': sharedLibrary('x86_64'),
    'prebuilds/linux-x64/prebuilt.musl.node': sharedLibrary('x86_64'),
    'prebuilds/darwin-x64+arm64/prebuilt.node': 'for a Mac',
    'prebuilds/win32-x64/prebuilt.node': 'for Windows',
  },
  lock: { hasInstallScript: true },
};

describe('package-lock.json', () => {
  it.each([
    ['x86_64', 'fast-linux-x64-glibc'],
    ['arm64', 'fast-linux-arm64-glibc'],
  ])('brings packages of the platform: %s', async (architecture, name) => {
    const files = npmProject({
      dependencies: { fast: by('fast') },
      devDependencies: { checker: by('checker') },
      packages: [fast, ...platforms, { name: 'checker', lock: { dev: true } }],
    });
    const { paths, stderr } = await packaged(await project(files, `architectures: [${architecture}]`));
    expect(stderr).toContain(`install package.json for nodejs20.x ${architecture}: 2 packages`);
    expect(paths.filter((path) => path.startsWith('node_modules/'))).toEqual([
      `node_modules/${name}/fast.node`,
      `node_modules/${name}/index.js`,
      `node_modules/${name}/package.json`,
      'node_modules/fast/index.js',
      'node_modules/fast/package.json',
    ]);
  });

  it('leaves out prebuilt code of other platforms, and names packages that could not be built', async () => {
    const files = npmProject({
      dependencies: { prebuilt: by('prebuilt') },
      packages: [prebuilt],
    });
    const here = await packaged(await project(files));
    expect(here.paths.filter((path) => path.endsWith('.node'))).toEqual([
      'node_modules/prebuilt/prebuilds/linux-x64/prebuilt.glibc.node',
    ]);
    expect(here.stderr).not.toContain('no native code');
    const cwd = await project(files, 'architectures: [arm64]');
    // From the build that is there too.
    for (const installs of [true, false]) {
      const there = await packaged(cwd);
      expect(there.paths.filter((path) => path.endsWith('.node'))).toEqual([]);
      expect(there.stderr.includes('install package.json')).toBe(installs);
      expect(there.stderr).toContain('warning: no native code for nodejs20.x arm64 in prebuilt');
    }
  });

  it('runs no install scripts, and names the packages that have one', async () => {
    const scripts = { postinstall: "node -e \"require('fs').writeFileSync('ran', '')\"" };
    const files = npmProject({
      dependencies: { scripted: by('scripted') },
      packages: [{ name: 'scripted', manifest: { scripts }, lock: { hasInstallScript: true } }],
    });
    const cwd = await project(files);
    const first = await packaged(cwd);
    expect(first.paths).not.toContain('node_modules/scripted/ran');
    expect(first.stderr).toContain('install scripts were not run: scripted');
    expect((await packaged(cwd)).stderr).toContain('install scripts were not run: scripted');
  });

  it('warns once in a run about a problem of several functions', async () => {
    const scripts = { postinstall: 'true' };
    const cwd = await project(
      npmProject({
        dependencies: { scripted: by('scripted') },
        packages: [{ name: 'scripted', manifest: { scripts }, lock: { hasInstallScript: true } }],
      }),
    );
    await appendFile(join(cwd, 'slsctl.yml'), '  two: { runtime: nodejs20.x, handler: index.handler }\n');
    const { env, stop } = await startInProcess();
    onTestFinished(stop);
    for (let round = 0; round < 2; round += 1) {
      const { stderr } = await expectSlsctl(['plan'], { cwd, env });
      expect(stderr.match(/install scripts were not run/g)).toHaveLength(1);
    }
  });

  it('replaces the node_modules of this machine', async () => {
    const files = npmProject({ dependencies: { plain: by('plain') }, packages: [{ name: 'plain' }] });
    const cwd = await project({
      ...files,
      'node_modules/other/index.js': '',
      'node_modules/plain/mine.js': '',
    });
    const { paths } = await packaged(cwd);
    expect(paths.filter((path) => path.startsWith('node_modules/'))).toEqual([
      'node_modules/plain/index.js',
      'node_modules/plain/package.json',
    ]);
  });

  it('is used when it is above the code folder', async () => {
    const files = npmProject({ dependencies: { plain: by('plain') }, packages: [{ name: 'plain' }] });
    const cwd = await project({ ...files, 'src/index.js': own['index.js'] }, 'code: src');
    expect((await packaged(cwd)).paths).toContain('node_modules/plain/index.js');
  });

  it('leaves out files of packages that code.exclude names', async () => {
    const files = npmProject({
      dependencies: { plain: by('plain') },
      packages: [{ name: 'plain', files: { 'docs/index.md': '', 'test/index.js': '' } }],
    });
    const cwd = await project(files, 'code: { path: ., exclude: [node_modules/plain/docs] }');
    const { paths } = await packaged(cwd);
    expect(paths).toContain('node_modules/plain/test/index.js');
    expect(paths).not.toContain('node_modules/plain/docs/index.md');
  });

  it('is refused when it does not fit package.json', async () => {
    const files = npmProject({ dependencies: { plain: by('plain') }, packages: [{ name: 'plain' }] });
    const manifest = {
      name: 'project',
      version: '1.0.0',
      dependencies: { plain: by('plain'), also: by('plain') },
    };
    const cwd = await project({ ...files, 'package.json': JSON.stringify(manifest) });
    const { code, stderr } = await slsctl(['package'], { cwd });
    expect(code).toBe(2);
    expect(stderr).toMatch(/error: npm cannot install .*package.json for nodejs20.x x86_64/);
    expect(stderr).toMatch(/^cause: Missing: also@/m);
    expect(stderr).not.toContain('Usage');
    expect(stderr).toContain('next: run npm install to update the lockfile');
  });

  it('is refused when it links to a folder, because a package holds no links', async () => {
    const files = npmProject({ dependencies: { plain: by('plain') }, packages: [] });
    const lock = JSON.parse(files['package-lock.json'] as string);
    lock.packages['node_modules/shared'] = { resolved: '../shared', link: true };
    const cwd = await project({ ...files, 'package-lock.json': JSON.stringify(lock) });
    const { code, stderr } = await slsctl(['package'], { cwd });
    expect(code).toBe(2);
    expect(stderr).toContain('error: shared is a link to ../shared');
    expect(stderr).toContain('bundle: true');
  });
});

describe('Node.js dependencies without a lockfile for npm', () => {
  const manifest = JSON.stringify({ dependencies: { plain: by('plain') } });
  const files = () => {
    const { 'tarballs/plain.tgz': tarball } = npmProject({ packages: [{ name: 'plain' }] });
    return { 'package.json': manifest, 'tarballs/plain.tgz': tarball as Uint8Array };
  };

  it('include node_modules unchanged, with a note', async () => {
    const cwd = await project({ ...files(), 'node_modules/plain/mine.js': '' });
    const { paths, stderr } = await packaged(cwd);
    expect(paths).toContain('node_modules/plain/mine.js');
    expect(stderr).toContain('node_modules is packaged as it is, because package.json has no lockfile');
  });

  it('are refused with a yarn lockfile, with advice', async () => {
    const { code, stderr } = await slsctl(['package'], {
      cwd: await project({ ...files(), 'yarn.lock': '' }),
    });
    expect(code).toBe(2);
    expect(stderr).toContain('yarn.lock');
    expect(stderr).toContain(
      'next: bundle: true needs no lockfile; or npm install --package-lock-only makes a lockfile of npm; or set',
    );
  });

  it.each([
    ['a folder', 'file:./shared'],
    ['a folder by its path', './shared'],
  ])('are refused when one is %s, because a package holds no links', async (_, spec) => {
    const cwd = await project({
      'package.json': JSON.stringify({ dependencies: { shared: spec } }),
      'shared/package.json': '{ "name": "shared", "version": "1.0.0" }',
    });
    const { code, stderr } = await slsctl(['package'], { cwd });
    expect(code).toBe(2);
    expect(stderr).toContain(`error: shared is a link to ${spec}`);
    expect(stderr).toContain('next: bundle: true follows links');
  });

  it('may be a tarball', async () => {
    const { paths } = await packaged(await project(files()));
    expect(paths).toContain('node_modules/plain/index.js');
  });

  it('need no install when package.json has no dependencies', async () => {
    const cwd = await project({ 'package.json': '{ "type": "commonjs", "devDependencies": { "x": "1" } }' });
    const { paths, stderr } = await packaged(cwd);
    expect(stderr).not.toContain('install');
    expect(paths).toEqual(['index.js', 'package.json']);
  });

  it.each([
    ['are left out', [], false],
    ['are included with dependencies: none', ['dependencies: none'], true],
    ['are included when they are named', ['code: { path: ., include: [node_modules] }'], true],
  ])('in a node_modules with development packages only %s', async (_, lines, taken) => {
    const cwd = await project(
      {
        'package.json': '{ "devDependencies": { "typescript": "7" } }',
        'package-lock.json': '{ "packages": {} }',
        'node_modules/typescript/index.js': '',
      },
      ...lines,
    );
    const { paths } = await packaged(cwd);
    expect(paths.includes('node_modules/typescript/index.js')).toBe(taken);
    const { stdout, stderr } = await slsctl(['package', '--list'], { cwd });
    expect(/^ +node_modules\/ /m.test(stdout)).toBe(!taken);
    expect(stderr.includes('node_modules is left out')).toBe(lines.length === 0);
  });

  it.each(['null', '[]', '"text"'])('are refused when package.json is %s', async (text) => {
    const { code, stderr } = await slsctl(['package'], { cwd: await project({ 'package.json': text }) });
    expect(code).toBe(2);
    expect(stderr).toMatch(/error: .*package.json is .*; allowed: an object/);
  });
});

describe('installed npm packages', () => {
  const files = npmProject({ dependencies: { plain: by('plain') }, packages: [{ name: 'plain' }] });

  it('are not installed again until a relevant file changes', async () => {
    const cwd = await project(files);
    const first = await packaged(cwd);
    const PATH = await folderWith();
    expect((await packaged(cwd, { env: { PATH } })).sha256).toBe(first.sha256);
    const manifest = JSON.parse(await readFile(join(cwd, 'package.json'), 'utf8'));
    await addFiles(cwd, { 'package.json': JSON.stringify({ ...manifest, scripts: { test: 'vitest' } }) });
    expect((await packaged(cwd, { env: { PATH } })).stderr).not.toContain('install');
    await writeFile(join(cwd, 'package-lock.json'), `${files['package-lock.json']}\n`);
    const { code, stderr } = await slsctl(['package'], { cwd, env: { PATH } });
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /error: npm is needed to install .*package.json with package-lock.json, and it is not on this machine/,
    );
  });

  it('leave nothing incomplete when npm fails', async () => {
    const cwd = await project(files);
    await rm(join(cwd, 'tarballs/plain.tgz'));
    const { code, stderr } = await slsctl(['package'], { cwd });
    expect(code).toBe(2);
    expect(stderr).toContain('plain.tgz cannot be read');
    expect(await readdir(join(cwd, '.slsctl/builds'))).toEqual([]);
  });
});
