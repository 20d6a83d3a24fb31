// One server for each folder: a lock file names the process that holds it.
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { link, rename, rm, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { processIdentity } from './process-identity.ts';
import { StartError } from './start-error.ts';

export interface Lock {
  release(): Promise<void>;
}

/** Milliseconds between two checks of a contested lock, and the number of checks. */
const pause = 10;
const looks = 200;

/** Takes the lock, also from a dead process. Rejects with `ELOCKED` while another process holds it. */
export async function takeLock(file: string): Promise<Lock> {
  const own = `${file}.${process.pid}.${randomUUID()}`;
  try {
    // Linked only once it is complete, so no process ever reads an empty lock file.
    await writeFile(own, `${process.pid} ${processIdentity(process.pid)}`, { mode: 0o600 });
    for (let look = 1; ; look++) {
      if ((await linked(own, file)) || (await tookOver(own, file))) break;
      const holder = holderOf(file);
      if (typeof holder === 'number') {
        throw new StartError(`process ${holder} already serves this folder (${file})`, {
          next: `end process ${holder}; if it is not slsctl, delete ${file}`,
          code: 'ELOCKED',
        });
      }
      if (look === looks)
        throw new StartError(`other processes keep taking the lock of this folder (${file})`);
      await sleep(pause);
    }
  } finally {
    await rm(own, { force: true });
  }
  return { release: () => rm(file, { force: true }) };
}

/** Resolves with false when the file already exists. */
async function linked(own: string, file: string): Promise<boolean> {
  try {
    await link(own, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  }
}

/**
 * Replaces a dead process's lock with `own`. A second lock (`.turn`) guards this, or two processes could both succeed.
 */
async function tookOver(own: string, file: string): Promise<boolean> {
  if (holderOf(file) !== 'dead') return false;
  const turn = `${file}.turn`;
  if (!(await linked(own, turn))) {
    if (holderOf(turn) === 'dead') await rm(turn, { force: true });
    return false;
  }
  try {
    if (holderOf(file) !== 'dead') return false;
    await rename(own, file);
    return true;
  } finally {
    await rm(turn, { force: true });
  }
}

/** The process that holds the lock; undefined when there is no lock. */
function holderOf(file: string): number | 'dead' | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
  const [pid, identity] = text.split(' ');
  return identity && processIdentity(Number(pid)) === identity ? Number(pid) : 'dead';
}
