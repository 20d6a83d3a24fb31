// A function's process and its children: spawned, stopped, continued and killed together.
import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { guard, release } from './guardian.ts';
import type { LaunchPlan } from './launch.ts';
import { Output } from './output.ts';

export interface ProcessEvents {
  /** A log event; `marked` when a bootstrap wrote it. */
  output(text: string, marked: boolean): void;
  /** The process has ended, and all its output is read. */
  exit(code: number | null, signal: NodeJS.Signals | null): void;
  /** The process could not be started. */
  failed(error: Error): void;
}

/** Milliseconds to wait for output after the end: a child in another process group may keep the pipe open. */
const outputLimit = 500;
const posix = process.platform !== 'win32';

export class FunctionProcess {
  private readonly child: ChildProcess;
  private readonly outputs: Output[];
  private stopped = false;
  private over = false;

  constructor(plan: LaunchPlan, folder: string, token: string, events: ProcessEvents) {
    // One pipe for stdout and stderr keeps lines in the order in which they were written.
    const [command, args] = posix
      ? ['/bin/sh', ['-c', 'exec "$@" 2>&1', 'sh', plan.command, ...plan.args]]
      : [plan.command, plan.args];
    this.child = spawn(command, args, {
      cwd: folder,
      env: plan.env,
      stdio: ['ignore', 'pipe', posix ? 'ignore' : 'pipe', ...(plan.connected ? ['pipe' as const] : [])],
      detached: posix,
      windowsHide: true,
    });
    if (posix && this.child.pid) guard(this.child.pid);
    this.outputs = [this.child.stdout, this.child.stderr]
      .filter((stream) => stream !== null)
      .map((stream) => new Output(stream, token, events.output));
    this.child.once('error', (error) => {
      this.over = true;
      events.failed(error);
    });
    this.child.once('exit', (code, signal) => {
      this.kill();
      this.over = true;
      if (posix && this.child.pid) release(this.child.pid);
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise((resolve) => {
        timer = setTimeout(resolve, outputLimit);
      });
      void Promise.race([Promise.all(this.outputs.map(({ ended }) => ended)), late]).then(() => {
        clearTimeout(timer);
        for (const output of this.outputs) output.flush();
        events.exit(code, signal);
      });
    });
  }

  /** The inherited connection to the Runtime API, when the program was started with one. */
  get connection(): Socket | undefined {
    return (this.child.stdio[3] as Socket | null) ?? undefined;
  }

  get pid(): number | undefined {
    return this.over ? undefined : this.child.pid;
  }

  /**
   * Resolves when all output is read that the process wrote before its latest request to this server. That output is
   * already in the pipe, so a turn of the event loop that reads nothing shows the end.
   */
  async quiet(): Promise<void> {
    let before = -1;
    for (let now = this.read; now !== before; now = this.read) {
      before = now;
      await new Promise((resolve) => setImmediate(resolve));
    }
    for (const output of this.outputs) output.flush();
  }

  /** Stops all its processes until `thaw`, as Lambda does between invocations. */
  freeze(): void {
    if (posix && !this.stopped) this.stopped = this.signal('SIGSTOP');
  }

  thaw(): void {
    if (!this.stopped) return;
    this.stopped = false;
    this.signal('SIGCONT');
  }

  /** Kills it together with its children. */
  kill(): void {
    if (this.signal('SIGKILL') || posix || !this.child.pid) return;
    spawn('taskkill', ['/pid', String(this.child.pid), '/t', '/f'], { stdio: 'ignore' }).on('error', () => {
      this.child.kill('SIGKILL');
    });
  }

  private get read(): number {
    return this.outputs.reduce((sum, { size }) => sum + size, 0);
  }

  private signal(signal: NodeJS.Signals): boolean {
    const { pid } = this;
    if (!posix || pid === undefined) return false;
    try {
      return process.kill(-pid, signal);
    } catch {
      return false;
    }
  }
}
