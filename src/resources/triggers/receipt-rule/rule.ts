// A receipt rule of SES with an action that calls a function. Others may have made the rule, and may add actions to it.
import type { Aws } from '../../../aws/aws.ts';
import { apiNames } from '../../../config/api-names.ts';
import { forReads, lookUntil, waiting } from '../../../engine/patience.ts';
import type { Change, DeclaredResource, Report } from '../../../engine/resource.ts';
import { exitCodes, UserError } from '../../../errors/user-error.ts';
import { arnIn } from '../../arn.ts';
import type { CallerName } from '../../callers/caller.ts';
import { sameJson } from '../../compare.ts';
import type { DeclaredFunction } from '../../function/function.ts';
import type { FunctionResource } from '../../function/function-resource.ts';
import { functionIn } from '../binding/own-binding.ts';
import { type Checked, entryProblems, type Found, type TriggerProblem } from '../problem.ts';
import { Trigger, type TriggerOptions } from '../trigger.ts';
import type { ReceiptAction, ReceiptRule } from './calls.ts';

const calls = () => import('./calls.ts');

interface Options extends Omit<TriggerOptions, 'from'> {
  set: string;
  rule: string;
}

export interface LiveReceiptRule {
  readonly rule: ReceiptRule;
  /** Whether SES uses its set. */
  readonly active: boolean;
}

/** A rule that is live, known by its set and its name. */
export class ReceiptRuleResource extends Trigger<LiveReceiptRule> {
  readonly kind = 'ses trigger';
  readonly set: string;
  readonly rule: string;

  constructor(aws: Aws, host: FunctionResource, options: Options) {
    super(aws, host, { ...options, from: `${options.set}/${options.rule}` });
    this.set = options.set;
    this.rule = options.rule;
  }

  async read(): Promise<LiveReceiptRule | undefined> {
    const { readRuleSet } = await calls();
    const set = await readRuleSet(this.aws, this.set);
    const rule = set?.rules.find(({ Name }) => Name === this.rule);
    return set && rule && this.actionIn(rule) ? { rule, active: set.active } : undefined;
  }

  /** The action that calls the function. */
  protected actionIn({ Actions }: ReceiptRule): ReceiptAction | undefined {
    return Actions?.find((one) => this.isOwn(one));
  }

  protected isOwn({ LambdaAction }: ReceiptAction): boolean {
    return functionIn(LambdaAction?.FunctionArn ?? '') === this.boundTo.name;
  }

  fields({ rule }: LiveReceiptRule): Record<string, unknown> {
    const { Recipients = [], Enabled, TlsPolicy, ScanEnabled } = rule;
    const type = this.actionIn(rule)?.LambdaAction?.InvocationType;
    return {
      Triggers: [
        {
          Ses: {
            RuleSet: this.set,
            ...(this.rule === `${this.boundTo.name}-ses` ? {} : { Rule: this.rule }),
            ...(Recipients.length > 0 ? { Recipients } : {}),
            ...(type === 'RequestResponse' ? { InvocationType: type } : {}),
            ...(Enabled ? {} : { Enabled: false }),
            ...(TlsPolicy === 'Require' ? { TlsPolicy } : {}),
            ...(ScanEnabled ? { ScanEnabled } : {}),
          },
          Qualifier: this.qualifier,
        },
      ],
    };
  }

  override callers(): CallerName[] {
    const rule = `receipt-rule-set/${this.set}:receipt-rule/${this.rule}`;
    return [{ kind: 'SES rule', name: arnIn(this.aws, 'ses', rule) }];
  }

  removal({ rule }: LiveReceiptRule): Change[] {
    const from = this.actionIn(rule)?.LambdaAction?.FunctionArn;
    return [{ path: 'LambdaAction.FunctionArn', from, to: undefined }];
  }

  /** The rule goes with its last action. */
  async remove({ rule }: LiveReceiptRule): Promise<void> {
    const { deleteReceiptRule, putReceiptRule } = await calls();
    const Actions = (rule.Actions ?? []).filter((one) => !this.isOwn(one));
    if (Actions.length === 0) return deleteReceiptRule(this.aws, this.set, this.rule);
    const changed = { ...rule, Actions };
    await putReceiptRule(this.aws, {
      ...{ set: this.set, rule: changed, exists: true, after: undefined },
      onWait: () => {},
    });
  }
}

interface DeclaredOptions extends Options {
  /** Members that slsctl.yml says. */
  settings: { recipients?: string[]; enabled?: boolean; tlsPolicy?: string; scanEnabled?: boolean };
  invocationType: 'Event' | 'RequestResponse' | undefined;
  after: string | undefined;
  /** Of the function in slsctl.yml. */
  key: string;
  /** Its place in the list of triggers. */
  index: number;
}

