// Lets no call start after the program was interrupted. `Connections` aborts the requests in flight.
import type { Middleware } from './middleware.ts';

export const abortWith =
  (signal: AbortSignal): Middleware =>
  (stack) => {
    stack.add(
      (next) => async (args) => {
        signal.throwIfAborted();
        return next(args);
      },
      { step: 'initialize', name: 'slsctlAbort', priority: 'high' },
    );
  };
