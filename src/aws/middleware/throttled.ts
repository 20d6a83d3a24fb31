// Recognizes errors of AWS about the rate or the number of calls.

const throttled =
  /^(Throttl(ing|ed)(Exception)?|TooManyRequestsException|Request(LimitExceeded|Throttled)(Exception)?)$/;

/** Lambda refused an invocation because the function's reserved concurrency is used up. */
export function isOwnLimit(error: unknown): boolean {
  const { Reason } = (error ?? {}) as { Reason?: unknown };
  return Reason === 'ReservedFunctionConcurrentInvocationLimitExceeded';
}

/** AWS refused a call because there were too many calls. */
export function isThrottled(error: unknown): boolean {
  const { name = '', $metadata } = (error ?? {}) as {
    name?: string;
    $metadata?: { httpStatusCode?: number };
  };
  return throttled.test(name) || $metadata?.httpStatusCode === 429;
}
