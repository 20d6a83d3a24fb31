// One server for each folder: a lock file with the process id of its holder.
import { readFileSync } from 'node:fs';
import { link, rm, writeFile } from 'node:fs/promises';
import { LocalFailure } from './failure.ts';

export interface Lock {
  release(): Promise<void>;
}

/** Takes the lock, over a dead process's as well. Rejects with `ELOCKED` while another process holds it. */
export async function takeLock(file: string): Promise<Lock> {
  const own = `${file}.${process.pid}`;
  for (let attempt = 0; ; attempt++) {
    try {
      // Linked when it is complete, so that nobody ever reads an empty one.
      await writeFile(own, String(process.pid), { mode: 0o600 });
      await link(own, file);
      return { release: () => rm(file, { force: true }) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const holder = holderOf(file);
      if (holder !== undefined && alive(holder)) {
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

function holderOf(file: string): number | undefined {
  try {
    const pid = Number(readFileSync(file, 'utf8'));
    return Number.isInteger(pid) && pid > 0 ? pid : undefined;
  } catch {
    return undefined;
  }
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
