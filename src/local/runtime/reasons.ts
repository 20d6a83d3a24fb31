// Why a function's process ended, in the words of Lambda.
import { constants } from 'node:os';

/** As Go names signals. */
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

export function exited(code: number | null, signal: NodeJS.Signals | null): string {
  if (signal) {
    const name = signals[signal] ?? `signal ${constants.signals[signal]}`;
    return `Runtime exited with error: signal: ${name}`;
  }
  return code
    ? `Runtime exited with error: exit status ${code}`
    : 'Runtime exited without providing a reason';
}

export function payload(errorType: string, requestId: string, reason: string): Uint8Array {
  return Buffer.from(JSON.stringify({ errorType, errorMessage: `RequestId: ${requestId} Error: ${reason}` }));
}

/** Reports name only the types that Lambda and its runtimes made. */
export function reportedType(failure: Uint8Array): string {
  try {
    const { errorType } = JSON.parse(Buffer.from(failure).toString()) as { errorType?: unknown };
    return /^(Runtime|Function)\.[A-Z][A-Za-z]+$/.test(String(errorType))
      ? String(errorType)
      : 'Runtime.Unknown';
  } catch {
    return 'Runtime.Unknown';
  }
}
