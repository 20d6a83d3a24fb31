// Receives of FIFO queues that a client may repeat, because their answer was lost: the same attempt gets the same
// messages for five minutes, unless they were deleted or became visible meanwhile.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/using-receiverequestattemptid-request-parameter.html
import type { Entry } from '../queue/entry.ts';

interface Attempt {
  /** Epoch milliseconds. */
  readonly until: number;
  readonly entries: readonly { readonly entry: Entry; readonly receives: number; readonly visible: number }[];
}

const interval = 5 * 60_000;
/** The oldest attempt is dropped first. */
const kept = 1000;

export class Attempts {
  private readonly known = new Map<string, Attempt>();

  /** The messages of an earlier receive with this key; undefined: it cannot be repeated. */
  find(key: string, now: number): Entry[] | undefined {
    const attempt = this.known.get(key);
    if (!attempt || attempt.until < now) return undefined;
    const same = attempt.entries.every(
      ({ entry, receives, visible }) =>
        entry.state === 'inFlight' && entry.receives === receives && entry.visible === visible,
    );
    return same ? attempt.entries.map(({ entry }) => entry) : undefined;
  }

  keep(key: string, entries: readonly Entry[], now: number): void {
    if (this.known.size >= kept) this.known.delete(this.known.keys().next().value as string);
    const all = entries.map((entry) => ({ entry, receives: entry.receives, visible: entry.visible }));
    this.known.set(key, { until: now + interval, entries: all });
  }
}
