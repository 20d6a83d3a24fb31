// The same files give the same bytes, at any time, in any order and by any user.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makePackage } from '../../src/packaging/package.ts';
import { expectSlsctl, run } from '../support/cli.ts';
import { removeFolder, temporaryFolder } from '../support/project.ts';
import { infoZip } from '../support/tools.ts';
import {
  digests,
  pythonLister,
  readTree,
  shuffled,
  type Tree,
  tree,
  treeWithLinks,
  writeTree,
} from './tree.ts';

const unzip = process.platform === 'win32' ? undefined : await infoZip('unzip');

const windows = process.platform === 'win32';
const python = windows ? 'python' : 'python3';
const config = 'project: p\nfunctions:\n  f: { runtime: java21, handler: x, code: code }\n';

async function inFolders<T>(count: number, use: (folders: string[]) => Promise<T>): Promise<T> {
  const folders = await Promise.all(Array.from({ length: count }, () => temporaryFolder('tree')));
  try {
    return await use(folders);
  } finally {
    await Promise.all(folders.map(removeFolder));
  }
}

/** What of the tree belongs into a package: generated names may be ones that are left out. */
async function bundled(root: string) {
  const code = { path: join(root, 'code'), include: ['*'], exclude: [] };
  return await makePackage({ name: 'f', dir: root, code });
}

interface Listed {
  path: string;
  sha256: string;
  mode: string;
  date: number[];
  text: string;
}

describe('the bytes of a package', () => {
  it('depend on names and contents alone', async () => {
    await fc.assert(
      fc.asyncProperty(treeWithLinks, fc.nat(), async (files, seed) => {
        if (windows) for (const [path, one] of files) if (!Buffer.isBuffer(one)) files.delete(path);
        await inFolders(2, async ([one, other]) => {
          const before = process.umask(0o022);
          try {
            await writeTree(join(one as string, 'code'), files, { mode: 0o644 });
            process.umask(0o077);
            const copy = shuffled(files, seed);
            await writeTree(join(other as string, 'code'), copy, {
              mode: 0o700,
              seconds: seed % 2_000_000_000,
            });
            const [first, second] = [await bundled(one as string), await bundled(other as string)];
            const contents = [await readFile(first.file), await readFile(second.file)] as const;
            expect(contents[0].equals(contents[1])).toBe(true);
            expect(first.sha256).toBe(second.sha256);
          } finally {
            process.umask(before);
          }
        });
      }),
      { numRuns: 40 },
    );
  });

  it('are readable by Info-ZIP and Python', async () => {
    await fc.assert(
      fc.asyncProperty(tree, async (files) => {
        await inFolders(2, async ([root, out]) => {
          await writeTree(join(root as string, 'code'), files);
          const { file, entries, unpackedSize } = await bundled(root as string);
          const wanted = digests(files);
          expect(entries.map(({ path }) => path)).toEqual(byCodePoints(files));
          expect(unpackedSize).toBe(
            [...files.values()].reduce((sum, one) => sum + (one as Buffer).length, 0),
          );

          const listed = await run(python, ['-c', pythonLister, file]);
          expect(listed.stderr).toBe('');
          const all = JSON.parse(listed.stdout) as Listed[];
          expect(Object.fromEntries(all.map(({ path, sha256 }) => [path, sha256]))).toEqual(wanted);
          expect(all.every(({ date }) => date.join() === '1980,1,1,0,0,0')).toBe(true);
          for (const { path, mode, text } of all) {
            const program = text.startsWith('#!') || text.startsWith('\u007fELF') || path === 'bootstrap';
            expect(mode, path).toBe(program ? '0o100755' : '0o100644');
          }
          if (!unzip) return;
          const unzipped = await run(unzip, ['-q', file, '-d', out as string], {
            env: { LC_ALL: 'C.UTF-8' },
          });
          expect(unzipped.stderr + unzipped.stdout).toBe('');
          expect(await readTree(out as string)).toEqual(wanted);
        });
      }),
      { numRuns: 15 },
    );
  });

  it('are the same in another time zone and with another umask', async () => {
    await inFolders(2, async (folders) => {
      const files: Tree = new Map([
        ['bootstrap', Buffer.from('no shebang')],
        ['src/app.py', Buffer.from('x = 1\n'.repeat(5000))],
        ['src/ünï.txt', Buffer.from('é')],
      ]);
      const sums = [];
      for (const [index, root] of folders.entries()) {
        const mask = process.umask(index === 0 ? 0o022 : 0o077);
        await writeTree(join(root, 'code'), index === 0 ? files : shuffled(files, 1), {
          seconds: 1e9 * index,
        });
        await writeTree(root, new Map([['slsctl.yml', Buffer.from(config)]]));
        const env = { TZ: index === 0 ? 'Pacific/Kiritimati' : 'America/Los_Angeles', LANG: 'tr_TR.UTF-8' };
        const { stdout } = await expectSlsctl(['package', '--output', 'json'], { cwd: root, env });
        process.umask(mask);
        sums.push(JSON.parse(stdout).sha256);
      }
      expect(sums[0]).toBe(sums[1]);
    });
  });

  it('are the same in every slsctl version, because a difference would redeploy all code', async () => {
    await inFolders(1, async ([root]) => {
      const files: Tree = new Map([
        ['app.py', Buffer.from('def handler(event, context):\n    return event\n'.repeat(20))],
        ['bin/tool', Buffer.from('#!/bin/sh\necho hello\n')],
        ['empty', Buffer.alloc(0)],
      ]);
      await writeTree(join(root as string, 'code'), files);
      expect((await bundled(root as string)).sha256).toMatchInlineSnapshot(
        `"kaUS6QtbBpUyMU8K7bXgkjew5/oQhZyq/urQMGbb1TE="`,
      );
    });
  });
});

function byCodePoints(files: Tree): string[] {
  return [...files.keys()].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}
