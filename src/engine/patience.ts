// Bounded waiting: read until a condition holds, or retry while an error is temporary.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Report } from './resource.ts';

export interface Patience {
  /** Milliseconds; after them the last answer or error is final. */
  budget: number;
  /** Milliseconds before the second attempt. */
  first: number;
  /** Each pause is 1.5 times the one before, up to this number of milliseconds. */
  longest: number;
  /** Called before each pause with the milliseconds that have passed. */
  onWait?: (elapsed: number) => void;
}

/** For changes that AWS completes in the background. */
export const forUpdates: Patience = { budget: 300_000, first: 50, longest: 2000 };
/** For changes that AWS refuses while the resource has another revision than the request. */
export const forRevisions: Patience = { budget: 60_000, first: 20, longest: 1000 };
/** For reads that AWS may still answer from an older copy. */
export const forReads: Patience = { budget: 20_000, first: 100, longest: 2000 };

/** Tells the user what is waited for, once the wait is long enough to be noticed. For `onWait`. */
export function waiting(report: Report | undefined, what: string): (elapsed: number) => void {
  return (elapsed) => {
    if (elapsed > 1000) report?.(`waiting for ${what}, ${Math.round(elapsed / 1000)} s`);
  };
}

/** Reads until `done` holds or the budget is spent; resolves with the last answer. */
export async function lookUntil<T>(
  look: () => Promise<T>,
  done: (answer: T) => boolean,
  patience: Patience,
): Promise<T> {
  const pauses = new Pauses(patience);
  for (;;) {
    const answer = await look();
    if (done(answer) || !(await pauses.next())) return answer;
  }
}

/**
 * Retries while the error is temporary (`passing`) and the budget lasts. Rejects with the last error, or with the error
 * that `passing` throws instead.
 */
export async function tryWhile<T>(
  attempt: () => Promise<T>,
  passing: (error: unknown) => boolean | Promise<boolean>,
  patience: Patience,
): Promise<T> {
  const pauses = new Pauses(patience);
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (!(await passing(error)) || !(await pauses.next())) throw error;
    }
  }
}

class Pauses {
  private readonly patience: Patience;
  private readonly started = performance.now();
  private pause: number;

  constructor(patience: Patience) {
    this.patience = patience;
    this.pause = patience.first;
  }

  /** Waits for the next pause; resolves with false, without waiting, when the budget is spent. */
  async next(): Promise<boolean> {
    const elapsed = performance.now() - this.started;
    if (elapsed + this.pause > this.patience.budget) return false;
    this.patience.onWait?.(elapsed);
    await sleep(this.pause);
    this.pause = Math.min(this.pause * 1.5, this.patience.longest);
    return true;
  }
}
