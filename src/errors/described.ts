// The description of an error for the user: what failed, why, what to do, and the exit code.
import type { Next } from './next.ts';
import { type ExitCode, exitCodes } from './user-error.ts';

export interface Described {
  /** Lower case, no full stop. */
  message: string;
  reason?: string;
  next?: Next;
  exitCode: ExitCode;
}

/** A description with exit code 1: neither the user's input nor the credentials caused the failure. */
export function failed(message: string, reason?: string, next?: Next): Described {
  return { message: message.trim(), reason: reason || undefined, next, exitCode: exitCodes.failed };
}
