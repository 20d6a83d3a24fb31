// Collects the calls that AWS denied, so that one error can name all of them.
import { isWrite, type Middleware, operationOf } from './middleware.ts';

/**
 * `apiDenied` of an error of a read is the list of all such errors so far. A denied read is reported after the reads that
 * are in flight at the same time have ended: they are often denied too.
 */
export function collectDenied(): Middleware {
  const denied: Error[] = [];
  const reads = new Set<Promise<unknown>>();
  return (stack) => {
    stack.add(
      (next, context) => async (args) => {
        const call = next(args);
        if (isWrite(operationOf(context).operation)) return call;
        reads.add(call);
        try {
          return await call;
        } catch (error) {
          reads.delete(call);
          if (error instanceof Error && /^(AccessDenied|UnauthorizedOperation)/.test(error.name)) {
            denied.push(error);
            Object.defineProperty(error, 'apiDenied', { value: denied, configurable: true });
            await Promise.allSettled(reads);
          }
          throw error;
        } finally {
          reads.delete(call);
        }
      },
      { step: 'initialize', name: 'slsctlDenied', priority: 'high' },
    );
  };
}
