// Rules of AWS IoT, by its operations. Loaded when a rule is called.
import {
  type Action,
  CreateTopicRuleCommand,
  DeleteTopicRuleCommand,
  GetTopicRuleCommand,
  ListTagsForResourceCommand,
  ReplaceTopicRuleCommand,
  TagResourceCommand,
  type TopicRule,
  type TopicRulePayload,
} from '@aws-sdk/client-iot';
import type { Aws } from '../../../aws/aws.ts';
import { forRevisions, tryWhile } from '../../../engine/patience.ts';
import { absent } from '../../absent.ts';
import { type Tags, tagList, tagRecord } from '../../owned/ownership.ts';

export type { Action, TopicRulePayload };

export interface LiveTopicRule {
  readonly rule: TopicRule;
  readonly tags: Tags;
}

/** undefined: there is no such rule. AWS says of such a one that access to it was denied. */
export async function readTopicRule(
  aws: Aws,
  { rule, arn }: { rule: string; arn: string },
): Promise<LiveTopicRule | undefined> {
  const client = await aws.iot();
  try {
    const answer = await absent(() => client.send(new GetTopicRuleCommand({ ruleName: rule })));
    if (!answer?.rule) return undefined;
    const tags = await absent(() => client.send(new ListTagsForResourceCommand({ resourceArn: arn })));
    return { rule: answer.rule, tags: tagRecord(tags?.tags) };
  } catch (error) {
    const { name, message } = error as Error;
    if (name === 'UnauthorizedException' && /topic rule .* was denied/i.test(message)) return undefined;
    throw error;
  }
}

export async function createTopicRule(
  aws: Aws,
  ruleName: string,
  topicRulePayload: TopicRulePayload,
  tags: Tags,
): Promise<void> {
  const client = await aws.iot();
  const input = { ruleName, topicRulePayload, tags: new URLSearchParams(tags).toString() };
  await settled(() => client.send(new CreateTopicRuleCommand(input)));
}

/** Replaces the whole rule; its tags stay. */
export async function replaceTopicRule(
  aws: Aws,
  ruleName: string,
  topicRulePayload: TopicRulePayload,
): Promise<void> {
  const client = await aws.iot();
  await settled(() => client.send(new ReplaceTopicRuleCommand({ ruleName, topicRulePayload })));
}

export async function tagTopicRule(aws: Aws, resourceArn: string, tags: Tags): Promise<void> {
  const client = await aws.iot();
  await settled(() => client.send(new TagResourceCommand({ resourceArn, tags: tagList(tags) })));
}

export async function deleteTopicRule(aws: Aws, ruleName: string): Promise<void> {
  const client = await aws.iot();
  await absent(() => settled(() => client.send(new DeleteTopicRuleCommand({ ruleName }))));
}

/** IoT refuses a change of a rule while it makes another one. */
function settled<T>(call: () => Promise<T>): Promise<T> {
  const isBusy = (error: unknown) => (error as Error).name === 'ConflictingResourceUpdateException';
  return tryWhile(call, isBusy, forRevisions);
}
