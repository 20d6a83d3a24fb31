// The user's own libraries, required by path or from git: packaged as files, and never modified.
import { mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { run } from '../../../support/cli.ts';
import { slsctl } from '../../../support/in-process.ts';
import { type LibraryOptions, library } from '../../../support/library.ts';
import { addFiles, type Files, packaged, projectWith } from '../../../support/packaged.ts';
import { replaceIn } from '../../../support/project.ts';
import { wheel } from '../../../support/wheels.ts';
import { zipOf } from '../../../support/zip.ts';

const python = process.platform === 'win32' ? 'python' : 'python3';

/** A folder `app` with a function in it and `lib`, a library, beside it. */
async function project(requirements: string, files: Files = {}, options: LibraryOptions = {}) {
  const folder = await projectWith(
    { ...library('lib', 'mylib', options), 'app/app.py': 'def handler(event, context):\n    return 1\n' },
    [],
  );
  const config = 'project: p\nfunctions:\n  one:\n    runtime: python3.12\n    handler: app.handler\n';
  await addFiles(folder, { 'app/slsctl.yml': config, 'app/requirements.txt': requirements, ...files });
  return { cwd: join(folder, 'app'), lib: join(folder, 'lib') };
}

async function all(folder: string): Promise<string[]> {
  return (await readdir(folder, { recursive: true })).filter((path) => !path.startsWith('.slsctl')).sort();
}

async function git(cwd: string, ...args: string[]): Promise<void> {
  const { code, stderr } = await run('git', ['-c', 'user.email=a@b', '-c', 'user.name=x', ...args], { cwd });
  expect(code, stderr).toBe(0);
}

/** Makes a repository of the folder. */
async function committed(folder: string, message: string): Promise<void> {
  for (const args of [
    ['init', '-q'],
    ['add', '-A'],
    ['commit', '-qm', message],
  ])
    await git(folder, ...args);
}

describe('an editable install', () => {
  it.each([
    ['-e ../lib', 'write ../lib instead, without -e'],
    ['--editable=../lib[extra] ; python_version > "3"', 'write ../lib[extra] ; python_version > "3" instead'],
    ['-e inner', 'write ./inner instead, without -e'],
    ['-e git+https://me:word@host/r.git#egg=m', 'write git+https://***@host/r.git#egg=m instead'],
    ['-e .', 'remove the line: the code folder is packaged anyway'],
  ])('is refused before pip runs: %s', async (line, next) => {
    const { cwd } = await project(`# ours\nmade \\\n  ==1\n${line}\n`, { 'app/inner/a.py': '' });
    const { code, stderr } = await slsctl(['package'], { cwd });
    expect(code).toBe(2);
    expect(stderr).toContain(`${join(cwd, 'requirements.txt')}:4: "-e `);
    expect(stderr).toContain(`next: ${next}`);
    expect(stderr).not.toContain('word');
    expect(stderr).not.toContain('install requirements.txt');
  });

  it('is refused in an included file, which the error names', async () => {
    const { cwd } = await project('-r more/base.txt\n', { 'app/more/base.txt': '\n-e ../lib\n' });
    const { code, stderr } = await slsctl(['package'], { cwd });
    expect(code).toBe(2);
    expect(stderr).toContain(`${join(cwd, 'more', 'base.txt')}:2: "-e ../lib" is an editable install`);
  });

  it('of a project with a src folder gets advice to use it without -e', async () => {
    const { cwd } = await project('-e .\n', library('app', 'ours'));
    expect((await slsctl(['package'], { cwd })).stderr).toContain('write . instead, without -e');
    await writeFile(join(cwd, 'requirements.txt'), '.\n');
    expect((await packaged(cwd)).paths).toContain('ours/__init__.py');
  });

  it('that only pip detects is refused by pip, and a clone with work in it stays', async () => {
    const { cwd, lib } = await project('');
    await committed(lib, 'x');
    const url = pathToFileURL(lib).href;
    await git(cwd, 'clone', '-q', url, 'src/mylib');
    const work = { 'src/mylib/src/mylib/__init__.py': 'my = "work"\n', 'requirements.txt': 'mylib\n' };
    await addFiles(cwd, work);
    const before = await all(cwd);
    const env = { PIP_EDITABLE: `git+${url}#egg=mylib` };
    const { code, stderr } = await slsctl(['package'], { cwd, env });
    expect(code).toBe(2);
    expect(stderr).toContain('is an editable install: write it without -e');
    expect(await all(cwd)).toEqual(before);
    const { stdout } = await run('git', ['-C', 'src/mylib', 'status', '--porcelain'], { cwd });
    expect(stdout).toContain('M src/mylib/__init__.py');
  });
});

describe('a library in a folder', () => {
  it.each(['../lib', '../lib ; python_version >= "3.12"', 'file:../lib#egg=mylib'])(
    'is packaged, and neither it nor the project is modified: %s',
    async (line) => {
      const { cwd, lib } = await project(`${line}\n`);
      const before = [await all(lib), await all(cwd)];
      expect((await packaged(cwd)).paths).toContain('mylib/__init__.py');
      expect([await all(lib), await all(cwd)]).toEqual(before);
    },
  );

  it('is installed again after a change deep in it, and not for unrelated files', async () => {
    const { cwd, lib } = await project('../lib\n');
    const first = await packaged(cwd);
    await addFiles(lib, {
      '__pycache__/a.cpython-311.pyc': 'x',
      'build/lib/mylib.py': 'x',
      'mylib.egg-info/PKG-INFO': 'x',
      '.git/HEAD': 'x',
      'env/pyvenv.cfg': 'x',
      'env/lib/site.py': 'x',
    });
    const second = await packaged(cwd);
    expect(second.stderr).not.toContain('install');
    expect(second.sha256).toBe(first.sha256);
    await writeFile(join(lib, 'src/mylib/__init__.py'), 'made = 2\n');
    const third = await packaged(cwd);
    expect(third.stderr).toContain('install requirements.txt');
    expect(third.sha256).not.toBe(first.sha256);
    await addFiles(lib, { 'src/mylib/deep/new.py': '' });
    expect((await packaged(cwd)).paths).toContain('mylib/deep/new.py');
    await rm(join(lib, 'src/mylib/deep'), { recursive: true });
    expect((await packaged(cwd)).paths).not.toContain('mylib/deep/new.py');
  });

  it('is checked for changes also when pyproject.toml names it', async () => {
    const { cwd, lib } = await project('');
    await rm(join(cwd, 'requirements.txt'));
    const dependency = `mylib @ ${pathToFileURL(lib).href}`;
    await addFiles(cwd, {
      'pyproject.toml': `[project]\nname = "p"\nversion = "1"\ndependencies = ["${dependency}"]\n`,
    });
    expect((await packaged(cwd)).paths).toContain('mylib/__init__.py');
    await addFiles(lib, { 'src/mylib/new.py': '' });
    expect((await packaged(cwd)).paths).toContain('mylib/new.py');
  });

  it('may be named by a URL in any form', async () => {
    const { cwd, lib } = await project('');
    const url = `${pathToFileURL(cwd).href}/../lib/`;
    await writeFile(join(cwd, 'requirements.txt'), `mylib[more] @ ${url} ; python_version > "3"\n`);
    const before = await all(lib);
    expect((await packaged(cwd)).paths).toContain('mylib/__init__.py');
    expect(await all(lib)).toEqual(before);
    await addFiles(lib, { 'src/mylib/new.py': '' });
    expect((await packaged(cwd)).paths).toContain('mylib/new.py');
  });

  it.skipIf(process.platform === 'win32')('may have circular or broken links', async () => {
    const { cwd, lib } = await project('../lib\n', { 'shared/code.py': 'x = 1\n' });
    await symlink('..', join(lib, 'src/mylib/up'));
    await symlink('nowhere', join(lib, 'src/mylib/gone'));
    await symlink('../../../shared', join(lib, 'src/mylib/shared'));
    const { paths } = await packaged(cwd);
    expect(paths).toContain('mylib/shared/code.py');
    expect(paths.some((path) => path.includes('/up/'))).toBe(false);
  });

  it.each(['3.11', '3.13'])('is installed when it requires the Python of the target, %s', async (version) => {
    const { cwd } = await project('../lib\n', {}, { requiresPython: `==${version}.*` });
    await replaceIn(join(cwd, 'slsctl.yml'), 'python3.12', `python${version}`);
    // A setting of pip that hands over to another Python does not come between.
    const { stdout } = await run(python, ['-c', 'import sys; print(sys.executable)']);
    const env = { PIP_PYTHON: stdout.trim() };
    expect((await packaged(cwd, { env })).paths).toContain('mylib/__init__.py');
  });

  it('with native code is refused by name, because pip would build it for this machine', async () => {
    const { cwd } = await project('../lib\n', {}, { tag: 'cp312-cp312-linux_x86_64' });
    const { code, stderr } = await slsctl(['package'], { cwd });
    expect(code).toBe(2);
    expect(stderr).toContain('error: mylib 1.0 has native code that was compiled on this machine');
    expect(stderr).toContain('cause: its wheel is for cp312-cp312-linux_x86_64');
    expect(stderr).toContain('list that file in requirements.txt');
  });

  it('with native code is refused from an index too, when --no-binary requests source', async () => {
    const source = await zipOf(library('withc-1.0', 'withc', { tag: 'cp312-cp312-linux_x86_64' }));
    const lines = '--no-index\n--find-links wheels\n--no-binary withc\nwithc\n';
    const { cwd } = await project(lines, { 'app/wheels/withc-1.0.zip': source });
    for (const _ of ['compiled', 'not from a cache either']) {
      const { code, stderr } = await slsctl(['package'], { cwd });
      expect(code).toBe(2);
      expect(stderr).toContain('error: withc 1.0 has native code that was compiled on this machine');
      expect(stderr).toContain('next: remove withc from --no-binary');
    }
  });

  it('gives its builder the git history, and is not modified', async () => {
    const { cwd, lib } = await project('../lib\n');
    await committed(lib, 'first of all');
    const log = "open('src/mylib/log.txt', 'w').write(os.popen('git log --format=%s').read())\n";
    await replaceIn(join(lib, 'backend.py'), "    wheel = '", `    ${log}    wheel = '`);
    await replaceIn(
      join(lib, 'backend.py'),
      "info = '",
      "assert os.path.isfile('.git'), os.getcwd()\ninfo = '",
    );
    const { paths } = await packaged(cwd);
    expect(paths).toContain('mylib/log.txt');
    const [build = ''] = await readdir(join(cwd, '.slsctl/builds'));
    const written = await readFile(join(cwd, '.slsctl/builds', build, 'files/mylib/log.txt'), 'utf8');
    expect(written.trim()).toBe('first of all');
  });
});

describe('a wheel built by the user', () => {
  it('is used, though its name does not say manylinux', async () => {
    const [name, content] = await wheel('mine', '1.0', { tag: 'cp312-cp312-linux_x86_64' });
    const { cwd } = await project(`./wheels/${name}\n`, { [`app/wheels/${name}`]: content });
    expect((await packaged(cwd)).paths).toContain('mine/__init__.py');
  });
});

describe.skipIf(process.platform === 'win32')('a pip that is too old', () => {
  it('is reported, with advice', async () => {
    const { cwd } = await project('six\n', { 'old/pip/__init__.py': "__version__ = '18.1'\n" });
    const { stdout } = await run('python3', ['-c', 'import sys; print(sys.executable)']);
    const PATH = join(cwd, '..', 'bin');
    await mkdir(PATH);
    await symlink(stdout.trim(), join(PATH, 'python3'));
    const env = { PATH, PYTHONPATH: join(cwd, '..', 'old') };
    const { code, stderr } = await slsctl(['package'], { cwd, env });
    expect(code).toBe(1);
    expect(stderr).toMatch(/error: pip 18.1 is too old to install .*requirements.txt for another machine/);
    expect(stderr).toContain('python3 -m pip install --upgrade pip');
  });
});
