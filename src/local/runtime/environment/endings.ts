// The endings of an invocation, and Lambda's own errors for a process that ends.
import { constants } from 'node:os';
import type { Outcome } from '../function-spec.ts';
import type { Status } from './system-log.ts';

export interface Ending {
  readonly status: Status;
  readonly payload: Uint8Array;
  readonly errorType?: string;
  readonly streamError?: Outcome['streamError'];
}

export const exitError = 'Runtime.ExitError';

/** Go's names of signals. */
const signals: Record<string, string> = {
  SIGABRT: 'aborted',
  SIGALRM: 'alarm clock',
  SIGBUS: 'bus error',
  SIGFPE: 'floating point exception',
  SIGHUP: 'hangup',
  SIGILL: 'illegal instruction',
  SIGINT: 'interrupt',
  SIGKILL: 'killed',
  SIGPIPE: 'broken pipe',
  SIGQUIT: 'quit',
  SIGSEGV: 'segmentation fault',
  SIGSYS: 'bad system call',
  SIGTERM: 'terminated',
  SIGTRAP: 'trace/breakpoint trap',
  SIGUSR1: 'user defined signal 1',
  SIGUSR2: 'user defined signal 2',
};

/** `Runtime exited with error: exit status 3` */
export function exitReason(code: number | null, signal: NodeJS.Signals | null): string {
  if (signal) {
    const name = signals[signal] ?? `signal ${constants.signals[signal]}`;
    return `Runtime exited with error: signal: ${name}`;
  }
  return code
    ? `Runtime exited with error: exit status ${code}`
    : 'Runtime exited without providing a reason';
}

/** The ending of an invocation whose process ended. */
export function exitEnding(requestId: string, reason: string, errorType: string): Ending {
  return {
    status: 'error',
    payload: errorPayload(errorType, requestId, reason),
    errorType,
    streamError: { type: errorType, details: `Error: ${reason}` },
  };
}

/** The ending of an invocation that timed out. */
export function timeoutEnding(requestId: string, seconds: number): Ending {
  const type = 'Sandbox.Timedout';
  const details = `Task timed out after ${seconds.toFixed(2)} seconds`;
  return {
    status: 'timeout',
    payload: errorPayload(type, requestId, details),
    streamError: { type, details },
  };
}

function errorPayload(errorType: string, requestId: string, reason: string): Uint8Array {
  return Buffer.from(JSON.stringify({ errorType, errorMessage: `RequestId: ${requestId} Error: ${reason}` }));
}

/** The error type in a report: types that the function defines itself become `Runtime.Unknown`. */
export function reportedErrorType(payload: Uint8Array): string {
  try {
    const { errorType } = JSON.parse(Buffer.from(payload).toString()) as { errorType?: unknown };
    return /^(Runtime|Function)\.[A-Z][A-Za-z]+$/.test(String(errorType))
      ? String(errorType)
      : 'Runtime.Unknown';
  } catch {
    return 'Runtime.Unknown';
  }
}
