// The state of the local SQS: its collections, and the queues that are in use.
import type { Call, Scope } from '../../call.ts';
import type { ServiceHost } from '../../service.ts';
import { cached } from '../../store/cached.ts';
import type { Collection } from '../../store/store.ts';
import { isFifo, numberOf } from './attributes.ts';
import { denied, noQueue, required } from './errors.ts';
import { Attempts } from './messages/attempts.ts';
import { nameInArn, nameInUrl, queueKey } from './names.ts';
import { Deduplication } from './queue/deduplication.ts';
import { LiveQueue } from './queue/live-queue.ts';
import { Messages } from './queue/messages.ts';
import { Moves } from './queue/moves.ts';
import type { AcceptedRecord, MessageRecord, QueueRecord, ReceiveRecord } from './records.ts';

export class SqsState {
  readonly host: ServiceHost;
  /** Keys: `account/region/name`. */
  readonly queues: Collection<QueueRecord>;
  /** Epoch milliseconds at which queues were deleted, by the keys of the queues. */
  readonly deleted: Collection<number>;
  readonly moves: Moves;
  readonly attempts = new Attempts();
  /** Keys: `account/region/name/sequence number`, as for `receives`. */
  private readonly messages: Collection<MessageRecord>;
  private readonly receives: Collection<ReceiveRecord>;
  /** Keys: `account/region/name/deduplication id`. */
  private readonly accepted: Collection<AcceptedRecord>;
  /** By the keys of the queues. */
  private readonly inUse = new Map<string, LiveQueue>();
  private readonly deduplications = new Map<string, Deduplication>();

  constructor(host: ServiceHost) {
    const { store } = host;
    this.host = host;
    this.queues = cached(store.collection('sqs/queues'));
    this.deleted = store.collection('sqs/deleted-queues');
    this.messages = store.collection('sqs/messages');
    this.receives = store.collection('sqs/receives');
    this.accepted = store.collection('sqs/accepted');
    this.moves = new Moves(store.collection('sqs/move-tasks'), this);
  }

  now(): number {
    return this.host.now();
  }

  find(scope: Scope, name: string): QueueRecord | undefined {
    return this.queues.get(queueKey({ account: scope.account, region: scope.region, name }));
  }

  findByArn(arn: string): QueueRecord | undefined {
    const name = nameInArn(arn);
    return name && this.queues.get(queueKey(name));
  }

  /** @throws QueueDoesNotExist, ServiceError MissingParameter, ServiceError AccessDenied for another account */
  byUrl(call: Call, url: string | undefined): QueueRecord {
    const name = nameInUrl(required(url, 'QueueUrl'), call);
    const queue = this.queues.get(queueKey(name));
    if (!queue) throw noQueue();
    if (queue.account !== call.account) throw denied(url as string);
    return queue;
  }

  save(queue: QueueRecord): void {
    this.queues.put(queueKey(queue), queue);
  }

  /** Removes the queue with all its messages. */
  remove(queue: QueueRecord): void {
    const key = queueKey(queue);
    const live = this.live(queue);
    live.messages.clear();
    this.inUse.delete(key);
    this.deduplication(queue).clear();
    this.deduplications.delete(key);
    this.moves.forget(queue);
    this.queues.remove(key);
    live.end();
  }

  /** The queue in use, at the current time. */
  live(queue: QueueRecord): LiveQueue {
    const key = queueKey(queue);
    let live = this.inUse.get(key);
    if (!live) {
      const now = () => this.now();
      const { messages, receives } = this;
      const all = new Messages({ messages, receives, prefix: `${key}/`, fifo: isFifo(queue), now });
      live = new LiveQueue(all, () => all.settle(this.oldest(key)), now);
      this.inUse.set(key, live);
    }
    live.messages.settle(this.oldest(key));
    return live;
  }

  deduplication(queue: QueueRecord): Deduplication {
    const key = queueKey(queue);
    let found = this.deduplications.get(key);
    if (!found) {
      found = new Deduplication(this.accepted, `${key}/`, () => this.now());
      this.deduplications.set(key, found);
    }
    return found;
  }

  close(): void {
    this.moves.close();
    for (const live of this.inUse.values()) live.close();
  }

  /** Older messages have been in the queue longer than its retention period. */
  private oldest(key: string): number {
    const queue = this.queues.get(key);
    return queue ? this.now() - numberOf(queue, 'MessageRetentionPeriod') * 1000 : 0;
  }
}
