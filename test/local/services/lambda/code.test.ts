// Unpacked code: nothing is written outside its folder, whatever a zip contains, and no function can change it.
import { mkdtemp, readdir, readFile, readlink, realpath, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CodeStore } from '../../../../src/local/services/lambda/code/store.ts';
import { removeFolder } from '../../../support/project.ts';
import { filesZip, type ZipEntry, zipOf } from '../../zip.ts';

let folder = '';
let store: CodeStore;

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'slsctl-code-')));
  store = new CodeStore(join(folder, 'code'));
  await writeFile(join(folder, 'outside'), 'untouched');
});
afterEach(() => removeFolder(folder));

const link = (name: string, target: string): ZipEntry => ({ name, content: target, mode: 0o120777 });
const add = (...entries: ZipEntry[]) => store.add(zipOf(entries));
const unzippable = 'Could not unzip uploaded file. Please check your file, then try to upload again.';

/** The folder contains only the earlier files, and nothing unfinished. */
async function expectUntouched(): Promise<void> {
  expect(await readdir(folder)).toEqual(['code', 'outside']);
  expect(await readFile(join(folder, 'outside'), 'utf8')).toBe('untouched');
  expect((await readdir(join(folder, 'code'))).filter((name) => name.startsWith('new-'))).toEqual([]);
}

describe('an invalid zip', () => {
  it.each<[string, ZipEntry[]]>([
    ['a name that climbs out', [{ name: '../outside', content: 'x' }]],
    ['a name that climbs far out', [{ name: 'a/../../../../outside', content: 'x' }]],
    ['a folder that climbs out', [{ name: '../folder/' }]],
    ['an absolute name', [{ name: '/tmp/slsctl-outside', content: 'x' }]],
    ['a name of Windows that climbs out', [{ name: '..\\outside', content: 'x' }]],
    ['a drive of Windows', [{ name: 'C:\\outside', content: 'x' }]],
    ['a name with a zero in it', [{ name: 'a\0b', content: 'x' }]],
    ['a file below a link', [link('a', '..'), { name: 'a/outside', content: 'x' }]],
    ['a file below a link that comes later', [{ name: 'a/outside', content: 'x' }, link('a', '..')]],
    ['a link below a link', [link('a', '.'), link('a/b', '..')]],
    ['a link in place of a file', [{ name: 'a', content: 'x' }, link('a', 'b')]],
    [
      'a folder in place of a file',
      [
        { name: 'a', content: 'x' },
        { name: 'a/b', content: 'y' },
      ],
    ],
    [
      'a file in place of a folder',
      [
        { name: 'a/b', content: 'y' },
        { name: 'a', content: 'x' },
      ],
    ],
    ['a name that no system can have', [{ name: 'n'.repeat(300), content: 'x' }]],
    ['a wrong checksum', [{ name: 'a', content: 'x', crc: 1 }]],
    ['a wrong size', [{ name: 'a', content: 'x', size: 5 }]],
    ['more in it than it says', [{ name: 'a', content: 'x'.repeat(99_999), size: 5, deflated: true }]],
  ])('has %s', async (_case, entries) => {
    await expect(add({ name: 'fine', content: 'x' }, ...entries)).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
      message: unzippable,
    });
    await expectUntouched();
  });

  it('is refused when it is empty', async () => {
    await expect(store.add(zipOf([]))).rejects.toThrow('Uploaded file must be a non-empty zip');
    await expectUntouched();
  });

  it('is refused with the limit when it is too large', async () => {
    await expect(add({ name: 'a', content: 'x', size: 262_144_001, deflated: true })).rejects.toThrow(
      'Unzipped size must be smaller than 262144000 bytes',
    );
    await expectUntouched();
  });
});

describe('symbolic links in a zip', () => {
  it.each([
    ['a/l', '../b', '../b'],
    ['l', '..', '.'],
    ['a/l', '../../../outside', '../outside'],
    ['l', '/etc/passwd', 'etc/passwd'],
    ['a/l', '/var/task/b', '../b'],
    ['l', '/opt/lib/x', 'lib/x'],
    ['l', './a/../b', 'b'],
  ])('from %s to %s get the target %s, inside the folder', async (name, target, expected) => {
    const code = await add({ name: 'b', content: 'x' }, link(name, target));
    expect(await readlink(join(store.files(code), name))).toBe(expected);
    await expectUntouched();
  });

  it('lead to no place outside, even over other links', async () => {
    // By its text alone, each link points inside; followed one after another, they would lead outside.
    const code = await add(
      { name: 'sub/file', content: 'x' },
      link('sub/up', '..'),
      link('out', 'sub/up/..'),
      link('further', 'out/../..'),
    );
    const files = store.files(code);
    for (const name of ['sub/up', 'out', 'further']) {
      const real = await realpath(join(files, name));
      expect(real === files || real.startsWith(files + sep)).toBe(true);
    }
  });
});

