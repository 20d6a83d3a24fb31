// Messages to HTTP endpoints: notifications, and the request to confirm a subscription.
// https://docs.aws.amazon.com/sns/latest/dg/sns-http-https-endpoint-as-subscriber.html
import { randomUUID } from 'node:crypto';
import { noticeOnce } from '../../../notices.ts';
import { effectiveOf } from '../delivery-policy.ts';
import { type Message, textFor } from '../publishing/message.ts';
import type { HttpDelivery, SnsState, SubscriptionRecord, TopicRecord } from '../state.ts';
import { envelope, written } from './envelope.ts';
import { certificateUrl, signatureOf } from './signature.ts';

export function sendOverHttp(
  state: SnsState,
  topic: TopicRecord,
  subscription: SubscriptionRecord,
  message: Message,
): void {
  const raw = subscription.attributes.RawMessageDelivery === 'true';
  const body = raw
    ? textFor(message, subscription.protocol)
    : envelope(topic, subscription, message, state.host.endpoint());
  const headers = {
    'x-amz-sns-message-type': 'Notification',
    'x-amz-sns-subscription-arn': subscription.arn,
    ...(raw ? { 'x-amz-sns-rawdelivery': 'true' } : {}),
  };
  const attributes = raw ? message.attributes : undefined;
  send(state, topic, subscription, { body, attributes, messageId: message.id, headers });
}

/** Asks an HTTP endpoint to confirm its subscription. Other endpoints cannot be asked here. */
export const sendConfirmation = (
  state: SnsState,
  topic: TopicRecord,
  subscription: SubscriptionRecord,
): void =>
  sendLink(state, topic, subscription, {
    Type: 'SubscriptionConfirmation',
    Message: `You have chosen to subscribe to the topic ${topic.arn}.\nTo confirm the subscription, visit the SubscribeURL included in this message.`,
  });

/** Tells an HTTP endpoint that its subscription has ended. `subscription`: with the token that restores it. */
export const sendFarewell = (state: SnsState, topic: TopicRecord, subscription: SubscriptionRecord): void =>
  sendLink(state, topic, subscription, {
    Type: 'UnsubscribeConfirmation',
    Message: `You have chosen to deactivate subscription ${subscription.arn}.\nTo cancel this operation and restore the subscription, visit the SubscribeURL included in this message.`,
  });

interface Words {
  readonly Type: 'SubscriptionConfirmation' | 'UnsubscribeConfirmation';
  readonly Message: string;
}

function sendLink(
  state: SnsState,
  topic: TopicRecord,
  subscription: SubscriptionRecord,
  { Type, Message }: Words,
): void {
  if (!subscription.protocol.startsWith('http')) return;
  const { token } = subscription;
  const MessageId = randomUUID();
  const Timestamp = new Date(state.host.now()).toISOString();
  const SubscribeURL = `${state.host.endpoint()}/?Action=ConfirmSubscription&TopicArn=${topic.arn}&Token=${token}`;
  const version = topic.attributes.SignatureVersion ?? '1';
  const signed = { Message, MessageId, SubscribeURL, Timestamp, Token: token, TopicArn: topic.arn };
  const body = written({
    Type,
    MessageId,
    Token: token,
    TopicArn: topic.arn,
    Message,
    SubscribeURL,
    Timestamp,
    SignatureVersion: version,
    Signature: signatureOf({ ...signed, Type }, version),
    SigningCertURL: certificateUrl(topic.region),
  });
  const headers = { 'x-amz-sns-message-type': Type };
  send(state, topic, subscription, { body, messageId: MessageId, headers });
}

interface Content extends Pick<HttpDelivery, 'headers' | 'body' | 'attributes'> {
  readonly messageId: string;
}

function send(
  state: SnsState,
  topic: TopicRecord,
  subscription: SubscriptionRecord,
  { messageId, headers, ...content }: Content,
): void {
  const { endpoint } = subscription;
  if (!isOfThisMachine(endpoint)) {
    noticeOnce(`SNS sends to HTTP endpoints of this machine only, not to ${endpoint}`);
    return;
  }
  const { healthyRetryPolicy, requestPolicy } = effectiveOf(subscription, topic);
  state.http.add({
    id: randomUUID(),
    subscriptionArn: subscription.arn,
    url: endpoint,
    headers: {
      ...headers,
      'x-amz-sns-message-id': messageId,
      'x-amz-sns-topic-arn': topic.arn,
      'content-type': requestPolicy.headerContentType,
      'user-agent': 'Amazon Simple Notification Service Agent',
      'accept-encoding': 'gzip,deflate',
    },
    ...content,
    policy: healthyRetryPolicy,
    retries: 0,
    due: state.host.now(),
  });
}

/** The local AWS calls nothing outside of this machine. */
export function isOfThisMachine(url: string): boolean {
  try {
    return /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(url).hostname);
  } catch {
    return false;
  }
}
