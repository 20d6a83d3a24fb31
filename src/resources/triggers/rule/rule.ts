// A rule of EventBridge whose target is a function: the rule is the function's own, others may add targets to it.
import type { Target } from '@aws-sdk/client-eventbridge';
import type { Aws } from '../../../aws/aws.ts';
import type { Qualifier } from '../../../config/qualifiers.ts';
import { forReads, lookUntil, waiting } from '../../../engine/patience.ts';
import type { Change, Owner, Report, Resource } from '../../../engine/resource.ts';
import { UserError } from '../../../errors/user-error.ts';
import type { CallerName } from '../../callers/caller.ts';
import type { FunctionResource } from '../../function/function-resource.ts';
import { foreignTags } from '../../owned/ownership.ts';
import { functionIn } from '../binding/own-binding.ts';
import { comparable, parsedJson } from '../json-input.ts';
import { Trigger } from '../trigger.ts';
import type { LiveRule, RuleName } from './calls.ts';

export const ruleCalls = () => import('./calls.ts');

/** The id of the target in a rule that slsctl makes. */
export const targetId = 'slsctl';

export interface RuleOptions {
  rule: RuleName;
  qualifier: Qualifier;
  owner: Owner | undefined;
  needs?: readonly Resource[];
}

/** A rule that is live, known by its name. */
export class RuleResource extends Trigger<LiveRule> {
  readonly kind = 'event trigger';
  readonly rule: RuleName;
  protected readonly owner: Owner | undefined;

  constructor(aws: Aws, host: FunctionResource, { rule, owner, ...options }: RuleOptions) {
    super(aws, host, { ...options, from: rule.bus === 'default' ? rule.name : `${rule.bus}/${rule.name}` });
    this.rule = rule;
    this.owner = owner;
  }

  async read(): Promise<LiveRule | undefined> {
    const { readRule } = await ruleCalls();
    const live = await readRule(this.aws, this.rule);
    return live === 'no bus' || !live || !this.targetIn(live) ? undefined : live;
  }

  /** The target that calls the function. */
  targetIn({ targets }: LiveRule): Target | undefined {
    const calling = targets.filter(({ Arn = '' }) => functionIn(Arn) === this.boundTo.name);
    return calling.find(({ Id }) => Id === targetId) ?? calling[0];
  }

  /** Why the rule itself, without its targets, belongs to another owner. */
  protected foreignRule({ tags }: LiveRule): string | undefined {
    const reason = foreignTags(this.owner, tags);
    return reason && `the rule ${this.rule.name}: ${reason}`;
  }

  fields(live: LiveRule): Record<string, unknown> {
    const { EventPattern, Description, State } = live.rule;
    const { Input, InputPath, InputTransformer, DeadLetterConfig, RetryPolicy } = this.targetIn(live) ?? {};
    const { bus, name } = this.rule;
    return {
      Triggers: [
        {
          Event: {
            Pattern: parsedJson(EventPattern),
            ...(bus === 'default' ? {} : { Bus: bus }),
            ...(name === `${this.boundTo.name}-event` ? {} : { Name: name }),
            ...{ Description, InputPath, InputTransformer, RetryPolicy },
            ...(State === 'DISABLED' ? { Enabled: false } : {}),
            Input: comparable(Input),
            DeadLetter: DeadLetterConfig?.Arn,
          },
          Qualifier: this.qualifier,
        },
      ],
    };
  }

  override callers(): CallerName[] {
    const { bus, name } = this.rule;
    return [{ kind: 'EventBridge rule', name: bus === 'default' ? name : `${name} of bus ${bus}` }];
  }

  removal(live: LiveRule): Change[] {
    return [
      { path: 'EventPattern', from: parsedJson(live.rule.EventPattern), to: undefined },
      { path: 'Target.Arn', from: this.targetIn(live)?.Arn, to: undefined },
    ];
  }

  /** A rule of another owner stays, without the target. */
  async remove(live: LiveRule, report?: Report): Promise<void> {
    const { deleteRule, readRule, removeTargets } = await ruleCalls();
    const own = this.targetIn(live);
    await removeTargets(this.aws, this.rule, own?.Id === undefined ? [] : [own.Id]);
    if (this.foreignRule(live) !== undefined) return;
    const after = await lookUntil(
      () => readRule(this.aws, this.rule),
      (now) => now === 'no bus' || !now || !this.targetIn(now),
      { ...forReads, onWait: waiting(report, 'EventBridge to remove the target') },
    );
    if (!after || after === 'no bus') return;
    if (after.targets.length > 0) {
      const others = after.targets.map(({ Id, Arn }) => `${Id} (${Arn})`).join(', ');
      throw new UserError(
        `the rule ${this.rule.name} stays, because others have added targets: ${others}`,
        1,
        {
          next: 'remove these targets, then run the same command again',
        },
      );
    }
    await deleteRule(this.aws, this.rule);
  }
}
