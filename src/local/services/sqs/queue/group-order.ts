// The order of a FIFO queue: by message group. A group hands out its first messages, and nothing behind one that is
// invisible. Groups take turns in the order in which they became available.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-understanding-logic.html
import type { Entry, EntryState, Order } from './entry.ts';
import { Line } from './line.ts';

interface Group {
  readonly name: string;
  /** In the order of their sequence numbers. Messages that are gone stay until they come to the front. */
  readonly line: Line<Entry>;
  /** Whether it waits for its turn. */
  waits: boolean;
}

export class GroupOrder implements Order {
  private readonly groups = new Map<string, Group>();
  /** The groups whose turn comes. Those that are not available any more are skipped. */
  private readonly turns = new Line<Group>();

  add(entry: Entry): void {
    const name = entry.group ?? '';
    let group = this.groups.get(name);
    if (!group) {
      group = { name, line: new Line(), waits: false };
      this.groups.set(name, group);
    }
    group.line.push(entry);
    this.offer(group);
  }

  changed(entry: Entry, _before: EntryState): void {
    const group = this.groups.get(entry.group ?? '');
    if (group) this.offer(group);
  }

  any(): boolean {
    return this.next() !== undefined;
  }

  *visible(): Iterable<Entry> {
    for (let group = this.next(); group; group = this.next()) {
      this.turns.shift();
      // Until this turn ends: it is not offered a second time meanwhile.
      const turn = group;
      turn.waits = true;
      try {
        for (const entry of turn.line) {
          if (entry.state === 'visible') yield entry;
          else if (entry.state !== 'gone') break;
        }
      } finally {
        turn.waits = false;
        this.offer(turn);
      }
    }
  }

  private next(): Group | undefined {
    for (;;) {
      const group = this.turns.first();
      if (!group || this.isOpen(group)) return group;
      group.waits = false;
      this.turns.shift();
    }
  }

  private offer(group: Group): void {
    if (!this.firstOf(group)) this.groups.delete(group.name);
    else if (!group.waits && this.isOpen(group)) {
      group.waits = true;
      this.turns.push(group);
    }
  }

  private isOpen(group: Group): boolean {
    return this.firstOf(group)?.state === 'visible';
  }

  private firstOf({ line }: Group): Entry | undefined {
    while (line.first()?.state === 'gone') line.shift();
    return line.first();
  }
}
