// Which process a number means: numbers are given out again, and the dead keep theirs until somebody asks for them.
import { readFileSync } from 'node:fs';

/**
 * What tells this process from any other that has or will have its number; undefined: it does not run. On Linux
 * the moment of its start, in clock ticks since boot (proc_pid_stat(5)); elsewhere just that it is there.
 */
export function processIdentity(pid: number): string | undefined {
  if (process.platform === 'linux') {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
      // The program's name is in brackets and may hold anything.
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
