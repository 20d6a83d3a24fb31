// A notification of a bucket that calls a function: one entry in the configuration of the bucket, known by its id.
import type { Aws } from '../../../aws/aws.ts';
import type { Change, DeclaredResource, Owner, Report } from '../../../engine/resource.ts';
import { exitCodes, UserError } from '../../../errors/user-error.ts';
import type { CallerName } from '../../callers/caller.ts';
import type { DeclaredFunction } from '../../function/function.ts';
import type { FunctionResource } from '../../function/function-resource.ts';
import type { Located } from '../../things/things.ts';
import { functionIn, isAbandoned, isIdFor } from '../binding/own-binding.ts';
import type { Checked, TriggerProblem } from '../problem.ts';
import { Trigger, type TriggerOptions } from '../trigger.ts';
import type { Configuration, FunctionNotification } from './configuration.ts';
import { type Notification, notificationsIn, overlap, scopeText } from './overlap.ts';

const calls = () => import('./configuration.ts');

interface NotificationOptions extends TriggerOptions {
  bucket: string;
  id: string;
  /** The entry of slsctl.yml that declares it, in the API's names. */
  entry(live: FunctionNotification, bucket: string): Record<string, unknown>;
}

/** A notification that is live, known by its id. */
export class NotificationResource extends Trigger<FunctionNotification> {
  readonly kind = 's3 trigger';
  readonly bucket: string;
  readonly id: string;
  private readonly entry: NotificationOptions['entry'];

  constructor(aws: Aws, host: FunctionResource, options: NotificationOptions) {
    super(aws, host, options);
    this.bucket = options.bucket;
    this.id = options.id;
    this.entry = options.entry;
  }

  async read(): Promise<FunctionNotification | undefined> {
    const { isUnreadable, readConfiguration } = await calls();
    const configuration = await readConfiguration(this.aws, this.bucket);
    return isUnreadable(configuration) ? undefined : this.find(configuration);
  }

  protected find({ LambdaFunctionConfigurations = [] }: Configuration): FunctionNotification | undefined {
    return LambdaFunctionConfigurations.find((one) => this.isThis(one));
  }

  private isThis({ Id, LambdaFunctionArn = '' }: FunctionNotification): boolean {
    return Id === this.id && functionIn(LambdaFunctionArn) === this.boundTo.name;
  }

  fields(live: FunctionNotification): Record<string, unknown> {
    return { Triggers: [{ S3: this.entry(live, this.bucket), Qualifier: this.qualifier }] };
  }

  override callers({ Id }: FunctionNotification): CallerName[] {
    return [{ kind: 'bucket notification', name: `${Id} of ${this.bucket}` }];
  }

  removal(live: FunctionNotification): Change[] {
    return membersOf(live).map(([path, from]) => ({ path, from, to: undefined }));
  }

  async remove(_live: FunctionNotification, report?: Report): Promise<void> {
    const { edit } = await calls();
    const { aws, bucket } = this;
    await edit({ aws, bucket, own: [], report }, (now) => {
      const rest = now.filter((one) => !this.isThis(one));
      return rest.length < now.length ? rest : undefined;
    });
  }
}

/** The declared notifications of a bucket, of all functions that take part. */
export class BucketEntries {
  private readonly entries: DeclaredNotification[] = [];

  add(entry: DeclaredNotification): void {
    this.entries.push(entry);
  }

  /** Those before this one in slsctl.yml. */
  before(entry: DeclaredNotification): readonly DeclaredNotification[] {
    return this.entries.slice(0, this.entries.indexOf(entry));
  }

  /** Whether the notification is a declared one of this id, which may have other settings yet. */
  declares({ id, arn }: Notification): boolean {
    return this.entries.some((one) => one.id === id && one.boundTo.name === functionIn(arn));
  }

  declaresFor(functionName: string): boolean {
    return this.entries.some(({ boundTo }) => boundTo.name === functionName);
  }
}

export interface DeclaredNotificationOptions extends Omit<NotificationOptions, 'from' | 'bucket'> {
  source: Located;
  from: string;
  /** Of the function in slsctl.yml. */
  key: string;
  /** Its place in the list of triggers. */
  index: number;
  events: readonly string[];
  prefix: string;
  suffix: string;
  owner: Owner;
  siblings: BucketEntries;
}

const field = ['s3', 'bucket'];

