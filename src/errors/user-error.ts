// The error class for failures that the user must read, and the exit codes of the program.
import type { Next } from './next.ts';

/** Exit codes of the program; see docs/commands.md, "Exit codes". */
export const exitCodes = {
  done: 0,
  failed: 1,
  usage: 2,
  credentials: 3,
  changes: 10,
  hungUp: 129,
  interrupted: 130,
  terminated: 143,
} as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

export interface UserErrorOptions {
  /** The likely cause, if the message does not say it. */
  reason?: string;
  /** What to do or type next. */
  next?: Next;
  cause?: unknown;
}

/** An error whose message is meant for the user: lower case, no full stop, with the wrong value in it. */
export class UserError extends Error {
  override readonly name: string = 'UserError';
  readonly exitCode: ExitCode;
  readonly reason?: string;
  readonly next?: Next;

  constructor(message: string, exitCode: ExitCode = exitCodes.failed, options: UserErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.exitCode = exitCode;
    this.reason = options.reason;
    this.next = options.next;
  }
}

/** A signal has ended the program early. The name is the one that Node gives to errors of an AbortSignal. */
export class Interrupted extends Error {
  override readonly name = 'AbortError';
  readonly exitCode: ExitCode;
  /** What the command knows of its work: `nothing was removed`. */
  readonly known?: string;

  constructor(exitCode: ExitCode = exitCodes.interrupted, known?: string) {
    super('interrupted');
    this.exitCode = exitCode;
    this.known = known;
  }
}

/** The user's input is wrong (exit 2). Thrown before any call to AWS. */
export function badInput(message: string, options?: UserErrorOptions): UserError {
  return new UserError(message, exitCodes.usage, options);
}
