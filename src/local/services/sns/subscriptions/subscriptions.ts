// Subscriptions: creating, confirming, listing and ending them.
import { randomBytes, randomUUID } from 'node:crypto';
import type * as sdk from '@aws-sdk/client-sns';
import { type Call, scopePrefix } from '../../../call.ts';
import type { Handlers } from '../../../service.ts';
import { page } from '../../pages.ts';
import { checkArnForm, requireTopic } from '../arns.ts';
import { sendConfirmation, sendFarewell } from '../deliveries/http.ts';
import { absent, invalid, invalidWords, notAuthorized } from '../errors.ts';
import {
  placeOf,
  putSubscription,
  removeSubscription,
  type SnsState,
  type SubscriptionRecord,
  subscriptionKey,
  subscriptionsOf,
  type TopicRecord,
  topicAt,
  topicKey,
} from '../state.ts';
import { anonymous } from '../unsigned.ts';
import { checkedAttributes } from './attributes.ts';
import { checkedKind } from './endpoints.ts';

type Attributes = Readonly<Record<string, string>>;

export const subscriptions: Handlers<typeof sdk, SnsState> = {
  Subscribe(input, { call, state }) {
    const { Protocol = '', Endpoint = '', ReturnSubscriptionArn } = input;
    const topic = requireTopic(state, call, input.TopicArn, 'Subscribe');
    const { confirms } = checkedKind(Protocol, Endpoint, topic.arn);
    const given = Object.fromEntries(
      Object.entries(input.Attributes ?? {}).map(([name, value]) => [name, value ?? '']),
    );
    const place = { topicArn: topic.arn, endpoint: Endpoint };
    const attributes = checkedAttributes(given, place, 'Attributes Reason: ', Object.keys(given));
    const known = subscriptionsOf(state, topic).find(
      (one) => one.endpoint === Endpoint && one.protocol === Protocol,
    );
    if (known) checkSame(known, attributes);
    const subscription = known ?? {
      arn: `${topic.arn}:${randomUUID()}`,
      topicArn: topic.arn,
      protocol: Protocol,
      endpoint: Endpoint,
      owner: call.account,
      principal: call.callerArn,
      pending: confirms,
      authenticated: !confirms,
      token: newToken(),
      attributes,
    };
    if (!known) putSubscription(state, subscription);
    if (subscription.pending) sendConfirmation(state, topic, subscription);
    const shown = subscription.pending && !ReturnSubscriptionArn;
    return { SubscriptionArn: shown ? 'pending confirmation' : subscription.arn };
  },

  ConfirmSubscription({ TopicArn = '', Token = '', AuthenticateOnUnsubscribe }, { call, state }) {
    const found = awaiting(state, call, TopicArn, Token);
    state.ended.remove(Token);
    const authenticated = !anonymous(call);
    putSubscription(state, {
      ...found,
      pending: false,
      authenticated: found.pending ? authenticated : found.authenticated,
      ...(AuthenticateOnUnsubscribe === 'true' && authenticated ? { protected: true as const } : {}),
    });
    return { SubscriptionArn: found.arn };
  },

  Unsubscribe({ SubscriptionArn }, { call, state }) {
    if (!SubscriptionArn) throw absent('SubscriptionArn');
    checkArnForm('SubscriptionArn', SubscriptionArn);
    if (SubscriptionArn.split(':').length < 7) throw invalid('SubscriptionId');
    const found = state.subscriptions.get(subscriptionKey(SubscriptionArn));
    if (found?.arn !== SubscriptionArn) return {};
    if (anonymous(call) ? found.protected : found.owner !== call.account) {
      throw notAuthorized(call.callerArn, 'Unsubscribe', SubscriptionArn);
    }
    removeSubscription(state, found);
    const topic = topicAt(state, found.topicArn);
    if (topic && found.orphaned === undefined) {
      state.topics.put(topicKey(topic), { ...topic, deleted: topic.deleted + 1 });
      if (!found.pending && found.protocol.startsWith('http')) endWithLink(state, topic, found);
    }
    return {};
  },

  ListSubscriptions({ NextToken }, { call, state }) {
    forgetOrphans(state);
    const all = [...state.subscriptions.entries(scopePrefix(call))].map(([, one]) => one);
    return listed(
      all.filter(({ owner }) => owner === call.account),
      NextToken,
    );
  },

  ListSubscriptionsByTopic({ TopicArn, NextToken }, { call, state }) {
    const topic = requireTopic(state, call, TopicArn, 'ListSubscriptionsByTopic');
    return listed(subscriptionsOf(state, topic), NextToken);
  },
};

