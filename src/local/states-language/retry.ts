// Retry and Catch: which entry takes an error, and how long to wait before the next attempt.
import type { Catcher, Retrier } from './definition.ts';
import type { StateFailure } from './failure.ts';

/** Whether `ErrorEquals` names the error. */
export function takes(names: readonly string[], { error, details }: StateFailure): boolean {
  // A failure of the definition or its data ends the execution, whatever names it.
  if (error === 'States.Runtime') return false;
  const known = [error ?? '', ...(details.also ?? [])];
  return names.some(
    (name) =>
      known.includes(name) ||
      name === 'States.ALL' ||
      (name === 'States.TaskFailed' && !/^States\.(Timeout|DataLimitExceeded)$/.test(error ?? '')),
  );
}

/** The index of the retrier for this error, unless its attempts are used up. `attempts`: by retrier. */
export function retrierFor(
  retriers: readonly Retrier[] | undefined,
  failure: StateFailure,
  attempts: readonly number[],
): number | undefined {
  const index = (retriers ?? []).findIndex(({ ErrorEquals }) => takes(ErrorEquals, failure));
  const retrier = retriers?.[index];
  if (!retrier) return undefined;
  return (attempts[index] ?? 0) < (retrier.MaxAttempts ?? 3) ? index : undefined;
}

export const catcherFor = (catchers: readonly Catcher[] | undefined, failure: StateFailure) =>
  (catchers ?? []).find(({ ErrorEquals }) => takes(ErrorEquals, failure));

/** Milliseconds before the attempt after `failures` failed ones. */
export function delayOf(retrier: Retrier, failures: number, random = Math.random): number {
  const { IntervalSeconds = 1, BackoffRate = 2, MaxDelaySeconds, JitterStrategy } = retrier;
  const grown = IntervalSeconds * BackoffRate ** (failures - 1);
  const seconds = Math.min(grown, MaxDelaySeconds ?? Number.POSITIVE_INFINITY);
  return Math.round(1000 * (JitterStrategy === 'FULL' ? random() * seconds : seconds));
}
