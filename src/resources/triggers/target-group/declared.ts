// The forwarding that slsctl.yml declares: target group, function and rule are compared and changed in place.
import type { Aws } from '../../../aws/aws.ts';
import type { TriggerValues } from '../../../config/triggers/all.ts';
import { forReads, lookUntil, waiting } from '../../../engine/patience.ts';
import type { Change, DeclaredResource, Report } from '../../../engine/resource.ts';
import { exitCodes, UserError } from '../../../errors/user-error.ts';
import { sameJson } from '../../compare.ts';
import type { DeclaredFunction } from '../../function/function.ts';
import { type Tags, tagChanges } from '../../owned/ownership.ts';
import { functionIn } from '../binding/own-binding.ts';
import { type Checked, entryProblems, type Found, type TriggerProblem } from '../problem.ts';
import type { Rule, TargetGroup } from './calls.ts';
import { conditionsIn, conditionsOf } from './conditions.ts';
import { type Forwarding, type ForwardingOptions, ForwardingResource, groupCalls } from './forwarding.ts';

interface Options extends ForwardingOptions {
  declared: TriggerValues['alb'];
  tags: Tags;
  /** Of the function in slsctl.yml. */
  key: string;
  /** Its place in the list of triggers. */
  index: number;
}

type HealthCheck = Partial<
  Pick<
    TargetGroup,
    | 'HealthCheckEnabled'
    | 'HealthCheckPath'
    | 'HealthCheckIntervalSeconds'
    | 'HealthCheckTimeoutSeconds'
    | 'HealthyThresholdCount'
    | 'UnhealthyThresholdCount'
    | 'Matcher'
  >
>;

export class DeclaredForwarding extends ForwardingResource implements DeclaredResource<Forwarding>, Checked {
  private readonly options: Options;
  private problem: Found | undefined;

  constructor(aws: Aws, host: DeclaredFunction, options: Options) {
    super(aws, host, options);
    this.options = options;
  }

  get problems(): TriggerProblem[] {
    return entryProblems('alb', this.options, [this.problem]);
  }

  override async read(): Promise<Forwarding | undefined> {
    const { listener } = this.options.declared;
    const [, , , region, account] = listener.split(':');
    this.problem = undefined;
    if (region !== this.aws.region || account !== this.aws.account) {
      const sentence = `is in ${region} of account ${account}; a load balancer calls functions of its own region and account, and this one is in ${this.aws.region} of ${this.aws.account}`;
      this.problem = { field: 'listener', sentence };
      return undefined;
    }
    const { forwardsTo, readGroup, rulesOf } = await groupCalls();
    const [group, rules] = await Promise.all([readGroup(this.aws, this.group), rulesOf(this.aws, listener)]);
    const own = rules?.find((one) => group && !one.IsDefault && forwardsTo(one, group.arn));
    this.problem = this.problemIn(rules, own, group?.target);
    return group && { group, listener: own && listener, rule: own };
  }

  private problemIn(rules: readonly Rule[] | undefined, own: Rule | undefined, target: string | undefined) {
    const { listener, priority } = this.options.declared;
    if (!rules) {
      const sentence = `is ${listener}, and there is no such listener in ${this.aws.region}`;
      return { field: 'listener', sentence };
    }
    const taken = rules.find((one) => one.Priority === String(priority) && one !== own);
    if (taken) {
      const sentence = `is ${priority}, and the listener has another rule there (${taken.RuleArn})`;
      return { field: 'priority', sentence };
    }
    if (target !== undefined && functionIn(target) !== this.boundTo.name) {
      const sentence = `needs the target group ${this.group}, which holds ${target}`;
      return { field: 'listener', sentence };
    }
    return undefined;
  }

  diff(live: Forwarding | undefined): Change[] {
    const { declared, tags } = this.options;
    const { priority, conditions, multiValueHeaders } = declared;
    const { group, rule } = live ?? {};
    const to = this.targetArn;
    const compared: [path: string, from: unknown, to: unknown][] = [
      ['TargetGroupName', group && this.group, this.group],
      ['Target', group?.target, to],
      ...(multiValueHeaders === undefined
        ? []
        : [
            ['MultiValueHeaders', group?.multiValueHeaders ?? false, multiValueHeaders] as [
              string,
              boolean,
              boolean,
            ],
          ]),
      ...this.healthChanges(group?.group),
      ['Rule.Conditions', rule && conditionsIn(rule.Conditions), conditionsIn(conditionsOf(conditions))],
      ['Rule.Priority', rule && Number(rule.Priority), priority],
    ];
    return [
      ...compared
        .filter(([, from, wanted]) => !sameJson(from, wanted))
        .map(([path, from, wanted]) => ({ path, from, to: wanted })),
      ...(group && this.foreignGroup(group) === undefined ? tagChanges(tags, group.tags) : []),
    ];
  }