export class DeclaredReceiptRule
  extends ReceiptRuleResource
  implements DeclaredResource<LiveReceiptRule>, Checked
{
  private readonly options: DeclaredOptions;
  private problem: Found | undefined;
  /** The rule, with or without the action. */
  private found: LiveReceiptRule | undefined;

  constructor(aws: Aws, host: DeclaredFunction, options: DeclaredOptions) {
    super(aws, host, options);
    this.options = options;
  }

  get problems(): TriggerProblem[] {
    return entryProblems('ses', this.options, [this.problem]);
  }

  override async read(): Promise<LiveReceiptRule | undefined> {
    const { readRuleSet } = await calls();
    const set = await readRuleSet(this.aws, this.set);
    const rule = set?.rules.find(({ Name }) => Name === this.rule);
    this.problem = this.problemIn(set?.rules);
    this.found = set && rule && { rule, active: set.active };
    return rule && this.actionIn(rule) ? this.found : undefined;
  }

  private problemIn(rules: readonly ReceiptRule[] | undefined) {
    const { after } = this.options;
    if (!rules) {
      const sentence = `is ${this.set}, and there is no such receipt rule set in ${this.aws.region}`;
      return { field: 'ruleSet', sentence };
    }
    const names = rules.map(({ Name }) => Name);
    if (after === undefined || names.includes(after) || names.includes(this.rule)) return undefined;
    return { field: 'after', sentence: `is ${after}, and ${this.set} has no such rule` };
  }

  diff(live: LiveReceiptRule | undefined): Change[] {
    const now = (live ?? this.found)?.rule;
    const wanted = this.wanted(now);
    const names = ['Recipients', 'Enabled', 'TlsPolicy', 'ScanEnabled'] as const;
    const action = now && this.actionIn(now)?.LambdaAction;
    const own = this.actionIn(wanted)?.LambdaAction;
    return [
      ...names
        .filter((name) => !sameJson(now?.[name], wanted[name]))
        .map((name) => ({ path: name, from: now?.[name], to: wanted[name] })),
      ...(['FunctionArn', 'InvocationType'] as const)
        .filter((name) => action?.[name] !== own?.[name])
        .map((name) => ({ path: `LambdaAction.${name}`, from: action?.[name], to: own?.[name] })),
    ];
  }

  /** What slsctl.yml does not say stays as it is; a new rule is enabled. */
  private wanted(live: ReceiptRule | undefined): ReceiptRule {
    const { settings, invocationType } = this.options;
    const before = live?.Actions ?? [];
    const now = live && this.actionIn(live);
    const action: ReceiptAction = {
      LambdaAction: {
        ...now?.LambdaAction,
        FunctionArn: this.targetArn,
        InvocationType: invocationType ?? now?.LambdaAction?.InvocationType ?? 'Event',
      },
    };
    const Actions = now ? before.map((one) => (one === now ? action : one)) : [...before, action];
    const defaults = { Enabled: true, Recipients: [], TlsPolicy: 'Optional' as const, ScanEnabled: false };
    return {
      Name: this.rule,
      ...(live ?? defaults),
      ...(apiNames(settings) as Partial<ReceiptRule>),
      Actions,
    };
  }

  notes({ rule, active }: LiveReceiptRule): string[] {
    const { settings } = this.options;
    return [
      ...(active ? [] : [`receipt rule set ${this.set} is not the active one, so no mail comes`]),
      ...(settings.enabled === undefined && !rule.Enabled
        ? ['it is disabled, and slsctl.yml does not say; enabled: true enables it']
        : []),
    ];
  }

  async apply(
    _live: LiveReceiptRule | undefined,
    _changes: Change[],
    report?: Report,
  ): Promise<LiveReceiptRule> {
    const { putReceiptRule } = await calls();
    await this.markPlace();
    // Others may have added actions since the plan.
    await this.read();
    const now = this.found;
    try {
      await putReceiptRule(this.aws, {
        set: this.set,
        rule: this.wanted(now?.rule),
        exists: now !== undefined,
        after: this.options.after,
        onWait: (elapsed) =>
          report?.(`waiting until SES may call the function, ${Math.round(elapsed / 1000)} s`),
      });
    } catch (error) {
      throw this.refused(error);
    }
    const after = await lookUntil(
      () => this.read(),
      (found) => found !== undefined && this.diff(found).length === 0,
      { ...forReads, onWait: waiting(report, 'SES to show the rule') },
    );
    if (after) return after;
    throw new UserError(`${this.kind} ${this.name} is not there after slsctl made it`);
  }

  private refused(cause: unknown): unknown {
    const { name, message } = cause as Error;
    const of = { reason: message, cause };
    if (/^InvalidLambdaFunction/.test(name)) {
      return new UserError(`SES may not call ${this.target}`, exitCodes.failed, {
        ...of,
        next: 'run the same command again; new permissions may take some seconds',
      });
    }
    if (!/^(InvalidParameterValue|LimitExceeded|AlreadyExists|RuleDoesNotExist)/.test(name)) return cause;
    return new UserError(`SES refuses ${this.kind} ${this.name}`, exitCodes.failed, of);
  }
}
