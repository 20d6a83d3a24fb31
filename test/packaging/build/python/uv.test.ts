// Projects with uv.lock and the real uv: the locked versions are installed, and an outdated lock is refused.
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { slsctl } from '../../../support/in-process.ts';
import { type Files, packaged, projectWith } from '../../../support/packaged.ts';
import { editProject } from '../../../support/project.ts';
import { uvProgram } from '../../../support/tools.ts';
import { wheel } from '../../../support/wheels.ts';

const uv = await uvProgram();
const env = { PATH: [dirname(uv ?? '.'), process.env.PATH].join(delimiter), UV_OFFLINE: '1' };

function pyproject(dependencies: string[], more = ''): string {
  const list = JSON.stringify(dependencies);
  const head = `[project]\nname = "p"\nversion = "1"\nrequires-python = ">=3.8"\ndependencies = ${list}\n`;
  return `${head}[tool.uv]\nno-index = true\nfind-links = ["wheels"]\n${more}`;
}

/** A project that uv has locked, with three wheels as its only index. */
async function lockedProject(dependencies: string[], files: Files = {}, more = ''): Promise<string> {
  const names = [wheel('plain', '1.0'), wheel('plain', '2.0'), wheel('deeper', '1.0')];
  const wheels = (await Promise.all(names)).map(([name, content]) => [`wheels/${name}`, content]);
  const cwd = await projectWith(
    {
      '.slsctlignore': 'wheels\nmylib\n',
      'app.py': 'def handler(event, context):\n    return event\n',
      'pyproject.toml': pyproject(dependencies, more),
      ...Object.fromEntries(wheels),
      ...files,
    },
    ['runtime: python3.12', 'handler: app.handler'],
  );
  await promisify(execFile)(uv as string, ['lock'], { cwd, env: { ...process.env, ...env } });
  return cwd;
}

describe.skipIf(!uv)('uv.lock', () => {
  it('decides the installed versions, though newer ones exist', async () => {
    const cwd = await lockedProject(['plain==1.0']);
    const { paths } = await packaged(cwd, { env });
    expect(paths.filter((path) => path.endsWith('METADATA'))).toEqual(['plain-1.0.dist-info/METADATA']);
  });

  it('is refused when it lacks a new dependency of pyproject.toml', async () => {
    const cwd = await lockedProject(['plain']);
    await writeFile(join(cwd, 'pyproject.toml'), pyproject(['plain', 'deeper']));
    const { code, stderr } = await slsctl(['package'], { cwd, env });
    expect(code).toBe(2);
    expect(stderr).toMatch(/error: .*uv\.lock does not match .*pyproject\.toml/);
    expect(stderr).toContain('next: run uv lock');
  });

  it('is refused with uv’s message when its versions cannot be resolved again', async () => {
    const cwd = await lockedProject(['plain']);
    await writeFile(join(cwd, 'pyproject.toml'), pyproject(['plain', 'nobody-knows-it']));
    const { code, stderr } = await slsctl(['package'], { cwd, env });
    expect(code).toBe(2);
    expect(stderr).toContain('nobody-knows-it was not found');
  });

  it('for a Python that is missing on this machine is installed unchecked, with a note', async () => {
    const cwd = await lockedProject(['plain==1.0']);
    for (const name of ['pyproject.toml', 'uv.lock']) {
      const text = await readFile(join(cwd, name), 'utf8');
      await writeFile(join(cwd, name), text.replace('">=3.8"', '">=3.99"'));
    }
    const { paths, stderr } = await packaged(cwd, { env });
    expect(paths).toContain('plain-1.0.dist-info/METADATA');
    expect(stderr).toMatch(/uv\.lock was not checked against pyproject\.toml: .*3\.99/);
  });

  it('with a source package of the project gets advice how to build a wheel', async () => {
    const library = '[project]\nname = "mylib"\nversion = "1"\n';
    const files = { 'mylib/pyproject.toml': library, 'mylib/mylib/__init__.py': '' };
    const cwd = await lockedProject(['mylib'], files, '[tool.uv.sources]\nmylib = { path = "mylib" }\n');
    const { code, stderr } = await slsctl(['package'], { cwd, env });
    expect(code).toBe(2);
    expect(stderr).toContain('error: no wheel of mylib for python3.12 x86_64');
    expect(stderr).toMatch(/next: .*uv build/);
  });

  it('of a workspace is used for its members', async () => {
    const member = '[project]\nname = "fn"\nversion = "1"\nrequires-python = ">=3.8"\n';
    const files = {
      'fn/pyproject.toml': `${member}dependencies = ["plain<2"]\n`,
      'fn/app.py': 'def handler(event, context):\n    return event\n',
    };
    const cwd = await lockedProject(['deeper'], files, '[tool.uv.workspace]\nmembers = ["fn"]\n');
    await editProject(cwd, [[['functions', 'one', 'code'], 'fn']]);
    const metadata = async () =>
      (await packaged(cwd, { env })).paths.filter((path) => path.endsWith('METADATA'));
    expect(await metadata()).toEqual(['plain-1.0.dist-info/METADATA']);
    await writeFile(join(cwd, 'fn/pyproject.toml'), `${member}dependencies = ["plain<2", "deeper"]\n`);
    const { code, stderr } = await slsctl(['package'], { cwd, env });
    expect(code).toBe(2);
    expect(stderr).toMatch(/uv\.lock does not match .*fn.pyproject\.toml/);
  });

  it('is named in the error when its packages cannot be installed', async () => {
    const cwd = await lockedProject(['plain==1.0']);
    const file = join(cwd, 'uv.lock');
    const lock = await readFile(file, 'utf8');
    await writeFile(join(cwd, 'wheels', 'plain-1.0-py3-none-any.whl'), 'no zip');
    const { code, stderr } = await slsctl(['package'], { cwd, env: { ...env, UV_NO_CACHE: '1' } });
    expect(await readFile(file, 'utf8')).toBe(lock);
    expect(code).not.toBe(0);
    expect(stderr).toMatch(/error: uv cannot install .*uv\.lock/);
    expect(stderr).not.toContain('.slsctl/builds');
  });
});
