// Receipt rules, by the operations of SES. Loaded when a rule is called.
import {
  CreateReceiptRuleCommand,
  DeleteReceiptRuleCommand,
  DescribeActiveReceiptRuleSetCommand,
  DescribeReceiptRuleSetCommand,
  type ReceiptAction,
  type ReceiptRule,
  UpdateReceiptRuleCommand,
} from '@aws-sdk/client-ses';
import type { Aws } from '../../../aws/aws.ts';
import { tryWhile } from '../../../engine/patience.ts';
import { shared } from '../../shared-request.ts';

export type { ReceiptAction, ReceiptRule };

export interface RuleSet {
  readonly rules: readonly ReceiptRule[];
  /** SES uses the active set only. */
  readonly active: boolean;
}

/** undefined: there is no such set. Concurrent calls share one request. */
export const readRuleSet = shared(
  (set: string) => set,
  async (aws, RuleSetName): Promise<RuleSet | undefined> => {
    const client = await aws.ses();
    try {
      const [set, active] = await Promise.all([
        client.send(new DescribeReceiptRuleSetCommand({ RuleSetName })),
        client.send(new DescribeActiveReceiptRuleSetCommand({})),
      ]);
      return { rules: set.Rules ?? [], active: active.Metadata?.Name === RuleSetName };
    } catch (error) {
      if (/^RuleSetDoesNotExist/.test((error as Error).name)) return undefined;
      throw error;
    }
  },
);

/** A new permission of a function counts for SES after some seconds. */
const forPermissions = { budget: 30_000, first: 500, longest: 2000 };

interface Writing {
  set: string;
  rule: ReceiptRule;
  /** The rule exists. */
  exists: boolean;
  /** Where a new one goes. */
  after: string | undefined;
  onWait(elapsed: number): void;
}

export async function putReceiptRule(
  aws: Aws,
  { set: RuleSetName, rule: Rule, exists, after: After, onWait }: Writing,
): Promise<void> {
  const client = await aws.ses();
  const mayNotCall = (error: unknown) => /^InvalidLambdaFunction/.test((error as Error).name);
  const send = (): Promise<unknown> =>
    exists
      ? client.send(new UpdateReceiptRuleCommand({ RuleSetName, Rule }))
      : client.send(new CreateReceiptRuleCommand({ RuleSetName, Rule, After }));
  await tryWhile(send, mayNotCall, { ...forPermissions, onWait });
}

export async function deleteReceiptRule(aws: Aws, RuleSetName: string, RuleName: string): Promise<void> {
  const client = await aws.ses();
  await client.send(new DeleteReceiptRuleCommand({ RuleSetName, RuleName }));
}
