// The stat cache of a file tree: after any change of the tree, the package has the present files.
import { appendFile, chmod, mkdir, readFile, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packageFiles } from '../../../src/packaging/files.ts';
import { makePackage, type Package } from '../../../src/packaging/package.ts';
import { readColumns, writeColumns } from '../../../src/packaging/unchanged/column-file.ts';
import { coarsestTick, tryDisk } from '../../../src/packaging/unchanged/disk-times.ts';
import { StatCache } from '../../../src/packaging/unchanged/stat-cache.ts';
import { folderWith, removeFolder } from '../../support/project.ts';

const windows = process.platform === 'win32';

const partsOf = (root: string) => ({
  code: { path: root, include: [], exclude: ['*.log'] },
  onlyIncluded: undefined,
  added: [{ path: join(root, '.slsctl', 'builds', 'x', 'files') }],
});
const bundled = (root: string) => makePackage({ name: 'f', dir: root, ...partsOf(root) });
const cacheOf = (root: string) => new StatCache(join(root, '.slsctl', 'f.zip'));

/** Long enough that no time in it is one that a later change could have too. */
const pastTheTick = async (root: string) => delay(tryDisk(root).tick + 50);

async function project(): Promise<string> {
  const root = await folderWith({ 'a.py': 'a', 'b.py': 'b', 'x.log': 'log', '.slsctlignore': 'c.py\n' });
  await mkdir(join(root, 'deep', 'er'), { recursive: true });
  await mkdir(join(root, 'empty'));
  await mkdir(join(root, '.slsctl', 'builds', 'x', 'files', 'package'), { recursive: true });
  const files = { 'c.py': 'c', 'deep/d.py': 'd', 'deep/er/e.py': 'e', 'out/o.log': 'o' };
  await mkdir(join(root, 'out'));
  for (const [path, text] of Object.entries(files)) await writeFile(join(root, path), text);
  await writeFile(join(root, '.slsctl/builds/x/files/package/p.py'), 'p');
  if (!windows) await symlink('a.py', join(root, 'link.py'));
  for (const path of ['a.py', 'b.py']) await utimes(join(root, path), 1e9, 1e9);
  return root;
}

/** What may happen to a project; whether the zip is another one afterwards does not matter here. */
const changes: Record<string, (root: string) => Promise<unknown>> = {
  'a file grows': (root) => appendFile(join(root, 'deep/er/e.py'), 'more'),
  'a file keeps size and time': async (root) => {
    await writeFile(join(root, 'a.py'), 'A');
    await utimes(join(root, 'a.py'), 1e9, 1e9);
  },
  'a file is new': (root) => writeFile(join(root, 'deep/er/new.py'), 'new'),
  'a file is new in an empty folder': (root) => writeFile(join(root, 'empty/new.py'), 'new'),
  'a file is new beside those that are left out': (root) => writeFile(join(root, 'out/new.py'), 'new'),
  'a file is new among the dependencies': (root) =>
    writeFile(join(root, '.slsctl/builds/x/files/package/q.py'), 'new'),
  'a dependency changes': (root) => writeFile(join(root, '.slsctl/builds/x/files/package/p.py'), 'P'),
  'a file goes': (root) => rm(join(root, 'b.py')),
  'a file gets another name': (root) => rename(join(root, 'deep/d.py'), join(root, 'deep/dd.py')),
  'a file takes the place of another': async (root) => {
    await writeFile(join(root, 'z.log'), 'B');
    await utimes(join(root, 'z.log'), 1e9, 1e9);
    await rename(join(root, 'z.log'), join(root, 'b.py'));
  },
  'a folder gets another name': (root) => rename(join(root, 'deep'), join(root, 'deeper')),
  'a folder takes the place of a file': async (root) => {
    await rm(join(root, 'b.py'));
    await mkdir(join(root, 'b.py'));
    await writeFile(join(root, 'b.py', 'inner.py'), 'i');
  },
  'a rule changes': (root) => writeFile(join(root, '.slsctlignore'), 'b.py\n'),
  'a rule is new below': (root) => writeFile(join(root, 'deep/.slsctlignore'), 'e.py\n'),
  'the rules go': (root) => rm(join(root, '.slsctlignore')),
  'a folder becomes a virtual environment': (root) => writeFile(join(root, 'deep/pyvenv.cfg'), ''),
  'what is left out changes': (root) => appendFile(join(root, 'x.log'), 'more'),
  'nothing happens': async () => {},
  'a file is touched': (root) => utimes(join(root, 'a.py'), 2e9, 2e9),
  'a mode changes': (root) => chmod(join(root, 'a.py'), 0o755),
  ...(windows
    ? {}
    : {
        'a link leads elsewhere': async (root) => {
          await rm(join(root, 'link.py'));
          await symlink('b.py', join(root, 'link.py'));
        },
        'a file takes the place of a link': async (root) => {
          await rm(join(root, 'link.py'));
          await writeFile(join(root, 'link.py'), 'a.py');
        },
      }),
};

