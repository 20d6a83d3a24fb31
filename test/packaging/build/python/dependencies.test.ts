// The pip dependencies of a function: for its platform and Python version, complete, installed once, and reproducible.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectSlsctl as run } from '../../../support/cli.ts';
import { slsctl } from '../../../support/in-process.ts';
import { type Files, packaged, projectWith } from '../../../support/packaged.ts';
import { folderWith } from '../../../support/project.ts';
import { sharedLibrary, wheel } from '../../../support/wheels.ts';

const handler = 'def handler(event, context):\n    return event\n';

let wheels: Files;
beforeAll(async () => {
  const native = (machine: 'x86_64' | 'aarch64', abi: string, platform: string) =>
    wheel('native', '1.0', {
      tag: `${abi}-${abi}-${platform}_${machine}`,
      files: {
        'native/__init__.py': '',
        [`native/_fast.${abi}-${machine}.so`]: sharedLibrary(machine),
      },
    });
  wheels = Object.fromEntries(
    await Promise.all([
      wheel('plain', '1.0', {
        requires: ['deeper; python_version >= "3.12"', 'older; python_version < "3.12"'],
      }),
      wheel('plain', '2.0'),
      wheel('deeper', '1.0', { scripts: ['deeper = deeper:main'] }),
      wheel('older', '1.0'),
      wheel('onwindows', '1.0'),
      native('x86_64', 'cp312', 'manylinux_2_34'),
      native('aarch64', 'cp312', 'manylinux2014'),
      native('x86_64', 'cp311', 'manylinux_2_26'),
      wheel('toonew', '1.0', { tag: 'cp311-cp311-manylinux_2_27_x86_64' }),
    ]),
  );
});

/** A project with these files, a function `one`, and the wheels as its only index. */
function project(files: Files, lines: string[] = [], runtime = 'python3.12'): Promise<string> {
  const index = Object.entries(wheels).map(([name, content]) => [`wheels/${name}`, content]);
  return projectWith(
    {
      '.slsctlignore': 'wheels\nrequirements*.txt\n',
      'app.py': handler,
      ...Object.fromEntries(index),
      ...files,
    },
    [`runtime: ${runtime}`, 'handler: app.handler', ...lines],
  );
}

const ownIndex = '--no-index\n--find-links wheels\n';

