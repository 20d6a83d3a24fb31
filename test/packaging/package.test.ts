// Packaging again: unchanged files are neither read nor zipped again, and no change is missed.
import {
  appendFile,
  link,
  mkdir,
  open,
  readdir,
  rm,
  stat,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { packageFiles } from '../../src/packaging/files.ts';
import { makePackage } from '../../src/packaging/package.ts';
import { readColumns, writeColumns } from '../../src/packaging/unchanged/column-file.ts';
import { identityOf, StatCache } from '../../src/packaging/unchanged/stat-cache.ts';
import { writeZip } from '../../src/packaging/zip/write.ts';
import { run, slsctl as slsctlProcess, startSlsctl } from '../support/cli.ts';
import { expectSlsctl, slsctl } from '../support/in-process.ts';
import { folderWith } from '../support/project.ts';
import { infoZip } from '../support/tools.ts';
import { pythonLister } from './tree.ts';

const unzip = process.platform === 'win32' ? undefined : await infoZip('unzip');

const python = process.platform === 'win32' ? 'python' : 'python3';
const config =
  'project: p\nfunctions:\n  f: { runtime: python3.12, handler: app.handler, code: ., dependencies: none }\n';
const handler = 'def handler(event, context):\n    return event\n';

const bundled = (root: string) =>
  makePackage({ name: 'f', dir: root, code: { path: root, include: [], exclude: [] } });

/** Files must be older than the coarsest tick of a clock to be trusted. */
async function grownOld(root: string): Promise<void> {
  const youngest = Math.max(
    ...(await Promise.all((await readdir(root)).map(async (name) => (await stat(join(root, name))).ctimeMs))),
  );
  await delay(Math.max(0, youngest + 2100 - Date.now()));
}

async function contents(file: string): Promise<Record<string, string>> {
  const { stdout, stderr } = await run(python, ['-c', pythonLister, file]);
  if (stderr) throw new Error(stderr);
  return Object.fromEntries(
    (JSON.parse(stdout) as { path: string; text: string }[]).map(({ path, text }) => [path, text]),
  );
}

describe('a second run of packaging', () => {
  it('does not write the zip again when nothing changed', async () => {
    const root = await folderWith({ 'app.py': handler, 'b.txt': 'b' });
    await grownOld(root);
    const first = await bundled(root);
    const before = await stat(first.file);
    const second = await bundled(root);
    expect(await stat(first.file)).toEqual(before);
    expect(second).toMatchObject({ sha256: first.sha256, size: first.size, entries: first.entries });
  });

  it.each([
    ['a small file', 1, 10],
    ['one of many files, read by threads', 700, 10],
    ['a large file', 1, 9 * 1024 * 1024],
  ])('reports %s that was deleted after it was listed', async (_, count, size) => {
    const root = await folderWith(
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`${index}.txt`, new Uint8Array(size)])),
    );
    const { files } = await packageFiles({ code: { path: root, include: [], exclude: [] } });
    await rm(join(root, '0.txt'));
    const out = await open(join(root, 'out.zip'), 'w');
    await expect(writeZip(out, { files })).rejects.toMatchObject({
      message: `${join(root, '0.txt')} was removed while the package was made`,
      exitCode: 1,
      next: 'run it again',
    });
    await out.close();
  });

  it('copies unchanged files from the old zip without reading them', async () => {
    const root = await folderWith({
      'a.txt': 'a'.repeat(500),
      'b.txt': 'b'.repeat(500),
      'c.txt': 'c'.repeat(500),
    });
    await grownOld(root);
    const first = await bundled(root);
    await writeFile(join(root, 'b.txt'), 'B'.repeat(600));
    const { files } = await packageFiles({ code: { path: root, include: [], exclude: [] } });
    const unreadable = files.map((file) => (file.path === 'b.txt' ? file : { ...file, source: '/nowhere' }));
    const before = await open(first.file);
    const out = await open(join(root, 'out.zip'), 'w');
    const cache = new StatCache(first.file);
    const made = await writeZip(out, { files: unreadable, before: { file: before, cache } });
    await Promise.all([before.close(), out.close()]);
    expect(made.sha256).toBe((await bundled(root)).sha256);
    expect(await contents(join(root, 'out.zip'))).toEqual({
      'a.txt': 'a'.repeat(200),
      'b.txt': 'B'.repeat(200),
      'c.txt': 'c'.repeat(200),
    });
  });

  it.each([
    ['a changed file', async (root: string) => appendFile(join(root, 'a.txt'), '!')],
    ['a new file', async (root: string) => writeFile(join(root, 'aa.txt'), 'new')],
    ['the deletion of a file', async (root: string) => rm(join(root, 'a.txt'))],
    [
      'a change that keeps size and time',
      async (root: string) => {
        const { atime, mtime } = await stat(join(root, 'a.txt'));
        await writeFile(join(root, 'a.txt'), 'A');
        await utimes(join(root, 'a.txt'), atime, mtime);
      },
    ],
  ])('includes %s', async (_, change) => {
    const root = await folderWith({ 'a.txt': 'a', 'b.txt': 'b' });
    await grownOld(root);
    const first = await bundled(root);
    await change(root);
    const second = await bundled(root);
    expect(second.sha256).not.toBe(first.sha256);
    await rm(join(root, '.slsctl'), { recursive: true });
    expect((await bundled(root)).sha256).toBe(second.sha256);
  });

  it('misses no change in the same clock tick as the first run', async () => {
    const root = await folderWith({ 'a.txt': 'a' });
    const first = await bundled(root);
    const note = join(root, '.slsctl', 'f.stat');
    // As if the clock had stood still: the note tells the very times that the changed file has.
    await writeFile(join(root, 'a.txt'), 'b');
    const { mtimeMs, ctimeMs } = await stat(join(root, 'a.txt'));
    const { numbers, ...noted } = readColumns(note);
    const [modified, changed] = numbers as [Float64Array, Float64Array];
    expect(modified[0]).toBe(-1);
    modified.set([modified[0] === -1 ? -1 : mtimeMs]);
    changed.set([ctimeMs]);
    await writeColumns(note, { ...noted, numbers });
    expect((await bundled(root)).sha256).not.toBe(first.sha256);
  });

  it('makes a new zip when the zip or its note was modified', async () => {
    const root = await folderWith({ 'a.txt': 'a' });
    await grownOld(root);
    const { file, sha256 } = await bundled(root);
    await appendFile(file, 'x');
    expect((await bundled(root)).sha256).toBe(sha256);
    expect(Object.keys(await contents(file))).toEqual(['a.txt']);
    for (const nonsense of ['{"format": 1', '', '{"head":{"format":2},"lengths":[9],"texts":3}\nx']) {
      await writeFile(join(root, '.slsctl', 'f.stat'), nonsense);
      expect((await bundled(root)).sha256).toBe(sha256);
    }
  });

  it('does not return a zip that another run has replaced', async () => {
    const root = await folderWith({ 'a.txt': 'a' });
    const first = await bundled(root);
    await writeFile(join(root, 'a.txt'), 'b');
    await bundled(root);
    await expect(first.bytes()).rejects.toMatchObject({ message: expect.stringContaining('has changed') });
  });

  it('detects another zip of the same size', async () => {
    const root = await folderWith({ 'a.txt': 'a' });
    const { file } = await bundled(root);
    const [size, modified, inode] = identityOf(await stat(file));
    expect([size, modified, inode].every((value) => Number.isFinite(value) && value > 0)).toBe(true);
  });
});

