// Keeps the SDK from retrying after certain errors.
import type { FinalizeRequestMiddleware, MiddlewareStack } from '@smithy/types';
import { type Middleware, operationOf } from './middleware.ts';
import { isOwnLimit, isThrottled } from './throttled.ts';

/** Wraps an error on its way through the SDK's retries. Not as a `cause`: the SDK inspects that and might retry. */
export class Final extends Error {
  readonly error: unknown;

  constructor(error: unknown) {
    super('final');
    this.error = error;
  }
}

/** Placed inside the SDK's retry middleware. */
export const keepFinal: Middleware = <Input extends object, Output extends object>(
  stack: MiddlewareStack<Input, Output>,
) => {
  const answered: FinalizeRequestMiddleware<Input, Output> = (next, context) => async (args) => {
    try {
      return await next(args);
    } catch (error) {
      throw isFinal(operationOf(context).operation, error) ? new Final(error) : error;
    }
  };
  stack.addRelativeTo(answered, {
    relation: 'after',
    toMiddleware: 'retryMiddleware',
    name: 'slsctlFinal',
  });
};

/**
 * Reserved concurrency is a limit that the user has set: a retry does not help. An invocation is retried only when the
 * request never reached AWS, because a function that may have run must not run a second time.
 */
function isFinal(operation: string, error: unknown): boolean {
  if (isOwnLimit(error)) return true;
  const { code = '' } = (error ?? {}) as { code?: string };
  const neverSent = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN)$/.test(code);
  return operation.startsWith('Invoke') && !isThrottled(error) && !neverSent;
}
