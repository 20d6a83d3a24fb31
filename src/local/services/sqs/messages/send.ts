// SendMessage and SendMessageBatch.
import type * as sdk from '@aws-sdk/client-sqs';
import type { SendMessageBatchRequestEntry } from '@aws-sdk/client-sqs';
import type { Call } from '../../../call.ts';
import type { Handlers } from '../../../service.ts';
import { isFifo } from '../attributes.ts';
import { batchTooLong, invalid } from '../errors.ts';
import type { QueueRecord } from '../records.ts';
import type { SqsState } from '../state.ts';
import { accept, noDeduplication, type Outgoing } from './accept.ts';
import { checkBatch, eachOf } from './batch.ts';
import { largestMessage, readAttributes, sizeOf } from './checks.ts';
import { md5OfAttributes } from './digest.ts';

type Content = Omit<SendMessageBatchRequestEntry, 'Id'>;

export const send: Handlers<typeof sdk, SqsState> = {
  SendMessage({ QueueUrl, ...content }, { state, call }) {
    const queue = state.byUrl(call, QueueUrl);
    return sent(state, queue, call, content);
  },

  SendMessageBatch({ QueueUrl, Entries }, { state, call }) {
    const queue = state.byUrl(call, QueueUrl);
    const entries = checkBatch(Entries, 'SendMessageBatchRequestEntry');
    if (isFifo(queue)) checkFifoBatch(queue, entries);
    const size = entries.reduce((sum, entry) => sum + sizeIn(entry), 0);
    if (size > largestMessage) throw batchTooLong(largestMessage, size);
    return eachOf(entries, (entry) =>
      sent(state, queue, call, entry, 'One or more parameters cannot be validated.'),
    );
  },
};

function sent(state: SqsState, queue: QueueRecord, call: Call, content: Content, limit?: string) {
  const { MessageBody, DelaySeconds, MessageGroupId, MessageDeduplicationId } = content;
  const attributes = readAttributes(content.MessageAttributes);
  const system = readSystem(content);
  const message: Outgoing = {
    body: MessageBody,
    attributes,
    senderId: call.callerId,
    delay: DelaySeconds,
    groupId: MessageGroupId,
    deduplicationId: MessageDeduplicationId,
    trace: system.AWSTraceHeader?.text ?? call.traceId,
  };
  const { id, md5, sequence } = accept(state, queue, message, limit);
  return {
    MessageId: id,
    MD5OfMessageBody: md5,
    MD5OfMessageAttributes: md5OfAttributes(attributes),
    MD5OfMessageSystemAttributes: md5OfAttributes(system),
    SequenceNumber: sequence,
  };
}

function readSystem({ MessageSystemAttributes = {} }: Content) {
  for (const name of Object.keys(MessageSystemAttributes)) {
    if (name !== 'AWSTraceHeader') throw invalid(`Message system attribute name '${name}' is invalid.`);
  }
  return readAttributes(MessageSystemAttributes as Content['MessageAttributes']);
}

/** @throws ServiceError InvalidParameterValue for the whole batch */
function checkFifoBatch({ attributes }: QueueRecord, entries: readonly SendMessageBatchRequestEntry[]): void {
  for (const { MessageDeduplicationId, MessageGroupId } of entries) {
    if (!MessageDeduplicationId && attributes.ContentBasedDeduplication !== 'true') throw noDeduplication();
    if (!MessageGroupId) throw invalid('The request must contain the parameter MessageGroupId.');
  }
}

/** Entries that fail on their own count by their body. */
function sizeIn({ MessageBody = '', MessageAttributes }: Content): number {
  try {
    return sizeOf(MessageBody, readAttributes(MessageAttributes));
  } catch {
    return sizeOf(MessageBody, {});
  }
}
