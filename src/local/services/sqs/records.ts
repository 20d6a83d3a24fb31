// What the store keeps of queues and messages.
import type { MessageAttribute } from '../../faces.ts';

export interface QueueRecord {
  readonly account: string;
  readonly region: string;
  readonly name: string;
  /** Epoch milliseconds. */
  readonly created: number;
  readonly modified: number;
  /** The attributes that differ from the defaults, and those that a request set: as texts, like in the API. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  /** The DeduplicationScope of its creation: later changes of the attribute have no effect. */
  readonly deduplicationScope?: string;
  /** Epoch milliseconds of the last PurgeQueue. */
  readonly purged?: number;
}

/** A message as it was sent. It does not change while it is in the queue. */
export interface MessageRecord {
  readonly id: string;
  readonly body: string;
  readonly md5: string;
  readonly attributes: Readonly<Record<string, MessageAttribute>>;
  readonly senderId: string;
  /** Epoch milliseconds. */
  readonly sent: number;
  /** Epoch milliseconds from which it can be received for the first time. */
  readonly visible: number;
  readonly groupId?: string;
  readonly deduplicationId?: string;
  readonly trace?: string;
  /** The ARN of the queue from which it moved to this dead-letter queue. */
  readonly deadLetterSource?: string;
}

/** How a message was received so far. A message that was never received has no such record. */
export interface ReceiveRecord {
  readonly receives: number;
  /** Epoch milliseconds. */
  readonly firstReceived: number;
  readonly visible: number;
}

/** A message that a FIFO queue accepted, for the duplicates that may follow. */
export interface AcceptedRecord {
  readonly id: string;
  readonly sequence: string;
  /** Epoch milliseconds. */
  readonly until: number;
}

/** A task that moves messages out of a dead-letter queue. */
export interface MoveRecord {
  readonly account: string;
  readonly region: string;
  /** The name of the dead-letter queue. */
  readonly queue: string;
  readonly id: string;
  /** Epoch milliseconds. */
  readonly started: number;
  readonly status: 'RUNNING' | 'COMPLETED' | 'CANCELLED' | 'FAILED';
  /** The ARN of a queue; undefined: each message goes to the queue from which it came. */
  readonly destination?: string;
  /** Messages each second. */
  readonly rate?: number;
  readonly moved: number;
  readonly toMove: number;
  /** Why it failed. */
  readonly failure?: string;
}
