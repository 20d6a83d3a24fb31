// Checks processes by their ids.
import { readFileSync } from 'node:fs';

/** Whether a process runs; a zombie process does not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch (error) {
    return (error as NodeJS.ErrnoException).syscall === 'open' && process.platform !== 'linux';
  }
}
