// A process that outlives the server and kills the remaining functions, however the server ended.
import { type ChildProcess, spawn } from 'node:child_process';

/** Reads `+ PGID` and `- PGID`. The end of its input means that the server has ended. */
const script = `
all=" "
while read -r op id; do
  if [ "$op" = + ]; then all="$all$id "; else all="\${all%% $id *} \${all#* $id }"; fi
done
for id in $all; do kill -s KILL -- "-$id" 2>/dev/null; done
`;

let running: ChildProcess | undefined;

/** A stopped process does not notice that its server has ended. Windows has no process groups, and stops no process. */
export function guard(group: number): void {
  tell(`+ ${group}\n`);
}

export function release(group: number): void {
  if (running) tell(`- ${group}\n`);
}

function tell(line: string): void {
  if (process.platform === 'win32') return;
  if (!running || running.exitCode !== null || running.signalCode !== null) running = start();
  running.stdin?.write(line);
}

function start(): ChildProcess {
  // A session of its own: a keyboard signal that ends the server must not end this process.
  const child = spawn('/bin/sh', ['-c', script], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
    env: {},
    cwd: '/',
  });
  child.on('error', () => undefined);
  child.stdin?.on('error', () => undefined);
  child.unref();
  (child.stdin as { unref?(): void } | null)?.unref?.();
  return child;
}