/** The subscription with this token. AWS accepts any topic of the right region, whatever its name. */
function awaiting(state: SnsState, { region }: Call, topicArn: string, token: string): SubscriptionRecord {
  const [, , , place, account = '', name] = topicArn.split(':');
  if (name === undefined || place !== region) throw invalid('Topic');
  if (!/^[0-9a-f]+$/.test(token)) throw invalidWords('Invalid token');
  const found = withToken(state, token);
  const its = found && placeOf(found.topicArn);
  if (!found || its?.account !== account) throw invalid('Token');
  // A request without a signature has no region of its own.
  if (its.region !== region) throw invalid('Topic');
  return found;
}

function withToken(state: SnsState, token: string): SubscriptionRecord | undefined {
  const ended = state.ended.get(token);
  if (ended && ended.ended >= state.host.now() - linkValid && topicAt(state, ended.subscription.topicArn)) {
    return ended.subscription;
  }
  for (const [, one] of state.subscriptions.entries()) {
    if (one.token === token && one.orphaned === undefined) return one;
  }
  return undefined;
}

/** Milliseconds for which a token is valid. */
const linkValid = 3 * 24 * 3600_000;

/** The endpoint gets a link that restores the subscription. */
function endWithLink(state: SnsState, topic: TopicRecord, before: SubscriptionRecord): void {
  const now = state.host.now();
  const old = [...state.ended.entries()].filter(([, { ended }]) => ended < now - linkValid);
  for (const [token] of old) state.ended.remove(token);
  const subscription = { ...before, token: newToken() };
  state.ended.put(subscription.token, { subscription, ended: now });
  sendFarewell(state, topic, subscription);
}

const newToken = (): string => randomBytes(96).toString('hex');

/** Milliseconds for which the subscriptions of a deleted topic are kept. */
const orphansKept = 48 * 3600_000;

function forgetOrphans(state: SnsState): void {
  const before = state.host.now() - orphansKept;
  const old = [...state.subscriptions.entries()].filter(([, { orphaned }]) => (orphaned ?? before) < before);
  for (const [, subscription] of old) removeSubscription(state, subscription);
}

function listed(all: readonly SubscriptionRecord[], token: string | undefined) {
  const { items, next } = page(
    all,
    ({ arn }) => arn,
    token,
    100,
    () => invalid('NextToken'),
  );
  return {
    Subscriptions: items.map(({ arn, pending, owner, protocol, endpoint, topicArn }) => ({
      SubscriptionArn: pending ? 'PendingConfirmation' : arn,
      Owner: owner,
      Protocol: protocol,
      Endpoint: endpoint,
      TopicArn: topicArn,
    })),
    ...(next ? { NextToken: next } : {}),
  };
}

const defaults: Attributes = { RawMessageDelivery: 'false', FilterPolicyScope: 'MessageAttributes' };

/** An endpoint is subscribed once. Attributes that the request leaves out are not compared. */
function checkSame({ attributes }: SubscriptionRecord, given: Attributes): void {
  for (const [name, value] of Object.entries(given)) {
    const before = attributes[name] ?? defaults[name];
    if (before === value) continue;
    throw invalid('Attributes Reason: Subscription already exists with different attributes');
  }
}
