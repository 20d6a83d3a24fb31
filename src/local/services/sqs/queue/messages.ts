// The messages of one queue: kept in the store, and indexed in memory so that no operation looks at all of them.
import type { Collection } from '../../../store/store.ts';
import type { MessageRecord, ReceiveRecord } from '../records.ts';
import type { Entry, EntryState, Order } from './entry.ts';
import { GroupOrder } from './group-order.ts';
import { Heap } from './heap.ts';
import { StandardOrder } from './standard-order.ts';

interface Due {
  readonly entry: Entry;
  readonly at: number;
}

export interface Counts {
  readonly visible: number;
  readonly delayed: number;
  readonly inFlight: number;
}

export interface MessagesOptions {
  readonly messages: Collection<MessageRecord>;
  readonly receives: Collection<ReceiveRecord>;
  /** The prefix of the keys of this queue in both collections. */
  readonly prefix: string;
  readonly fifo: boolean;
  now(): number;
}

export class Messages {
  private readonly options: MessagesOptions;
  private readonly entries = new Map<string, Entry>();
  private readonly order: Order;
  private readonly hidden = new Heap<Due>(
    (a, b) => a.at < b.at || (a.at === b.at && a.entry.sequence < b.entry.sequence),
    ({ entry, at }) => entry.visible === at && (entry.state === 'inFlight' || entry.state === 'delayed'),
  );
  private readonly byAge = new Heap<Entry>(
    (a, b) => a.sent < b.sent,
    (entry) => entry.state !== 'gone',
  );
  private readonly counted = { visible: 0, delayed: 0, inFlight: 0, gone: 0 };
  private lastSequence = 0n;

  /** Reads the messages that are in the store. */
  constructor(options: MessagesOptions) {
    this.options = options;
    const { messages, receives, prefix, fifo } = options;
    this.order = fifo ? new GroupOrder() : new StandardOrder();
    const received = new Map(receives.entries(prefix));
    for (const [key, message] of messages.entries(prefix)) {
      const sequence = key.slice(prefix.length);
      this.lastSequence = BigInt(sequence);
      this.index(sequence, message, received.get(key));
    }
  }

  /** Puts a message at the end. `receive`: how it was received in the queue from which it comes. */
  add(message: MessageRecord, receive?: ReceiveRecord): Entry {
    const { messages, receives, prefix } = this.options;
    const sequence = this.nextSequence();
    messages.put(prefix + sequence, message);
    if (receive) receives.put(prefix + sequence, receive);
    return this.index(sequence, message, receive);
  }

  find(sequence: string): Entry | undefined {
    return this.entries.get(sequence);
  }

  /** The message as it was sent. */
  record(entry: Entry): MessageRecord {
    const { messages, prefix } = this.options;
    return messages.get(prefix + entry.sequence) as MessageRecord;
  }

  /** Whether a message can be received now. */
  any(): boolean {
    return this.order.any();
  }

  visible(): Iterable<Entry> {
    return this.order.visible();
  }

  /** Counts a receive, and hides the message until then (epoch milliseconds). Only `settle` shows it again. */
  receive(entry: Entry, until: number): void {
    entry.receives++;
    entry.firstReceived ??= this.options.now();
    this.hide(entry, until);
  }

  /** Hides a message that is in flight until another time, which may be now. */
  hide(entry: Entry, until: number): void {
    entry.visible = until;
    this.keep(entry);
    this.turn(entry, 'inFlight');
    this.hidden.push({ entry, at: until });
  }

  /** Puts back a message that `visible` yielded and that nobody takes. */
  show(entry: Entry): void {
    this.order.changed(entry, entry.state);
  }

  /** Gives all messages with a delay another one: for FIFO queues, whose delay applies to messages in the queue. */
  delay(seconds: number): void {
    const { messages, prefix } = this.options;
    for (const entry of this.entries.values()) {
      if (entry.state !== 'delayed') continue;
      entry.visible = entry.sent + seconds * 1000;
      messages.put(prefix + entry.sequence, { ...this.record(entry), visible: entry.visible });
      this.hidden.push({ entry, at: entry.visible });
    }
  }

  remove(entry: Entry): void {
    const { messages, receives, prefix } = this.options;
    messages.remove(prefix + entry.sequence);
    if (entry.receives > 0) receives.remove(prefix + entry.sequence);
    this.entries.delete(entry.sequence);
    this.turn(entry, 'gone');
  }

  clear(): void {
    for (const entry of [...this.entries.values()]) this.remove(entry);
  }

  /** Shows messages whose delay or visibility timeout is over, and removes those that were sent before `oldest`. */
  settle(oldest: number): void {
    const now = this.options.now();
    for (let entry = this.byAge.peek(); entry && entry.sent < oldest; entry = this.byAge.peek()) {
      this.remove(entry);
    }
    for (let due = this.hidden.peek(); due && due.at <= now; due = this.hidden.peek()) {
      this.turn(due.entry, 'visible');
    }
  }

  /** Epoch milliseconds at which the next hidden message becomes visible. */
  nextDue(): number | undefined {
    return this.hidden.peek()?.at;
  }

  counts(): Counts {
    return this.counted;
  }

  private index(sequence: string, message: MessageRecord, received: ReceiveRecord | undefined): Entry {
    const visible = received?.visible ?? message.visible;
    const isHidden = visible > this.options.now();
    const entry: Entry = {
      sequence,
      sent: message.sent,
      group: this.options.fifo ? message.groupId : undefined,
      state: !isHidden ? 'visible' : received ? 'inFlight' : 'delayed',
      visible,
      receives: received?.receives ?? 0,
      firstReceived: received?.firstReceived,
    };
    this.entries.set(sequence, entry);
    this.counted[entry.state]++;
    this.order.add(entry);
    if (isHidden) this.hidden.push({ entry, at: visible });
    this.byAge.push(entry);
    return entry;
  }

  private turn(entry: Entry, state: EntryState): void {
    const before = entry.state;
    if (before === state) return;
    this.counted[before]--;
    this.counted[state]++;
    entry.state = state;
    this.order.changed(entry, before);
  }

  private keep({ sequence, receives, firstReceived = 0, visible }: Entry): void {
    this.options.receives.put(this.options.prefix + sequence, { receives, firstReceived, visible });
  }

  /** Grows with the time, so that a queue continues above all that it had before a restart. */
  private nextSequence(): string {
    const now = 17_000_000_000_000_000_000n + BigInt(this.options.now()) * 1_000_000n;
    this.lastSequence = now > this.lastSequence ? now : this.lastSequence + 256n;
    return String(this.lastSequence);
  }
}
