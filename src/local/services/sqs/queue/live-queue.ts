// A queue in use: its messages, and whoever waits for them. It sets a timer only while somebody waits.
import type { Messages } from './messages.ts';

/** Takes messages from the queue; undefined: there are none. */
export type Take<T> = () => T | undefined;

interface Waiter {
  /** Gives it what there is, if there is anything. */
  serve(): void;
  /** It gets nothing more. */
  end(): void;
}

export class LiveQueue {
  readonly messages: Messages;
  private readonly now: () => number;
  private readonly settle: () => void;
  private readonly waiters = new Set<Waiter>();
  private readonly watchers = new Set<() => void>();
  private timer: NodeJS.Timeout | undefined;
  /** When the timer is due: epoch milliseconds. */
  private armedFor = Number.POSITIVE_INFINITY;
  private told: NodeJS.Immediate | undefined;

  /** `settle` brings the messages up to the current time. */
  constructor(messages: Messages, settle: () => void, now: () => number) {
    this.messages = messages;
    this.settle = settle;
    this.now = now;
  }

  /** Tells those who wait that messages may be there. */
  tell(): void {
    if (this.waiters.size === 0 && this.watchers.size === 0) return;
    this.told ??= setImmediate(() => {
      this.told = undefined;
      this.look();
    });
  }

  /** Resolves with what `take` finds, at the latest after so many milliseconds, or when the signal is aborted. */
  wait<T>(take: Take<T>, milliseconds: number, signal: AbortSignal): Promise<T | undefined> {
    return new Promise((resolve, reject) => {
      const over = () => end(undefined);
      const end = (value: T | undefined) => {
        this.waiters.delete(waiter);
        clearTimeout(timer);
        signal.removeEventListener('abort', over);
        if (this.waiters.size + this.watchers.size === 0) this.disarm();
        resolve(value);
      };
      const waiter: Waiter = {
        serve() {
          try {
            const found = take();
            if (found !== undefined) end(found);
          } catch (error) {
            reject(error);
            end(undefined);
          }
        },
        end: over,
      };
      const timer = setTimeout(over, milliseconds);
      timer.unref();
      if (signal.aborted) return over();
      signal.addEventListener('abort', over);
      this.waiters.add(waiter);
      this.arm();
    });
  }

  /** Calls `ready` whenever messages can be received. Returns a function that ends this. */
  watch(ready: () => void): () => void {
    this.watchers.add(ready);
    this.tell();
    this.arm();
    return () => {
      this.watchers.delete(ready);
      if (this.waiters.size + this.watchers.size === 0) this.disarm();
    };
  }

  /** Messages were hidden: those who wait are told when the first of them becomes visible. */
  rearm(): void {
    if (this.waiters.size + this.watchers.size > 0) this.arm();
  }

  /** Those who wait get nothing more. */
  close(): void {
    clearImmediate(this.told);
    for (const waiter of [...this.waiters]) waiter.end();
    this.watchers.clear();
    this.disarm();
  }

  /** The queue was removed: those who watch it look once more, and find it gone. */
  end(): void {
    const watchers = [...this.watchers];
    this.close();
    for (const ready of watchers) ready();
  }

  private look(): void {
    this.settle();
    for (const waiter of [...this.waiters]) {
      if (!this.messages.any()) break;
      waiter.serve();
    }
    for (const ready of [...this.watchers]) {
      if (!this.messages.any()) break;
      ready();
    }
    this.rearm();
  }

  private arm(): void {
    const due = this.messages.nextDue();
    if (due === undefined || due >= this.armedFor) return;
    this.disarm();
    this.armedFor = due;
    this.timer = setTimeout(
      () => {
        this.disarm();
        this.look();
      },
      Math.max(0, due - this.now()),
    );
    this.timer.unref();
  }

  private disarm(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.armedFor = Number.POSITIVE_INFINITY;
  }
}
