// Runs slsctl inside the test's own process: src/ directly, with a folder, an environment and streams of its own.
//
// For tests of what a command answers: refusals, hints, JSON. A run takes milliseconds where a child process takes a
// second or two. To convert a test file, import `slsctl` and `expectSlsctl` from here and not from `cli.ts`; their
// options and what they resolve with are the same. `startSlsctl` is for a run that gets a signal, `startOnTerminal`
// (as in `terminal/terminal.ts`) for one at a terminal.
//
// Child processes (`cli.ts`) stay where the process is the point: its own exit, kill and crash, pipes that are closed,
// files of `bin/` and `dist/`, the time it takes. The local AWS is a process of its own for both: with `--local` (or
// `startLocal()` of `local.ts`) build the program first, as `npm test` does.
import { EventEmitter } from 'node:events';
import { clearLine, cursorTo, moveCursor } from 'node:readline';
import { PassThrough } from 'node:stream';
import { Captured, capturedHost } from '../../src/captured-host.ts';
import type { Host } from '../../src/host.ts';
import { runProgram } from '../../src/program.ts';
import { cleanEnvironment, homeFolder, type Ran, type RunOptions } from './cli.ts';
import { ctrlC, screen, type Terminal } from './terminal/terminal.ts';

/** A command line that is running. */
export interface Running {
  readonly done: Promise<Ran>;
  /** Everything written so far. */
  readonly output: { readonly stdout: string; readonly stderr: string };
  /** Resolves when the text has been written to stdout or stderr; rejects when the run ends without it. */
  saw(text: string): Promise<void>;
  /** As `kill` does to a process. */
  signal(name: 'SIGINT' | 'SIGTERM' | 'SIGHUP'): void;
}

/** Runs `slsctl` with the arguments to its end. */
export async function slsctl(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  return (await startSlsctl(args, options)).done;
}

/** Runs `slsctl`; fails with its output when the exit code differs. */
export async function expectSlsctl(
  args: readonly string[],
  options: RunOptions & { code?: number } = {},
): Promise<Ran> {
  const ran = await slsctl(args, options);
  const wanted = options.code ?? 0;
  if (ran.code === wanted) return ran;
  throw new Error(`slsctl ${args.join(' ')}: exit ${ran.code}, wanted ${wanted}\n${ran.stderr}${ran.stdout}`);
}

/** Starts `slsctl` with the arguments. */
export async function startSlsctl(args: readonly string[], options: RunOptions = {}): Promise<Running> {
  const { cwd = process.cwd(), input } = options;
  const signals = new EventEmitter();
  const host = capturedHost({ cwd, env: await environment(options.env), signals, input });
  const { stdout, stderr } = host;
  const written = () => ({ stdout: stdout.text, stderr: stderr.text });
  const done = runProgram([...args], host).then((code) => ({ code, ...written() }));
  return {
    done,
    get output() {
      return written();
    },
    saw: (text) => sees([stdout, stderr], text, done),
    signal: (name) => void signals.emit(name),
  };
}

/** The same at a terminal for stdin, stdout and stderr. Ctrl-C is `type(ctrlC)`. */
export async function startOnTerminal(
  args: readonly string[],
  {
    cwd = process.cwd(),
    env,
    columns = 80,
  }: { cwd?: string; env?: NodeJS.ProcessEnv; columns?: number } = {},
): Promise<Terminal & Pick<Running, 'signal'>> {
  const signals = new EventEmitter();
  const keyboard = new PassThrough();
  const shown = new Screen(columns);
  const host: Host = {
    cwd,
    // A terminal of CI is one all the same.
    env: await environment({ CI: undefined, TERM: 'xterm-256color', ...env }),
    stdin: { isTTY: async () => true, open: () => keyboard },
    stdout: shown,
    stderr: shown,
    signals,
  };
  const done = runProgram([...args], host);
  const readable = () => screen(shown.text);
  return {
    get raw() {
      return shown.text;
    },
    get text() {
      return readable().text;
    },
    get spun() {
      return readable().spun;
    },
    saw: (text) => sees([shown], text, done, () => readable().text),
    // A question reads keys itself; without one, the terminal turns Ctrl-C into a signal.
    type: (keys) =>
      void (keys === ctrlC && !keyboard.readableFlowing ? signals.emit('SIGINT') : keyboard.write(keys)),
    signal: (name) => void signals.emit(name),
    done,
  };
}

/** What a terminal has that a stream has not. */
class Screen extends Captured {
  readonly isTTY = true;
  readonly columns: number;

  constructor(columns: number) {
    super();
    this.columns = columns;
  }

  cursorTo(x: number, y?: number): void {
    cursorTo(this, x, y);
  }

  moveCursor(dx: number, dy: number): void {
    moveCursor(this, dx, dy);
  }

  clearLine(direction: -1 | 0 | 1): void {
    clearLine(this, direction);
  }
}

async function environment(env: NodeJS.ProcessEnv = {}): Promise<NodeJS.ProcessEnv> {
  const whole = { ...cleanEnvironment(await homeFolder()), ...env };
  return Object.fromEntries(Object.entries(whole).filter(([, value]) => value !== undefined));
}

function sees(
  streams: readonly Captured[],
  text: string,
  done: Promise<unknown>,
  read = () => streams.map((stream) => stream.text).join(''),
): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      for (const stream of streams) stream.off('written', look);
    };
    const look = () => {
      if (!read().includes(text)) return;
      stop();
      resolve();
    };
    for (const stream of streams) stream.on('written', look);
    look();
    done.then(() => {
      stop();
      reject(new Error(`ended without "${text}":\n${read()}`));
    }, reject);
  });
}
