// Target groups and the rules that forward to them, by the operations of Elastic Load Balancing. Loaded when they are called.
import {
  AddTagsCommand,
  CreateRuleCommand,
  CreateTargetGroupCommand,
  type CreateTargetGroupCommandInput,
  DeleteRuleCommand,
  DeleteTargetGroupCommand,
  DeregisterTargetsCommand,
  DescribeListenersCommand,
  DescribeRulesCommand,
  DescribeTagsCommand,
  DescribeTargetGroupAttributesCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  ModifyRuleCommand,
  ModifyTargetGroupAttributesCommand,
  ModifyTargetGroupCommand,
  type ModifyTargetGroupCommandInput,
  RegisterTargetsCommand,
  type Rule,
  type RuleCondition,
  SetRulePrioritiesCommand,
  type TargetGroup,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Aws } from '../../../aws/aws.ts';
import { forRevisions, tryWhile } from '../../../engine/patience.ts';
import { type Tags, tagList, tagRecord } from '../../owned/ownership.ts';

export type { Rule, RuleCondition, TargetGroup };

export interface LiveGroup {
  readonly group: TargetGroup;
  readonly arn: string;
  readonly tags: Tags;
  readonly multiValueHeaders: boolean;
  /** ARN of the function; undefined: there is none. */
  readonly target: string | undefined;
}

/** undefined: there is no such group. */
export async function readGroup(aws: Aws, name: string): Promise<LiveGroup | undefined> {
  const client = await aws.loadBalancing();
  const answer = await missing(() => client.send(new DescribeTargetGroupsCommand({ Names: [name] })));
  const group = answer?.TargetGroups?.[0];
  if (!group) return undefined;
  const TargetGroupArn = group.TargetGroupArn as string;
  const [tags, attributes, health] = await Promise.all([
    client.send(new DescribeTagsCommand({ ResourceArns: [TargetGroupArn] })),
    client.send(new DescribeTargetGroupAttributesCommand({ TargetGroupArn })),
    client.send(new DescribeTargetHealthCommand({ TargetGroupArn })),
  ]);
  const multi = attributes.Attributes?.find(({ Key }) => Key === multiValue);
  return {
    group,
    arn: TargetGroupArn,
    tags: tagRecord(tags.TagDescriptions?.[0]?.Tags as { Key: string; Value: string }[]),
    multiValueHeaders: multi?.Value === 'true',
    target: health.TargetHealthDescriptions?.[0]?.Target?.Id,
  };
}

const multiValue = 'lambda.multi_value_headers.enabled';

/** undefined: there is no such listener. */
export async function rulesOf(aws: Aws, ListenerArn: string): Promise<Rule[] | undefined> {
  const client = await aws.loadBalancing();
  const rules: Rule[] = [];
  let Marker: string | undefined;
  do {
    const command = new DescribeRulesCommand({ ListenerArn, Marker });
    const page = await missing(() => client.send(command));
    if (!page) return undefined;
    rules.push(...(page.Rules ?? []));
    Marker = page.NextMarker;
  } while (Marker);
  return rules;
}

/** The rules of all listeners that forward to the group, with their listeners. */
export async function rulesTo(
  aws: Aws,
  { group, arn }: LiveGroup,
): Promise<{ listener: string; rule: Rule }[]> {
  const client = await aws.loadBalancing();
  const found = await Promise.all(
    (group.LoadBalancerArns ?? []).map(async (LoadBalancerArn) => {
      const answer = await missing(() => client.send(new DescribeListenersCommand({ LoadBalancerArn })));
      const listeners = (answer?.Listeners ?? []).map(({ ListenerArn }) => ListenerArn as string);
      const rules = await Promise.all(listeners.map(async (one) => (await rulesOf(aws, one)) ?? []));
      return listeners.flatMap((listener, index) =>
        (rules[index] ?? []).filter((rule) => forwardsTo(rule, arn)).map((rule) => ({ listener, rule })),
      );
    }),
  );
  return found.flat();
}

export function forwardsTo({ Actions = [] }: Rule, arn: string): boolean {
  return Actions.some(
    ({ TargetGroupArn, ForwardConfig }) =>
      TargetGroupArn === arn || ForwardConfig?.TargetGroups?.some((one) => one.TargetGroupArn === arn),
  );
}

