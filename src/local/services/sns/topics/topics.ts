// Topics: creating, listing and deleting them, and their attributes.
import type * as sdk from '@aws-sdk/client-sns';
import { scopePrefix } from '../../../call.ts';
import { partitionOf } from '../../../partition.ts';
import type { Handlers } from '../../../service.ts';
import { page } from '../../pages.ts';
import { checkArnForm, requireTopic } from '../arns.ts';
import { effectiveTopicPolicy, storedTopicPolicy } from '../delivery-policy.ts';
import { invalid } from '../errors.ts';
import {
  putSubscription,
  type SnsState,
  subscriptionsOf,
  type TopicRecord,
  topicAt,
  topicKey,
} from '../state.ts';
import { checkPolicy, policyOf } from './policies.ts';
import { checkTags, tagsIn } from './tags.ts';

export const topics: Handlers<typeof sdk, SnsState> = {
  CreateTopic({ Name = '', Attributes = {}, Tags = [], DataProtectionPolicy }, { call, state }) {
    const { FifoTopic, ...given } = Attributes;
    const fifo = FifoTopic?.toLowerCase() === 'true';
    checkName(Name, fifo);
    const tags = tagsIn(Tags);
    const { account, region } = call;
    const arn = `arn:${partitionOf(region)}:sns:${region}:${account}:${Name}`;
    const known = state.topics.get(topicKey({ account, region, name: Name }));
    if (known) {
      checkSame(known, given, tags);
      return { TopicArn: arn };
    }
    for (const name of Object.keys(given)) {
      if (!settable(name, fifo)) throw invalid(`Attributes Reason: Unknown attribute ${name}`);
    }
    checkTags(tags);
    const attributes = Object.fromEntries(
      Object.entries(given).map(([name, value = '']) => [name, stored(name, value)]),
    );
    const topic: TopicRecord = {
      arn,
      name: Name,
      account,
      region,
      fifo,
      attributes,
      tags,
      deleted: 0,
      dataProtectionPolicy: DataProtectionPolicy,
    };
    state.topics.put(topicKey(topic), topic);
    return { TopicArn: arn };
  },

  DeleteTopic({ TopicArn = '' }, { call, state }) {
    checkArnForm('TopicArn', TopicArn);
    const topic = topicAt(state, TopicArn);
    if (!topic && TopicArn.split(':')[3] === call.region) return {};
    const { arn } = requireTopic(state, call, TopicArn, 'DeleteTopic');
    for (const one of subscriptionsOf(state, topic as TopicRecord)) {
      putSubscription(state, { ...one, orphaned: state.host.now() });
    }
    const key = topicKey(topic as TopicRecord);
    state.topics.remove(key);
    state.sequences.remove(key);
    state.active.delete(arn);
    for (const [duplicate] of [...state.duplicates.entries(`${key}/`)]) state.duplicates.remove(duplicate);
    return {};
  },

  ListTopics({ NextToken }, { call, state }) {
    const all = [...state.topics.entries(scopePrefix(call))].map(([, topic]) => topic);
    const { items, next } = page(
      all,
      ({ arn }) => arn,
      NextToken,
      100,
      () => invalid('NextToken'),
    );
    return { Topics: items.map(({ arn }) => ({ TopicArn: arn })), ...(next ? { NextToken: next } : {}) };
  },

  GetTopicAttributes({ TopicArn }, { call, state }) {
    const topic = requireTopic(state, call, TopicArn, 'GetTopicAttributes');
    const subscriptions = subscriptionsOf(state, topic);
    const pending = subscriptions.filter((one) => one.pending).length;
    return {
      Attributes: {
        ...(topic.fifo ? { FifoTopic: 'true' } : {}),
        ...attributesOf(topic),
        Policy: policyOf(topic),
        Owner: topic.account,
        TopicArn: topic.arn,
        EffectiveDeliveryPolicy: effectiveTopicPolicy(topic),
        SubscriptionsConfirmed: String(subscriptions.length - pending),
        SubscriptionsPending: String(pending),
        SubscriptionsDeleted: String(topic.deleted),
      },
    };
  },

  SetTopicAttributes({ TopicArn, AttributeName = '', AttributeValue = '' }, { call, state }) {
    const topic = requireTopic(state, call, TopicArn, 'SetTopicAttributes');
    if (!settable(AttributeName, topic.fifo)) throw invalid('AttributeName');
    const value = stored(AttributeName, AttributeValue);
    const { [AttributeName]: _, ...others } = topic.attributes;
    const keeps = value !== '' || AttributeName === 'DisplayName';
    const attributes = keeps ? { ...others, [AttributeName]: value } : others;
    state.topics.put(topicKey(topic), { ...topic, attributes });
    return {};
  },
};

function checkName(name: string, fifo: boolean): void {
  const stem = fifo ? name.replace(/\.fifo$/, '') : name;
  if (name.length <= 256 && /^[\w-]+$/.test(stem) && (!fifo || name.endsWith('.fifo'))) return;
  throw invalid('Topic Name');
}

/** The attributes that were set, and those that a topic has without that. */
const attributesOf = ({ fifo, attributes }: TopicRecord): Readonly<Record<string, string>> => ({
  ...(fifo ? { ContentBasedDeduplication: 'false' } : {}),
  DisplayName: '',
  ...attributes,
});

/** The same attributes, fewer of them or none describe the same topic; the same holds for tags. */
function checkSame(
  topic: TopicRecord,
  given: Readonly<Record<string, string | undefined>>,
  tags: Readonly<Record<string, string>>,
): void {
  const attributes: Readonly<Record<string, string>> = { Policy: policyOf(topic), ...attributesOf(topic) };
  for (const [name, value = ''] of Object.entries(given)) {
    const before = attributes[name];
    if (before === undefined || before !== stored(name, value)) {
      throw invalid('Attributes Reason: Topic already exists with different attributes');
    }
  }
  for (const [key, value] of Object.entries(tags)) {
    if (topic.tags[key] !== value) throw invalid('Tags Reason: Topic already exists with different tags');
  }
}

const forAll = /^(DeliveryPolicy|DisplayName|Policy|TracingConfig|KmsMasterKeyId|SignatureVersion)$/;
const forFifo = /^(ContentBasedDeduplication|FifoThroughputScope|ArchivePolicy)$/;
const feedback =
  /^(HTTP|Firehose|Lambda|Application|SQS)(SuccessFeedbackRoleArn|SuccessFeedbackSampleRate|FailureFeedbackRoleArn)$/;

const settable = (name: string, fifo: boolean): boolean =>
  forAll.test(name) || feedback.test(name) || (fifo && forFifo.test(name));

/** The value as it is kept. @throws InvalidParameterException */
function stored(name: string, value: string): string {
  if (name === 'DeliveryPolicy') return storedTopicPolicy(value);
  if (name === 'Policy' && value !== '') checkPolicy(value);
  if (name === 'SignatureVersion' && value !== '1' && value !== '2') throw invalid('SignatureVersion');
  if (name === 'ContentBasedDeduplication') {
    if (!/^(true|false)$/i.test(value)) throw invalid(name);
    return value.toLowerCase();
  }
  return value;
}
