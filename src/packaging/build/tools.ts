// Finds and runs programs of the user's machine that build packages. They are stopped when slsctl is.
import { type ChildProcess, spawn } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, dirname, extname, join } from 'node:path';

const windows = process.platform === 'win32';

/** Connects a build to its caller: environment, interruption, progress and messages. */
export interface BuildHost {
  env: NodeJS.ProcessEnv;
  /** Aborted by Ctrl-C: running programs are then stopped. */
  signal: AbortSignal;
  /** Runs a long step and shows its progress. */
  step<T>(title: string, run: (report: (text: string) => void) => Promise<T>): Promise<T>;
  /** Runs something that is usually short: a terminal shows the title as long as it runs. */
  waiting<T>(title: string, run: () => Promise<T>): Promise<T>;
  /** Tells the user about a decision that slsctl made. A text is shown once, also for `warn`. */
  note(text: string): void;
  /** Tells the user about something that will not work. */
  warn(text: string): void;
}

export interface Tool {
  file: string;
  /** Arguments that come before all others. */
  args: readonly string[];
}

export interface ToolResult {
  /** Exit code; 0 means success. */
  code: number;
  /** The last 4 MB of stdout. */
  stdout: string;
  /** The last 4 MB of stdout and stderr, in the order of writing. */
  output: string;
}

export interface RunOptions {
  cwd: string;
  host: BuildHost;
  /** Added to the user's environment. */
  env?: Record<string, string>;
}

const keptOutputLength = 4 * 1024 * 1024;

/** The first program of that name on PATH; undefined when there is none. */
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

/**
 * A program that is a Node.js script, such as npm. On Windows the file on PATH works only in a shell, so there Node.js runs
 * the script itself.
 */
export async function nodeTool(
  name: string,
  script: string,
  env: NodeJS.ProcessEnv,
): Promise<Tool | undefined> {
  const file = await onPath(name, env);
  if (!file) return undefined;
  const scriptFile = join(dirname(file), 'node_modules', script);
  const isForShell = windows && ['.cmd', '.bat'].includes(extname(file).toLowerCase());
  return isForShell ? { file: process.execPath, args: [scriptFile] } : { file, args: [] };
}

/** Runs a program. Rejects only when it cannot be started, or when the user interrupts. */
export function runTool(tool: Tool, args: readonly string[], options: RunOptions): Promise<ToolResult> {
  const { cwd, host, env } = options;
  const child = spawn(tool.file, [...tool.args, ...args], {
    cwd,
    env: { ...host.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    windowsHide: true,
    detached: !windows,
  });
  return resultOf(child, host.signal);
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
  return resultOf(child, host.signal);
}

/** How long a program gets to end after SIGTERM, before SIGKILL; milliseconds. */
const gracePeriod = 3000;

/**
 * How long slsctl still reads output after a program has ended, milliseconds. A process in the background may hold the
 * pipes open.
 */
const lateOutputTime = 200;

/** Running programs, each the leader of a process group. They are killed when slsctl ends, for example by a second Ctrl-C. */
const running = new Set<ChildProcess>();
const killAll = () => {
  for (const child of running) stop(child, 'SIGKILL');
};

/** Resolves when the program ends. Processes that it leaves in the background continue, but their output is ignored. */
function resultOf(child: ChildProcess, signal: AbortSignal): Promise<ToolResult> {
  return new Promise((resolve, reject) => {
    const kept = { stdout: '', output: '' };
    const keep = (name: keyof typeof kept, text: string) => {
      kept[name] = (kept[name] + text).slice(-keptOutputLength);
    };
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      keep('stdout', text);
      keep('output', text);
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => keep('output', text));
    if (running.size === 0) process.once('exit', killAll);
    running.add(child);
    let timer: NodeJS.Timeout | undefined;
    const onAbort = () => {
      stop(child, 'SIGTERM');
      timer = setTimeout(() => {
        stop(child, 'SIGKILL');
        closePipes();
      }, gracePeriod);
    };
    const closePipes = () => {
      child.stdout?.destroy();
      child.stderr?.destroy();
    };
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    const cleanUp = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      running.delete(child);
      if (running.size === 0) process.off('exit', killAll);
    };
    child.once('error', (error) => {
      cleanUp();
      reject(error);
    });
    child.once('exit', () => {
      // setImmediate lets the event loop read what is in the pipes already: timers run before reads.
      if (!signal.aborted) timer = setTimeout(() => setImmediate(closePipes), lateOutputTime);
    });
    child.once('close', (code) => {
      cleanUp();
      if (!signal.aborted) return resolve({ code: code ?? 1, ...kept });
      stop(child, 'SIGKILL');
      reject(signal.reason);
    });
  });
}

/** Stops the program and all processes that it started. On Windows they are always killed at once. */
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
    // The process group no longer exists.
  }
}

/** The last lines of a program's output, for a message. */
export function lastLines(output: string, count: number): string {
  return output.trimEnd().split(/\r?\n/).slice(-count).join('\n');
}