describe('requirements.txt', () => {
  it('installs its packages and their dependencies for the target, not for this machine', async () => {
    const cwd = await project({
      'requirements.txt': `${ownIndex}plain==1.0\nonwindows; sys_platform == "win32"\n`,
    });
    const { paths, stderr } = await packaged(cwd);
    expect(stderr).toContain('install requirements.txt for python3.12 x86_64');
    expect(stderr).toContain('2 packages');
    expect(paths).toEqual([
      'app.py',
      'deeper-1.0.dist-info/METADATA',
      'deeper-1.0.dist-info/RECORD',
      'deeper-1.0.dist-info/WHEEL',
      'deeper-1.0.dist-info/entry_points.txt',
      'deeper/__init__.py',
      'plain-1.0.dist-info/METADATA',
      'plain-1.0.dist-info/RECORD',
      'plain-1.0.dist-info/WHEEL',
      'plain/__init__.py',
    ]);
  });

  it.each([
    ['python3.12', 'x86_64', 'native/_fast.cp312-x86_64.so'],
    ['python3.12', 'arm64', 'native/_fast.cp312-aarch64.so'],
    ['python3.11', 'x86_64', 'native/_fast.cp311-x86_64.so'],
  ])('installs the wheels of %s on %s', async (runtime, architecture, file) => {
    const files = { 'requirements.txt': `${ownIndex}native\n` };
    const cwd = await project(files, [`architectures: [${architecture}]`], runtime);
    const { paths } = await packaged(cwd);
    expect(paths.filter((path) => path.endsWith('.so'))).toEqual([file]);
  });

  it('installs no wheel for a newer C library than the runtime’s', async () => {
    const files = { 'requirements.txt': `${ownIndex}toonew\n` };
    const { code, stderr } = await slsctl(['package'], { cwd: await project(files, [], 'python3.11') });
    expect(code).toBe(2);
    expect(stderr).toContain('error: no wheel of toonew for python3.11 x86_64 on Amazon Linux');
    expect(stderr).toContain('cause: its wheels are for other systems, architectures or versions of Python');
  });

  it('may include other files and constraints', async () => {
    const cwd = await project({
      'requirements.txt': `${ownIndex}-r requirements-base.txt\n-c requirements-pins.txt\n`,
      'requirements-base.txt': 'plain\n',
      'requirements-pins.txt': 'plain<2\n',
    });
    expect((await packaged(cwd)).paths).toContain('plain-1.0.dist-info/METADATA');
    await writeFile(join(cwd, 'requirements-pins.txt'), 'plain>=2\n');
    expect((await packaged(cwd)).paths).toContain('plain-2.0.dist-info/METADATA');
  });

  it('reports a package that exists only as source', async () => {
    const files = {
      'requirements.txt': `${ownIndex}plain\nsourceonly==1.0\n`,
      'wheels/sourceonly-1.0.tar.gz': 'not looked into',
    };
    const { code, stderr } = await slsctl(['package'], { cwd: await project(files) });
    expect(code).toBe(2);
    expect(stderr).toContain('error: no wheel of sourceonly==1.0 for python3.12 x86_64');
    expect(stderr).toContain('cause: it is published as source only');
    expect(stderr).toContain(
      'next: pin a version with wheels; or build a wheel (pip wheel --no-deps sourceonly',
    );
    expect(stderr).not.toContain('Traceback');
  });

  it('reports the available versions, and unknown packages', async () => {
    const cwd = await project({ 'requirements.txt': `${ownIndex}plain==7\n` });
    expect((await slsctl(['package'], { cwd })).stderr).toContain('versions with wheels that fit: 1.0, 2.0');
    await writeFile(join(cwd, 'requirements.txt'), `${ownIndex}nobody-knows-it\n`);
    expect((await slsctl(['package'], { cwd })).stderr).toContain('the package index does not have it');
  });

  it('may have hashes', async () => {
    const wrong = `plain==2.0 --hash=sha256:${'0'.repeat(64)}\n`;
    const { code, stderr } = await slsctl(['package'], {
      cwd: await project({ 'requirements.txt': ownIndex + wrong }),
    });
    expect(code).toBe(2);
    expect(stderr).toMatch(/error: pip cannot install .*requirements.txt:3 for python3.12 x86_64/);
    expect(stderr).toContain('DO NOT MATCH THE HASHES');
  });

  it('needs no pip when it is empty', async () => {
    const cwd = await project({ 'requirements.txt': '# nothing yet\n' });
    const { paths } = await packaged(cwd, { env: { PATH: await emptyPath() } });
    expect(paths).toEqual(['app.py']);
  });
});

describe('Python dependencies', () => {
  it('come from pyproject.toml’s dependencies, not from its groups', async () => {
    const cwd = await project({
      'pyproject.toml': [
        '[project]',
        'name = "p"',
        'version = "1"',
        'dependencies = ["plain==2.0"]',
        '[dependency-groups]',
        'dev = ["deeper"]',
        '',
      ].join('\n'),
    });
    const env = { PIP_NO_INDEX: '1', PIP_FIND_LINKS: join(cwd, 'wheels') };
    const { paths } = await packaged(cwd, { env });
    expect(paths.filter((path) => path.endsWith('METADATA'))).toEqual(['plain-2.0.dist-info/METADATA']);
  });

  it.each([
    ['[project]\nname = "p"\ndynamic = ["dependencies"]\n', 'has dynamic dependencies'],
    ['[tool.poetry.dependencies]\npython = "^3.12"\nrequests = "*"\n', "in Poetry's own form"],
    ['[project\n', 'is not TOML'],
  ])('from an unreadable pyproject.toml are refused: %j', async (text, message) => {
    const { code, stderr } = await slsctl(['package'], { cwd: await project({ 'pyproject.toml': text }) });
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });

  it('are none when pyproject.toml has only tool settings', async () => {
    const cwd = await project({ 'pyproject.toml': '[tool.ruff]\nline-length = 100\n' });
    expect((await packaged(cwd)).stderr).not.toContain('install');
  });

  it('come from the nearest file, between the code folder and the project folder', async () => {
    const files = { 'requirements.txt': `${ownIndex}plain==1.0\n`, 'src/app.py': handler };
    const cwd = await project(files, ['code: src']);
    expect((await packaged(cwd)).paths).toContain('plain/__init__.py');
    await writeFile(join(cwd, 'src/requirements.txt'), `--no-index\n--find-links ../wheels\ndeeper\n`);
    const { paths } = await packaged(cwd);
    expect(paths).toContain('deeper/__init__.py');
    expect(paths).not.toContain('plain/__init__.py');
  });

  it('come from the file that dependencies: names, or from none', async () => {
    const files = {
      'requirements.txt': `${ownIndex}plain\n`,
      'requirements-lambda.txt': `${ownIndex}deeper\n`,
    };
    const named = await packaged(await project(files, ['dependencies: requirements-lambda.txt']));
    expect(named.paths).toContain('deeper/__init__.py');
    expect(named.paths).not.toContain('plain/__init__.py');
    const none = await packaged(await project(files, ['dependencies: none']));
    expect(none.paths).toEqual(['app.py']);
  });

  it('that are already in the code folder are used unchanged, with a note', async () => {
    const files = {
      'requirements.txt': `${ownIndex}plain\n`,
      'plain/__init__.py': '',
      'plain-1.0.dist-info/METADATA': 'Name: plain\n',
    };
    const { paths, stderr } = await packaged(await project(files));
    expect(stderr).toContain('packages are installed in the code folder (plain-1.0.dist-info)');
    expect(paths).toEqual(['app.py', 'plain-1.0.dist-info/METADATA', 'plain/__init__.py']);
  });

  it('are refused when one has the same file as the code', async () => {
    const files = { 'requirements.txt': `${ownIndex}plain\n`, 'plain/__init__.py': 'mine = 1\n' };
    const { code, stderr } = await slsctl(['package'], { cwd: await project(files) });
    expect(code).toBe(2);
    expect(stderr).toMatch(/plain\/__init__.py is in .* and in its dependencies/);
  });
});

