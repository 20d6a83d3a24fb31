// The records of SNS in the store, and their keys.
import { type Scope, scopePrefix } from '../../call.ts';
import type { MessageAttribute } from '../../faces.ts';
import type { ServiceHost } from '../../service.ts';
import { cached } from '../../store/cached.ts';
import type { Collection } from '../../store/store.ts';
import type { RetryPolicy } from './retry-policy.ts';

export interface TopicRecord {
  readonly arn: string;
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly fifo: boolean;
  /** The attributes that were set. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  /** How many of its subscriptions were deleted. */
  readonly deleted: number;
  readonly dataProtectionPolicy?: string;
}

export interface SubscriptionRecord {
  readonly arn: string;
  readonly topicArn: string;
  readonly protocol: string;
  readonly endpoint: string;
  readonly owner: string;
  /** The ARN of the subscriber. */
  readonly principal: string;
  readonly pending: boolean;
  /** Whether the confirmation was signed. */
  readonly authenticated: boolean;
  /** Confirms the subscription. */
  readonly token: string;
  /** Unsigned requests may not end it. */
  readonly protected?: true;
  /** The attributes that were set. */
  readonly attributes: Readonly<Record<string, string>>;
  /** When its topic was deleted, in epoch milliseconds. AWS keeps such subscriptions for a while. */
  readonly orphaned?: number;
}

/** A subscription of an HTTP endpoint that was ended, and that the link in its last message restores. */
export interface EndedSubscription {
  readonly subscription: SubscriptionRecord;
  /** Epoch milliseconds. */
  readonly ended: number;
}

/** What a FIFO topic answered for a deduplication id. */
export interface Duplicate {
  readonly messageId: string;
  readonly sequenceNumber: string;
  /** Epoch milliseconds. */
  readonly published: number;
}

/** A request to an HTTP endpoint that has not succeeded yet. */
export interface HttpDelivery {
  readonly id: string;
  readonly subscriptionArn: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The attributes of a raw message, for the dead-letter queue. */
  readonly attributes?: Readonly<Record<string, MessageAttribute>>;
  readonly policy: RetryPolicy;
  /** How many times it was repeated. */
  readonly retries: number;
  /** Epoch milliseconds of the next attempt. */
  readonly due: number;
}

export interface SnsRecords {
  /** Keys: `account/region/name`. */
  readonly topics: Collection<TopicRecord>;
  /** Keys: `account/region/topic name/id`. */
  readonly subscriptions: Collection<SubscriptionRecord>;
  /** Keys: the tokens that restore them. */
  readonly ended: Collection<EndedSubscription>;
  /** The number of the last message. Keys: as for topics, FIFO only. */
  readonly sequences: Collection<number>;
  /** Keys: `account/region/topic name/deduplication id`, or with the group before the id. */
  readonly duplicates: Collection<Duplicate>;
  /** Keys: an id. */
  readonly deliveries: Collection<HttpDelivery>;
  /** The subscriptions to which topics deliver, by topic ARN. */
  readonly active: Map<string, readonly SubscriptionRecord[]>;
  readonly host: Pick<ServiceHost, 'face' | 'endpoint' | 'now'>;
}

export interface SnsState extends SnsRecords {
  readonly http: { add(delivery: HttpDelivery): void };
}

export function createSnsState(host: ServiceHost): SnsRecords {
  const { store } = host;
  return {
    topics: cached(store.collection<TopicRecord>('sns/topics')),
    subscriptions: store.collection<SubscriptionRecord>('sns/subscriptions'),
    ended: store.collection<EndedSubscription>('sns/ended'),
    sequences: cached(store.collection<number>('sns/sequences')),
    duplicates: store.collection<Duplicate>('sns/duplicates'),
    deliveries: store.collection<HttpDelivery>('sns/deliveries'),
    active: new Map(),
    host,
  };
}

export const topicKey = ({ account, region, name }: Scope & { readonly name: string }): string =>
  scopePrefix({ account, region }) + name;

/** The account, region and name in the ARN of a topic. */
export function placeOf(topicArn: string): Scope & { readonly name: string } {
  const [, , , region = '', account = '', name = ''] = topicArn.split(':');
  return { account, region, name };
}

export const topicAt = (state: SnsRecords, topicArn: string): TopicRecord | undefined =>
  state.topics.get(topicKey(placeOf(topicArn)));

/** The key of the subscription with this ARN. */
export function subscriptionKey(arn: string): string {
  const at = arn.lastIndexOf(':');
  return `${topicKey(placeOf(arn.slice(0, at)))}/${arn.slice(at + 1)}`;
}

/** The subscriptions of a topic, with those that are pending, in the order of their ids. */
export function subscriptionsOf(state: SnsRecords, topic: TopicRecord): SubscriptionRecord[] {
  return [...state.subscriptions.entries(`${topicKey(topic)}/`)]
    .map(([, subscription]) => subscription)
    .filter(({ orphaned }) => orphaned === undefined);
}

/** The confirmed subscriptions of a topic, read from the store once. */
export function activeOf(state: SnsRecords, topic: TopicRecord): readonly SubscriptionRecord[] {
  let found = state.active.get(topic.arn);
  if (!found) {
    found = subscriptionsOf(state, topic).filter(({ pending }) => !pending);
    state.active.set(topic.arn, found);
  }
  return found;
}

export function putSubscription(state: SnsRecords, subscription: SubscriptionRecord): void {
  state.active.delete(subscription.topicArn);
  state.subscriptions.put(subscriptionKey(subscription.arn), subscription);
}

export function removeSubscription(state: SnsRecords, { arn, topicArn }: SubscriptionRecord): void {
  state.active.delete(topicArn);
  state.subscriptions.remove(subscriptionKey(arn));
}
