// What ends the program early: Ctrl-C, and the signals of CI, containers and closed terminals.
import { type ExitCode, exitCodes, Interrupted } from '../errors/user-error.ts';
import type { Host } from '../host.ts';

/** Windows has no SIGTERM to listen to; Ctrl-Break and a closed window have signals of their own there. */
const codes: Partial<Record<NodeJS.Signals, ExitCode>> = {
  SIGINT: exitCodes.interrupted,
  SIGHUP: exitCodes.hungUp,
  ...(process.platform === 'win32' ? { SIGBREAK: exitCodes.interrupted } : { SIGTERM: exitCodes.terminated }),
};

/**
 * Aborts at the first signal, with `Interrupted`. A second Ctrl-C ends the host at once; other signals come
 * more than once by themselves (from the terminal and its shell, from CI). Answers how to listen no longer.
 */
export function abortOnSignals(abort: AbortController, host: Host): () => void {
  const { signals } = host;
  const listeners = Object.entries(codes).map(([signal, exitCode]) => {
    const listener = () => {
      if (!abort.signal.aborted) abort.abort(new Interrupted(exitCode));
      else if (exitCode === exitCodes.interrupted) host.exit?.(exitCode);
    };
    signals.on(signal, listener);
    return () => signals.off(signal, listener);
  });
  return () => {
    for (const off of listeners) off();
  };
}
