// Takes messages out of a queue: they are in flight then, or move to the dead-letter queue.
import { isFifo } from '../attributes.ts';
import { overLimit } from '../errors.ts';
import { queueArn } from '../names.ts';
import type { Entry } from '../queue/entry.ts';
import type { MessageRecord, QueueRecord } from '../records.ts';
import { redriveOf } from '../redrive.ts';
import type { SqsState } from '../state.ts';
import { handleOf } from './receipts.ts';

export interface Taken {
  readonly entry: Entry;
  readonly message: MessageRecord;
  readonly handle: string;
  /** The system attributes. */
  readonly system: Readonly<Record<string, string>>;
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
const mostInFlight = 120_000;

/** @throws OverLimit for a standard queue with too many messages in flight: only short polling is refused */
export function checkInFlight(state: SqsState, queue: QueueRecord): void {
  if (!isFifo(queue) && isFull(state, queue)) throw overLimit();
}

const isFull = (state: SqsState, queue: QueueRecord): boolean =>
  state.live(queue).messages.counts().inFlight >= mostInFlight;

/** Up to `most` messages, invisible for so many seconds from now on. None while too many are in flight. */
export function take(state: SqsState, queue: QueueRecord, most: number, visibility: number): Taken[] {
  const live = state.live(queue);
  const { messages } = live;
  if (isFull(state, queue)) return [];
  const redrive = redriveOf(queue);
  // A queue that is its own dead-letter queue keeps its messages.
  const deadLetters =
    redrive && redrive.target !== queueArn(queue) ? state.findByArn(redrive.target) : undefined;
  const until = state.now() + visibility * 1000;
  const taken: Taken[] = [];
  if (!messages.any()) return taken;
  for (const entry of messages.visible()) {
    if (redrive && deadLetters && entry.receives >= redrive.most) {
      move(state, queue, entry, deadLetters);
      continue;
    }
    messages.receive(entry, until);
    taken.push(takenOf(queue, entry, messages.record(entry)));
    if (taken.length === most) break;
  }
  live.rearm();
  return taken;
}

/** Takes messages again that are in flight, for as long as the first time. */
export function takeAgain(
  state: SqsState,
  queue: QueueRecord,
  entries: readonly Entry[],
  visibility: number,
): Taken[] {
  const { messages } = state.live(queue);
  return entries.map((entry) => {
    messages.hide(entry, state.now() + visibility * 1000);
    return takenOf(queue, entry, messages.record(entry));
  });
}

const takenOf = (queue: QueueRecord, entry: Entry, message: MessageRecord): Taken => ({
  entry,
  message,
  handle: handleOf(queue, entry),
  system: systemOf(queue, entry, message),
});

/** Moves a message to its dead-letter queue. It keeps its id, body, attributes and receive count. */
function move(state: SqsState, queue: QueueRecord, entry: Entry, target: QueueRecord): void {
  const { messages } = state.live(queue);
  const { receives, firstReceived = state.now() } = entry;
  const message = messages.record(entry);
  const into = state.live(target);
  // The retention period begins anew in FIFO queues.
  const sent = isFifo(target) ? state.now() : message.sent;
  const moved = { ...message, sent, deadLetterSource: queueArn(queue) };
  into.messages.add(moved, { receives, firstReceived, visible: state.now() });
  messages.remove(entry);
  into.tell();
}

function systemOf(queue: QueueRecord, entry: Entry, message: MessageRecord): Record<string, string> {
  const { groupId, deduplicationId, deadLetterSource, trace } = message;
  const fifo = isFifo(queue);
  return {
    ApproximateReceiveCount: String(entry.receives),
    ...(trace === undefined ? {} : { AWSTraceHeader: trace }),
    SentTimestamp: String(message.sent),
    ...(fifo ? { SequenceNumber: entry.sequence } : {}),
    ...(groupId === undefined ? {} : { MessageGroupId: groupId }),
    SenderId: message.senderId,
    ...(fifo && deduplicationId !== undefined ? { MessageDeduplicationId: deduplicationId } : {}),
    ApproximateFirstReceiveTimestamp: String(entry.firstReceived),
    ...(deadLetterSource === undefined ? {} : { DeadLetterQueueSourceArn: deadLetterSource }),
  };
}
