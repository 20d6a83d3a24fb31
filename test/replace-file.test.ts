// A file is replaced in one step, however many files are replaced at the same time.
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { replaceFile } from '../src/replace-file.ts';

it('listens for the exit of the process once, for all files that are being replaced', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'slsctl-replace-'));
  try {
    const before = process.listenerCount('exit');
    const during: number[] = [];
    const names = Array.from({ length: 12 }, (_, index) => `${index}.txt`);
    await Promise.all(
      names.map((name) =>
        replaceFile(join(dir, name), async (temporary) => {
          await writeFile(temporary, name);
          during.push(process.listenerCount('exit') - before);
        }),
      ),
    );
    expect(Math.max(...during)).toBe(1);
    expect(process.listenerCount('exit')).toBe(before);
    expect((await readdir(dir)).sort()).toEqual(names.sort());
    expect(await readFile(join(dir, '7.txt'), 'utf8')).toBe('7.txt');
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
});
