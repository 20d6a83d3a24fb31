// A subscription of a function to a topic, known by the topic and what it calls.
import type { Aws } from '../../../aws/aws.ts';
import type { Qualifier } from '../../../config/qualifiers.ts';
import { forReads, lookUntil, waiting } from '../../../engine/patience.ts';
import type { Change, DeclaredResource, Report, Resource } from '../../../engine/resource.ts';
import { exitCodes, UserError } from '../../../errors/user-error.ts';
import type { CallerName } from '../../callers/caller.ts';
import { sameJson } from '../../compare.ts';
import type { DeclaredFunction } from '../../function/function.ts';
import type { FunctionResource } from '../../function/function-resource.ts';
import type { Located } from '../../things/things.ts';
import { type Checked, entryProblems, type Found, type TriggerProblem } from '../problem.ts';
import { deadLetterProblem } from '../queue/look.ts';
import { Trigger } from '../trigger.ts';
import type { AttributeTexts } from './calls.ts';

const calls = () => import('./calls.ts');

/** Attributes in their order: a policy must fit the scope that is in force when it is set. undefined: none. */
export interface Attributes {
  FilterPolicyScope?: string;
  FilterPolicy?: unknown;
  RedrivePolicy?: { deadLetterTargetArn: string } | undefined;
}

/** In the order in which they are set. */
const names = ['FilterPolicyScope', 'FilterPolicy', 'RedrivePolicy'] as const;

export interface LiveSubscription {
  readonly arn: string;
  readonly attributes: Attributes;
}

interface SubscriptionOptions {
  topicArn: string;
  qualifier: Qualifier;
  needs?: readonly Resource[];
}

export class SubscriptionResource extends Trigger<LiveSubscription> {
  readonly kind = 'sns trigger';
  readonly topicArn: string;

  constructor(aws: Aws, host: FunctionResource, { topicArn, qualifier, needs }: SubscriptionOptions) {
    super(aws, host, { qualifier, needs, from: topicArn.split(':')[5] ?? topicArn });
    this.topicArn = topicArn;
  }

