// What may be cancelled: an execution, and within it the branches and iterations of a state.
import { Alarm } from '../../../schedule-expressions/alarm.ts';

/** Rejects what waits in a scope that was cancelled. */
export const cancelled = Symbol('cancelled');

export class Scope {
  private readonly enders = new Set<() => void>();
  private ended = false;
  private readonly now: () => number;

  constructor(now: () => number) {
    this.now = now;
  }

  get isCancelled(): boolean {
    return this.ended;
  }

  /** A scope that ends with this one, or before it. */
  child(): Scope {
    const inner = new Scope(this.now);
    if (this.ended) inner.cancel();
    else {
      const end = () => inner.cancel();
      this.enders.add(end);
      inner.enders.add(() => this.enders.delete(end));
    }
    return inner;
  }

  cancel(): void {
    if (this.ended) return;
    this.ended = true;
    for (const end of [...this.enders]) end();
    this.enders.clear();
  }

  /** Settles as the promise does, or rejects when the scope is cancelled first. */
  race<T>(promise: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.ended) {
        promise.catch(() => {});
        reject(cancelled);
        return;
      }
      const end = () => reject(cancelled);
      this.enders.add(end);
      promise.then(
        (value) => {
          this.enders.delete(end);
          resolve(value);
        },
        (error) => {
          this.enders.delete(end);
          reject(error);
        },
      );
    });
  }

  /** `due`: epoch milliseconds. Does not keep the process alive. */
  async until(due: number): Promise<void> {
    if (this.now() >= due) return;
    let alarm: Alarm | undefined;
    try {
      await this.race(
        new Promise<void>((resolve) => {
          alarm = new Alarm(this.now, resolve);
          alarm.set(due);
        }),
      );
    } finally {
      alarm?.close();
    }
  }
}
