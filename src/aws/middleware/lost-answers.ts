// Marks errors of writes whose answer was lost: the connection was cut, or the server failed, while it may have written.
import type { DeserializeMiddleware, FinalizeRequestMiddleware, MiddlewareStack } from '@smithy/types';
import { markLost } from '../../errors/lost-answer.ts';
import { UserError } from '../../errors/user-error.ts';
import { isWrite, type Middleware, operationOf } from './middleware.ts';

/** Operations that make another thing each time: the SDK must not repeat them, since nothing would refuse the second. */
const anew = /^(PublishLayerVersion|CreateMultipartUpload|CreateEventSourceMapping)$/;

/** Whether a second attempt of this operation would add a second thing. */
export function makesAnother(operation: string): boolean {
  return anew.test(operation);
}

/** Errors of requests that were never sent. */
export const neverSent = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)$/;

/** Watches each attempt of a call, and marks the call's error when one of its attempts may have taken effect. */
export const noticeLostAnswers: Middleware = <Input extends object, Output extends object>(
  stack: MiddlewareStack<Input, Output>,
) => {
  /** Calls whose present attempt was sent and not refused. */
  const open = new WeakSet<object>();
  const sent: DeserializeMiddleware<Input, Output> = (next, context) => async (args) => {
    open.add(context);
    try {
      const result = await next(args);
      const { statusCode = 0 } = result.response as { statusCode?: number };
      if (statusCode >= 300 && statusCode < 500) open.delete(context);
      return result;
    } catch (error) {
      // A UserError comes from a proxy that did not connect.
      const { code } = error as { code?: unknown };
      if (neverSent.test(String(code)) || error instanceof UserError) open.delete(context);
      throw error;
    }
  };
  stack.add(sent, { step: 'deserialize', priority: 'low', name: 'slsctlSent' });

  const attempt: FinalizeRequestMiddleware<Input, Output> = (next, context) => {
    let lost = false;
    return async (args) => {
      open.delete(context);
      try {
        return await next(args);
      } catch (error) {
        const aborted = (error as Error).name === 'AbortError';
        lost ||= !aborted && open.has(context) && isWrite(operationOf(context).operation);
        if (lost) markLost(error);
        throw error;
      }
    };
  };
  stack.addRelativeTo(attempt, { relation: 'after', toMiddleware: 'slsctlFinal', name: 'slsctlLostAnswers' });
};
