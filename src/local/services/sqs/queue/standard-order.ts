// The order of a standard queue: as messages were sent, also those that come back.
import type { Entry, EntryState, Order } from './entry.ts';
import { Heap } from './heap.ts';

interface Place {
  readonly entry: Entry;
  /** The `visible` of the entry when it got this place. */
  readonly at: number;
}

export class StandardOrder implements Order {
  private readonly places = new Heap<Place>(
    (a, b) => a.entry.sequence < b.entry.sequence,
    ({ entry, at }) => entry.state === 'visible' && entry.visible === at,
  );

  add(entry: Entry): void {
    if (entry.state === 'visible') this.places.push({ entry, at: entry.visible });
  }

  changed(entry: Entry, _before: EntryState): void {
    this.add(entry);
  }

  any(): boolean {
    return this.places.peek() !== undefined;
  }

  *visible(): Iterable<Entry> {
    for (let place = this.places.pop(); place; place = this.places.pop()) yield place.entry;
  }
}
