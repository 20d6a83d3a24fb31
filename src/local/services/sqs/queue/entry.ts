// A message in the index of a queue: only as much of it as decides who receives it, and when.

export type EntryState = 'visible' | 'delayed' | 'inFlight' | 'gone';

export interface Entry {
  /** The place in the queue: 20 digits, as in SequenceNumber. */
  readonly sequence: string;
  /** Epoch milliseconds. */
  readonly sent: number;
  /** The message group of a FIFO queue. */
  readonly group: string | undefined;
  state: EntryState;
  /** Epoch milliseconds from which it can be received. */
  visible: number;
  /** How often it was received. */
  receives: number;
  /** Epoch milliseconds; undefined: never. */
  firstReceived: number | undefined;
}

/** The order in which a queue hands out its visible messages. */
export interface Order {
  /** A message that is new in the queue, in any state. */
  add(entry: Entry): void;
  /** The state of a message has changed. */
  changed(entry: Entry, before: EntryState): void;
  /** Whether `visible` would yield a message. */
  any(): boolean;
  /** The messages that one receive may take, in order. Whoever takes one changes its state before the next. */
  visible(): Iterable<Entry>;
}
