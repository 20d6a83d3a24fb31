// The memory use of a function's process and its children.
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** Bytes. */
export interface MemoryUse {
  now: number;
  /** The peak, if the system reports it. */
  most: number;
}

/** Undefined when the process has ended, or the system does not report memory. */
export async function memoryOf(pid: number): Promise<MemoryUse | undefined> {
  if (process.platform === 'linux') return memoryOnLinux(pid);
  return process.platform === 'win32' ? undefined : memoryByPs(pid);
}

/** `children`: include its child processes, which take long to find. */
export function memoryOnLinux(pid: number, children = true): MemoryUse | undefined {
  const own = status(pid);
  if (!own || !children) return own;
  let childrenNow = 0;
  for (const child of childrenOf(pid)) childrenNow += memoryOnLinux(child)?.now ?? 0;
  return { now: own.now + childrenNow, most: Math.max(own.most, own.now + childrenNow) };
}

function status(pid: number): MemoryUse | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/status`, 'latin1');
    const bytes = (field: RegExp) => Number(field.exec(text)?.[1] ?? 0) * 1024;
    return { now: bytes(/^VmRSS:\s+(\d+)/m), most: bytes(/^VmHWM:\s+(\d+)/m) };
  } catch {
    return undefined;
  }
}

function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, 'latin1').split(' ').filter(Boolean).map(Number),
    );
  } catch {
    return [];
  }
}

function memoryByPs(pid: number): Promise<MemoryUse | undefined> {
  return new Promise((resolve) => {
    execFile('ps', ['-A', '-o', 'pgid=,rss='], (error, stdout) => {
      if (error) return resolve(undefined);
      const rows = stdout.split('\n').map((row) => row.trim().split(/\s+/).map(Number));
      const now = rows.reduce((sum, [group, size = 0]) => (group === pid ? sum + size * 1024 : sum), 0);
      resolve(now > 0 ? { now, most: now } : undefined);
    });
  });
}
