// Zips from outside: unpacked only into the folder, and refused when they would write outside it.
import { access, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { ZipArchive } from 'archiver';
import { describe, expect, it } from 'vitest';
import { unzip } from '../../../src/packaging/zip/unzip.ts';
import { folderWith } from '../../support/project.ts';
import { zipOf } from '../../support/zip.ts';

/** The same zip with other text of the same length: what no honest writer makes. */
function forged(zip: Uint8Array, from: string, to: string): Uint8Array {
  const text = Buffer.from(zip).toString('latin1');
  expect(text).toContain(from);
  return Buffer.from(text.replaceAll(from, to), 'latin1');
}

describe('unzip', () => {
  it('writes files, and keeps executable files executable', async () => {
    const folder = await folderWith();
    const paths = await unzip(await zipOf({ 'a/b.txt': 'b', bootstrap: '#!/bin/sh\n' }, 0o755), folder);
    expect(paths.sort()).toEqual(['a/b.txt', 'bootstrap']);
    expect(await readFile(join(folder, 'a', 'b.txt'), 'utf8')).toBe('b');
    if (process.platform !== 'win32')
      expect((await stat(join(folder, 'bootstrap'))).mode & 0o777).toBe(0o755);
  });

  it.each([
    ['../../out.txt', 'relative path'],
    ['/tmp/_out.txt', 'absolute path'],
    ['..\\..\\out.txt', 'relative path'],
    ['c:/xx/out.txt', 'path'],
    ['a/b:c/out.txt', 'not a valid file name'],
    ['a//./.out.txt', 'not a valid file name'],
  ])('refuses the entry %s', async (path, reason) => {
    const folder = await folderWith();
    const zip = forged(await zipOf({ '__/__/out.txt': 'out' }), '__/__/out.txt', path);
    await expect(unzip(zip, join(folder, 'in'))).rejects.toThrow(reason);
    await expect(access(join(folder, 'out.txt'))).rejects.toThrow();
  });

  it('refuses links, and names that exist already', async () => {
    const folder = await folderWith();
    const archive = new ZipArchive();
    archive.symlink('link.txt', '/etc/passwd');
    const [linked] = await Promise.all([buffer(archive), archive.finalize()]);
    await expect(unzip(linked, folder)).rejects.toThrow('link');
    const twice = forged(await zipOf({ 'aa.txt': '1', 'bb.txt': '2' }), 'bb.txt', 'aa.txt');
    await expect(unzip(twice, folder)).rejects.toThrow('EEXIST');
  });
});