describe('the stat cache of a file tree', () => {
  /** Does these things to a project, one after the other: each time the package is that of the files. */
  async function follow(root: string, some: readonly string[], waits: boolean): Promise<void> {
    await bundled(root);
    for (const name of some) {
      await changes[name]?.(root).catch(() => 'what another change has taken away');
      const cached = await outcome(root);
      // Others may run after it at once, or much later.
      if (waits) await pastTheTick(root);
      const again = await outcome(root);
      await rm(join(root, '.slsctl/f.stat'), { force: true });
      const anew = await outcome(root);
      expect(cached, some.join(', ')).toEqual(anew);
      expect(again, some.join(', ')).toEqual(anew);
    }
  }
  const pick = ({ sha256, entries, leftOut }: Package) => ({ sha256, entries, leftOut });
  /** Some changes together make what is refused, such as a link to a file that is left out: then every time. */
  const outcome = (root: string) => bundled(root).then(pick, (error: Error) => error.message);
  const names = Object.keys(changes);

  it('is never used for a tree that has changed', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.constantFrom(...names), { minLength: 1, maxLength: 4 }),
        fc.boolean(),
        async (some, waits) => {
          const root = await project();
          await pastTheTick(root);
          await follow(root, some, waits);
          await removeFolder(root);
        },
      ),
      {
        numRuns: 25,
        examples: [
          ...names.map((name): [string[], boolean] => [[name], false]),
          [['a rule changes', 'a link leads elsewhere'], false],
        ],
      },
    );
  }, 120_000);

  it('is not used when only the times of folders show the change', async () => {
    const roots = await Promise.all(names.map(project));
    await delay(coarsestTick + 50);
    for (const [index, name] of names.entries()) await follow(roots[index] as string, [name], false);
  });

  it('is valid while nothing changes, and only for the same parts', async () => {
    const root = await project();
    const parts = partsOf(root);
    await pastTheTick(root);
    await bundled(root);
    // Its folders may change once more in what is one time for them.
    expect(cacheOf(root).fresh(parts)).toBeUndefined();
    await delay(coarsestTick + 50);
    const { sha256, entries } = await bundled(root);
    const fresh = cacheOf(root).fresh(parts);
    expect(fresh).toMatchObject({ sha256, entries, count: entries.length });
    expect(fresh?.largest(1)).toEqual([entries.toSorted((a, b) => b.size - a.size)[0]]);
    expect(fresh?.has('deep/er/e.py')).toBe(true);
    expect(fresh?.has(join(root, 'deep'))).toBe(false);
    expect(fresh?.source('package/p.py')?.source).toBe(
      join(root, '.slsctl', 'builds', 'x', 'files', 'package', 'p.py'),
    );
    expect(cacheOf(root).fresh({ ...parts, added: [] })).toBeUndefined();
    expect(cacheOf(root).fresh({ ...parts, code: { ...parts.code, exclude: ['*.py'] } })).toBeUndefined();
    await appendFile(join(root, 'x.log'), 'left out: it does not matter');
    expect(cacheOf(root).fresh(parts)).toBeDefined();
    await writeFile(join(root, 'deep', 'new.log'), '');
    expect(cacheOf(root).fresh(parts)).toBeUndefined();
    // Looked at again it is the same zip, and that is noted.
    await delay(coarsestTick + 50);
    expect((await bundled(root)).sha256).toBe(sha256);
    expect(cacheOf(root).fresh(parts)).toBeDefined();
  });

  it('knows the path on disk of each file in the zip, under any name', async () => {
    const root = await folderWith();
    for (const path of [
      ...['a.py', 'e\u0301.py', 'deep/b.py', 'tool.bin'],
      ...['.slsctl/wheels/p/q.py', '.slsctl/wheels/r.py'],
    ]) {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await writeFile(join(root, path), path);
    }
    const parts = {
      code: { path: root, include: [], exclude: [] },
      added: [
        { path: join(root, '.slsctl', 'wheels'), under: 'python' },
        { path: join(root, 'tool.bin'), as: 'bootstrap' },
      ],
    };
    await delay(coarsestTick + 50);
    const { entries } = await makePackage({ name: 'f', dir: root, ...parts });
    const fresh = cacheOf(root).fresh(parts);
    const { files } = await packageFiles(parts);
    expect(files.map(({ path }) => path)).toEqual([
      'a.py',
      'bootstrap',
      'deep/b.py',
      'python/p/q.py',
      'python/r.py',
      'tool.bin',
      '\u00e9.py',
    ]);
    expect(fresh?.entries).toEqual(entries);
    for (const { path, source } of files) {
      expect(fresh?.source(path)?.source).toBe(source);
      expect(fresh?.has(path)).toBe(true);
    }
    for (const path of ['e\u0301.py', 'r.py', 'p/q.py', 'python', 'deep', '', 'bootstrap/', 'no.py']) {
      expect(fresh?.has(path)).toBe(false);
    }
  });

  it('knows the paths below a root that ends with a slash', async () => {
    const root = await folderWith({ 'a.py': 'a' });
    await mkdir(join(root, 'deep'));
    await writeFile(join(root, 'deep', 'b.py'), 'b');
    const parts = { code: { path: root + sep, include: [], exclude: [] } };
    await delay(coarsestTick + 50);
    await makePackage({ name: 'f', dir: root + sep, ...parts });
    const fresh = cacheOf(root).fresh({ ...parts, onlyIncluded: undefined, added: undefined });
    expect(fresh?.entries.map(({ path }) => path)).toEqual(['a.py', 'deep/b.py']);
    expect(fresh?.has('a.py') && fresh.has('deep/b.py')).toBe(true);
  });

  it('compares the names in a folder when its time is not reliable', async () => {
    const root = await project();
    await delay(coarsestTick + 50);
    await bundled(root);
    const note = join(root, '.slsctl', 'f.stat');
    const { head, ...columns } = readColumns<{ names: Record<number, string> }>(note);
    // Only the folder of the project, to which .slsctl came.
    expect(Object.values(head.names)).toHaveLength(1);
    expect(Object.values(head.names)[0]).toContain('a.py/file/');
    await writeFile(join(root, 'new.py'), 'new');
    expect(cacheOf(root).fresh(partsOf(root))).toBeUndefined();
    await rm(join(root, 'new.py'));
    expect(cacheOf(root).fresh(partsOf(root))).toBeDefined();
    await writeColumns(note, { head: { ...head, names: {} }, ...columns });
    expect(cacheOf(root).fresh(partsOf(root))).toBeUndefined();
  });

  it('can be read back from its file, with any names', async () => {
    const file = join(await folderWith(), 'columns');
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.double({ noNaN: true })), { maxLength: 4 }),
        fc.array(
          fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0')),
          { minLength: 1 },
        ),
        fc.jsonValue(),
        async (numbers, texts, head) => {
          await writeColumns(file, { head, numbers: numbers.map((one) => Float64Array.from(one)), texts });
          const read = readColumns(file);
          expect(read.numbers.map((one) => [...one])).toEqual(numbers);
          expect(read.texts).toEqual(texts);
          expect(JSON.stringify(read.head)).toBe(JSON.stringify(head));
          const whole = await readFile(file);
          await writeFile(file, whole.subarray(0, whole.indexOf(10)));
          if (numbers.flat().length > 0) expect(() => readColumns(file)).toThrow();
        },
      ),
      { numRuns: 50 },
    );
  });
});
