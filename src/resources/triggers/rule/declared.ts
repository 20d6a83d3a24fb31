// A rule of slsctl.yml: the rule and its target are compared and changed in place.
import type { Target } from '@aws-sdk/client-eventbridge';
import type { Aws } from '../../../aws/aws.ts';
import { forReads, lookUntil, waiting } from '../../../engine/patience.ts';
import type { Change, DeclaredResource, Report } from '../../../engine/resource.ts';
import { exitCodes, UserError } from '../../../errors/user-error.ts';
import { sameJson } from '../../compare.ts';
import type { DeclaredFunction } from '../../function/function.ts';
import { type Tags, tagChanges } from '../../owned/ownership.ts';
import type { Located } from '../../things/things.ts';
import { comparable, parsedJson } from '../json-input.ts';
import { type Checked, entryProblems, type Found, type TriggerProblem } from '../problem.ts';
import { deadLetterProblem } from '../queue/look.ts';
import type { LiveRule } from './calls.ts';
import { type RuleOptions, RuleResource, ruleCalls, targetId } from './rule.ts';

/** Members of the target that slsctl.yml says. undefined: there must be none. */
export type TargetMembers = Pick<
  Target,
  'Input' | 'InputPath' | 'InputTransformer' | 'DeadLetterConfig' | 'RetryPolicy'
>;

const inputs = ['Input', 'InputPath', 'InputTransformer'] as const;

export interface DeclaredRuleOptions extends RuleOptions {
  pattern: string;
  enabled: boolean | undefined;
  /** null: there must be none; undefined: slsctl.yml does not say. */
  description: string | null | undefined;
  target: TargetMembers;
  /** The queue for events that cannot be delivered. */
  deadLetter: Located | undefined;
  /** Why the bus cannot be used, as far as it is known without a call. */
  wrongBus: string | undefined;
  tags: Tags;
  /** Of the function in slsctl.yml. */
  key: string;
  /** Its place in the list of triggers. */
  index: number;
}

export class DeclaredRule extends RuleResource implements DeclaredResource<LiveRule>, Checked {
  private readonly options: DeclaredRuleOptions;
  private found: Found[] = [];
  /** The rule, whoever it belongs to. */
  private whole: LiveRule | undefined;

  constructor(aws: Aws, host: DeclaredFunction, options: DeclaredRuleOptions) {
    super(aws, host, options);
    this.options = options;
  }

  get problems(): TriggerProblem[] {
    return entryProblems('event', this.options, this.found);
  }

  override async read(): Promise<LiveRule | undefined> {
    const { wrongBus, pattern, deadLetter } = this.options;
    this.found = wrongBus === undefined ? [] : [{ field: 'bus', sentence: wrongBus }];
    this.whole = undefined;
    if (wrongBus !== undefined) return undefined;
    const { readRule, refusalOf } = await ruleCalls();
    const [live, refusal, unusable] = await Promise.all([
      readRule(this.aws, this.rule),
      refusalOf(this.aws, pattern),
      deadLetterProblem(this.aws, deadLetter),
    ]);
    if (unusable) this.found.push(unusable);
    if (refusal !== undefined) {
      this.found.push({ field: 'pattern', sentence: `is not one that EventBridge takes: ${refusal}` });
    }
    this.whole = live === 'no bus' ? undefined : live;
    if (live !== 'no bus') {
      // A rule of somebody else is not this trigger, as long as it does not call the function.
      return live && (this.targetIn(live) || this.foreignRule(live) === undefined) ? live : undefined;
    }
    this.found.push({
      field: 'bus',
      sentence: `is ${this.rule.bus}, and there is no such event bus in ${this.aws.region}`,
      missing: 'event bus',
    });
    return undefined;
  }

  override foreign(read?: LiveRule): string | undefined {
    const live = read ?? this.whole;
    const reason = super.foreign(live);
    if (reason !== undefined || !live || this.ruleChanges(live).length === 0) return reason;
    return this.foreignRule(live);
  }

  diff(read: LiveRule | undefined): Change[] {
    const live = read ?? this.whole;
    const { tags } = this.options;
    const own = live && this.foreignRule(live) === undefined;
    return [
      ...this.ruleChanges(live),
      ...this.targetChanges(live),
      ...(own ? tagChanges(tags, live.tags) : []),
    ];
  }

