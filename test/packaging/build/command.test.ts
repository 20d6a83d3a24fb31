// Packages that a user's command builds: its environment, its result, and when it runs again.
import { appendFile, mkdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { run } from '../../support/cli.ts';
import { slsctl } from '../../support/in-process.ts';
import { type Files, packaged, projectWith } from '../../support/packaged.ts';
import { folderWith, replaceIn } from '../../support/project.ts';

/** Writes what it was told into out/app, and counts its runs. */
const script = `
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
const { GOOS, GOARCH, CGO_ENABLED, SLSCTL_FUNCTION, SLSCTL_RUNTIME, SLSCTL_ARCHITECTURE, SLSCTL_RUST_TARGET } = process.env;
mkdirSync('out', { recursive: true });
const told = { GOOS, GOARCH, CGO_ENABLED, SLSCTL_FUNCTION, SLSCTL_RUNTIME, SLSCTL_ARCHITECTURE, SLSCTL_RUST_TARGET };
const result = JSON.stringify({ ...told, source: readFileSync('source.txt', 'utf8') });
writeFileSync('out/app', '#!/bin/echo\\n' + result);
appendFileSync(process.env.RUNS, '.');
`;

const files: Files = { 'build.mjs': script, 'source.txt': 'one', '.gitignore': 'ignored\n' };

const project = (more: Files, ...lines: string[]) =>
  projectWith({ ...files, ...more }, ['runtime: provided.al2023', 'handler: bootstrap', ...lines]);

const build = 'build: { command: node build.mjs, artifact: out/app }';

/** Environment in which runs are counted, and their number. */
async function counted() {
  const file = join(await folderWith({ runs: '' }), 'runs');
  return {
    env: { RUNS: file, CGO_ENABLED: undefined },
    runs: async () => (await readFile(file, 'utf8')).length,
  };
}

async function contentOf(cwd: string, env: NodeJS.ProcessEnv, path: string): Promise<string> {
  const folder = await folderWith();
  const ran = await slsctl(['package', '--out', join(folder, 'one.zip')], { cwd, env });
  expect(ran.code, ran.stderr).toBe(0);
  await run('python3', ['-m', 'zipfile', '-e', 'one.zip', '.'], { cwd: folder });
  return await readFile(join(folder, path), 'utf8');
}

describe('code.build, the build command', () => {
  it('runs again with --rebuild, though nothing has changed', async () => {
    const { env, runs } = await counted();
    const cwd = await project({}, build);
    for (const [args, times] of [
      [['package'], 1],
      [['package'], 1],
      [['package', '--rebuild'], 2],
      [['package'], 2],
    ] as const) {
      const { code, stderr } = await slsctl(args, { cwd, env });
      expect(code, stderr).toBe(0);
      expect(await runs()).toBe(times);
    }
  });

  it.each([
    ['x86_64', 'amd64', 'x86_64-unknown-linux-musl'],
    ['arm64', 'arm64', 'aarch64-unknown-linux-musl'],
  ])(
    'tells the command the target (%s), and packages its result as bootstrap',
    async (architecture, GOARCH, rust) => {
      const { env } = await counted();
      const cwd = await project({}, `architectures: [${architecture}]`, build);
      const { paths, stderr } = await packaged(cwd, { env });
      expect(paths).toEqual(['bootstrap']);
      expect(stderr).toContain(`build one for provided.al2023 ${architecture}: node build.mjs`);
      expect(JSON.parse((await contentOf(cwd, env, 'bootstrap')).replace('#!/bin/echo\n', ''))).toEqual({
        GOOS: 'linux',
        GOARCH,
        CGO_ENABLED: '0',
        SLSCTL_FUNCTION: 'one',
        SLSCTL_RUNTIME: 'provided.al2023',
        SLSCTL_ARCHITECTURE: architecture,
        SLSCTL_RUST_TARGET: rust,
        source: 'one',
      });
    },
  );

  it('makes bootstrap executable', async () => {
    const { env } = await counted();
    const cwd = await project({}, build);
    const folder = await folderWith();
    await slsctl(['package', '--out', join(folder, 'one.zip')], { cwd, env });
    const listing =
      'import zipfile; print(oct(zipfile.ZipFile("one.zip").getinfo("bootstrap").external_attr >> 16))';
    const { stdout } = await run('python3', ['-c', listing], { cwd: folder });
    expect(stdout.trim()).toBe('0o100755');
  });

  it('runs again when a file of the project changed, and only then', async () => {
    const { env, runs } = await counted();
    const cwd = await project({}, build);
    const first = await packaged(cwd, { env });
    await writeFile(join(cwd, 'ignored'), 'of no matter');
    const second = await packaged(cwd, { env });
    expect(await runs()).toBe(1);
    expect(second.stderr).not.toContain('build one');
    expect(second.sha256).toBe(first.sha256);
    await writeFile(join(cwd, 'source.txt'), 'two');
    expect((await packaged(cwd, { env })).sha256).not.toBe(first.sha256);
    expect(await runs()).toBe(2);
    await rm(join(cwd, 'out/app'));
    await packaged(cwd, { env });
    expect(await runs()).toBe(3);
    await replaceIn(join(cwd, 'slsctl.yml'), 'provided.al2023', 'provided.al2');
    await packaged(cwd, { env });
    expect(await runs()).toBe(4);
  });

  it('does not run again when sources or results were only touched', async () => {
    const { env, runs } = await counted();
    const cwd = await project({ 'data.bin': new Uint8Array(2 * 1024 * 1024) }, build);
    await packaged(cwd, { env });
    const later = new Date(Date.now() + 60_000);
    for (const file of ['source.txt', 'data.bin', 'out/app']) await utimes(join(cwd, file), later, later);
    const { stderr } = await packaged(cwd, { env });
    expect(stderr).not.toContain('build one');
    expect(await runs()).toBe(1);
    await writeFile(join(cwd, 'data.bin'), new Uint8Array(2 * 1024 * 1024).fill(1));
    await packaged(cwd, { env });
    expect(await runs()).toBe(2);
  });

  it('does not run again for results of another function’s build', async () => {
    const { env, runs } = await counted();
    const cwd = await project(
      {},
      'build: { command: node build.mjs && cp out/app a/bootstrap, artifact: a }',
    );
    await mkdir(join(cwd, 'a'));
    await mkdir(join(cwd, 'b'));
    await writeFile(join(cwd, '.gitignore'), 'out\n');
    await appendFile(
      join(cwd, 'slsctl.yml'),
      '  two: { runtime: provided.al2023, handler: any, code: b, ' +
        'build: { command: cd .. && node build.mjs && cp out/app b/bootstrap }, architectures: [arm64] }\n',
    );
    for (let round = 0; round < 3; round += 1) {
      await packaged(cwd, { env });
      await packaged(cwd, { env }, 'two');
      expect(await runs()).toBe(2);
    }
    await writeFile(join(cwd, 'source.txt'), 'two');
    await packaged(cwd, { env });
    await packaged(cwd, { env }, 'two');
    expect(await runs()).toBe(4);
  });

  it('runs again when a path in inputs: outside the project changed', async () => {
    const { env, runs } = await counted();
    const outside = join(await folderWith({ 'shared.txt': 'one' }), 'shared.txt');
    const inputs = `build: { command: node build.mjs, artifact: out/app, inputs: [${JSON.stringify(outside)}] }`;
    const cwd = await project({}, inputs);
    await packaged(cwd, { env });
    await packaged(cwd, { env });
    expect(await runs()).toBe(1);
    await writeFile(outside, 'two');
    await packaged(cwd, { env });
    expect(await runs()).toBe(2);
  });

  it('runs its commands in order, and packages a folder or a zip unchanged', async () => {
    const { env } = await counted();
    const copy = {
      'copy.mjs': "import { copyFileSync } from 'node:fs';\ncopyFileSync('out/app', 'out/bootstrap');\n",
    };
    const commands = 'build: { command: [node build.mjs, node copy.mjs], artifact: out }';
    expect((await packaged(await project(copy, commands), { env })).paths).toEqual(['app', 'bootstrap']);
    const zip =
      'build: { command: [chmod +x bootstrap, python3 -m zipfile -c made.zip bootstrap], artifact: made.zip }';
    const program = { bootstrap: '#!/bin/sh\n' };
    expect((await packaged(await project(program, zip), { env })).paths).toEqual(['bootstrap']);
  });

  it('without an artifact packages the code folder for interpreted runtimes', async () => {
    const { env } = await counted();
    const cwd = await projectWith(
      {
        ...files,
        'app.py': 'def handler(e, c):\n    return 1\n',
        '.slsctlignore': 'build.mjs\nsource.txt\n.gitignore\n',
      },
      ['runtime: python3.12', 'handler: app.handler', 'build: node build.mjs'],
    );
    expect((await packaged(cwd, { env })).paths).toEqual(['app.py', 'out/app']);
  });

  it('shows its output when it fails', async () => {
    const failing =
      "build: node -e \"console.log('half done'); console.error('no such header'); process.exit(3)\"";
    const { code, stderr } = await slsctl(['package'], { cwd: await project({}, failing) });
    expect(code).toBe(1);
    expect(stderr).toMatch(/error: build of one failed: "node -e .*" ended with exit code 3/);
    expect(stderr).toContain('half done');
    expect(stderr).toContain('no such header');
  });

  it.each([
    ['other commands', 'node -e 0', 'build: node -e 1'],
    ['another architecture', 'node -e 0', 'architectures: [arm64], build: node -e 0'],
    ['its name', 'node $SLSCTL_FUNCTION', 'build: node $SLSCTL_FUNCTION'],
  ])(
    'is refused before it runs when it builds the artifact of another function with %s',
    async (_, first, line) => {
      const cwd = await project({}, `build: ${first}`);
      await appendFile(
        join(cwd, 'slsctl.yml'),
        `  two: { runtime: provided.al2023, handler: any, ${line} }\n`,
      );
      for (const name of ['one', 'two']) {
        const { code, stderr } = await slsctl(['package', name], { cwd });
        expect(code).toBe(2);
        expect(stderr).toMatch(/error: the builds of (one and two|two and one) both make bootstrap in/);
        expect(stderr).not.toContain('node -e');
      }
    },
  );

  it('is refused when it builds nothing', async () => {
    const { code, stderr } = await slsctl(['package'], { cwd: await project({}, 'build: node -e 0') });
    expect(code).toBe(1);
    expect(stderr).toContain('build of one did not make bootstrap in');
    expect(stderr).toContain('artifact: PATH');
  });
});

describe('a single program as code', () => {
  it('is packaged as bootstrap', async () => {
    const cwd = await projectWith({ 'bin/server': '#!/bin/sh\n' }, [
      'runtime: provided.al2023',
      'handler: any',
      'code: bin/server',
    ]);
    expect((await packaged(cwd)).paths).toEqual(['bootstrap']);
  });
});

describe('contradictory code settings are refused', () => {
  it.each([
    ['bundle: true', 'is for Node.js, and runtime is provided.al2023'],
    ['layer: auto', 'is for Python and Node.js'],
    ['dependencies: needs.txt', 'is for Python and Node.js'],
    ['bundle: { minfy: true }', 'did you mean minify?'],
    ['build: { artifact: out }', 'functions.one.build.command'],
    ['layer: libs', 'allowed: auto, none'],
    ['build: ""', 'allowed: a command for the shell'],
    ['build: [make, " "]', 'allowed: a command for the shell'],
    ['build: { command: "" }', 'allowed: a command for the shell'],
    ['build: { command: make, artifact: "" }', 'allowed: the path of what the build makes'],
  ])('%s', async (line, message) => {
    const { code, stderr } = await slsctl(['package'], { cwd: await project({}, line) });
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });

  it.each([
    ['bundle: true', 'build: make', 'cannot be used together with build'],
    ['layer: auto', 'dependencies: none', 'is auto, but dependencies is none'],
    ['layer: auto', 'bundle: true', 'a bundle contains its dependencies'],
    ['bundle: true', 'code: ready.zip', 'code is ready.zip, which is a ready zip'],
    ['dependencies: needs.txt', 'code: .', 'allowed for Node.js: auto, none'],
  ])('%s with %s', async (one, other, message) => {
    const cwd = await projectWith({}, ['runtime: nodejs22.x', 'handler: a.b', one, other]);
    const { code, stderr } = await slsctl(['package'], { cwd });
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });
});
