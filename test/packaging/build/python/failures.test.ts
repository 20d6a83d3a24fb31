// Failed installs of Python packages: pip's message becomes a few lines with the place and the advice.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { devNull } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { pipFailure } from '../../../../src/packaging/build/python/pip-failure.ts';
import type { Target } from '../../../../src/packaging/build/target.ts';
import type { Ran } from '../../../support/cli.ts';
import { slsctl } from '../../../support/in-process.ts';
import { type Files, packaged, projectWith } from '../../../support/packaged.ts';
import { freePort } from '../../../support/port.ts';
import { wheel } from '../../../support/wheels.ts';

const handler = 'def handler(event, context):\n    return event\n';
const ownIndex = '--no-index\n--find-links wheels\n';

let wheels: Files;
beforeAll(async () => {
  const all = await Promise.all([wheel('plain', '1.0'), wheel('plain', '2.0')]);
  wheels = Object.fromEntries(all.map(([name, content]) => [`wheels/${name}`, content]));
});

function project(files: Files): Promise<string> {
  return projectWith({ '.slsctlignore': 'wheels\n', 'app.py': handler, ...wheels, ...files }, [
    'runtime: python3.12',
    'handler: app.handler',
  ]);
}

/** `package` of a project whose index is this one alone. */
async function failing(files: Files, env: NodeJS.ProcessEnv = {}): Promise<Ran> {
  const alone = { PIP_FIND_LINKS: '', PIP_CONFIG_FILE: devNull, PIP_RETRIES: '0', ...env };
  const ran = await slsctl(['package'], { cwd: await project(files), env: alone });
  expect(ran.stderr).not.toMatch(/Traceback|run_func|\.slsctl\/builds/);
  return ran;
}

