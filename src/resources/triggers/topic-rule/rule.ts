// A rule of AWS IoT that calls a function: the rule is the function's own, others may add actions to it.
import type { Aws } from '../../../aws/aws.ts';
import type { Qualifier } from '../../../config/qualifiers.ts';
import { forReads, lookUntil, waiting } from '../../../engine/patience.ts';
import type { Change, DeclaredResource, Owner, Report, Resource } from '../../../engine/resource.ts';
import { exitCodes, UserError } from '../../../errors/user-error.ts';
import type { CallerName } from '../../callers/caller.ts';
import type { DeclaredFunction } from '../../function/function.ts';
import type { FunctionResource } from '../../function/function-resource.ts';
import { foreignTags, type Tags, tagChanges } from '../../owned/ownership.ts';
import { functionIn } from '../binding/own-binding.ts';
import { type Checked, entryProblems, type Found, type TriggerProblem } from '../problem.ts';
import { Trigger } from '../trigger.ts';
import type { Action, LiveTopicRule, TopicRulePayload } from './calls.ts';

export const ruleCalls = () => import('./calls.ts');

/** slsctl's own default. Without a version, AWS takes its first one. */
const sqlVersion = '2016-03-23';

interface RuleOptions {
  rule: string;
  arn: string;
  qualifier: Qualifier;
  owner: Owner | undefined;
  needs?: readonly Resource[];
}

/** A rule that is live, known by its name. */
export class TopicRuleResource extends Trigger<LiveTopicRule> {
  readonly kind = 'iot trigger';
  readonly rule: string;
  readonly arn: string;
  private readonly owner: Owner | undefined;

  constructor(aws: Aws, host: FunctionResource, { rule, arn, owner, ...options }: RuleOptions) {
    super(aws, host, { ...options, from: rule });
    this.rule = rule;
    this.arn = arn;
    this.owner = owner;
  }

  async read(): Promise<LiveTopicRule | undefined> {
    const { readTopicRule } = await ruleCalls();
    const live = await readTopicRule(this.aws, this);
    return live && this.actionIn(live) ? live : undefined;
  }

  /** The action that calls the function. */
  protected actionIn({ rule }: LiveTopicRule): Action | undefined {
    return rule.actions?.find((one) => this.isOwn(one));
  }

  protected isOwn({ lambda }: Action): boolean {
    return functionIn(lambda?.functionArn ?? '') === this.boundTo.name;
  }

  /** Why the rule itself, without its actions, belongs to another owner. */
  protected foreignRule({ tags }: LiveTopicRule): string | undefined {
    const reason = foreignTags(this.owner, tags);
    return reason && `the rule ${this.rule}: ${reason}`;
  }

  fields({ rule }: LiveTopicRule): Record<string, unknown> {
    const { sql, description, ruleDisabled, awsIotSqlVersion } = rule;
    const own = `${this.boundTo.name}_iot`.replace(/-/g, '_');
    return {
      Triggers: [
        {
          Iot: {
            Sql: sql,
            ...(this.rule === own ? {} : { Name: this.rule }),
            Description: description || undefined,
            ...(ruleDisabled ? { Enabled: false } : {}),
            ...(awsIotSqlVersion === sqlVersion ? {} : { AwsIotSqlVersion: awsIotSqlVersion }),
          },
          Qualifier: this.qualifier,
        },
      ],
    };
  }

  override callers(): CallerName[] {
    return [{ kind: 'IoT rule', name: this.arn }];
  }

  removal(live: LiveTopicRule): Change[] {
    return [
      { path: 'sql', from: live.rule.sql, to: undefined },
      { path: 'functionArn', from: this.actionIn(live)?.lambda?.functionArn, to: undefined },
    ];
  }

  /** A rule of another owner, or with actions of others, stays without the action. */
  async remove(live: LiveTopicRule): Promise<void> {
    const { deleteTopicRule, replaceTopicRule } = await ruleCalls();
    const others = (live.rule.actions ?? []).filter((one) => !this.isOwn(one));
    if (others.length === 0 && this.foreignRule(live) === undefined) {
      await deleteTopicRule(this.aws, this.rule);
    } else {
      await replaceTopicRule(this.aws, this.rule, payloadOf(live, { actions: others }));
    }
  }
}

interface DeclaredOptions extends RuleOptions {
  sql: string;
  /** null: there must be none; undefined: slsctl.yml does not say. */
  description: string | null | undefined;
  enabled: boolean | undefined;
  awsIotSqlVersion: string | undefined;
  tags: Tags;
  owner: Owner;
  /** Of the function in slsctl.yml. */
  key: string;
  /** Its place in the list of triggers. */
  index: number;
}

