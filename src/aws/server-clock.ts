// The clock of AWS, from the `Date` header of its answers (RFC 9110, section 6.6.1). Clocks of laptops may be wrong.
import type { DeserializeMiddleware, MiddlewareStack } from '@smithy/types';

interface Client<Input extends object, Output extends object> {
  readonly middlewareStack: MiddlewareStack<Input, Output>;
}

/**
 * Returns a function that answers the time at AWS in epoch milliseconds; undefined before the first answer. The header
 * has whole seconds, so the time is up to a second early.
 */
export function serverClock<Input extends object, Output extends object>(
  client: Client<Input, Output>,
): () => number | undefined {
  let ahead: number | undefined;
  const read: DeserializeMiddleware<Input, Output> = (next) => async (args) => {
    const result = await next(args);
    const { headers } = result.response as { headers?: Record<string, string> };
    const date = Date.parse(headers?.date ?? '');
    if (!Number.isNaN(date)) ahead = date - Date.now();
    return result;
  };
  client.middlewareStack.add(read, { step: 'deserialize', name: 'slsctlServerClock', priority: 'low' });
  return () => (ahead === undefined ? undefined : Date.now() + ahead);
}
