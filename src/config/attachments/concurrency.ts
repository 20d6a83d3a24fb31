// `reservedConcurrentExecutions`: the concurrency that is reserved for a function.
import { whole } from '../schema/checks.ts';

export const concurrency = whole({ min: 0, max: 100_000 }).meta({
  description:
    'Number of invocations that may run at the same time. The account reserves them for this function, and Lambda throttles further ones. 0 stops the function.',
  examples: [10],
});