export class DeclaredNotification
  extends NotificationResource
  implements DeclaredResource<FunctionNotification>, Checked
{
  private readonly options: DeclaredNotificationOptions;
  private problem: Omit<TriggerProblem, 'function' | 'index'> | undefined;
  /** Notifications that slsctl made and slsctl.yml declares no more, in the way of this one. */
  private superseded: readonly Notification[] = [];

  constructor(aws: Aws, host: DeclaredFunction, options: DeclaredNotificationOptions) {
    super(aws, host, { ...options, bucket: options.source.name });
    this.options = options;
    options.siblings.add(this);
  }

  get problems(): TriggerProblem[] {
    const { index, key } = this.options;
    if (!this.problem) return [];
    return [{ function: key, index, ...this.problem }];
  }

  override async read(): Promise<FunctionNotification | undefined> {
    const { isUnreadable, readConfiguration } = await calls();
    const { source } = this.options;
    const answer = await readConfiguration(this.aws, this.bucket);
    this.problem = this.siblingProblem();
    this.superseded = [];
    if (isUnreadable(answer)) {
      if ('region' in answer) {
        this.problem = {
          field,
          sentence: `is ${this.bucket} in ${answer.region}; a bucket calls functions of its own region only, and this one is in ${this.aws.region}`,
        };
      } else if (!source.own) {
        const sentence = `is ${this.bucket}, and there is no such bucket`;
        this.problem = { field, sentence, missing: 'bucket' };
      }
      return undefined;
    }
    await this.look(answer);
    return this.find(answer);
  }

  /** Another entry of slsctl.yml in its way. */
  private siblingProblem(): DeclaredNotification['problem'] {
    const { siblings } = this.options;
    const same = siblings.before(this).find((other) => overlap(this.scope, other.scope));
    if (!same) return undefined;
    return {
      field,
      sentence: `overlaps with the trigger of ${same.boundTo.name} for the same bucket (${scopeText(same.scope)}); S3 sends an event to one function only`,
    };
  }

  /** Finds the notifications of others that overlap. */
  private async look(configuration: Configuration): Promise<void> {
    const inTheWay = this.inTheWay(configuration);
    const stale = await Promise.all(inTheWay.map((one) => this.isStale(one)));
    this.superseded = inTheWay.filter((_, index) => stale[index]);
    const other = inTheWay.find((_, index) => !stale[index]);
    if (other) this.problem ??= { field, sentence: this.overlapText(other) };
  }

  private inTheWay(configuration: Configuration): Notification[] {
    const others = notificationsIn(configuration).filter((one) => !this.options.siblings.declares(one));
    return others.filter((one) => one.id === this.id || overlap(this.scope, one));
  }

  private overlapText({ id, arn, ...scope }: Notification): string {
    const called =
      functionIn(arn) === this.boundTo.name ? ', which calls this function' : `, which calls ${arn}`;
    return id === this.id
      ? `has the id ${id}, and bucket ${this.bucket} has another notification with this id${called}`
      : `overlaps with the notification ${id} of bucket ${this.bucket} (${scopeText(scope)})${called}; ` +
          `S3 sends an event to one destination only: let prefix, suffix or events differ, or remove it there, or write id: ${id} to manage it here`;
  }

  /** Whether slsctl made it for a function that is gone, or for one of this project that declares it no more. */
  private async isStale({ id, arn }: Notification): Promise<boolean> {
    const called = functionIn(arn);
    if (called === undefined || !isIdFor(called, id)) return false;
    const { siblings, owner } = this.options;
    return siblings.declaresFor(called) || isAbandoned(this.aws, { id, called, owner });
  }

  get scope(): Pick<Notification, 'events' | 'prefix' | 'suffix'> {
    return this.options;
  }

  diff(live: FunctionNotification | undefined): Change[] {
    const now = new Map(live && membersOf(live));
    return membersOf(this.wanted)
      .concat([...now.keys()].filter((path) => !this.wantedPaths.has(path)).map((path) => [path, undefined]))
      .map(([path, to]) => ({ path, from: now.get(path), to }))
      .filter(({ from, to }) => String(from) !== String(to));
  }

  private get wantedPaths(): Set<string> {
    return new Set(membersOf(this.wanted).map(([path]) => path));
  }

  private get wanted(): FunctionNotification {
    const { events, prefix, suffix } = this.options;
    const rules = [
      { Name: 'prefix' as const, Value: prefix },
      { Name: 'suffix' as const, Value: suffix },
    ].filter(({ Value }) => Value !== '');
    return {
      Id: this.id,
      LambdaFunctionArn: this.targetArn,
      Events: [...events] as FunctionNotification['Events'],
      ...(rules.length > 0 ? { Filter: { Key: { FilterRules: rules } } } : {}),
    };
  }

  async apply(
    _live: FunctionNotification | undefined,
    _changes: Change[],
    report?: Report,
  ): Promise<FunctionNotification> {
    const { edit } = await calls();
    const { aws, bucket } = this;
    await this.markPlace();
    await edit({ aws, bucket, own: [this.targetArn], report }, (now, all) => this.edited(now, all));
    const live = await this.read();
    if (live) return live;
    throw new UserError(`bucket ${bucket} has no notification ${this.id} after slsctl wrote it`);
  }

  private edited(
    now: readonly FunctionNotification[],
    all: Configuration,
  ): FunctionNotification[] | undefined {
    const there = this.find(all);
    const goes = (one: Notification) =>
      this.superseded.some(({ id, arn }) => one.id === id && one.arn === arn);
    const inTheWay = this.inTheWay(all);
    const other = inTheWay.find((one) => !goes(one));
    if (other) {
      throw new UserError(`${this.kind} ${this.name} ${this.overlapText(other)}`, exitCodes.failed, {
        reason: 'it came after the plan was made',
      });
    }
    const superseded = new Set(inTheWay.map(({ id }) => id));
    if (there && this.diff(there).length === 0 && superseded.size === 0) return undefined;
    // Notifications of the same project may swap their keys: those whose turn comes later are left out until then.
    const rest = now.filter((one) => one !== there && !superseded.has(one.Id ?? '') && !this.clashes(one));
    return [...rest, this.wanted];
  }

  /** Whether a declared notification has settings that change in this run, and that overlap until then. */
  private clashes(one: FunctionNotification): boolean {
    const [notification] = notificationsIn({ LambdaFunctionConfigurations: [one] });
    if (!notification || !this.options.siblings.declares(notification)) return false;
    return notification.id !== this.id && overlap(this.scope, notification);
  }
}

/** The members that are compared and shown. */
function membersOf(live: FunctionNotification): [path: string, value: unknown][] {
  const [{ arn, events, prefix, suffix } = { arn: '', events: [], prefix: '', suffix: '' }] = notificationsIn(
    { LambdaFunctionConfigurations: [live] },
  );
  return [
    ['LambdaFunctionArn', arn],
    ['Events', [...events].sort()],
    ...(prefix ? [['Prefix', prefix] as [string, unknown]] : []),
    ...(suffix ? [['Suffix', suffix] as [string, unknown]] : []),
  ];
}
