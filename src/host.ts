// The host of the program: folder, environment, streams and signals. Only this file reads the process.
import type { Readable, Writable } from 'node:stream';

export interface Host {
  /** Absolute path. Relative paths of the command line start here. */
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly stdin: Input;
  /** Answers. */
  readonly stdout: Output;
  /** Everything else. */
  readonly stderr: Output;
  readonly signals: Signals;
  /**
   * Ends the process at once, at a second Ctrl-C. A host without it waits until the interrupted work has ended.
   */
  exit?(exitCode: number): void;
}

/** Standard input. It is opened late, since few commands read it. */
export interface Input {
  /** Whether a person can type into it. */
  isTTY(): Promise<boolean>;
  open(): Readable;
}

export interface Output extends Writable {
  readonly isTTY?: boolean;
  /** Width of the terminal in characters; 0 or undefined: unknown. */
  readonly columns?: number;
}

/** Signals of a process, or their replacement in a test. */
export interface Signals {
  on(signal: string, listener: () => void): unknown;
  off(signal: string, listener: () => void): unknown;
}

/** The process that this code runs in. */
export function processHost(): Host {
  const { env } = process;
  // Silences the SDK's warning on Node 20, which slsctl supports as long as the SDK does.
  env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
  return {
    // A getter, because `process.cwd()` throws when the folder was deleted, and `--help` does not need it.
    get cwd() {
      return process.cwd();
    },
    env,
    stdin: {
      // Not `stdin.isTTY`: creating that stream is slow.
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