describe('unpacked code', () => {
  it('has the content of the zip, read-only, with executable programs', async () => {
    const code = await add(
      { name: 'folder/' },
      { name: 'a/run', content: '#!/bin/sh', mode: 0o100700 },
      { name: 'a/text', content: 'one', mode: 0o100600 },
      { name: 'twice', content: 'first' },
      { name: 'twice', content: 'second' },
    );
    const files = store.files(code);
    const modeOf = async (name: string) => (await stat(join(files, name))).mode & 0o777;
    expect(await modeOf('a/run')).toBe(0o544);
    expect(await modeOf('a/text')).toBe(0o444);
    expect([await modeOf('a'), await modeOf('folder'), await modeOf('.')]).toEqual([0o555, 0o555, 0o555]);
    expect(await readFile(join(files, 'twice'), 'utf8')).toBe('second');
    expect(code.unzipped).toBe('#!/bin/sh'.length + 'one'.length + 'first'.length + 'second'.length);
    // File modes do not apply to root.
    if (process.getuid?.() !== 0) {
      await expect(writeFile(join(files, 'a/text'), 'two')).rejects.toMatchObject({ code: 'EACCES' });
      await expect(writeFile(join(files, 'new'), 'two')).rejects.toMatchObject({ code: 'EACCES' });
    }
    store.release(code.sha256);
    await store.remove(code.sha256);
    expect(await readdir(join(folder, 'code'))).toEqual([]);
  });

  it('is not removed while a request is about to use it', async () => {
    const zip = filesZip({ a: 'x' });
    const code = await store.add(zip);
    await store.add(zip);
    store.release(code.sha256);
    await store.remove(code.sha256);
    expect(await readdir(store.files(code))).toEqual(['a']);
    store.release(code.sha256);
    await store.remove(code.sha256);
    expect(await readdir(join(folder, 'code'))).toEqual([]);
  });

  it('is stored once, however many requests bring it at the same time', async () => {
    const zip = filesZip(Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`f${index}`, 'x'])));
    const all = await Promise.all(Array.from({ length: 5 }, () => store.add(zip)));
    expect(new Set(all.map(({ sha256 }) => sha256)).size).toBe(1);
    expect((await readdir(join(folder, 'code'))).length).toBe(1);
  });

  it('is removed at the next start when it was left unfinished', async () => {
    const { mkdir } = await import('node:fs/promises');
    await mkdir(join(folder, 'code', 'new-1', 'files'), { recursive: true });
    new CodeStore(join(folder, 'code'));
    await expect.poll(() => readdir(join(folder, 'code'))).toEqual([]);
  });
});

describe('several layers', () => {
  it('show the files of the later ones', async () => {
    const one = await add(
      { name: 'a/x', content: '1' },
      { name: 'a/y', content: '1' },
      { name: 'f', content: '1' },
    );
    const two = await add({ name: 'a/x', content: '2' }, { name: 'f/inner', content: '2' });
    const layers = [one, two];
    await store.combine(layers);
    const opt = store.opt(layers) ?? '';
    const text = (name: string) => readFile(join(opt, name), 'utf8');
    expect([await text('a/x'), await text('a/y'), await text('f/inner')]).toEqual(['2', '1', '2']);
    expect(store.opt([])).toBeUndefined();
    expect(store.opt([one])).toBe(store.files(one));
    expect((await stat(join(opt, 'a'))).mode & 0o777).toBe(0o555);
  });

  it('never write through a link of another layer', async () => {
    const one = await add(
      { name: 'target/file', content: 'one' },
      link('a', 'target'),
      link('f', 'target/file'),
    );
    const two = await add({ name: 'a/file', content: 'two' }, { name: 'f', content: 'two' });
    await store.combine([one, two]);
    const opt = store.opt([one, two]) ?? '';
    expect(await readFile(join(opt, 'target/file'), 'utf8')).toBe('one');
    expect(await readFile(join(opt, 'a/file'), 'utf8')).toBe('two');
    expect(await readFile(join(opt, 'f'), 'utf8')).toBe('two');
    expect(await readFile(join(store.files(one), 'target/file'), 'utf8')).toBe('one');
  });
});
