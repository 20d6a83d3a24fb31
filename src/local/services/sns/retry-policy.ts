// When an HTTP delivery is repeated, and how often.
// https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html

export interface RetryPolicy {
  /** Seconds. */
  readonly minDelayTarget: number;
  readonly maxDelayTarget: number;
  readonly numRetries: number;
  readonly numMaxDelayRetries: number;
  readonly numNoDelayRetries: number;
  readonly numMinDelayRetries: number;
  readonly backoffFunction: string;
}

/** Milliseconds before this retry, counted from 1; undefined: there is none. */
export function pauseBefore(retry: number, policy: RetryPolicy): number | undefined {
  const { numRetries, numNoDelayRetries, numMinDelayRetries, numMaxDelayRetries } = policy;
  if (retry > numRetries) return undefined;
  const shortest = policy.minDelayTarget * 1000;
  const longest = policy.maxDelayTarget * 1000;
  const after = retry - numNoDelayRetries - numMinDelayRetries;
  if (retry <= numNoDelayRetries) return 0;
  if (after <= 0) return shortest;
  const between = Math.max(numRetries - numNoDelayRetries - numMinDelayRetries - numMaxDelayRetries, 1);
  return Math.min(shortest + ((longest - shortest) * after) / between, longest);
}
