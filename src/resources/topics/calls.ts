// The calls of SNS for a topic. A separate file, so that the client is loaded only when a project has topics.
import {
  CreateTopicCommand,
  DeleteTopicCommand,
  GetTopicAttributesCommand,
  ListTagsForResourceCommand,
  SetTopicAttributesCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-sns';
import type { Aws } from '../../aws/aws.ts';
import { absent } from '../absent.ts';
import { type Tags, tagList, tagRecord } from '../owned/ownership.ts';
import { parsedAttributes } from './attributes.ts';
import type { LiveTopic } from './live.ts';

/** undefined: it does not exist. */
export async function readTopic(aws: Aws, TopicArn: string): Promise<LiveTopic | undefined> {
  const sns = await aws.sns();
  const [answer, tagged] = await Promise.all([
    absent(() => sns.send(new GetTopicAttributesCommand({ TopicArn }))),
    absent(() => sns.send(new ListTagsForResourceCommand({ ResourceArn: TopicArn }))),
  ]);
  if (!answer) return undefined;
  return { attributes: parsedAttributes(answer.Attributes ?? {}), tags: tagRecord(tagged?.Tags) };
}

export async function createTopic(
  aws: Aws,
  Name: string,
  Attributes: Record<string, string>,
  tags: Tags,
): Promise<void> {
  await (await aws.sns()).send(new CreateTopicCommand({ Name, Attributes, Tags: tagList(tags) }));
}

export async function setAttribute(
  aws: Aws,
  TopicArn: string,
  AttributeName: string,
  AttributeValue: string,
): Promise<void> {
  const sns = await aws.sns();
  await sns.send(new SetTopicAttributesCommand({ TopicArn, AttributeName, AttributeValue }));
}

export async function tagTopic(aws: Aws, ResourceArn: string, tags: Tags): Promise<void> {
  await (await aws.sns()).send(new TagResourceCommand({ ResourceArn, Tags: tagList(tags) }));
}

export async function untagTopic(aws: Aws, ResourceArn: string, TagKeys: string[]): Promise<void> {
  await (await aws.sns()).send(new UntagResourceCommand({ ResourceArn, TagKeys }));
}

export async function deleteTopic(aws: Aws, TopicArn: string): Promise<void> {
  const sns = await aws.sns();
  await absent(() => sns.send(new DeleteTopicCommand({ TopicArn })));
}
