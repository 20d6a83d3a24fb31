// Programs of the user's machine that build packages: found on PATH, run to their end, stopped with slsctl.
import { type ChildProcess, spawn } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, dirname, extname, join } from 'node:path';

const windows = process.platform === 'win32';

/** What a build gets from whoever asks for it. */
export interface BuildHost {
  env: NodeJS.ProcessEnv;
  /** Aborted by Ctrl-C; programs that run then are stopped. */
  signal: AbortSignal;
  /** Shows what takes long. */
  step<T>(title: string, run: (report: (text: string) => void) => Promise<T>): Promise<T>;
  /** Tells the user what was decided for them. */
  note(text: string): void;
  /** Tells the user what will not work. Both tell the same thing once. */
  warn(text: string): void;
}

export interface Tool {
  file: string;
  /** What comes before the arguments proper. */
  args: readonly string[];
}

export interface ToolResult {
  /** 0: it succeeded. */
  code: number;
  /** What it wrote to stdout, and to stdout and stderr in order; the last 4 MB. */
  stdout: string;
  output: string;
}

export interface RunOptions {
  cwd: string;
  host: BuildHost;
  /** Added to the environment of the user. */
  env?: Record<string, string>;
}

const mostKept = 4 * 1024 * 1024;

/** The first file of that name on PATH; undefined: there is none. */
export async function onPath(name: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const folders = (pathOf(env) ?? '').split(delimiter).filter(Boolean);
  const endings = windows ? (env.PATHEXT ?? '.EXE;.CMD;.BAT').split(';') : [''];
  for (const folder of folders) {
    for (const ending of endings) {
      const file = join(folder, name + ending);
      if (await exists(file)) return file;
    }
  }
  return undefined;
}

function pathOf(env: NodeJS.ProcessEnv): string | undefined {
  return env.PATH ?? (windows ? env.Path : undefined);
}

async function exists(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** A program that npm installs by its script: on Windows the file on PATH is for the shell alone. */
export async function nodeTool(
  name: string,
  script: string,
  env: NodeJS.ProcessEnv,
): Promise<Tool | undefined> {
  const file = await onPath(name, env);
  if (!file) return undefined;
  const behind = join(dirname(file), 'node_modules', script);
  const forShell = windows && ['.cmd', '.bat'].includes(extname(file).toLowerCase());
  return forShell ? { file: process.execPath, args: [behind] } : { file, args: [] };
}

/** Runs a program. Rejects only when it cannot be started or the user interrupts. */
export function runTool(program: Tool, args: readonly string[], options: RunOptions): Promise<ToolResult> {
  const { cwd, host, env } = options;
  const child = spawn(program.file, [...program.args, ...args], {
    cwd,
    env: { ...host.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    windowsHide: true,
    detached: !windows,
  });
  return ended(child, host.signal);
}

/** Runs a command line in the shell of the platform. */
export function runShell(command: string, { cwd, host, env }: RunOptions): Promise<ToolResult> {
  const child = spawn(command, {
    cwd,
    env: { ...host.env, ...env },
    shell: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    windowsHide: true,
    detached: !windows,
  });
  return ended(child, host.signal);
}

/** What a program may take to end in peace when it is told to, milliseconds. */
const grace = 3000;

/** After the end of a program, how long more may come from a pipe that a process in the background holds open. */
const lateOutput = 200;

/** Their processes, each the first of a group. When slsctl itself ends, by a second Ctrl-C, these do too. */
const alive = new Set<ChildProcess>();
const killAll = () => {
  for (const child of alive) stop(child, 'SIGKILL');
};

/** With the end of the program itself; what it leaves in the background goes on, unheard. */
function ended(child: ChildProcess, signal: AbortSignal): Promise<ToolResult> {
  return new Promise((resolve, reject) => {
    const kept = { stdout: '', output: '' };
    const keep = (name: keyof typeof kept, text: string) => {
      kept[name] = (kept[name] + text).slice(-mostKept);
    };
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      keep('stdout', text);
      keep('output', text);
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => keep('output', text));
    if (alive.size === 0) process.once('exit', killAll);
    alive.add(child);
    let timer: NodeJS.Timeout | undefined;
    const onAbort = () => {
      stop(child, 'SIGTERM');
      timer = setTimeout(() => {
        stop(child, 'SIGKILL');
        unheard();
      }, grace);
    };
    const unheard = () => {
      child.stdout?.destroy();
      child.stderr?.destroy();
    };
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    const over = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      alive.delete(child);
      if (alive.size === 0) process.off('exit', killAll);
    };
    child.once('error', (error) => {
      over();
      reject(error);
    });
    child.once('exit', () => {
      // What is in the pipe already is read before: timers come first in a turn of the event loop.
      if (!signal.aborted) timer = setTimeout(() => setImmediate(unheard), lateOutput);
    });
    child.once('close', (code) => {
      over();
      if (!signal.aborted) return resolve({ code: code ?? 1, ...kept });
      stop(child, 'SIGKILL');
      reject(signal.reason);
    });
  });
}

/** With all that it started; on Windows at once, however it is asked. */
function stop(child: ChildProcess, how: 'SIGTERM' | 'SIGKILL'): void {
  if (child.pid === undefined) return;
  if (windows) {
    if (child.exitCode !== null) return;
    spawn('taskkill', ['/T', '/F', '/PID', String(child.pid)], { stdio: 'ignore', windowsHide: true }).on(
      'error',
      () => child.kill(),
    );
    return;
  }
  try {
    process.kill(-child.pid, how);
  } catch {
    // Nobody of them is left.
  }
}

/** The last lines of what a program said, for a message. */
export function lastLines(output: string, count: number): string {
  return output.trimEnd().split(/\r?\n/).slice(-count).join('\n');
}
