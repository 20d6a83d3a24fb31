// How other services send to queues and read from them.
import type { EventSource, Queues } from '../../faces.ts';
import { isFifo, numberOf } from './attributes.ts';
import { denied, noQueue } from './errors.ts';
import { accept } from './messages/accept.ts';
import { md5OfAttributes } from './messages/digest.ts';
import { drop } from './messages/drop.ts';
import { take } from './messages/take.ts';
import { queueArn } from './names.ts';
import type { QueueRecord } from './records.ts';
import type { SqsState } from './state.ts';

/** The SenderId of messages that services send. */
const serviceId = 'AIDAIT2UOQQY3AUEKVGXU';

export function queuesFace(state: SqsState): Queues {
  const found = (arn: string): QueueRecord => {
    const queue = state.findByArn(arn);
    if (!queue) throw noQueue();
    return queue;
  };
  return {
    describe(arn) {
      const queue = state.findByArn(arn);
      return queue && { fifo: isFifo(queue), visibilityTimeout: numberOf(queue, 'VisibilityTimeout') };
    },

    send(arn, { attributes = {}, ...message }, source) {
      const queue = found(arn);
      if (source) checkPolicy(state, queue, source);
      const senderId = source ? serviceId : queue.account;
      return accept(state, queue, { ...message, attributes, senderId }).id;
    },

    receive(arn, most) {
      const queue = found(arn);
      const taken = take(state, queue, most, numberOf(queue, 'VisibilityTimeout'));
      return taken.map(({ message: { id, body, md5, attributes }, handle, system }) => ({
        messageId: id,
        receiptHandle: handle,
        body,
        md5OfBody: md5,
        system,
        attributes,
        md5OfAttributes: md5OfAttributes(attributes),
      }));
    },

    remove(arn, handles) {
      const queue = state.findByArn(arn);
      if (!queue) return;
      for (const handle of handles) {
        try {
          drop(state, queue, handle);
        } catch {
          // Its visibility timeout has ended, or it is not of this queue.
        }
      }
    },

    watch: (arn, ready) => state.live(found(arn)).watch(ready),
  };
}

/** @throws ServiceError AccessDenied unless the policy of the queue lets the source send */
function checkPolicy(state: SqsState, queue: QueueRecord, source: EventSource): void {
  const { principal, sourceArn, sourceAccount } = source;
  const document = queue.attributes.Policy;
  const request = {
    principals: [principal, principal.replace('.', `.${queue.region}.`)],
    action: 'sqs:SendMessage',
    resource: queueArn(queue),
    context: { 'aws:SourceArn': sourceArn, 'aws:SourceAccount': sourceAccount },
  };
  if (document && state.host.face('policies').allowsService(document, request)) return;
  throw denied(queueArn(queue));
}
