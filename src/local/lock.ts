// One server for each folder: a lock file that names the process that holds it.
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { link, rename, rm, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { processIdentity } from './process-identity.ts';
import { StartError } from './start-error.ts';

export interface Lock {
  release(): Promise<void>;
}

/** Milliseconds between two looks at a lock that others are about to take, and how many looks there are. */
const pause = 10;
const looks = 200;

/** Takes the lock, over a dead process's as well. Rejects with `ELOCKED` while another process holds it. */
export async function takeLock(file: string): Promise<Lock> {
  const own = `${file}.${process.pid}.${randomUUID()}`;
  try {
    // Linked when it is complete, so that nobody ever reads an empty one.
    await writeFile(own, `${process.pid} ${processIdentity(process.pid)}`, { mode: 0o600 });
    for (let look = 1; ; look++) {
      if ((await linked(own, file)) || (await tookOver(own, file))) break;
      const holder = holderOf(file);
      if (typeof holder === 'number') {
        throw new StartError(`process ${holder} serves this folder already (${file})`, {
          next: `end it, or delete ${file} when process ${holder} is no slsctl`,
          code: 'ELOCKED',
        });
      }
      if (look === looks) throw new StartError(`others take the lock of this folder all the time (${file})`);
      await sleep(pause);
    }
  } finally {
    await rm(own, { force: true });
  }
  return { release: () => rm(file, { force: true }) };
}

/** False: there is such a file. */
async function linked(own: string, file: string): Promise<boolean> {
  try {
    await link(own, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  }
}

/** Puts `own` in the place of a dead process's lock. Who does so holds a lock of its own, or two would. */
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

/** The process that holds the lock; undefined: there is none. */
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