describe('large packages', () => {
  it('with more than 65,535 files are readable by other programs', async () => {
    const root = await folderWith();
    const count = 65_600;
    await mkdir(join(root, 'code'));
    await writeFile(join(root, 'code', 'f0'), 'x');
    for (let index = 1; index < count; index += 1) {
      // Disks allow only so many names for one file.
      if (index % 1000 === 0) await writeFile(join(root, 'code', `f${index}`), 'x');
      else await link(join(root, 'code', `f${index - (index % 1000)}`), join(root, 'code', `f${index}`));
    }
    const made = await makePackage({
      name: 'f',
      dir: root,
      code: { path: join(root, 'code'), include: [], exclude: [] },
    });
    expect(made.entries).toHaveLength(count);
    const lister = 'import sys, zipfile; print(len(zipfile.ZipFile(sys.argv[1]).namelist()))';
    expect((await run(python, ['-c', lister, made.file])).stdout.trim()).toBe(String(count));
    if (unzip) expect((await run(unzip, ['-l', made.file])).stdout).toMatch(new RegExp(`${count} files`));
  });

  it('read large files in pieces', async () => {
    const root = await folderWith({ 'app.py': handler });
    const text = Buffer.from(Array.from({ length: 900_000 }, (_, index) => `line ${index}\n`).join(''));
    await writeFile(join(root, 'large.txt'), text);
    const { file, entries } = await bundled(root);
    expect(entries.find(({ path }) => path === 'large.txt')).toMatchObject({
      size: text.length,
      streamed: true,
    });
    const check =
      'import sys, zipfile; sys.stdout.buffer.write(zipfile.ZipFile(sys.argv[1]).read("large.txt"))';
    const read = await run(python, ['-c', check, file]);
    expect(read.stdout === text.toString()).toBe(true);
    if (unzip) expect((await run(unzip, ['-tq', file])).code).toBe(0);
  });

  it('refuse a file of more than 4 GB without reading it', async () => {
    const root = await folderWith({ 'app.py': handler, 'slsctl.yml': config, 'huge.bin': '' });
    await truncate(join(root, 'huge.bin'), 5 * 1024 ** 3);
    const { code, stderr } = await slsctl(['package'], { cwd: root });
    expect(code).toBe(2);
    expect(stderr).toContain('huge.bin');
    expect(await readdir(root)).not.toContain('.slsctl');
  });
});

