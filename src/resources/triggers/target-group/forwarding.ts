// A target group that holds a function, and the rule of a listener that forwards to it.
import type { Aws } from '../../../aws/aws.ts';
import { apiName } from '../../../config/api-names.ts';
import type { Change, Owner } from '../../../engine/resource.ts';
import type { CallerName } from '../../callers/caller.ts';
import type { FunctionResource } from '../../function/function-resource.ts';
import { foreignTags } from '../../owned/ownership.ts';
import { functionIn } from '../binding/own-binding.ts';
import { Trigger, type TriggerOptions } from '../trigger.ts';
import type { LiveGroup, Rule } from './calls.ts';
import { conditionsIn } from './conditions.ts';

export const groupCalls = () => import('./calls.ts');

export interface Forwarding {
  readonly group: LiveGroup;
  /** undefined: no listener forwards to the group. */
  readonly listener: string | undefined;
  readonly rule: Rule | undefined;
}

export interface ForwardingOptions extends Omit<TriggerOptions, 'from'> {
  /** Name of the target group. */
  group: string;
  owner: Owner | undefined;
}

/** One that is live, known by the name of its target group. */
export class ForwardingResource extends Trigger<Forwarding> {
  readonly kind = 'alb trigger';
  readonly group: string;
  private readonly owner: Owner | undefined;

  constructor(aws: Aws, host: FunctionResource, options: ForwardingOptions) {
    super(aws, host, { ...options, from: options.group });
    this.group = options.group;
    this.owner = options.owner;
  }

  async read(): Promise<Forwarding | undefined> {
    const { readGroup, rulesTo } = await groupCalls();
    const group = await readGroup(this.aws, this.group);
    if (!group || (group.target !== undefined && functionIn(group.target) !== this.boundTo.name))
      return undefined;
    const [first] = await rulesTo(this.aws, group);
    return { group, listener: first?.listener, rule: first?.rule };
  }

  override foreign(live?: Forwarding): string | undefined {
    return super.foreign(live) ?? (live && this.owner && this.foreignGroup(live.group));
  }

  /** Why the target group belongs to another owner. */
  protected foreignGroup({ tags }: LiveGroup): string | undefined {
    const reason = foreignTags(this.owner, tags);
    return reason && `the target group ${this.group}: ${reason}`;
  }

  fields({ group, listener, rule }: Forwarding): Record<string, unknown> | undefined {
    if (!listener || !rule) return undefined;
    const { HealthCheckEnabled, ...live } = group.group;
    return {
      Triggers: [
        {
          Alb: {
            Listener: listener,
            Priority: Number(rule.Priority),
            Conditions: Object.fromEntries(
              Object.entries(conditionsIn(rule.Conditions)).map(([name, value]) => [apiName(name), value]),
            ),
            ...(HealthCheckEnabled
              ? {
                  HealthCheck: {
                    Path: live.HealthCheckPath,
                    IntervalSeconds: live.HealthCheckIntervalSeconds,
                    TimeoutSeconds: live.HealthCheckTimeoutSeconds,
                    HealthyThresholdCount: live.HealthyThresholdCount,
                    UnhealthyThresholdCount: live.UnhealthyThresholdCount,
                    HttpCode: live.Matcher?.HttpCode,
                  },
                }
              : {}),
            ...(group.multiValueHeaders ? { MultiValueHeaders: true } : {}),
          },
          Qualifier: this.qualifier,
        },
      ],
    };
  }

  override callers({ group }: Forwarding): CallerName[] {
    return [{ kind: 'target group', name: group.arn.replace(/[^/]+$/, '*') }];
  }

  removal({ group, rule }: Forwarding): Change[] {
    return [
      { path: 'TargetGroupName', from: this.group, to: undefined },
      ...(group.target ? [{ path: 'Target', from: group.target, to: undefined }] : []),
      ...(rule ? [{ path: 'Rule.Priority', from: Number(rule.Priority), to: undefined }] : []),
    ];
  }

  /** The rule goes first, so that no request finds an empty group. */
  async remove({ group }: Forwarding): Promise<void> {
    const { deleteGroup, deleteRule, removeTarget, rulesTo } = await groupCalls();
    for (const { rule } of await rulesTo(this.aws, group)) {
      if (!rule.IsDefault) await deleteRule(this.aws, rule.RuleArn as string);
    }
    if (group.target !== undefined) await removeTarget(this.aws, group.arn, group.target);
    await deleteGroup(this.aws, group.arn);
  }
}