  async read(): Promise<LiveSubscription | undefined> {
    const { isNotFound } = await calls();
    try {
      return await this.find();
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  protected async find(): Promise<LiveSubscription | undefined> {
    const { findSubscription } = await calls();
    const texts = await findSubscription(this.aws, this.topicArn, await this.endpoint());
    return texts && { arn: texts.SubscriptionArn ?? '', attributes: parsed(texts) };
  }

  protected async endpoint(): Promise<string> {
    await this.aws.knowAccount();
    return this.targetArn;
  }

  fields({ attributes }: LiveSubscription): Record<string, unknown> {
    const { FilterPolicy, FilterPolicyScope, RedrivePolicy } = attributes;
    const [, , , region, account, topic] = this.topicArn.split(':');
    const near = region === this.aws.region && account === this.aws.account;
    return {
      Triggers: [
        {
          Sns: {
            Topic: near ? topic : this.topicArn,
            FilterPolicy,
            ...(FilterPolicyScope === 'MessageBody' ? { FilterPolicyScope } : {}),
            DeadLetter: RedrivePolicy?.deadLetterTargetArn,
          },
          Qualifier: this.qualifier,
        },
      ],
    };
  }

  override callers(): CallerName[] {
    return [{ kind: 'topic subscription', name: `of ${this.topicArn.split(':')[5]}` }];
  }

  removal(): Change[] {
    return [{ path: 'TopicArn', from: this.topicArn, to: undefined }];
  }

  async remove({ arn }: LiveSubscription): Promise<void> {
    const { unsubscribe } = await calls();
    await unsubscribe(this.aws, arn);
  }
}

interface DeclaredOptions {
  source: Located;
  attributes: Attributes;
  /** The queue for messages that cannot be delivered. */
  deadLetter: Located | undefined;
  qualifier: Qualifier;
  /** Of the function in slsctl.yml. */
  key: string;
  /** Its place in the list of triggers. */
  index: number;
  needs: readonly Resource[];
}

export class DeclaredSubscription
  extends SubscriptionResource
  implements DeclaredResource<LiveSubscription>, Checked
{
  private readonly options: DeclaredOptions;
  private found: Found[] = [];

  constructor(aws: Aws, host: DeclaredFunction, options: DeclaredOptions) {
    super(aws, host, { ...options, topicArn: options.source.arn });
    this.options = options;
  }

  get problems(): TriggerProblem[] {
    const { found, known } = this;
    return entryProblems(
      'sns',
      this.options,
      known === undefined ? found : [{ field: 'topic', sentence: known }],
    );
  }

  /** What can be known without a call. */
  private get known(): string | undefined {
    const { source } = this.options;
    if (source.region !== this.aws.region) {
      return `is ${source.name} in ${source.region}; slsctl binds topics of the function’s own region, ${this.aws.region}`;
    }
    return source.name.endsWith('.fifo')
      ? `is ${source.name}; SNS sends the messages of a FIFO topic to queues only: let a queue be between them (sqs)`
      : undefined;
  }

  override async read(): Promise<LiveSubscription | undefined> {
    this.found = [];
    if (this.known !== undefined) return undefined;
    const { isNotFound } = await calls();
    const { source, deadLetter } = this.options;
    const unusable = deadLetterProblem(this.aws, deadLetter).then((problem) => {
      if (problem) this.found.push(problem);
    });
    try {
      return (await Promise.all([this.find(), unusable]))[0];
    } catch (error) {
      if (isNotFound(error)) {
        if (!source.own) {
          const sentence = `is ${source.name}, and there is no such topic in ${source.region}`;
          this.found.push({ field: 'topic', sentence, missing: 'topic' });
        }
        await unusable;
        return undefined;
      }
      if (!isForbidden(error) || source.account === this.aws.account) throw error;
      const sentence = `is ${source.arn}, and its policy does not let this account look at it: ${(error as Error).message}`;
      this.found.push({ field: 'topic', sentence });
      await unusable;
      return undefined;
    }
  }

  diff(live: LiveSubscription | undefined): Change[] {
    const { attributes } = this.options;
    const now = live?.attributes ?? {};
    return [
      ...(live ? [] : [{ path: 'TopicArn', from: undefined, to: this.topicArn }]),
      ...names
        .filter((name) => Object.hasOwn(attributes, name))
        .map((name) => ({ path: name, from: now[name], to: attributes[name] }))
        .filter(({ path, from, to }) => !sameJson(effective(path, from), effective(path, to))),
    ];
  }

  notes({ attributes }: LiveSubscription): string[] {
    return names
      .filter((name) => name !== 'FilterPolicyScope' && attributes[name] !== undefined)
      .filter((name) => !Object.hasOwn(this.options.attributes, name))
      .map((name) => `${name} is live but not declared; kept (null removes it)`);
  }

  async apply(
    live: LiveSubscription | undefined,
    changes: Change[],
    report?: Report,
  ): Promise<LiveSubscription> {
    await this.markPlace();
    try {
      await (live ? this.change(live, changes) : this.create());
    } catch (error) {
      throw this.refused(error);
    }
    const after = await lookUntil(
      () => this.read(),
      (now) => now !== undefined && this.diff(now).length === 0,
      { ...forReads, onWait: waiting(report, 'SNS to show the subscription') },
    );
    if (after) return after;
    throw new UserError(`${this.kind} ${this.name} is not there after slsctl made it`);
  }

  private async create(): Promise<void> {
    const { subscribe } = await calls();
    const { aws, topicArn, options } = this;
    const texts = names.flatMap((name) => {
      const value = options.attributes[name];
      return value === undefined ? [] : [[name, textOf(value)] as const];
    });
    const endpoint = await this.endpoint();
    await subscribe(aws, { topicArn, endpoint, attributes: Object.fromEntries(texts) });
  }

  private async change({ arn }: LiveSubscription, changes: readonly Change[]): Promise<void> {
    const { setAttribute } = await calls();
    const { FilterPolicyScope: scope } = this.options.attributes;
    // Attribute scope knows no nesting: the policy changes before the scope does.
    const order = scope === 'MessageBody' ? names : ['FilterPolicy', 'FilterPolicyScope', 'RedrivePolicy'];
    for (const name of order) {
      const change = changes.find(({ path }) => path === name);
      if (change) await setAttribute(this.aws, arn, name, attributeValue(name, change.to));
    }
  }

  private refused(cause: unknown): unknown {
    const { name, message } = cause as Error;
    const of = { reason: message, cause };
    if (isForbidden(cause)) {
      return new UserError(
        `SNS does not let these credentials subscribe ${this.target} to the topic ${this.topicArn}`,
        exitCodes.failed,
        { ...of, next: 'allow sns:Subscribe in the policy of the topic, and in that of these credentials' },
      );
    }
    if (/^InvalidParameter|^FilterPolicyLimit|^SubscriptionLimit/.test(name)) {
      return new UserError(`SNS refuses ${this.kind} ${this.name}`, exitCodes.failed, of);
    }
    return cause;
  }
}

function isForbidden(error: unknown): boolean {
  return /^(AuthorizationError|AccessDenied)/.test((error as Error).name);
}

/** The value that an absent attribute has. */
function effective(name: string, value: unknown): unknown {
  if (name === 'FilterPolicyScope') return value ?? 'MessageAttributes';
  return value ?? {};
}

/** For SetSubscriptionAttributes: an empty policy lets all messages through; a redrive policy goes when no value is given. */
function attributeValue(name: string, to: unknown): string | undefined {
  if (to !== undefined) return textOf(to);
  return name === 'RedrivePolicy' ? undefined : '{}';
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function parsed(texts: AttributeTexts): Attributes {
  const document = (text: string | undefined) => {
    const value: unknown = text ? JSON.parse(text) : undefined;
    return value && Object.keys(value).length > 0 ? value : undefined;
  };
  return {
    FilterPolicyScope: texts.FilterPolicyScope,
    FilterPolicy: document(texts.FilterPolicy),
    RedrivePolicy: document(texts.RedrivePolicy) as Attributes['RedrivePolicy'],
  };
}
