// Puts a message into a queue.
import { createHash, randomUUID } from 'node:crypto';
import type { MessageAttribute } from '../../../faces.ts';
import { isFifo, numberOf } from '../attributes.ts';
import { invalid, invalidValue, missing, required } from '../errors.ts';
import type { QueueRecord } from '../records.ts';
import type { SqsState } from '../state.ts';
import { checkCharacters, checkId, sizeOf } from './checks.ts';
import { md5 } from './digest.ts';

export interface Outgoing {
  readonly body: string | undefined;
  readonly attributes: Readonly<Record<string, MessageAttribute>>;
  readonly senderId: string;
  /** Seconds; undefined: the delay of the queue. */
  readonly delay?: number;
  readonly groupId?: string;
  readonly deduplicationId?: string;
  readonly trace?: string;
}

export interface Accepted {
  readonly id: string;
  readonly md5: string;
  /** Of FIFO queues. */
  readonly sequence?: string;
}

/** `limit`: what the message says when it is too large, before the reason. */
export function accept(
  state: SqsState,
  queue: QueueRecord,
  message: Outgoing,
  limit = 'One or more parameters are invalid.',
): Accepted {
  const { attributes, senderId, delay, groupId, trace } = message;
  const body = required(message.body, 'MessageBody');
  const largest = numberOf(queue, 'MaximumMessageSize');
  if (sizeOf(body, attributes) > largest) {
    throw invalid(`${limit} Reason: Message must be shorter than ${largest} bytes.`);
  }
  checkCharacters(body);
  checkId('MessageDeduplicationId', message.deduplicationId);
  checkId('MessageGroupId', groupId);
  checkDelay(queue, delay);
  const deduplicationId = deduplicationIdOf(queue, message, body);
  const fifo = isFifo(queue);
  const known = state.deduplication(queue);
  const scoped =
    queue.deduplicationScope === 'messageGroup' ? `${groupId} ${deduplicationId}` : deduplicationId;
  const digest = md5(body);
  const earlier = scoped === undefined ? undefined : known.find(scoped);
  if (earlier) return { id: earlier.id, md5: digest, sequence: earlier.sequence };
  const live = state.live(queue);
  const now = state.now();
  const id = randomUUID();
  const { sequence } = live.messages.add({
    id,
    body,
    md5: digest,
    attributes,
    senderId,
    sent: now,
    visible: now + delayOf(queue, delay) * 1000,
    groupId,
    deduplicationId,
    trace,
  });
  if (scoped !== undefined) known.accept(scoped, { id, sequence });
  live.tell();
  return { id, md5: digest, sequence: fifo ? sequence : undefined };
}

const wrongKind = 'The request include parameter that is not valid for this queue type.';

function checkDelay(queue: QueueRecord, delay: number | undefined): void {
  if (delay === undefined) return;
  if (delay < 0 || delay > 900 || !Number.isInteger(delay)) {
    throw invalidValue('DelaySeconds', delay, 'DelaySeconds must be >= 0 and <= 900.');
  }
  if (delay > 0 && isFifo(queue)) throw invalidValue('DelaySeconds', delay, wrongKind);
}

/** Seconds. All messages of a FIFO queue have the delay of the queue. */
const delayOf = (queue: QueueRecord, delay: number | undefined): number =>
  isFifo(queue) || delay === undefined ? numberOf(queue, 'DelaySeconds') : delay;

/** undefined on standard queues. @throws ServiceError MissingParameter, InvalidParameterValue */
function deduplicationIdOf(
  queue: QueueRecord,
  { groupId, deduplicationId }: Outgoing,
  body: string,
): string | undefined {
  if (!isFifo(queue)) {
    if (deduplicationId === undefined) return undefined;
    throw invalidValue('MessageDeduplicationId', deduplicationId, wrongKind);
  }
  if (groupId === undefined) throw missing('MessageGroupId');
  if (deduplicationId !== undefined) return deduplicationId;
  if (queue.attributes.ContentBasedDeduplication !== 'true') throw noDeduplication();
  return createHash('sha256').update(body).digest('hex');
}

export const noDeduplication = () =>
  invalid(
    'The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
  );
