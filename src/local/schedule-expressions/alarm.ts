// One timer for whatever is due next.

/** The longest pause of a timer, in milliseconds. Timers stand still while the machine sleeps, and its clock does not. */
const longest = 60_000;

/** Rings at the earliest time that was asked for. Does not keep the process alive. */
export class Alarm {
  private timer: NodeJS.Timeout | undefined;
  private due = Number.POSITIVE_INFINITY;
  private closed = false;
  private readonly now: () => number;
  private readonly ring: () => void;

  constructor(now: () => number, ring: () => void) {
    this.now = now;
    this.ring = ring;
  }

  /** `due`: epoch milliseconds. */
  set(due: number): void {
    if (this.closed || due >= this.due) return;
    clearTimeout(this.timer);
    this.due = due;
    const pause = Math.min(Math.max(due - this.now(), 0), longest);
    this.timer = setTimeout(() => this.wake(), pause).unref();
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
  }

  private wake(): void {
    const { due } = this;
    this.due = Number.POSITIVE_INFINITY;
    // Timers can be early by a fraction, and a long pause has several.
    if (this.now() < due) this.set(due);
    else this.ring();
  }
}
