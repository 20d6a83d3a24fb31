// Subscriptions of topics, by the operations of SNS. Loaded when a topic is called.
import {
  GetSubscriptionAttributesCommand,
  paginateListSubscriptionsByTopic,
  SetSubscriptionAttributesCommand,
  SubscribeCommand,
  UnsubscribeCommand,
} from '@aws-sdk/client-sns';
import type { Aws } from '../../../aws/aws.ts';
import { allItems } from '../../../aws/pages.ts';
import { shared } from '../../shared-request.ts';

/** Answers of SNS, by name; the values are texts. */
export type AttributeTexts = Record<string, string>;

/** All functions that are subscribed to the topic. Concurrent calls share one request. */
const functionsOf = shared(
  (topicArn: string) => topicArn,
  async (aws, TopicArn) => {
    const pages = paginateListSubscriptionsByTopic({ client: await aws.sns() }, { TopicArn });
    const all = await allItems(pages, ({ Subscriptions }) => Subscriptions);
    return all.filter(({ Protocol }) => Protocol === 'lambda');
  },
);

/** undefined: the function is not subscribed. Rejects with NotFound when there is no such topic. */
export async function findSubscription(
  aws: Aws,
  topicArn: string,
  endpoint: string,
): Promise<AttributeTexts | undefined> {
  const subscribed = await functionsOf(aws, topicArn);
  const arn = subscribed.find(({ Endpoint }) => Endpoint === endpoint)?.SubscriptionArn;
  if (arn === undefined) return undefined;
  try {
    const command = new GetSubscriptionAttributesCommand({ SubscriptionArn: arn });
    const { Attributes = {} } = await (await aws.sns()).send(command);
    return { ...Attributes, SubscriptionArn: arn };
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

export function isNotFound(error: unknown): boolean {
  return /^NotFound/.test((error as Error).name);
}

export async function subscribe(
  aws: Aws,
  { topicArn, endpoint, attributes }: { topicArn: string; endpoint: string; attributes: AttributeTexts },
): Promise<void> {
  await (await aws.sns()).send(
    new SubscribeCommand({
      TopicArn: topicArn,
      Protocol: 'lambda',
      Endpoint: endpoint,
      Attributes: attributes,
      ReturnSubscriptionArn: true,
    }),
  );
}

export async function setAttribute(
  aws: Aws,
  SubscriptionArn: string | undefined,
  AttributeName: string,
  AttributeValue: string | undefined,
): Promise<void> {
  await (await aws.sns()).send(
    new SetSubscriptionAttributesCommand({ SubscriptionArn, AttributeName, AttributeValue }),
  );
}

export async function unsubscribe(aws: Aws, SubscriptionArn: string | undefined): Promise<void> {
  try {
    await (await aws.sns()).send(new UnsubscribeCommand({ SubscriptionArn }));
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}
