// A process that outlives the server by a moment: it kills what is left of functions, however the server ended.
import { type ChildProcess, spawn } from 'node:child_process';

/** Reads `+ PGID` and `- PGID`; the end of its input is the end of the server. */
const script = `
all=" "
while read -r op id; do
  if [ "$op" = + ]; then all="$all$id "; else all="\${all%% $id *} \${all#* $id }"; fi
done
for id in $all; do kill -s KILL -- "-$id" 2>/dev/null; done
`;

let running: ChildProcess | undefined;

/** A stopped process notices nothing, not even that its server is gone. Windows has no groups, and stops none. */
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
  // A session of its own: what ends the server from the keyboard does not end it.
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
