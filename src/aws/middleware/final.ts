// Keeps the SDK from retrying after certain errors.
import type { FinalizeRequestMiddleware, MiddlewareStack } from '@smithy/types';
import { wasLost } from '../../errors/lost-answer.ts';
import { makesAnother, neverSent } from './lost-answers.ts';
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

/** Attempts of a call that the server leaves without an answer. */
const silentAttempts = 2;

/** The SDK gives this name to broken connections too; those have a code. */
function isSilence(error: unknown): boolean {
  const { name, code } = error as Error & { code?: string };
  return name === 'TimeoutError' && code === undefined;
}

/** Placed inside the SDK's retry middleware. */
export const keepFinal: Middleware = <Input extends object, Output extends object>(
  stack: MiddlewareStack<Input, Output>,
) => {
  const answered: FinalizeRequestMiddleware<Input, Output> = (next, context) => {
    let silent = 0;
    return async (args) => {
      try {
        return await next(args);
      } catch (error) {
        if (isSilence(error)) silent++;
        const { operation } = operationOf(context);
        throw silent === silentAttempts || isFinal(operation, error) ? new Final(error) : error;
      }
    };
  };
  stack.addRelativeTo(answered, {
    relation: 'after',
    toMiddleware: 'retryMiddleware',
    name: 'slsctlFinal',
  });
};

/**
 * Reserved concurrency is a limit that the user has set: a retry does not help. An invocation is retried only when the
 * request never reached AWS, because a function that may have run must not run a second time. The same holds for a write
 * that would make a second thing.
 */
function isFinal(operation: string, error: unknown): boolean {
  if (isOwnLimit(error)) return true;
  if (makesAnother(operation)) return wasLost(error);
  const { code = '' } = (error ?? {}) as { code?: string };
  return operation.startsWith('Invoke') && !isThrottled(error) && !neverSent.test(code);
}
