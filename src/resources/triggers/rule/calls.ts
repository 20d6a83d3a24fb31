// Rules and their targets, by the operations of EventBridge. Loaded when a rule is called.
import {
  DeleteRuleCommand,
  DescribeRuleCommand,
  type DescribeRuleResponse,
  ListTagsForResourceCommand,
  ListTargetsByRuleCommand,
  PutRuleCommand,
  type PutRuleRequest,
  PutTargetsCommand,
  RemoveTargetsCommand,
  TagResourceCommand,
  type Target,
  TestEventPatternCommand,
} from '@aws-sdk/client-eventbridge';
import type { Aws } from '../../../aws/aws.ts';
import { forRevisions, tryWhile } from '../../../engine/patience.ts';
import { UserError } from '../../../errors/user-error.ts';
import { absent } from '../../absent.ts';
import { type Tags, tagList, tagRecord } from '../../owned/ownership.ts';

export interface RuleName {
  readonly bus: string;
  readonly name: string;
  readonly arn: string;
}

export interface LiveRule {
  readonly rule: DescribeRuleResponse;
  readonly targets: readonly Target[];
  readonly tags: Tags;
}

/** 'no bus': the bus does not exist, and so the rule does not either. */
export async function readRule(
  aws: Aws,
  { bus, name, arn }: RuleName,
): Promise<LiveRule | 'no bus' | undefined> {
  const client = await aws.eventBridge();
  try {
    const [rule, targets, tags] = await Promise.all([
      client.send(new DescribeRuleCommand({ Name: name, EventBusName: bus })),
      absent(() => allTargets(aws, bus, name)),
      absent(() => client.send(new ListTagsForResourceCommand({ ResourceARN: arn }))),
    ]);
    return { rule, targets: targets ?? [], tags: tagRecord(tags?.Tags) };
  } catch (error) {
    const { name: code, message } = error as Error;
    if (code !== 'ResourceNotFoundException') throw error;
    return /event ?bus \S+ does not exist/i.test(message) && !/^rule /i.test(message) ? 'no bus' : undefined;
  }
}

async function allTargets(aws: Aws, EventBusName: string, Rule: string): Promise<Target[]> {
  const client = await aws.eventBridge();
  const targets: Target[] = [];
  let NextToken: string | undefined;
  do {
    const page = await client.send(new ListTargetsByRuleCommand({ EventBusName, Rule, NextToken }));
    targets.push(...(page.Targets ?? []));
    NextToken = page.NextToken;
  } while (NextToken);
  return targets;
}

/** Why EventBridge refuses the pattern; undefined: it takes it, or nobody can tell. */
export async function refusalOf(aws: Aws, EventPattern: string): Promise<string | undefined> {
  const Event = JSON.stringify({
    version: '0',
    id: '00000000-0000-0000-0000-000000000000',
    'detail-type': 'slsctl',
    source: 'slsctl',
    account: aws.account,
    time: '2026-01-01T00:00:00Z',
    region: aws.region,
    resources: [],
    detail: {},
  });
  try {
    await (await aws.eventBridge()).send(new TestEventPatternCommand({ EventPattern, Event }));
    return undefined;
  } catch (error) {
    const { name, message } = error as Error;
    if (name === 'AbortError' || error instanceof UserError) throw error;
    if (name !== 'InvalidEventPatternException') return undefined;
    return (message.split('\n')[0] ?? message).replace(/^Event pattern is not valid\. Reason: /, '');
  }
}

export async function putRule(aws: Aws, request: Omit<PutRuleRequest, 'Tags'>, tags?: Tags): Promise<void> {
  const client = await aws.eventBridge();
  const Tags = tags && tagList(tags);
  await settled(() => client.send(new PutRuleCommand({ ...request, Tags })));
}

export async function tagRule(aws: Aws, { arn }: RuleName, tags: Tags): Promise<void> {
  const client = await aws.eventBridge();
  await settled(() => client.send(new TagResourceCommand({ ResourceARN: arn, Tags: tagList(tags) })));
}

export async function putTarget(aws: Aws, { bus, name }: RuleName, target: Target): Promise<void> {
  const client = await aws.eventBridge();
  const command = new PutTargetsCommand({ Rule: name, EventBusName: bus, Targets: [target] });
  const { FailedEntries = [] } = await settled(() => client.send(command));
  const [failed] = FailedEntries;
  if (failed) throw new UserError(`EventBridge refuses the target of rule ${name}: ${failed.ErrorMessage}`);
}

export async function removeTargets(aws: Aws, { bus, name }: RuleName, Ids: string[]): Promise<void> {
  if (Ids.length === 0) return;
  const client = await aws.eventBridge();
  const command = new RemoveTargetsCommand({ Rule: name, EventBusName: bus, Ids });
  await absent(() => settled(() => client.send(command)));
}

export async function deleteRule(aws: Aws, { bus, name }: RuleName): Promise<void> {
  const client = await aws.eventBridge();
  const command = new DeleteRuleCommand({ Name: name, EventBusName: bus });
  await absent(() => settled(() => client.send(command)));
}

/** EventBridge refuses a change of a rule while it makes another one. */
function settled<T>(call: () => Promise<T>): Promise<T> {
  const isBusy = (error: unknown) => (error as Error).name === 'ConcurrentModificationException';
  return tryWhile(call, isBusy, forRevisions);
}