describe('an install of Python packages', () => {
  it('is made once for functions with the same requirements', async () => {
    const cwd = await project({ 'requirements.txt': `${ownIndex}plain==1.0\n` });
    await writeFile(
      join(cwd, 'slsctl.yml'),
      `${await readFile(join(cwd, 'slsctl.yml'), 'utf8')}  two:\n    runtime: python3.12\n    handler: app.handler\n`,
    );
    const first = await packaged(cwd);
    // Without any program on PATH nothing could be installed.
    const second = await packaged(cwd, { env: { PATH: await emptyPath() } }, 'two');
    expect(second.stderr).not.toContain('install');
    expect(second.sha256).toBe(first.sha256);
    expect(await readdir(join(cwd, '.slsctl/builds'))).toHaveLength(1);
  });

  it('has the same bytes in every folder, umask and time zone', async () => {
    const files = { 'requirements.txt': `${ownIndex}plain==1.0\nnative\n` };
    const [one, other] = [await project(files), await project(files)];
    const first = await packaged(one);
    const mask = process.umask(0o077);
    const second = await packaged(other, { env: { TZ: 'Asia/Tokyo' }, run }).finally(() =>
      process.umask(mask),
    );
    expect(second.sha256).toBe(first.sha256);
  });

  it('is complete or absent, also with two runs at once', async () => {
    const cwd = await project({ 'requirements.txt': `${ownIndex}plain==1.0\n` });
    const runs = await Promise.all([{ run }, { run }, {}, {}].map((options) => packaged(cwd, options)));
    expect(new Set(runs.map(({ sha256 }) => sha256)).size).toBe(1);
    expect(await readdir(join(cwd, '.slsctl/builds'))).toHaveLength(1);
    await writeFile(join(cwd, 'requirements.txt'), `${ownIndex}plain==9.9\n`);
    expect((await slsctl(['package'], { cwd })).code).toBe(2);
    expect(await readdir(join(cwd, '.slsctl/builds'))).toHaveLength(1);
  });

  it('needs pip or uv, and reports when both are missing', async () => {
    const cwd = await project({ 'requirements.txt': `${ownIndex}plain\n` });
    const { code, stderr } = await slsctl(['package'], { cwd, env: { PATH: await emptyPath() } });
    expect(code).toBe(1);
    expect(stderr).toMatch(/error: Python with pip is needed to install .*requirements.txt/);
    expect(stderr).toContain('dependencies: none');
  });

  it('ignores modules of the project that have names of Python modules', async () => {
    const files = { 'requirements.txt': `${ownIndex}plain==2.0\n`, 'json.py': 'raise SystemExit(3)\n' };
    expect((await packaged(await project(files))).paths).toContain('plain/__init__.py');
  });
});

/** A folder with nothing to run. */
async function emptyPath(): Promise<string> {
  return await folderWith();
}
