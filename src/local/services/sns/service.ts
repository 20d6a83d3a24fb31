// The local SNS: topics, subscriptions, and the delivery of messages to functions, queues and HTTP endpoints.
import * as sdk from '@aws-sdk/client-sns';
import type { Service, ServiceHost } from '../../service.ts';
import { deadLetter } from './deliveries/fan-out.ts';
import { HttpQueue } from './deliveries/http-queue.ts';
import { absent } from './errors.ts';
import { publishing, topicsFace } from './publishing/publish.ts';
import { createSnsState, type SnsState, subscriptionKey } from './state.ts';
import { subscriptionAttributes } from './subscriptions/attributes.ts';
import { subscriptions } from './subscriptions/subscriptions.ts';
import { permissions } from './topics/policies.ts';
import { taggedTopics, topicTags } from './topics/tags.ts';
import { topics } from './topics/topics.ts';
import { unsignedCall, withVersion } from './unsigned.ts';

const apiVersion = '2010-03-31';

export function createSnsService(host: ServiceHost): Service<typeof sdk, SnsState> {
  const records = createSnsState(host);
  const http = new HttpQueue(records.deliveries, ({ subscriptionArn, body, attributes }, reason) => {
    const subscription = records.subscriptions.get(subscriptionKey(subscriptionArn));
    if (subscription) deadLetter(state, subscription, { body, attributes }, reason);
  });
  const state: SnsState = { ...records, http };
  return {
    name: 'sns',
    protocol: 'query',
    apiVersion,
    namespace: `http://sns.amazonaws.com/doc/${apiVersion}/`,
    absent,
    sdk,
    handlers: {
      ...topics,
      ...topicTags,
      ...permissions,
      ...subscriptions,
      ...subscriptionAttributes,
      ...publishing,
    },
    state,
    faces: { topics: topicsFace(state) },
    tagged: taggedTopics(state),
    unsignedCall,
    addressed: (request) => withVersion(request, apiVersion),
    resume: () => http.resume(),
    close: async () => http.close(),
  };
}