/** A package index that has one answer to everything. */
async function indexThatAnswers(status: number): Promise<string> {
  const server = createServer((_, response) => response.writeHead(status).end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

describe('a package index', () => {
  it.each([
    [401, 'answers 401 Unauthorized', 'log in to the index'],
    [403, 'answers 403 Forbidden', 'renew the login'],
    [500, 'answers 500', 'the package index has a problem'],
  ])('that answers %i is not reported as lacking the package', async (status, cause, next) => {
    const index = await indexThatAnswers(status);
    const { code, stderr } = await failing({
      'requirements.txt': `--index-url ${index.replace('//', '//me:secret@')}\nplain\n`,
    });
    expect(code).toBe(1);
    expect(stderr).toContain('error: no package index answers for plain');
    expect(stderr).toMatch(new RegExp(`cause: http://.*/plain/ ${cause}`));
    expect(stderr).toContain(`next: ${next}`);
    expect(stderr).not.toContain('secret');
  });

  it('without the package is reported as lacking it', async () => {
    const index = await indexThatAnswers(404);
    const { code, stderr } = await failing({ 'requirements.txt': `--index-url ${index}\nplain\n` });
    expect(code).toBe(2);
    expect(stderr).toContain('the package index does not have it');
  });

  it('that fails is reported when another index has only versions that do not fit', async () => {
    const index = await indexThatAnswers(401);
    const { code, stderr } = await failing({
      'requirements.txt': `--index-url ${index}\n--find-links wheels\nplain==7\n`,
    });
    expect(code).toBe(1);
    expect(stderr).toContain('answers 401 Unauthorized');
  });

  it('that is down is reported as unreachable', async () => {
    const { code, stderr } = await failing({
      'requirements.txt': `--index-url http://127.0.0.1:${await freePort()}/\nplain\n`,
    });
    expect(code).toBe(1);
    expect(stderr).toMatch(/cause: http:.*\/plain\/ cannot be reached: .*refused/);
    expect(stderr).toContain('next: check the network');
  });
});

describe('a requirements file', () => {
  it.each([
    ['# a\n\nplain >> 2\n', /requirements\.txt:3 is not a valid requirement: plain >> 2/],
    ['plain==\n', /requirements\.txt:1 is not a valid requirement: plain==/],
    ['plain\n--frobnicate\n', /requirements\.txt:2 is not a valid requirement: --frobnicate/],
    ['plain\nplain; foo == "bar"\n', /requirements\.txt:2 .*\ncause: .*marker[\s\S]*foo == "bar"/],
  ])('is refused with its invalid line: %j', async (text, message) => {
    const { code, stderr } = await failing({ 'requirements.txt': text });
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect(stderr).toContain('next: write NAME, NAME==VERSION');
  });

  it('is refused when it is not UTF-8', async () => {
    const { code, stderr } = await failing({
      'requirements.txt': Buffer.from(`${ownIndex}plain\n# caf\xe9\n`, 'latin1'),
    });
    expect(code).toBe(2);
    expect(stderr).toMatch(/cause: .*can't decode byte 0xe9/);
    expect(stderr).toContain('next: save it as UTF-8');
  });

  it('is refused when it includes itself', async () => {
    const { code, stderr } = await failing({ 'requirements.txt': `${ownIndex}plain\n-r requirements.txt\n` });
    expect(code).toBe(2);
    expect(stderr).toContain('next: remove the -r line with which a file includes itself');
  });

  it.each([
    ['./missing.whl', /valid wheel filename/i],
    ['./nope', /looks like a path. File '.\/nope' does not exist/],
  ])('is refused with the line of a missing path: %s', async (line, cause) => {
    const { code, stderr } = await failing({ 'requirements.txt': `plain\n${line}\n` });
    expect(code).toBe(2);
    expect(stderr).toMatch(/requirements\.txt:2/);
    expect(stderr).toMatch(cause);
    expect(stderr).toContain('next: correct the path');
  });

  it('shows git’s message about an unreachable repository', async () => {
    const address = `http://127.0.0.1:${await freePort()}/x.git`;
    const { code, stderr } = await failing({ 'requirements.txt': `${ownIndex}x @ git+${address}\n` });
    expect(code).toBe(1);
    expect(stderr).toMatch(/error: pip cannot install .*requirements\.txt(:3)? for python3\.12/);
    expect(stderr).toContain(`cause: fatal: unable to access '${address}`);
    expect(stderr).toContain('next: try "git ls-remote"');
  });

  it('with an unknown extra of a package is installed, with a note', async () => {
    const cwd = await project({ 'requirements.txt': `${ownIndex}plain[nope]\n` });
    const { stderr, paths } = await packaged(cwd);
    expect(paths).toContain('plain/__init__.py');
    expect(stderr).toContain("plain 2.0 does not provide the extra 'nope'");
  });
});

it('a full disk is reported in one line, not once for each file of a package', async () => {
  const moved = (name: string) =>
    `('/tmp/pip-target/${name}', '/p/.slsctl/${name}', "[Errno 28] No space left on device: '/tmp/${name}'")`;
  const names = Array.from({ length: 100 }, (_, index) => moved(`${index}.py`));
  const output = [
    'Collecting plain',
    'ERROR: Exception:',
    'Traceback (most recent call last):',
    '  File "/pip/base_command.py", line 180, in exc_logging_wrapper',
    '    status = run_func(*args)',
    `shutil.Error: [${names.join(', ')}]`,
    '',
  ].join('\n');
  const source = join(await project({}), 'requirements.txt');
  const target = { version: '3.12', runtime: 'python3.12', architecture: 'x86_64' } as Target;
  const { message, reason, next, exitCode } = await pipFailure({
    ...{ source, file: source, target, output },
    verbose: () => Promise.reject(new Error('nothing to ask for')),
    only: () => Promise.reject(new Error('nothing to ask for')),
  });
  expect({ message, reason, exitCode }).toEqual({
    message: `pip cannot install ${source} for python3.12 x86_64`,
    reason: '[Errno 28] No space left on device',
    exitCode: 1,
  });
  expect(next).toMatch(/free space on the disk/);
});

describe('pyproject.toml', () => {
  const start = '[project]\nname = "p"\nversion = "1"\n';

  it.each([
    ['dependencies = ["plain==9"]', 2, 'no wheel of plain==9'],
    ['dependencies = [\n  "plain >> 2",\n]', 2, 'pyproject.toml:5 is not a valid requirement: plain >> 2'],
    [
      'dependencies = "plain"',
      2,
      'pyproject.toml: project.dependencies is "plain"; allowed: a list of strings',
    ],
    ['dependencies = [1]', 2, 'pyproject.toml: project.dependencies is [1]; allowed: a list of strings'],
  ])('is the file that the error names, not the file generated from it: %s', async (line, code, message) => {
    const ran = await failing({ 'pyproject.toml': `${start}${line}\n` }, { PIP_NO_INDEX: '1' });
    expect(ran.code).toBe(code);
    expect(ran.stderr).toContain(message);
  });

  it.each([
    ['[tool.uv.sources]\nPlain = { path = "../plain" }', 'tool.uv.sources.Plain', 'next: uv lock'],
    ['[[tool.uv.index]]\nurl = "http://127.0.0.1:1/"', 'tool.uv.index', 'next: uv lock'],
    ['[[tool.pdm.source]]\nurl = "http://127.0.0.1:1/"', 'tool.pdm.source', 'next: pdm export'],
  ])(
    'with packages from another source is not installed from the public index: %j',
    async (text, setting, next) => {
      const pyproject = `${start}dependencies = ["plain"]\n${text}\n`;
      const { code, stderr } = await failing({ 'pyproject.toml': pyproject });
      expect(code).toBe(2);
      expect(stderr).toContain(`pyproject.toml sets the source of packages in ${setting}`);
      expect(stderr).toContain(next);
    },
  );

  it('may name other sources for packages of its tools', async () => {
    const pyproject = `${start}dependencies = ["plain"]\n[tool.uv.sources]\nother = { path = "../other" }\n`;
    const cwd = await project({ 'pyproject.toml': pyproject });
    const env = { PIP_NO_INDEX: '1', PIP_FIND_LINKS: join(cwd, 'wheels') };
    expect((await packaged(cwd, { env })).paths).toContain('plain/__init__.py');
  });
});

describe('Python projects of other tools', () => {
  const pyproject = '[project]\nname = "p"\nversion = "1"\ndependencies = ["plain"]\n';

  it.each([
    ['Pipfile', '[packages]\nplain = "*"\n', 'pipenv requirements > requirements.txt'],
    ['Pipfile.lock', '{}', 'pipenv requirements > requirements.txt'],
    ['poetry.lock', '', 'poetry export -o requirements.txt'],
    [
      'setup.py',
      'from setuptools import setup\nsetup(install_requires=["plain"])\n',
      'uv pip compile setup.py',
    ],
    ['setup.cfg', '[options]\ninstall_requires =\n  plain\n', 'uv pip compile setup.cfg'],
  ])('with %s get the command that turns it into a requirements file', async (name, text, command) => {
    const { code, stderr } = await failing({ [name]: text });
    expect(code).toBe(2);
    expect(stderr).toContain(`${name} lists dependencies, but slsctl cannot read this format`);
    expect(stderr).toContain(command);
    expect(stderr).toContain('dependencies: none');
  });

  it('with an unsupported lock file do not fall back to pyproject.toml, unless slsctl.yml names it', async () => {
    const files = { 'pyproject.toml': pyproject, 'poetry.lock': '' };
    expect((await failing(files)).stderr).toContain('poetry.lock lists dependencies');
    const cwd = await projectWith({ ...wheels, ...files, '.slsctlignore': 'wheels\n', 'app.py': handler }, [
      'runtime: python3.12',
      'handler: app.handler',
      'dependencies: pyproject.toml',
    ]);
    const env = { PIP_NO_INDEX: '1', PIP_FIND_LINKS: join(cwd, 'wheels') };
    expect((await packaged(cwd, { env })).paths).toContain('plain/__init__.py');
  });

  it('may have a setup.py without dependencies, or other files beside requirements.txt', async () => {
    const nothing = await project({ 'setup.py': 'from setuptools import setup\nsetup(name="p")\n' });
    expect((await packaged(nothing)).paths).toContain('app.py');
    const both = await project({ Pipfile: '', 'requirements.txt': `${ownIndex}plain\n` });
    expect((await packaged(both)).paths).toContain('plain/__init__.py');
  });
});
