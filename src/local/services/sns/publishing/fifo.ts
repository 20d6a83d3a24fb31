// FIFO topics: sequence numbers, and the messages that were published before.
// https://docs.aws.amazon.com/sns/latest/dg/fifo-message-dedup.html
import { createHash } from 'node:crypto';
import { invalid } from '../errors.ts';
import { type Duplicate, type SnsState, type TopicRecord, topicKey } from '../state.ts';

/** Milliseconds for which a deduplication id is remembered. */
const remembered = 5 * 60_000;
/** Milliseconds between two removals of what is no longer remembered, per topic. */
const sweepPause = 60_000;
const swept = new WeakMap<SnsState, Map<string, number>>();

interface Grouped {
  readonly MessageGroupId?: string | undefined;
  readonly MessageDeduplicationId?: string | undefined;
  readonly Message?: string | undefined;
}

/** The group and the deduplication id of a message. @throws InvalidParameterException */
export function checkedGroup(topic: TopicRecord, given: Grouped) {
  const { MessageGroupId: groupId, MessageDeduplicationId, Message = '' } = given;
  for (const [name, value] of Object.entries({ MessageGroupId: groupId, MessageDeduplicationId })) {
    if (value !== undefined && !/^[\x21-\x7e]{1,128}$/.test(value)) throw invalid(name);
  }
  if (!topic.fifo) {
    if (MessageDeduplicationId !== undefined) {
      throw invalid(
        'MessageDeduplicationId Reason: The request includes MessageDeduplicationId parameter that is not valid for this topic type',
      );
    }
    return { groupId, deduplicationId: undefined };
  }
  if (groupId === undefined) throw invalid('The MessageGroupId parameter is required for FIFO topics');
  const byContent = topic.attributes.ContentBasedDeduplication === 'true';
  if (MessageDeduplicationId === undefined && !byContent) {
    throw invalid(
      'The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
    );
  }
  const deduplicationId = MessageDeduplicationId ?? createHash('sha256').update(Message).digest('hex');
  return { groupId, deduplicationId };
}

/**
 * The answer for a message: that of an earlier message with the same deduplication id, or a new one with the next
 * sequence number, which is remembered.
 */
export function numbered(
  state: SnsState,
  topic: TopicRecord,
  messageId: string,
  { groupId, deduplicationId = '' }: { groupId?: string; deduplicationId?: string },
): Duplicate & { readonly repeated: boolean } {
  const now = state.host.now();
  sweep(state, topic, now);
  const perGroup = topic.attributes.FifoThroughputScope === 'MessageGroup';
  const key = `${topicKey(topic)}/${perGroup ? `${groupId}/` : ''}${deduplicationId}`;
  const earlier = state.duplicates.get(key);
  if (earlier && now - earlier.published < remembered) return { ...earlier, repeated: true };
  const number = (state.sequences.get(topicKey(topic)) ?? 0) + 1;
  state.sequences.put(topicKey(topic), number);
  const answer = {
    messageId,
    sequenceNumber: (10n ** 19n + BigInt(number) * 1000n).toString(),
    published: now,
  };
  state.duplicates.put(key, answer);
  return { ...answer, repeated: false };
}

function sweep(state: SnsState, topic: TopicRecord, now: number): void {
  const times = swept.get(state) ?? new Map<string, number>();
  swept.set(state, times);
  if (now - (times.get(topic.arn) ?? 0) < sweepPause) return;
  times.set(topic.arn, now);
  const old = [...state.duplicates.entries(`${topicKey(topic)}/`)].filter(
    ([, { published }]) => now - published >= remembered,
  );
  for (const [key] of old) state.duplicates.remove(key);
}
