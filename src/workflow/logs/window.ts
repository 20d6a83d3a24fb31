// The window of time that each poll of a follower reads, and the events that were shown already.

export interface LogEventKey {
  id: string;
  /** Epoch milliseconds, by the clock of the function. */
  timestamp: number;
}

/**
 * The start of the window follows the clock of AWS, and never the timestamps of events: an event that is dated ahead
 * must not hide those that come after it. Events become readable late, so a poll reads again from `late` milliseconds
 * before the poll before it began. Each event is new once.
 */
export class LogWindow {
  /** Where the next poll starts to read, in epoch milliseconds. */
  from: number;
  private nextFrom: number;
  private readonly late: number;
  private readonly shown = new Map<string, number>();

  constructor(startTime: number, late: number) {
    this.from = startTime;
    this.nextFrom = startTime;
    this.late = late;
  }

  /** The poll that runs now began at this time of AWS's clock. */
  began(at: number): void {
    this.nextFrom = Math.max(this.from, Math.floor(at) - this.late);
  }

  /** Whether the event was not shown before. Only events that a later poll may read again are remembered. */
  isNew({ id, timestamp }: LogEventKey): boolean {
    if (this.shown.has(id)) return false;
    if (timestamp >= this.nextFrom) this.shown.set(id, timestamp);
    return true;
  }

  /** The poll has read all pages. */
  end(): void {
    this.from = this.nextFrom;
    for (const [id, timestamp] of this.shown) if (timestamp < this.from) this.shown.delete(id);
  }

  /** The number of events that are remembered. */
  get remembered(): number {
    return this.shown.size;
  }
}
