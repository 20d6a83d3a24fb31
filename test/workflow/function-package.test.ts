// The output of `slsctl package`, and the file that `--out` may write.
import { mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { expectSlsctl, slsctl } from '../support/in-process.ts';
import { projectWith } from '../support/packaged.ts';

const windows = process.platform === 'win32';
const handler = 'def handler(event, context):\n    return event\n';
const project = () => projectWith({ 'app.py': handler }, ['runtime: python3.12', 'handler: app.handler']);

describe('--out', () => {
  it.each([
    ['slsctl.yml', 'slsctl.yml exists and is not a zip'],
    ['app.py', 'app.py exists and is not a zip'],
    ['empty', 'empty exists and is not a zip'],
    ['.', 'is a folder'],
    ['folder', 'is a folder'],
    ['', '--out is empty'],
    [' ', '--out is empty'],
    ['-', '--out is -'],
    ['nowhere/one.zip', 'there is no folder'],
    ['nowhere/', 'there is no folder'],
    ['app.py/one.zip', 'is not a folder'],
  ])('refuses %j before it writes anything', async (out, message) => {
    const cwd = await project();
    await mkdir(join(cwd, 'folder'));
    await writeFile(join(cwd, 'empty'), '');
    const before = await readdir(cwd);
    const config = await readFile(join(cwd, 'slsctl.yml'), 'utf8');
    const { code, stderr, stdout } = await slsctl(['package', '--out', out], { cwd });
    expect(code, stderr).toBe(2);
    expect(stderr).toContain(message);
    expect(stderr).toMatch(/^ next: /m);
    expect(stderr).not.toMatch(/EISDIR|ENOENT|ENOTDIR/);
    expect(stdout).toBe('');
    expect(await readdir(cwd)).toEqual(before);
    expect(await readdir(join(cwd, 'folder'))).toEqual([]);
    expect(await readFile(join(cwd, 'slsctl.yml'), 'utf8')).toBe(config);
    expect(await readFile(join(cwd, 'app.py'), 'utf8')).toBe(handler);
  });

  it('writes a new file, and replaces it with the next zip', async () => {
    const cwd = await project();
    await expectSlsctl(['package', '--out', 'one.zip'], { cwd });
    const first = await stat(join(cwd, 'one.zip'));
    await writeFile(join(cwd, 'more.txt'), 'more');
    await expectSlsctl(['package', '--out', 'one.zip'], { cwd });
    expect((await stat(join(cwd, 'one.zip'))).size).toBeGreaterThan(first.size);
  });

  it('refuses to overwrite the ready zip of another function, and keeps the function’s own', async () => {
    const cwd = await project();
    await expectSlsctl(['package', '--out', 'ready.zip'], { cwd });
    const config = await readFile(join(cwd, 'slsctl.yml'), 'utf8');
    const other = '  two:\n    runtime: python3.12\n    handler: app.handler\n    code: ready.zip\n';
    await writeFile(join(cwd, 'slsctl.yml'), config + other);
    await writeFile(join(cwd, 'more.txt'), 'more');
    const before = await readFile(join(cwd, 'ready.zip'));
    const { code, stderr } = await slsctl(['package', 'one', '--out', 'ready.zip'], { cwd });
    expect(code).toBe(2);
    expect(stderr).toContain('ready.zip is the code of two');
    await expectSlsctl(['package', 'two', '--out', 'ready.zip'], { cwd });
    expect(await readFile(join(cwd, 'ready.zip'))).toEqual(before);
  });

  it.skipIf(windows)('refuses a link to another file, and a device', async () => {
    const cwd = await project();
    await symlink('app.py', join(cwd, 'link.zip'));
    const linked = await slsctl(['package', '--out', 'link.zip'], { cwd });
    expect(linked.code).toBe(2);
    expect(linked.stderr).toContain('link.zip exists and is not a zip');
    const device = await slsctl(['package', '--out', '/dev/full'], { cwd });
    expect(device.code).toBe(2);
    expect(device.stderr).toContain('/dev/full is neither a file nor a folder');
  });
});

describe.skipIf(windows)('file names in the output of package', () => {
  it('are escaped on the terminal, and unchanged in JSON', async () => {
    const name = 'a\u001b]0;title\u0007\nnext.txt';
    const cwd = await projectWith({ 'app.py': handler, [name]: '', [`${name}~`]: '' }, [
      'runtime: python3.12',
      'handler: app.handler',
    ]);
    const env = { FORCE_COLOR: '1' };
    const { stdout } = await expectSlsctl(['package', '--list'], { cwd, env });
    expect(stdout).toContain('  a\\x1b]0;title\\x07\\nnext.txt ');
    expect(stdout).toContain('  a\\x1b]0;title\\x07\\nnext.txt~ ');
    expect(stdout).not.toContain('\u0007');
    const told = await expectSlsctl(['package', '--verbose'], { cwd, env });
    expect(told.stderr).toContain('left out of one: a\\x1b]0;title\\x07\\nnext.txt~');
    const { entries } = JSON.parse((await expectSlsctl(['package', '-o', 'json'], { cwd })).stdout);
    expect(entries.map(({ path }: { path: string }) => path)).toContain(name);
    await writeFile(join(cwd, 'bad\u001b[2J.so'), Buffer.from('cffaedfe0c000001'.padEnd(96, '0'), 'hex'));
    const refused = await slsctl(['package'], { cwd, env });
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('bad\\x1b[2J.so');
  });
});
