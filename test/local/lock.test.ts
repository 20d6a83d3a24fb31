// The lock of a folder: held while its process runs, and free afterwards, even if another process gets its number.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { takeLock } from '../../src/local/lock.ts';
import { processIdentity } from '../../src/local/process-identity.ts';
import { removeFolder, temporaryFolder } from '../support/project.ts';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await temporaryFolder('lock');
  file = join(folder, 'server.lock');
});
afterEach(() => removeFolder(folder));

it('the lock is taken once, and again after its release', async () => {
  const lock = await takeLock(file);
  await expect(takeLock(file)).rejects.toMatchObject({
    code: 'ELOCKED',
    message: expect.stringContaining(String(process.pid)),
  });
  await lock.release();
  await (await takeLock(file)).release();
  expect(await readdir(folder)).toEqual([]);
});

it.each(['', 'rubbish', '0', '-1 2', '999999999 1'])(
  'the lock is taken over when its content is %j',
  async (content) => {
    await writeFile(file, content);
    await (await takeLock(file)).release();
  },
);

it.each([
  ['nobody', undefined],
  ['a dead process', '999999999 1'],
])('the lock is taken by one of many at the same time, after %s', async (_, content) => {
  for (let round = 0; round < 20; round++) {
    if (content) await writeFile(file, content);
    const taken = await Promise.allSettled(Array.from({ length: 8 }, () => takeLock(file)));
    const held = taken.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    const codes = taken.flatMap((result) => (result.status === 'rejected' ? [result.reason.code] : []));
    expect([held.length, codes]).toEqual([1, Array(7).fill('ELOCKED')]);
    await held[0]?.release();
    expect(await readdir(folder)).toEqual([]);
  }
});

it.runIf(process.platform === 'linux')(
  'the lock is taken over from an earlier process with the same number',
  async () => {
    await writeFile(file, `${process.pid} 1`);
    await (await takeLock(file)).release();
  },
);

it('a process is recognized while it runs', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  const identity = processIdentity(child.pid ?? 0);
  expect(identity).toBeDefined();
  expect(processIdentity(child.pid ?? 0)).toBe(identity);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(processIdentity(child.pid ?? 0)).toBeUndefined();
});
