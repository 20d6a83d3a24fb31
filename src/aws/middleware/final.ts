// Errors after which the SDK must not make the same request once more.
import type { FinalizeRequestMiddleware, MiddlewareStack } from '@smithy/types';
import { type Middleware, operationOf } from './middleware.ts';
import { isOwnLimit, isThrottled } from './throttled.ts';

/** Wraps an error on its way through the SDK's attempts. Not as a `cause`, where the SDK would look for a hitch. */
export class Final extends Error {
  readonly error: unknown;

  constructor(error: unknown) {
    super('final');
    this.error = error;
  }
}

/** Inside the SDK's own attempts. */
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
 * The limit that a user has set is an answer, not a hitch. And where a function may have run, it must not run
 * again by itself: an invocation is tried again only when it did not get there.
 */
function isFinal(operation: string, error: unknown): boolean {
  if (isOwnLimit(error)) return true;
  const { code = '' } = (error ?? {}) as { code?: string };
  const neverSent = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN)$/.test(code);
  return operation.startsWith('Invoke') && !isThrottled(error) && !neverSent;
}