export class DeclaredTopicRule extends TopicRuleResource implements DeclaredResource<LiveTopicRule>, Checked {
  private readonly options: DeclaredOptions;
  private problem: Found | undefined;
  /** The rule, with or without the action. */
  private found: LiveTopicRule | undefined;

  constructor(aws: Aws, host: DeclaredFunction, options: DeclaredOptions) {
    super(aws, host, options);
    this.options = options;
  }

  get problems(): TriggerProblem[] {
    return entryProblems('iot', this.options, [this.problem]);
  }

  /** A rule of another owner takes the action, if slsctl.yml says nothing else of it. */
  override async read(): Promise<LiveTopicRule | undefined> {
    const { readTopicRule } = await ruleCalls();
    const live = await readTopicRule(this.aws, this);
    const foreign = live && this.foreignRule(live);
    const differs = live && this.ruleChanges(live).length > 0;
    this.problem =
      foreign && differs
        ? { field: 'name', sentence: `is ${this.rule}, which has other settings; ${foreign}` }
        : undefined;
    this.found = live;
    return live && this.actionIn(live) ? live : undefined;
  }

  diff(read: LiveTopicRule | undefined): Change[] {
    const live = read ?? this.found;
    const from = (live && this.actionIn(live))?.lambda?.functionArn;
    const to = this.targetArn;
    const own = live && this.foreignRule(live) === undefined;
    return [
      ...this.ruleChanges(live),
      ...(from === to ? [] : [{ path: 'functionArn', from, to }]),
      ...(own ? tagChanges(this.options.tags, live.tags) : []),
    ];
  }

  private ruleChanges(live: LiveTopicRule | undefined): Change[] {
    const wanted = this.wantedRule(live);
    const names = ['sql', 'description', 'ruleDisabled', 'awsIotSqlVersion'] as const;
    return names
      .filter((name) => (live?.rule[name] || undefined) !== (wanted[name] || undefined))
      .map((name) => ({ path: name, from: live?.rule[name], to: wanted[name] }));
  }

  /** What slsctl.yml does not say stays as it is. */
  private wantedRule(live: LiveTopicRule | undefined) {
    const { sql, description, enabled, awsIotSqlVersion } = this.options;
    return {
      sql,
      description: description === undefined ? live?.rule.description : (description ?? undefined),
      ruleDisabled: enabled === undefined ? (live?.rule.ruleDisabled ?? false) : !enabled,
      awsIotSqlVersion: awsIotSqlVersion ?? live?.rule.awsIotSqlVersion ?? sqlVersion,
    };
  }

  notes(live: LiveTopicRule): string[] {
    const { enabled } = this.options;
    return enabled === undefined && live.rule.ruleDisabled
      ? ['it is disabled, and slsctl.yml does not say; enabled: true enables it']
      : [];
  }

  async apply(read: LiveTopicRule | undefined, changes: Change[], report?: Report): Promise<LiveTopicRule> {
    const { createTopicRule, replaceTopicRule, tagTopicRule } = await ruleCalls();
    const { aws, rule, arn, options } = this;
    const live = read ?? this.found;
    await this.markPlace();
    const others = (live?.rule.actions ?? []).filter((one) => !this.isOwn(one));
    const actions = [...others, { lambda: { functionArn: this.targetArn } }];
    const payload = payloadOf(live, { ...this.wantedRule(live), actions });
    try {
      if (!live) await createTopicRule(aws, rule, payload, options.tags);
      else if (changes.some(({ path }) => !path.startsWith('Tags.')))
        await replaceTopicRule(aws, rule, payload);
      if (live && changes.some(({ path }) => path.startsWith('Tags.')))
        await tagTopicRule(aws, arn, options.tags);
    } catch (error) {
      throw this.refused(error);
    }
    const after = await lookUntil(
      () => this.read(),
      (now) => now !== undefined && this.diff(now).length === 0,
      { ...forReads, onWait: waiting(report, 'IoT to show the rule') },
    );
    if (after) return after;
    throw new UserError(`${this.kind} ${this.name} is not there after slsctl made it`);
  }

  private refused(cause: unknown): unknown {
    const { name, message } = cause as Error;
    if (!/^(SqlParseException|InvalidRequestException|ResourceAlreadyExistsException)$/.test(name))
      return cause;
    const of = { reason: message, cause };
    return new UserError(`AWS IoT refuses ${this.kind} ${this.name}`, exitCodes.failed, of);
  }
}

/** The live rule with these changes, as ReplaceTopicRule takes it: it sets back whatever a request does not say. */
function payloadOf(live: LiveTopicRule | undefined, changes: Partial<TopicRulePayload>): TopicRulePayload {
  const { ruleName: _, createdAt: __, ...rule } = live?.rule ?? {};
  return { ...rule, ...changes } as TopicRulePayload;
}
