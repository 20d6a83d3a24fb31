// Hands a message to the subscriptions of its topic. Functions and queues put it into the store before they return.
import type { EventSource, QueueMessage } from '../../../faces.ts';
import { noticeOnce } from '../../../notices.ts';
import type { Message } from '../publishing/message.ts';
import { textFor } from '../publishing/message.ts';
import { activeOf, type SnsState, type SubscriptionRecord, type TopicRecord } from '../state.ts';
import { deadLetterOf } from '../subscriptions/attributes.ts';
import { passes } from '../subscriptions/filter-policy.ts';
import { envelope, lambdaEvent } from './envelope.ts';
import { sendOverHttp } from './http.ts';

/** The most attributes of a message in SQS. */
const queueAttributes = 10;

/** Never throws: a message that was accepted is not refused because of one of its subscribers. */
export function fanOut(state: SnsState, topic: TopicRecord, message: Message): void {
  for (const subscription of activeOf(state, topic)) {
    if (passes(subscription, message)) deliver(state, topic, subscription, message);
  }
}

function deliver(
  state: SnsState,
  topic: TopicRecord,
  subscription: SubscriptionRecord,
  message: Message,
): void {
  const { protocol, endpoint } = subscription;
  try {
    if (protocol === 'lambda') {
      const event = lambdaEvent(topic, subscription, message);
      state.host.face('functions').deliver(endpoint, event, sourceOf(topic.arn));
    } else if (protocol === 'sqs') {
      const body = queueMessage(topic, subscription, message);
      if (isRaw(subscription) && Object.keys(message.attributes).length > queueAttributes) {
        throw new Error(`a raw message to a queue has at most ${queueAttributes} attributes`);
      }
      state.host.face('queues').send(endpoint, body, sourceOf(topic.arn));
    } else if (protocol === 'http' || protocol === 'https') {
      sendOverHttp(state, topic, subscription, message);
    } else {
      noticeOnce(`SNS does not send messages over ${protocol} here: ${endpoint}, topic ${topic.name}`);
    }
  } catch (error) {
    deadLetter(state, subscription, queueMessage(topic, subscription, message), error);
  }
}

export const isRaw = ({ attributes }: SubscriptionRecord): boolean =>
  attributes.RawMessageDelivery === 'true';

const sourceOf = (topicArn: string): EventSource => ({
  principal: 'sns.amazonaws.com',
  sourceArn: topicArn,
  sourceAccount: topicArn.split(':')[4] ?? '',
});

/** The message for a queue. A FIFO queue keeps the group and the deduplication id; a standard queue of a FIFO topic not. */
function queueMessage(topic: TopicRecord, subscription: SubscriptionRecord, message: Message): QueueMessage {
  const { groupId, deduplicationId, trace } = message;
  const intoFifo = topic.fifo && subscription.endpoint.endsWith('.fifo');
  return {
    ...(isRaw(subscription)
      ? { body: textFor(message, subscription.protocol), attributes: message.attributes }
      : { body: envelope(topic, subscription, message) }),
    ...(intoFifo ? { groupId, deduplicationId } : topic.fifo ? {} : { groupId }),
    trace,
  };
}

/** Puts a message that cannot be delivered into the dead-letter queue of the subscription. Never throws. */
export function deadLetter(
  state: SnsState,
  subscription: SubscriptionRecord,
  message: QueueMessage,
  reason: unknown,
): void {
  const { topicArn, endpoint } = subscription;
  const words = `SNS does not send messages of ${topicArn} to ${endpoint}: ${(reason as Error).message}`;
  const queue = deadLetterOf(subscription);
  if (queue === undefined) {
    noticeOnce(words);
    return;
  }
  try {
    state.host.face('queues').send(queue, message, sourceOf(topicArn));
  } catch (error) {
    noticeOnce(`${words}; nor to ${queue}: ${(error as Error).message}`);
  }
}