describe('slsctl package', () => {
  it('leaves no incomplete file when it is interrupted', async () => {
    const root = await folderWith({ 'app.py': handler, 'slsctl.yml': config });
    await truncate(join(root, 'slow.bin'), 200 * 1024 ** 2).catch(async () => {
      await writeFile(join(root, 'slow.bin'), '');
      await truncate(join(root, 'slow.bin'), 200 * 1024 ** 2);
    });
    const running = await startSlsctl(['package', '--out', 'out.zip'], { cwd: root });
    const half = async () =>
      (await readdir(join(root, '.slsctl')).catch(() => [])).some((one) => one.endsWith('.tmp'));
    while (!(await half())) await delay(5);
    running.child.kill('SIGINT');
    const { code } = await running.done;
    expect(code).toBe(130);
    expect(await readdir(join(root, '.slsctl'))).toEqual([]);
    expect(await readdir(root)).not.toContain('out.zip');
  });

  it('can run twice at the same time', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 300 }, (_, index) => [`f${index}.txt`, `${index}`.repeat(3000)]),
    );
    const root = await folderWith({ 'app.py': handler, 'slsctl.yml': config, ...files });
    const runs = await Promise.all(
      [slsctl, slsctl, slsctlProcess, slsctlProcess].map((run) =>
        run(['package', '--output', 'json'], { cwd: root }),
      ),
    );
    expect(runs.map(({ code, stderr }) => `${code}${code ? stderr : ''}`)).toEqual(['0', '0', '0', '0']);
    const sums = runs.map(({ stdout }) => JSON.parse(stdout).sha256);
    expect(new Set(sums).size).toBe(1);
    expect((await readdir(join(root, '.slsctl'))).sort()).toEqual(['f.stat', 'f.zip', 'passed']);
    expect(Object.keys(await contents(join(root, '.slsctl', 'f.zip')))).toHaveLength(301);
  });

  it('prints the path of the zip, its content and the excluded files', async () => {
    const root = await folderWith({ 'app.py': handler, 'slsctl.yml': config, '.env': 'SECRET=1' });
    const { stdout } = await expectSlsctl(['package', '--list', '--out', 'out.zip'], { cwd: root });
    expect(stdout).toMatch(/zip +out\.zip\n/);
    expect(stdout).toMatch(/app\.py +46 B/);
    expect(stdout).toMatch(/left out\n(.*\n)* +\.env +built-in\n/);
    expect(stdout).not.toContain('SECRET');
    const json = await expectSlsctl(['package', '--output', 'json'], { cwd: root });
    expect(JSON.parse(json.stdout)).toMatchObject({
      entries: [{ path: 'app.py', size: 46 }],
      leftOut: expect.arrayContaining([
        { path: '.env', by: 'built-in' },
        { path: 'out.zip', by: 'a package that slsctl made' },
      ]),
    });
    const { stderr } = await expectSlsctl(['package', '--verbose'], { cwd: root });
    expect(stderr).toContain('left out of f: .env (built-in)');
  });

  it('refuses 300 MB by the file sizes, and names the largest folders', async () => {
    const root = await folderWith({ 'app.py': handler, 'slsctl.yml': config });
    for (const folder of ['models', 'data', 'small']) {
      await mkdir(join(root, folder));
      await writeFile(join(root, folder, 'x.bin'), '');
      await truncate(join(root, folder, 'x.bin'), (folder === 'small' ? 1 : 150) * 1024 ** 2);
    }
    const { code, stderr } = await slsctl(['package'], { cwd: root });
    expect(code).toBe(2);
    expect(stderr).toMatch(/models\/.*150.*MB|data\/.*150.*MB/);
    expect(stderr.indexOf('small')).toBeGreaterThan(stderr.indexOf('models'));
    expect(await readdir(root)).not.toContain('.slsctl');
  });

  it.skipIf(process.platform === 'win32')('names a file that it cannot read', async () => {
    const root = await folderWith({ 'app.py': handler, 'slsctl.yml': config, 'secret.txt': 'x' });
    await run('chmod', ['000', join(root, 'secret.txt')]);
    const isRoot = process.getuid?.() === 0;
    if (isRoot) await run('chown', ['-R', '65534', root]);
    const program = new URL('../../bin/slsctl.js', import.meta.url).pathname;
    const args = isRoot
      ? ['--reuid=65534', '--clear-groups', process.execPath, program, 'package']
      : [program, 'package'];
    const { code, stderr } = await run(isRoot ? 'setpriv' : process.execPath, args, { cwd: root });
    expect(stderr).toContain('secret.txt cannot be read');
    expect(code).toBe(2);
  });
});