  private healthChanges(live: TargetGroup | undefined): [string, unknown, unknown][] {
    return Object.entries(this.healthCheck).map(([name, to]) => [
      name,
      live?.[name as keyof TargetGroup],
      to,
    ]);
  }

  /** Members that slsctl.yml says. */
  private get healthCheck(): HealthCheck {
    const { healthCheck } = this.options.declared;
    if (healthCheck === undefined) return {};
    if (healthCheck === null) return { HealthCheckEnabled: false };
    const { enabled = true, path, intervalSeconds, timeoutSeconds, httpCode, ...counts } = healthCheck;
    const all: HealthCheck = {
      HealthCheckEnabled: enabled,
      HealthCheckPath: path,
      HealthCheckIntervalSeconds: intervalSeconds,
      HealthCheckTimeoutSeconds: timeoutSeconds,
      HealthyThresholdCount: counts.healthyThresholdCount,
      UnhealthyThresholdCount: counts.unhealthyThresholdCount,
      Matcher: httpCode === undefined ? undefined : { HttpCode: httpCode },
    };
    return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
  }

  /** The function is registered before a rule sends requests to it. */
  async apply(live: Forwarding | undefined, changes: Change[], report?: Report): Promise<Forwarding> {
    await this.markPlace();
    try {
      await this.write(live, changes, report);
    } catch (error) {
      throw await this.refused(error);
    }
    const after = await lookUntil(
      () => this.read(),
      (now) => now !== undefined && this.diff(now).length === 0,
      { ...forReads, onWait: waiting(report, 'the load balancer to show the rule') },
    );
    if (after) return after;
    throw new UserError(`${this.kind} ${this.name} is not there after slsctl made it`);
  }

  private async write(live: Forwarding | undefined, changes: Change[], report?: Report): Promise<void> {
    const calls = await groupCalls();
    const { aws, options } = this;
    const { listener, priority, conditions, multiValueHeaders } = options.declared;
    const isChanged = (pattern: RegExp) => changes.some(({ path }) => pattern.test(path));
    const arn =
      live?.group.arn ??
      (await calls.createGroup(aws, { Name: this.group, ...this.healthCheck }, options.tags));
    if (live && isChanged(/^(HealthCheck|Healthy|Unhealthy|Matcher)/)) {
      await calls.modifyGroup(aws, { TargetGroupArn: arn, ...this.healthCheck });
    }
    if (multiValueHeaders !== undefined && isChanged(/^MultiValueHeaders$/)) {
      await calls.setMultiValueHeaders(aws, arn, multiValueHeaders);
    }
    if (isChanged(/^Target$/)) {
      await calls.setTarget(aws, arn, {
        from: live?.group.target,
        to: this.targetArn,
        onWait: (elapsed) =>
          report?.(`waiting until the load balancer may call the function, ${Math.round(elapsed / 1000)} s`),
      });
    }
    if (live && isChanged(/^Tags\./)) await calls.tag(aws, arn, options.tags);
    const rule = live?.rule?.RuleArn;
    const wanted = conditionsOf(conditions);
    if (rule === undefined) {
      await calls.createRule(aws, { listener, priority, conditions: wanted, group: arn, tags: options.tags });
      if (live) await this.leaveOthers(listener, arn);
    } else {
      if (isChanged(/^Rule\.Conditions$/)) await calls.modifyRule(aws, rule, wanted);
      if (isChanged(/^Rule\.Priority$/)) await calls.setPriority(aws, rule, priority);
    }
  }

  /** A trigger that moved to another listener leaves the rule at the former one. */
  private async leaveOthers(listener: string, arn: string): Promise<void> {
    const { deleteRule, readGroup, rulesTo } = await groupCalls();
    const group = await readGroup(this.aws, this.group);
    if (!group || group.arn !== arn) return;
    for (const one of await rulesTo(this.aws, group)) {
      if (one.listener !== listener && !one.rule.IsDefault)
        await deleteRule(this.aws, one.rule.RuleArn as string);
    }
  }

  private async refused(cause: unknown): Promise<unknown> {
    const { mayNotInvoke } = await groupCalls();
    const { name, message } = cause as Error;
    const of = { reason: message, cause };
    if (mayNotInvoke(cause)) {
      return new UserError(`the load balancer may not call ${this.target}`, exitCodes.failed, {
        ...of,
        next: 'run the same command again; new permissions may take some seconds',
      });
    }
    if (!/^(ValidationError|PriorityInUse|Invalid\w+|TooMany\w+|DuplicateTargetGroupName)/.test(name))
      return cause;
    return new UserError(`Elastic Load Balancing refuses ${this.kind} ${this.name}`, exitCodes.failed, of);
  }
}
