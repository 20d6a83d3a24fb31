// Delivery policies of topics and subscriptions: what was set, and what holds.
// https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html
import { invalid } from './errors.ts';
import type { RetryPolicy } from './retry-policy.ts';
import type { SubscriptionRecord, TopicRecord } from './state.ts';

interface RequestPolicy {
  readonly headerContentType?: string;
}

interface TopicPolicy {
  readonly http?: {
    readonly defaultHealthyRetryPolicy?: Partial<RetryPolicy>;
    readonly disableSubscriptionOverrides?: boolean;
    readonly defaultRequestPolicy?: RequestPolicy;
  };
}

interface SubscriptionPolicy {
  readonly healthyRetryPolicy?: Partial<RetryPolicy> | null;
  readonly sicklyRetryPolicy?: object | null;
  readonly throttlePolicy?: object | null;
  readonly requestPolicy?: RequestPolicy | null;
  readonly guaranteed?: boolean;
}

const retries: RetryPolicy = {
  minDelayTarget: 20,
  maxDelayTarget: 20,
  numRetries: 3,
  numMaxDelayRetries: 0,
  numNoDelayRetries: 0,
  numMinDelayRetries: 0,
  backoffFunction: 'linear',
};

export const plainText = 'text/plain; charset=UTF-8';

const readTopic = ({ attributes }: TopicRecord): TopicPolicy => JSON.parse(attributes.DeliveryPolicy || '{}');
const readSubscription = ({ attributes }: SubscriptionRecord): SubscriptionPolicy =>
  JSON.parse(attributes.DeliveryPolicy || '{}');

/** The policy as it is stored, with the members that AWS adds. `''` when it says nothing. */
export function storedTopicPolicy(text: string): string {
  const { http } = parsed(text) as TopicPolicy;
  if (!http) return '';
  const { disableSubscriptionOverrides = false, ...rest } = http;
  const given = Object.entries(rest).filter(([, value]) => value !== null && value !== undefined);
  return JSON.stringify({ http: { ...Object.fromEntries(given), disableSubscriptionOverrides } });
}

export function storedSubscriptionPolicy(text: string): string {
  if (text === '') return '';
  const { healthyRetryPolicy, sicklyRetryPolicy, throttlePolicy, requestPolicy, guaranteed } = parsed(
    text,
  ) as SubscriptionPolicy;
  return JSON.stringify({
    healthyRetryPolicy: healthyRetryPolicy ? { ...retries, ...healthyRetryPolicy } : null,
    sicklyRetryPolicy: sicklyRetryPolicy ?? null,
    throttlePolicy: throttlePolicy ?? null,
    requestPolicy: requestPolicy ?? null,
    guaranteed: guaranteed ?? false,
  });
}

function parsed(text: string): object {
  try {
    const value = JSON.parse(text || '{}');
    if (typeof value === 'object' && value !== null) return value;
  } catch {
    // Refused below.
  }
  throw invalid('DeliveryPolicy: failed to parse JSON.');
}

export function effectiveTopicPolicy(topic: TopicRecord): string {
  const { http = {} } = readTopic(topic);
  return JSON.stringify({
    http: {
      defaultHealthyRetryPolicy: { ...retries, ...http.defaultHealthyRetryPolicy },
      disableSubscriptionOverrides: http.disableSubscriptionOverrides ?? false,
      defaultRequestPolicy: { headerContentType: plainText, ...http.defaultRequestPolicy },
    },
  });
}

/** What holds for a subscription: its own policy over that of its topic, unless the topic disables that. */
export function effectiveOf(subscription: SubscriptionRecord, topic: TopicRecord | undefined) {
  const ofTopic = topic ? (readTopic(topic).http ?? {}) : {};
  const own = ofTopic.disableSubscriptionOverrides ? {} : readSubscription(subscription);
  return {
    healthyRetryPolicy: { ...retries, ...ofTopic.defaultHealthyRetryPolicy, ...own.healthyRetryPolicy },
    sicklyRetryPolicy: own.sicklyRetryPolicy ?? null,
    throttlePolicy: own.throttlePolicy ?? null,
    requestPolicy: {
      headerContentType: plainText,
      ...ofTopic.defaultRequestPolicy,
      ...own.requestPolicy,
    },
    guaranteed: own.guaranteed ?? false,
  };
}
