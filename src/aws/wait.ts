// Waiting for AWS: polling with growing steps, and repeating a call that AWS is not ready for; both bounded.
import { setTimeout as delay } from 'node:timers/promises';
import { badInput, exitCodes, UserError } from '../errors.ts';

/** Times are in milliseconds. */
export interface Pace {
  /** Before the second look. */
  first?: number;
  /** Steps grow by half up to this. */
  max?: number;
  /** From the start to the last look. */
  budget?: number;
  signal?: AbortSignal;
  /** What is waited for, as the user is told it: `the role cannot be assumed yet`. */
  waiting: string;
  /** Told before every pause, with the time so far: `the role cannot be assumed yet, 1.5 s`. */
  report?: (text: string) => void;
  /** What to do when the budget is spent. */
  next?: string;
  /** The clock, for tests. */
  now?: () => number;
  sleep?: (ms: number, signal?: AbortSignal) => Promise<unknown>;
}

export interface WaitOptions<T> extends Pace {
  read: () => Promise<T>;
  settled: (value: T) => boolean;
}

export interface RetryOptions<T> extends Pace {
  attempt: () => Promise<T>;
  /** Whether AWS may accept the same call later. Every other error is thrown at once. */
  retryable: (error: unknown) => boolean;
}

/** Reads until the value is settled, and answers it. Throws a UserError when the budget is spent. */
export async function waitUntil<T>(options: WaitOptions<T>): Promise<T> {
  const pause = pacer({ first: 200, max: 2_000, budget: 300_000, ...given(options) });
  for (;;) {
    const value = await options.read();
    if (options.settled(value)) return value;
    await pause();
  }
}

/**
 * Calls until the call is accepted, by default for as long as a new role may take to become assumable:
 * after 0.5 s, in steps of up to 2 s, for `roleBudget()`. Throws a UserError, with AWS's last answer as its
 * cause, when the budget is spent.
 */
export async function retryWhile<T>(options: RetryOptions<T>): Promise<T> {
  const pause = pacer({ first: 500, max: 2_000, ...given(options), budget: options.budget ?? roleBudget() });
  for (;;) {
    try {
      return await options.attempt();
    } catch (error) {
      if (!options.retryable(error)) throw error;
      await pause(error);
    }
  }
}

/** How long to wait for a new role, in milliseconds: `SLSCTL_ROLE_BUDGET` seconds, 3 minutes by default. */
export function roleBudget(env: NodeJS.ProcessEnv = process.env): number {
  const text = env.SLSCTL_ROLE_BUDGET;
  if (text === undefined || text === '') return 180_000;
  const seconds = Number(text);
  if (!Number.isFinite(seconds) || seconds < 0) {
    throw badInput(`SLSCTL_ROLE_BUDGET is '${text}'`, { next: 'set it to a number of seconds, like 180' });
  }
  return seconds * 1000;
}

/** Without the members that are undefined, so that defaults hold. */
function given<T extends object>(options: T): T {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as T;
}

/** A pause per call, each longer than the last; the last one ends with the budget, the next call throws. */
function pacer(
  pace: Pace & { first: number; max: number; budget: number },
): (cause?: unknown) => Promise<void> {
  const { now = Date.now, sleep = sleepFor, signal, budget, max } = pace;
  const start = now();
  let step = pace.first;
  return async (cause) => {
    signal?.throwIfAborted();
    const elapsed = now() - start;
    if (elapsed >= budget) {
      throw new UserError(`${pace.waiting}, after ${seconds(elapsed)}`, exitCodes.failed, {
        reason: cause instanceof Error ? cause.message.replace(/\.$/, '') : undefined,
        next: pace.next,
        cause,
      });
    }
    pace.report?.(`${pace.waiting}, ${seconds(elapsed)}`);
    await sleep(Math.min(step, max, budget - elapsed), signal);
    step = Math.min(step * 1.5, max);
  };
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(ms < 60_000 ? 1 : 0)} s`;
}

function sleepFor(ms: number, signal?: AbortSignal): Promise<unknown> {
  return delay(ms, undefined, { signal });
}
