// Subscriptions of SNS topics.
import { paginateListSubscriptions } from '@aws-sdk/client-sns';
import { allItems } from '../../aws/pages.ts';
import type { CallerKind } from './caller.ts';

export const topicSubscriptions: CallerKind = {
  what: 'topic subscriptions',
  async find({ aws, isNamed }) {
    const pages = paginateListSubscriptions({ client: await aws.sns() }, {});
    const all = await allItems(pages, ({ Subscriptions }) => Subscriptions);
    return all.flatMap(({ Protocol, Endpoint: arn, TopicArn = '', SubscriptionArn = '' }) => {
      if (Protocol !== 'lambda' || !isNamed(arn)) return [];
      return {
        kind: 'topic subscription',
        name: `of ${TopicArn.slice(TopicArn.lastIndexOf(':') + 1)}`,
        arn,
        removal: ['aws', 'sns', 'unsubscribe', '--subscription-arn', SubscriptionArn],
      };
    });
  },
};
