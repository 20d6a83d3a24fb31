// The order of a FIFO queue: by message group. A group with a message in flight hands out nothing more.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-understanding-logic.html
import type { Entry, EntryState, Order } from './entry.ts';
import { Heap } from './heap.ts';
import { Line } from './line.ts';

interface Group {
  readonly name: string;
  /** In the order of their sequence numbers. Messages that are gone stay until they come to the front. */
  readonly line: Line<Entry>;
  inFlight: number;
}

interface Place {
  readonly group: Group;
  /** The first message of the group when it got this place. */
  readonly first: Entry;
}

export class GroupOrder implements Order {
  private readonly groups = new Map<string, Group>();
  private readonly places = new Heap<Place>(
    (a, b) => a.first.sequence < b.first.sequence,
    ({ group, first }) => this.firstOf(group) === first && isOpen(group, first),
  );

  add(entry: Entry): void {
    const name = entry.group ?? '';
    let group = this.groups.get(name);
    if (!group) {
      group = { name, line: new Line(), inFlight: 0 };
      this.groups.set(name, group);
    }
    group.line.push(entry);
    if (entry.state === 'inFlight') group.inFlight++;
    if (this.firstOf(group) === entry) this.offer(group);
  }

  changed(entry: Entry, before: EntryState): void {
    const group = this.groups.get(entry.group ?? '');
    if (!group) return;
    if (before === 'inFlight') group.inFlight--;
    if (entry.state === 'inFlight') group.inFlight++;
    else this.offer(group);
  }

  any(): boolean {
    return this.places.peek() !== undefined;
  }

  *visible(): Iterable<Entry> {
    for (let place = this.places.pop(); place; place = this.places.pop()) {
      const { group } = place;
      try {
        for (const entry of group.line) {
          if (entry.state === 'visible') yield entry;
          else if (entry.state !== 'gone') break;
        }
      } finally {
        this.offer(group);
      }
    }
  }

  private offer(group: Group): void {
    const first = this.firstOf(group);
    if (!first) this.groups.delete(group.name);
    else if (isOpen(group, first)) this.places.push({ group, first });
  }

  private firstOf({ line }: Group): Entry | undefined {
    while (line.first()?.state === 'gone') line.shift();
    return line.first();
  }
}

const isOpen = (group: Group, first: Entry): boolean => group.inFlight === 0 && first.state === 'visible';
