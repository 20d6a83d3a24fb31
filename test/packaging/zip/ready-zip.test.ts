// Zips that the user built: read once, and again after a change.
import { execFile } from 'node:child_process';
import { appendFile, cp, readdir, rename, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { makePackage } from '../../../src/packaging/package.ts';
import { readColumns, writeColumns } from '../../../src/packaging/unchanged/column-file.ts';
import { tryDisk } from '../../../src/packaging/unchanged/disk-times.ts';
import { expectSlsctl, slsctl } from '../../support/in-process.ts';
import { folderWith } from '../../support/project.ts';
import { zipOf } from '../../support/zip.ts';

const key = '-----BEGIN PRIVATE KEY-----\n';
const elf = Buffer.concat([
  Buffer.from('\u007fELF\u0002\u0001\u0001', 'latin1'),
  Buffer.alloc(9),
  Buffer.from([3, 0, 62, 0]),
]);

async function project() {
  const dir = await folderWith({});
  const path = join(dir, 'code.zip');
  await writeFile(path, await zipOf({ 'app.py': 'x = 1\n', 'lib/a.so': elf, 'b.pem': key }));
  const bundled = () => makePackage({ name: 'f', dir, code: { path, include: [], exclude: [] } });
  return { dir, path, note: join(dir, '.slsctl', 'f.ready'), bundled };
}

const pastTheTick = async (dir: string) => delay(tryDisk(dir).tick + 50);

/** As if something else had been learnt: whoever reads the zip again finds what is true. */
async function falsify(note: string): Promise<void> {
  const { head, ...rest } = readColumns<{ sha256: string }>(note);
  await writeColumns(note, { ...rest, head: { ...head, sha256: 'noted' } });
}

describe('a zip built by the user', () => {
  it('is not read again while it is unchanged', async () => {
    const { dir, note, bundled } = await project();
    await pastTheTick(dir);
    const { bytes: _, read, ...first } = await bundled();
    expect(first.notable.map(({ path }) => path).sort()).toEqual(['b.pem', 'lib/a.so']);
    expect(await bundled()).toMatchObject({
      ...first,
      has: expect.any(Function),
      largest: expect.any(Function),
    });
    expect((await read('app.py'))?.toString()).toBe('x = 1\n');
    await falsify(note);
    expect((await bundled()).sha256).toBe('noted');
    await expect((await bundled()).bytes()).rejects.toMatchObject({ exitCode: 1 });
  });

  it('is packaged with a list of its content', async () => {
    const { dir } = await project();
    const config = 'project: p\nfunctions:\n  f: { runtime: java21, handler: x, code: code.zip }\n';
    await writeFile(join(dir, 'slsctl.yml'), config);
    for (const _ of ['read', 'noted']) {
      const { stdout, stderr } = await expectSlsctl(['package'], { cwd: dir });
      expect(stdout).toMatch(/zip +code\.zip\n(.*\n)*files +3\n/);
      expect(stderr).toContain('has private keys: b.pem');
      await pastTheTick(dir);
    }
    expect(await readdir(join(dir, '.slsctl'))).toContain('f.ready');
  });

  it.each([
    ['it grows', async (path: string) => appendFile(path, 'x').then(() => cp(path, `${path}.whole`))],
    ['it is written again', async (path: string) => writeFile(path, await zipOf({ 'app.py': 'x = 2\n' }))],
    [
      'another of the same size and time replaces it',
      async (path: string) => {
        await utimes(path, 1e9, 1e9);
        await cp(path, `${path}.2`, { preserveTimestamps: true });
        await rename(`${path}.2`, path);
      },
    ],
  ])('is read again when %s', async (_, change) => {
    const { dir, path, note, bundled } = await project();
    await pastTheTick(dir);
    await bundled();
    await falsify(note);
    await change(path);
    const now = await bundled().catch(({ message }) => ({ sha256: message as string }));
    expect(now.sha256).not.toBe('noted');
  });

  it('is read each time when its modification time is in the future', async () => {
    const { dir, path, bundled } = await project();
    const soon = Date.now() / 1000 + 3600;
    await utimes(path, soon, soon);
    await pastTheTick(dir);
    await bundled();
    expect(await readdir(join(dir, '.slsctl'))).toEqual([]);
  });

  it.each<[what: string, how: string, says: string]>([
    ['cannot be started', 'info.external_attr = 0o100644 << 16', 'bootstrap of f is not executable'],
    ['is compressed by LZMA', 'info.compress_type = zipfile.ZIP_LZMA', 'bootstrap is compressed by LZMA'],
    ['is encrypted', 'encrypted = True; info.compress_type = zipfile.ZIP_DEFLATED', 'bootstrap is encrypted'],
  ])('is refused when its bootstrap %s', async (_, how, says) => {
    const dir = await folderWith({
      'slsctl.yml': 'project: p\nfunctions:\n  f: { runtime: provided.al2023, handler: x, code: code.zip }\n',
    });
    const maker = (how: string) => `
import zipfile
info = zipfile.ZipInfo('bootstrap')
info.external_attr = 0o100755 << 16
encrypted = False
${how}
with zipfile.ZipFile('code.zip', 'w') as zip:
    zip.writestr(info, '#!/bin/sh\\necho\\n')
    if encrypted: zip.filelist[0].flag_bits |= 1`;
    const make = (how: string) => promisify(execFile)('python3', ['-c', maker(how)], { cwd: dir });
    await make(how);
    for (const _ of ['read', 'noted']) {
      const { code, stderr } = await slsctl(['package'], { cwd: dir });
      expect([code, stderr]).toEqual([2, expect.stringContaining(says)]);
      await pastTheTick(dir);
    }
    await make('');
    await expectSlsctl(['package'], { cwd: dir });
  });

  it.skipIf(process.platform === 'win32')('may have its handler behind links', async () => {
    const dir = await folderWith({
      'slsctl.yml':
        'project: p\nfunctions:\n  f: { runtime: python3.12, handler: app.handler, code: code.zip }\n',
    });
    const maker = `
import zipfile
with zipfile.ZipFile('code.zip', 'w') as zip:
    zip.writestr('src/real.py', 'def handler(e, c): pass')
    info = zipfile.ZipInfo('app.py')
    info.external_attr = 0o120777 << 16
    zip.writestr(info, 'src/real.py')`;
    await promisify(execFile)('python3', ['-c', maker], { cwd: dir });
    for (const _ of ['read', 'noted']) {
      const { stderr } = await expectSlsctl(['package'], { cwd: dir });
      expect(stderr).not.toContain('warning');
      await pastTheTick(dir);
    }
  });
});