export async function createGroup(
  aws: Aws,
  input: Omit<CreateTargetGroupCommandInput, 'Tags' | 'TargetType'>,
  tags: Tags,
): Promise<string> {
  const client = await aws.loadBalancing();
  const command = new CreateTargetGroupCommand({ ...input, TargetType: 'lambda', Tags: tagList(tags) });
  const { TargetGroups } = await client.send(command);
  return TargetGroups?.[0]?.TargetGroupArn as string;
}

export async function modifyGroup(aws: Aws, input: ModifyTargetGroupCommandInput): Promise<void> {
  await (await aws.loadBalancing()).send(new ModifyTargetGroupCommand(input));
}

export async function setMultiValueHeaders(aws: Aws, TargetGroupArn: string, on: boolean): Promise<void> {
  const Attributes = [{ Key: multiValue, Value: String(on) }];
  const command = new ModifyTargetGroupAttributesCommand({ TargetGroupArn, Attributes });
  await (await aws.loadBalancing()).send(command);
}

/** A new permission of a function counts for load balancers after some seconds. */
const forPermissions = { budget: 30_000, first: 500, longest: 2000 };

export const mayNotInvoke = (error: unknown): boolean =>
  /^AccessDenied/.test((error as Error).name) && /permission to invoke/i.test((error as Error).message);

/** A group holds one function: the former one goes first. */
export async function setTarget(
  aws: Aws,
  TargetGroupArn: string,
  { from, to, onWait }: { from: string | undefined; to: string; onWait(elapsed: number): void },
): Promise<void> {
  const client = await aws.loadBalancing();
  if (from !== undefined) {
    await client.send(new DeregisterTargetsCommand({ TargetGroupArn, Targets: [{ Id: from }] }));
  }
  const command = new RegisterTargetsCommand({ TargetGroupArn, Targets: [{ Id: to }] });
  await tryWhile(() => client.send(command), mayNotInvoke, { ...forPermissions, onWait });
}

export async function removeTarget(aws: Aws, TargetGroupArn: string, Id: string): Promise<void> {
  const command = new DeregisterTargetsCommand({ TargetGroupArn, Targets: [{ Id }] });
  await missing(async () => (await aws.loadBalancing()).send(command));
}

interface NewRule {
  listener: string;
  priority: number;
  conditions: RuleCondition[];
  group: string;
  tags: Tags;
}

export async function createRule(
  aws: Aws,
  { listener, priority, conditions, group, tags }: NewRule,
): Promise<void> {
  const command = new CreateRuleCommand({
    ListenerArn: listener,
    Priority: priority,
    Conditions: conditions,
    Actions: [{ Type: 'forward', TargetGroupArn: group }],
    Tags: tagList(tags),
  });
  await (await aws.loadBalancing()).send(command);
}

export async function modifyRule(aws: Aws, RuleArn: string, Conditions: RuleCondition[]): Promise<void> {
  await (await aws.loadBalancing()).send(new ModifyRuleCommand({ RuleArn, Conditions }));
}

export async function setPriority(aws: Aws, RuleArn: string, Priority: number): Promise<void> {
  const command = new SetRulePrioritiesCommand({ RulePriorities: [{ RuleArn, Priority }] });
  await (await aws.loadBalancing()).send(command);
}

export async function deleteRule(aws: Aws, RuleArn: string): Promise<void> {
  await missing(async () => (await aws.loadBalancing()).send(new DeleteRuleCommand({ RuleArn })));
}

/** A rule that was just removed still counts for a moment. */
export async function deleteGroup(aws: Aws, TargetGroupArn: string): Promise<void> {
  const client = await aws.loadBalancing();
  const isUsed = (error: unknown) => /^ResourceInUse/.test((error as Error).name);
  const command = new DeleteTargetGroupCommand({ TargetGroupArn });
  await tryWhile(() => missing(() => client.send(command)), isUsed, forRevisions);
}

export async function tag(aws: Aws, arn: string, tags: Tags): Promise<void> {
  await (await aws.loadBalancing()).send(new AddTagsCommand({ ResourceArns: [arn], Tags: tagList(tags) }));
}

/** undefined: the resource does not exist. */
async function missing<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (/^(TargetGroup|Listener|Rule|LoadBalancer)NotFound/.test((error as Error).name)) return undefined;
    throw error;
  }
}
