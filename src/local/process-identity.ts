// Identifies a process beyond its number. Numbers are reused, and a dead process keeps its own until it is reaped.
import { readFileSync } from 'node:fs';

/**
 * A text that differs for any other process that has or will have this number; undefined when the process does not run.
 * On Linux it is the start time in clock ticks since boot (proc_pid_stat(5)); elsewhere it says only that it exists.
 */
export function processIdentity(pid: number): string | undefined {
  if (process.platform === 'linux') {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
      // The program's name is in brackets and may contain any character.
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
    } catch {
      return undefined;
    }
  }
  try {
    process.kill(pid, 0);
    return 'there';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM' ? 'there' : undefined;
  }
}
