// One server for each folder: a lock file that names the process that holds it.
import { readFileSync } from 'node:fs';
import { link, rm, writeFile } from 'node:fs/promises';
import { LocalFailure } from './failure.ts';
import { processIdentity } from './process-identity.ts';

export interface Lock {
  release(): Promise<void>;
}

/** Takes the lock, over a dead process's as well. Rejects with `ELOCKED` while another process holds it. */
export async function takeLock(file: string): Promise<Lock> {
  const own = `${file}.${process.pid}`;
  for (let attempt = 0; ; attempt++) {
    try {
      // Linked when it is complete, so that nobody ever reads an empty one.
      await writeFile(own, `${process.pid} ${processIdentity(process.pid)}`, { mode: 0o600 });
      await link(own, file);
      return { release: () => rm(file, { force: true }) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const holder = holderOf(file);
      if (holder !== undefined) {
        throw new LocalFailure(`process ${holder} serves this folder already (${file})`, {
          next: `end it, or delete ${file} when process ${holder} is no slsctl`,
          code: 'ELOCKED',
        });
      }
      if (attempt > 3) throw error;
      await rm(file, { force: true });
    } finally {
      await rm(own, { force: true });
    }
  }
}

/** The process that holds the lock; undefined: it has ended. */
function holderOf(file: string): number | undefined {
  try {
    const [pid, identity] = readFileSync(file, 'utf8').split(' ');
    return identity && processIdentity(Number(pid)) === identity ? Number(pid) : undefined;
  } catch {
    return undefined;
  }
}
