// What ends the program early: Ctrl-C, and the signals of CI, containers and closed terminals.
import { type ExitCode, exitCodes, Interrupted } from '../errors/user-error.ts';

/** Windows has no SIGTERM to listen to; Ctrl-Break and a closed window have signals of their own there. */
const signals: Partial<Record<NodeJS.Signals, ExitCode>> = {
  SIGINT: exitCodes.interrupted,
  SIGHUP: exitCodes.hungUp,
  ...(process.platform === 'win32' ? { SIGBREAK: exitCodes.interrupted } : { SIGTERM: exitCodes.terminated }),
};

/**
 * Aborts at the first signal, with `Interrupted`. A second Ctrl-C ends the program at once; other signals come
 * more than once by themselves (from the terminal and its shell, from CI). Answers how to listen no longer.
 */
export function abortOnSignals(abort: AbortController): () => void {
  const listeners = Object.entries(signals).map(([signal, exitCode]) => {
    const listener = () => {
      if (!abort.signal.aborted) abort.abort(new Interrupted(exitCode));
      else if (exitCode === exitCodes.interrupted) process.exit(exitCode);
    };
    process.on(signal, listener);
    return () => process.off(signal, listener);
  });
  return () => {
    for (const off of listeners) off();
  };
}
