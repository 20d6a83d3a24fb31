// Bounded waiting: look again until a condition holds, or try again while an error passes by itself.
import { setTimeout as sleep } from 'node:timers/promises';

export interface Patience {
  /** Milliseconds; once they are over, the last answer or error stands. */
  budget: number;
  /** Milliseconds before the second look. */
  first: number;
  /** Each pause is half as long again as the one before, up to these milliseconds. */
  longest: number;
  /** Told before each pause how many milliseconds have passed. */
  onWait?: (elapsed: number) => void;
}

/** For changes that AWS makes in the background. */
export const forUpdates: Patience = { budget: 300_000, first: 50, longest: 2000 };
/** For reads that may still be answered from an older copy. */
export const forReads: Patience = { budget: 20_000, first: 100, longest: 2000 };

/** Looks at once and then again until `done`; resolves with the last answer, whether it is done or not. */
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

/** Tries until it succeeds, or fails with an error that does not pass, or the budget is spent. */
export async function tryWhile<T>(
  attempt: () => Promise<T>,
  passing: (error: unknown) => boolean,
  patience: Patience,
): Promise<T> {
  const pauses = new Pauses(patience);
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (!passing(error) || !(await pauses.next())) throw error;
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

  /** Waits; false when the budget is spent. */
  async next(): Promise<boolean> {
    const elapsed = performance.now() - this.started;
    if (elapsed + this.pause > this.patience.budget) return false;
    this.patience.onWait?.(elapsed);
    await sleep(this.pause);
    this.pause = Math.min(this.pause * 1.5, this.patience.longest);
    return true;
  }
}
