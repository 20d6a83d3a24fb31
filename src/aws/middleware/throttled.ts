// What an answer says that refuses a call for the rate or the number of calls.

const throttled =
  /^(Throttl(ing|ed)(Exception)?|TooManyRequestsException|Request(LimitExceeded|Throttled)(Exception)?)$/;

/** Lambda refused an invocation since as many run as are reserved for the function. */
export function isOwnLimit(error: unknown): boolean {
  const { Reason } = (error ?? {}) as { Reason?: unknown };
  return Reason === 'ReservedFunctionConcurrentInvocationLimitExceeded';
}

/** AWS refused since it was asked too often. */
export function isThrottled(error: unknown): boolean {
  const { name = '', $metadata } = (error ?? {}) as {
    name?: string;
    $metadata?: { httpStatusCode?: number };
  };
  return throttled.test(name) || $metadata?.httpStatusCode === 429;
}
