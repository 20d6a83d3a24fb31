// Handles the signals that end the program early: Ctrl-C, and those of CI, containers and closed terminals.
import { type ExitCode, exitCodes, Interrupted } from '../errors/user-error.ts';
import type { Host } from '../host.ts';

/** On Windows a process cannot listen for SIGTERM; Ctrl-Break sends SIGBREAK there. */
const codes: Partial<Record<NodeJS.Signals, ExitCode>> = {
  SIGINT: exitCodes.interrupted,
  SIGHUP: exitCodes.hungUp,
  ...(process.platform === 'win32' ? { SIGBREAK: exitCodes.interrupted } : { SIGTERM: exitCodes.terminated }),
};

/**
 * Aborts with `Interrupted` at the first signal. A second Ctrl-C ends the host at once. A second signal of another kind
 * is ignored, because terminals, shells and CI often send it twice. Returns a function that stops listening.
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
