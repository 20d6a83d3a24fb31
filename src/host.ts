// Where the program runs: folder, environment, streams and signals. The only file that reads the process.
import type { Readable, Writable } from 'node:stream';

export interface Host {
  /** Absolute; paths of the command line are relative to it. */
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly stdin: Input;
  /** Answers. */
  readonly stdout: Output;
  /** Everything else. */
  readonly stderr: Output;
  readonly signals: Signals;
  /**
   * Ends at once whatever the program runs in: for a second Ctrl-C. Without it the program ends when what the
   * first one interrupted has ended.
   */
  exit?(exitCode: number): void;
}

/** Asked and opened when it is needed: few commands read. */
export interface Input {
  /** Somebody can type. */
  isTTY(): Promise<boolean>;
  open(): Readable;
}

export interface Output extends Writable {
  readonly isTTY?: boolean;
  /** Characters in a line of a terminal; 0 or undefined: not known. */
  readonly columns?: number;
}

/** The signals of a process, or what stands for them. */
export interface Signals {
  on(signal: string, listener: () => void): unknown;
  off(signal: string, listener: () => void): unknown;
}

/** The process that this code runs in. */
export function processHost(): Host {
  const { env } = process;
  // The SDK warns on Node 20, which slsctl supports as long as the SDK does.
  env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
  return {
    // Throws when the folder is gone, which `--help` need not know.
    get cwd() {
      return process.cwd();
    },
    env,
    stdin: {
      // Not `stdin.isTTY`: making that stream takes a while.
      isTTY: async () => (await import('node:tty')).isatty(0),
      open: () => process.stdin,
    },
    get stdout() {
      return process.stdout;
    },
    get stderr() {
      return process.stderr;
    },
    signals: process,
    exit: (exitCode) => process.exit(exitCode),
  };
}