  private ruleChanges(live: LiveRule | undefined): Change[] {
    const { pattern, enabled, description } = this.options;
    const from = parsedJson(live?.rule.EventPattern);
    const to = parsedJson(pattern);
    const now = live?.rule.State;
    const state = stateOf(enabled ?? (live ? undefined : true));
    return [
      ...(sameJson(from, to) ? [] : [{ path: 'EventPattern', from, to }]),
      ...(state === undefined || state === now ? [] : [{ path: 'State', from: now, to: state }]),
      ...(description === undefined || (description ?? '') === (live?.rule.Description ?? '')
        ? []
        : [{ path: 'Description', from: live?.rule.Description, to: description ?? undefined }]),
    ];
  }

  private targetChanges(live: LiveRule | undefined): Change[] {
    const now: Partial<Target> = (live && this.targetIn(live)) ?? {};
    const wanted = this.wantedTarget(live);
    const names = ['Arn', ...inputs, 'DeadLetterConfig', 'RetryPolicy'] as const;
    return names
      .filter((name) => !sameJson(comparable(now[name]), comparable(wanted[name])))
      .map((name) => ({ path: `Target.${name}`, from: now[name], to: wanted[name] }));
  }

  /** Members that slsctl.yml does not say stay as they are. */
  private wantedTarget(live: LiveRule | undefined): Target {
    const { target } = this.options;
    const now: Partial<Target> = (live && this.targetIn(live)) ?? {};
    const saysInput = inputs.some((name) => target[name] !== undefined);
    const kept = saysInput
      ? { ...now, Input: undefined, InputPath: undefined, InputTransformer: undefined }
      : now;
    const RetryPolicy = target.RetryPolicy && { ...now.RetryPolicy, ...target.RetryPolicy };
    const merged = { ...kept, ...target, ...(RetryPolicy ? { RetryPolicy } : {}) };
    return { ...merged, Id: now.Id ?? targetId, Arn: this.targetArn };
  }

  notes(live: LiveRule): string[] {
    const { enabled, target } = this.options;
    const now = this.targetIn(live) ?? ({} as Partial<Target>);
    const undeclared = ([...inputs, 'DeadLetterConfig', 'RetryPolicy'] as const).filter(
      (name) => now[name] !== undefined && !Object.hasOwn(target, name),
    );
    const replaced = inputs.some((name) => target[name] !== undefined);
    return [
      ...undeclared
        .filter((name) => !(replaced && inputs.some((one) => one === name)))
        .map((name) => `Target.${name} is live but not declared; kept (null removes it)`),
      ...(enabled === undefined && live.rule.State === 'DISABLED'
        ? ['it is disabled, and slsctl.yml does not say; enabled: true enables it']
        : []),
    ];
  }

  async apply(read: LiveRule | undefined, changes: Change[], report?: Report): Promise<LiveRule> {
    const live = read ?? this.whole;
    const { putRule, putTarget, tagRule } = await ruleCalls();
    const { aws, rule, options } = this;
    await this.markPlace();
    const isChanged = (pattern: RegExp) => changes.some(({ path }) => pattern.test(path));
    try {
      if (!live || isChanged(/^(EventPattern|State|Description)$/)) {
        const { enabled, description } = options;
        const request = {
          Name: rule.name,
          EventBusName: rule.bus,
          EventPattern: options.pattern,
          State: stateOf(enabled) ?? live?.rule.State ?? 'ENABLED',
          Description: description === undefined ? live?.rule.Description : (description ?? undefined),
          RoleArn: live?.rule.RoleArn,
        };
        await putRule(aws, request, live ? undefined : options.tags);
      }
      if (!live || isChanged(/^Target\./)) await putTarget(aws, rule, this.wantedTarget(live));
      if (live && isChanged(/^Tags\./)) await tagRule(aws, rule, options.tags);
    } catch (error) {
      throw this.refused(error);
    }
    const after = await lookUntil(
      () => this.read(),
      (now) => now !== undefined && this.diff(now).length === 0,
      { ...forReads, onWait: waiting(report, 'EventBridge to show the rule') },
    );
    if (after) return after;
    throw new UserError(`${this.kind} ${this.name} is not there after slsctl made it`);
  }

  private refused(cause: unknown): unknown {
    const { name, message } = cause as Error;
    if (
      !/^(ValidationException|InvalidEventPatternException|LimitExceededException|ManagedRuleException)$/.test(
        name,
      )
    ) {
      return cause;
    }
    const of = { reason: message, cause };
    return new UserError(`EventBridge refuses ${this.kind} ${this.name}`, exitCodes.failed, of);
  }
}

function stateOf(enabled: boolean | undefined): 'ENABLED' | 'DISABLED' | undefined {
  return enabled === undefined ? undefined : enabled ? 'ENABLED' : 'DISABLED';
}
