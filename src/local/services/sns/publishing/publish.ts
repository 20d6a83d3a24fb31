// Publish and PublishBatch, and the face for other services.
import { randomUUID } from 'node:crypto';
import type * as sdk from '@aws-sdk/client-sns';
import {
  BatchEntryIdsNotDistinctException,
  BatchRequestTooLongException,
  EmptyBatchRequestException,
  InvalidBatchEntryIdException,
  type PublishBatchRequestEntry,
  TooManyEntriesInBatchRequestException,
} from '@aws-sdk/client-sns';
import type { Call } from '../../../call.ts';
import type { Topics } from '../../../faces.ts';
import type { Handlers } from '../../../service.ts';
import { ServiceError } from '../../../service-error.ts';
import { requireTopic } from '../arns.ts';
import { fanOut } from '../deliveries/fan-out.ts';
import { invalid, noTopic } from '../errors.ts';
import { type SnsState, type TopicRecord, topicAt } from '../state.ts';
import { checkPublisher } from '../topics/policies.ts';
import {
  checkedAttributes,
  checkTexts,
  type GivenMessage,
  largestMessage,
  sizeOf,
  structureOf,
} from './checks.ts';
import { checkedGroup, numbered } from './fifo.ts';
import type { Message } from './message.ts';

const $metadata = {};

export const publishing: Handlers<typeof sdk, SnsState> = {
  Publish(input, { call, state }) {
    if (input.PhoneNumber !== undefined) throw notHere('Publishing to phone numbers');
    checkTexts(input);
    const attributes = checkedAttributes(input.MessageAttributes);
    if (sizeOf(input) > largestMessage) throw invalid('Message too long');
    const topic = topicOf(state, call, input);
    const group = checkedGroup(topic, input);
    const structure = structureOf(input);
    const message = { ...base(input, call.traceId), attributes, ...group, structure };
    const { messageId, sequenceNumber } = send(state, topic, message);
    return {
      MessageId: messageId,
      ...(sequenceNumber === undefined ? {} : { SequenceNumber: sequenceNumber }),
    };
  },

  PublishBatch({ TopicArn, PublishBatchRequestEntries: entries = [] }, { call, state }) {
    if (entries.length > 10) {
      throw new TooManyEntriesInBatchRequestException({
        message: 'The batch request contains more entries than permissible.',
        $metadata,
      });
    }
    const topic = requireTopic(state, call, TopicArn, 'Publish');
    checkIds(entries);
    const messages = entries.map((entry, index) => {
      checkTexts(entry);
      const place = `publishBatchRequestEntries.${index + 1}.member.`;
      const attributes = checkedAttributes(entry.MessageAttributes, place);
      const structure = structureOf(entry);
      return { ...base(entry, call.traceId), attributes, ...checkedGroup(topic, entry), structure };
    });
    if (entries.reduce((sum, entry) => sum + sizeOf(entry), 0) > largestMessage) {
      throw new BatchRequestTooLongException({
        message: 'The length of all the messages put together is more than the limit.',
        $metadata,
      });
    }
    const Successful = messages.map((message, index) => {
      const { messageId, sequenceNumber } = send(state, topic, message);
      return {
        Id: entries[index]?.Id,
        MessageId: messageId,
        ...(sequenceNumber === undefined ? {} : { SequenceNumber: sequenceNumber }),
      };
    });
    return { Successful, Failed: [] };
  },
};

export function topicsFace(state: SnsState): Topics {
  return {
    exists: (topicArn) => topicAt(state, topicArn)?.arn === topicArn,

    publish(topicArn, { text, subject, attributes = {}, groupId, deduplicationId }, source) {
      const topic = topicAt(state, topicArn);
      if (topic?.arn !== topicArn) throw noTopic();
      if (source) checkPublisher(state, topic, source);
      const given = {
        Message: text,
        Subject: subject,
        MessageGroupId: groupId,
        MessageDeduplicationId: deduplicationId,
      };
      checkTexts(given);
      if (sizeOf(given) > largestMessage) throw invalid('Message too long');
      return send(state, topic, { ...base(given), attributes, ...checkedGroup(topic, given) }).messageId;
    },
  };
}

const base = ({ Message: text = '', Subject: subject }: GivenMessage, trace?: string) => ({
  text,
  subject,
  trace,
});

/** Sends a message to the subscriptions of the topic, unless it was sent before. */
function send(state: SnsState, topic: TopicRecord, given: Omit<Message, 'id' | 'published'>) {
  const messageId = randomUUID();
  const published = state.host.now();
  if (!topic.fifo) {
    fanOut(state, topic, { ...given, id: messageId, published });
    return { messageId, sequenceNumber: undefined };
  }
  const { repeated, ...answer } = numbered(state, topic, messageId, given);
  if (!repeated) fanOut(state, topic, { ...given, ...answer, id: messageId });
  return answer;
}

/** A topic may be named as the target, too. */
function topicOf(state: SnsState, call: Call, { TopicArn, TargetArn }: sdk.PublishCommandInput): TopicRecord {
  if (TopicArn !== undefined) return requireTopic(state, call, TopicArn, 'Publish');
  if (TargetArn === undefined) throw invalid('TopicArn or TargetArn Reason: no value for required parameter');
  if (TargetArn.includes(':endpoint/')) {
    throw invalid('TargetArn Reason: No endpoint found for the target arn specified');
  }
  return requireTopic(state, call, TargetArn, 'Publish', 'TargetArn');
}

function checkIds(entries: readonly PublishBatchRequestEntry[]): void {
  if (entries.length === 0) {
    throw new EmptyBatchRequestException({
      message: "The batch request doesn't contain any entries.",
      $metadata,
    });
  }
  const ids = entries.map(({ Id = '' }) => Id);
  if (new Set(ids).size < ids.length) {
    throw new BatchEntryIdsNotDistinctException({
      message: 'Two or more batch entries in the request have the same Id.',
      $metadata,
    });
  }
  for (const id of ids) {
    if (id.length > 80) throw badId('is too long', id);
    if (!/^[\w-]+$/.test(id)) throw badId('contains an impermissible character', id);
  }
}

const badId = (problem: string, id: string) =>
  new InvalidBatchEntryIdException({
    message: `The Id of a batch entry in the batch request ${problem}: ${id}`,
    $metadata,
  });

const notHere = (what: string) =>
  new ServiceError('UnsupportedOperation', `${what} is not supported locally (slsctl local)`, 501);
