// The installed program: from its tarball, in folders with odd names, and with output that cannot be written.
import { spawn } from 'node:child_process';
import { cp, lstat, mkdir, open, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cleanEnvironment, homeFolder, program, type Ran, run as runProgram } from '../support/cli.ts';
import { freePort } from '../support/port.ts';
import { folderWith, removeFolder, temporaryFolder } from '../support/project.ts';
import { npm, reachesNpm } from '../support/registry.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Copies a package and all that it needs. */
async function install(name: string, to: string, done = new Set<string>()): Promise<void> {
  if (done.has(name)) return;
  done.add(name);
  const from = join(root, 'node_modules', name);
  const text = await readFile(join(from, 'package.json'), 'utf8').catch(() => undefined);
  // Of another machine.
  if (text === undefined) return;
  await cp(from, join(to, 'node_modules', name), { recursive: true });
  const { dependencies, optionalDependencies } = JSON.parse(text);
  for (const other of Object.keys({ ...dependencies, ...optionalDependencies }))
    await install(other, to, done);
}

async function run(script: string, args: string[], stdout: 'pipe' | number = 'pipe') {
  const child = spawn(process.execPath, [script, ...args], {
    env: cleanEnvironment(await homeFolder()),
    stdio: ['ignore', stdout, 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text) => (said += text));
  const code = await new Promise((resolve) => child.once('close', resolve));
  return { code, said };
}

describe('the installed program', () => {
  it.for(process.platform === 'win32' ? ['C#', '100%'] : ['C#', '100%', 'a%41', 'what?', 'é ☃'])(
    'starts its local AWS from a folder called %s',
    async (name) => {
      const folder = join(await folderWith(), name);
      await mkdir(folder);
      for (const part of ['bin', 'dist', 'package.json']) {
        await cp(join(root, part), join(folder, part), { recursive: true });
      }
      await install('lmdb', folder);
      const script = join(folder, 'bin', 'slsctl.js');
      const started = await run(script, ['local', 'start']);
      const stopped = await run(script, ['local', 'stop']);
      expect(started, started.said).toMatchObject({ code: 0 });
      expect(stopped, stopped.said).toMatchObject({ code: 0 });
    },
  );

  it
    .runIf(process.platform === 'linux')
    .for([['--version'], ['--help'], ['help', 'deploy'], ['deploy', '--help'], ['schema']])(
    'reports a full disk for the output of %s',
    async (args) => {
      const full = await open('/dev/full', 'w');
      const { code, said } = await run(program, args, full.fd);
      await full.close();
      expect(said).toMatch(/^error: the answer could not be written to stdout\ncause: ENOSPC.*\n$/);
      expect(code).toBe(1);
    },
  );
});

const registry = await reachesNpm();

describe.skipIf(!registry)('the tarball, installed with npm i -g', () => {
  let prefix: string;
  let home: string;
  let packed: { filename: string; files: { path: string }[] };

  async function expectRun(command: string, args: string[], cwd: string): Promise<Ran> {
    const env = { npm_config_prefix: prefix, SLSCTL_HOME: join(home, 'slsctl') };
    const ran = await runProgram(command, args, { cwd, env });
    if (ran.code !== 0)
      throw new Error(`${command} ${args.join(' ')}: exit ${ran.code}\n${ran.stderr}${ran.stdout}`);
    return ran;
  }

  /** Runs the program that is installed. */
  const installed = (cwd: string, ...args: string[]): Promise<Ran> =>
    process.platform === 'win32'
      ? expectRun(process.execPath, [join(prefix, 'node_modules/slsctl/bin/slsctl.js'), ...args], cwd)
      : expectRun(join(prefix, 'bin', 'slsctl'), args, cwd);

  beforeAll(async () => {
    [prefix, home] = await Promise.all([temporaryFolder('prefix'), temporaryFolder('local')]);
    // Without the build of prepack: other tests use dist/ at the same time.
    const { stdout } = await expectRun(
      npm,
      ['pack', '--json', '--ignore-scripts', '--pack-destination', home],
      root,
    );
    [packed] = JSON.parse(stdout);
    await expectRun(npm, ['install', '--global', join(home, packed.filename)], home);
    await installed(home, 'local', 'start', '--port', String(await freePort()));
  });
  afterAll(async () => {
    await installed(home, 'local', 'stop').finally(() => Promise.all([prefix, home].map(removeFolder)));
  });

  /** Folders below `prefix` in which npm has put a package. */
  async function packages(): Promise<string[]> {
    const entries = await readdir(prefix, { recursive: true });
    return entries
      .map(
        (path) => /node_modules[\\/]((?:@[^\\/]+[\\/])?[^@.\\/][^\\/]*)[\\/]package\.json$/.exec(path)?.[1],
      )
      .filter((name) => name !== undefined);
  }

  it('brings at most 20 packages', async () => {
    const names = await packages();
    expect(names).toEqual(expect.arrayContaining(['slsctl', 'lmdb', 'esbuild']));
    expect(names.length, names.join(', ')).toBeLessThanOrEqual(20);
  });

  it('takes at most 45 MB on disk', async () => {
    const sizes = new Map<number, number>();
    for (const path of await readdir(prefix, { recursive: true })) {
      const { ino, size } = await lstat(join(prefix, path));
      sizes.set(ino, Math.ceil(size / 4096) * 4096);
    }
    const megabytes = [...sizes.values()].reduce((sum, size) => sum + size, 0) / 2 ** 20;
    expect(megabytes).toBeGreaterThan(5);
    expect(megabytes).toBeLessThanOrEqual(45);
  });

  it('brings the native code of this platform only', async () => {
    const native = (await packages()).filter((name) => /^@(esbuild|lmdb)\b/.test(name));
    expect(native.map((name) => name.replaceAll('\\', '/')).sort()).toEqual([
      `@esbuild/${process.platform}-${process.arch}`,
      `@lmdb/lmdb-${process.platform}-${process.arch}`,
    ]);
  });

  it('holds licenses and nothing of the tests, the sources or the build', () => {
    const paths = packed.files.map(({ path }) => path);
    expect(paths).toEqual(
      expect.arrayContaining(['LICENSE', 'THIRD_PARTY_NOTICES', 'README.md', 'dist/slsctl.schema.json']),
    );
    const unwanted = paths.filter((path) =>
      /^(src|test|bench|scripts|\.ci)\/|\.map$|\.pyc$|\.test\./.test(path),
    );
    expect(unwanted).toEqual([]);
  });

  it.each(['hello-python', 'hello-typescript'])('runs %s from init to destroy', async (template) => {
    const folder = await folderWith();
    await installed(folder, 'init', '.', '--template', template, '--yes');
    await installed(folder, 'deploy', '--local');
    const { stdout } = await installed(folder, 'invoke', '--local', '--payload', '{"name": "Sam"}');
    expect(stdout).toContain('Hello, Sam!');
    expect((await installed(folder, 'logs', '--local', '--since', '5m')).stdout).toContain(
      'Processing request for: Sam',
    );
    expect((await installed(folder, 'destroy', '--local', '--yes')).stdout).toMatch(/nothing remains/i);
  });

  it('runs the walkthrough', async () => {
    const { stdout } = await installed(await folderWith(), 'walkthrough');
    expect(stdout).toContain('Step 9');
  });

  it('names the required Node.js version on Node.js 12', async () => {
    const folder = await folderWith();
    await expectRun(npm, ['install', '--prefix', folder, 'node@12.22.12'], folder);
    const old = join(
      folder,
      'node_modules',
      'node',
      'bin',
      process.platform === 'win32' ? 'node.exe' : 'node',
    );
    expect(await runProgram(old, [program, '--version'])).toEqual({
      code: 2,
      stdout: '',
      stderr: 'slsctl needs Node.js 20.15 or newer; this is 12.22.12\n',
    });
  });
});
