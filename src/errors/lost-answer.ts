// The mark of errors after which nobody knows whether a write took effect: its answer, or that of an earlier attempt, was lost.

const marked = new WeakSet<object>();

/** Marks the error of a write that may have taken effect. */
export function markLost(error: unknown): void {
  if (typeof error === 'object' && error !== null) marked.add(error);
}

/** Whether the write behind this error, or behind its cause, may have taken effect. */
export function wasLost(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  return marked.has(error) || wasLost((error as Error).cause);
}

/** Whether AWS refuses a write because of the present state, which the write's own earlier attempt may have made. */
export function isConflict(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return (
    /Conflict|AlreadyExists|NameExists|AlreadyOwned|Precondition|InUse/.test(error.name) ||
    isConflict(error.cause)
  );
}
