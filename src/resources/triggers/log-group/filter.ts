// A subscription filter of a log group that calls a function, known by its name.
import type { SubscriptionFilter } from '@aws-sdk/client-cloudwatch-logs';
import type { Aws } from '../../../aws/aws.ts';
import { forReads, lookUntil, tryWhile, waiting } from '../../../engine/patience.ts';
import type { Change, DeclaredResource, Owner, Report } from '../../../engine/resource.ts';
import { exitCodes, UserError } from '../../../errors/user-error.ts';
import type { CallerName } from '../../callers/caller.ts';
import type { DeclaredFunction } from '../../function/function.ts';
import type { FunctionResource } from '../../function/function-resource.ts';
import { functionIn, isAbandoned } from '../binding/own-binding.ts';
import type { Checked, TriggerProblem } from '../problem.ts';
import { Trigger, type TriggerOptions } from '../trigger.ts';

const calls = () => import('./calls.ts');

/** A group has no more filters than this. */
const mostFilters = 2;

interface FilterOptions extends TriggerOptions {
  group: string;
  filterName: string;
  /** The entry of slsctl.yml that declares it, in the API's names. */
  entry(live: SubscriptionFilter, group: string): Record<string, unknown>;
}

/** A filter that is live, known by its name. */
export class FilterResource extends Trigger<SubscriptionFilter> {
  readonly kind = 'logs trigger';
  readonly group: string;
  readonly filterName: string;
  private readonly entry: FilterOptions['entry'];

  constructor(aws: Aws, host: FunctionResource, options: FilterOptions) {
    super(aws, host, options);
    this.group = options.group;
    this.filterName = options.filterName;
    this.entry = options.entry;
  }

  async read(): Promise<SubscriptionFilter | undefined> {
    const { readFilters } = await calls();
    return (await readFilters(this.aws, this.group))?.find((one) => this.isThis(one));
  }

  isThis({ filterName, destinationArn = '' }: SubscriptionFilter): boolean {
    return filterName === this.filterName && functionIn(destinationArn) === this.boundTo.name;
  }

  fields(live: SubscriptionFilter): Record<string, unknown> {
    return { Triggers: [{ Logs: this.entry(live, this.group), Qualifier: this.qualifier }] };
  }

  override callers(): CallerName[] {
    return [{ kind: 'log subscription', name: `${this.filterName} of ${this.group}` }];
  }

  removal({ destinationArn, filterPattern }: SubscriptionFilter): Change[] {
    return [
      { path: 'destinationArn', from: destinationArn, to: undefined },
      ...(filterPattern ? [{ path: 'filterPattern', from: filterPattern, to: undefined }] : []),
    ];
  }

  async remove(): Promise<void> {
    const { deleteFilter } = await calls();
    await deleteFilter(this.aws, this.group, this.filterName);
  }
}

/** The declared filters of a group, of all functions that take part. */
export class GroupEntries {
  readonly all: DeclaredFilter[] = [];

  declares(filter: SubscriptionFilter): boolean {
    return this.all.some((one) => one.isThis(filter));
  }
}

interface DeclaredOptions extends FilterOptions {
  /** The ARN in slsctl.yml names them. */
  region: string | undefined;
  account: string | undefined;
  filterPattern: string;
  /** The project makes the group. */
  isMade: boolean;
  /** The function writes into this group itself. */
  loops: boolean;
  owner: Owner;
  /** Of the function in slsctl.yml. */
  key: string;
  /** Its place in the list of triggers. */
  index: number;
  siblings: GroupEntries;
}

export class DeclaredFilter extends FilterResource implements DeclaredResource<SubscriptionFilter>, Checked {
  private readonly options: DeclaredOptions;
  private problem: string | undefined;
  private isMissing = false;
  /** Filters that slsctl made and slsctl.yml declares no more, which leave their places to new ones. */
  private abandoned: readonly SubscriptionFilter[] = [];

  constructor(aws: Aws, host: DeclaredFunction, options: DeclaredOptions) {
    super(aws, host, options);
    this.options = options;
    options.siblings.all.push(this);
  }

  get problems(): TriggerProblem[] {
    const { key, index } = this.options;
    const sentence = this.known ?? this.problem;
    if (sentence === undefined) return [];
    const missing = this.isMissing ? 'log group' : undefined;
    return [{ function: key, index, field: ['logs', 'logGroup'], sentence, missing }];
  }

  private get known(): string | undefined {
    const { loops, region, account } = this.options;
    if (loops) {
      return `is ${this.group}, into which the function itself writes: each call would make the next one`;
    }
    if (region !== undefined && region !== this.aws.region) {
      return `is in ${region}; a log group calls functions of its own region only, and this one is in ${this.aws.region}`;
    }
    if (account !== undefined && account !== this.aws.account) {
      return `is of account ${account}; a log group calls functions of its own account only`;
    }
    return undefined;
  }

  override async read(): Promise<SubscriptionFilter | undefined> {
    this.problem = undefined;
    this.isMissing = false;
    this.abandoned = [];
    if (this.known !== undefined) return undefined;
    const { readFilters } = await calls();
    const filters = await readFilters(this.aws, this.group);
    if (!filters) {
      this.isMissing = !this.options.isMade;
      if (this.isMissing) {
        this.problem = `is ${this.group}, and there is no such log group in ${this.aws.region}`;
      }
      return undefined;
    }
    const live = filters.find((one) => this.isThis(one));
    if (!live) await this.lookForPlace(filters);
    return live;
  }

  private async lookForPlace(filters: readonly SubscriptionFilter[]): Promise<void> {
    const { siblings, owner } = this.options;
    const others = filters.filter((one) => !siblings.declares(one));
    const left = await Promise.all(
      others.map(({ filterName: id = '', destinationArn = '' }) => {
        const called = functionIn(destinationArn);
        return called !== undefined && isAbandoned(this.aws, { id, called, owner });
      }),
    );
    this.abandoned = others.filter((_, index) => left[index]);
    const staying = others.filter((_, index) => !left[index]);
    const taken = staying.find(({ filterName }) => filterName === this.filterName);
    if (taken) {
      this.problem = `is ${this.group}, which has another filter ${this.filterName}, for ${taken.destinationArn}`;
    } else if (staying.length + siblings.all.indexOf(this) >= mostFilters) {
      const names = [
        ...staying.map(({ filterName }) => filterName),
        ...siblings.all.slice(0, siblings.all.indexOf(this)).map(({ filterName }) => filterName),
      ];
      this.problem = `is ${this.group}, which has the filters ${names.join(' and ')}; a log group takes ${mostFilters}`;
    }
  }

  diff(live: SubscriptionFilter | undefined): Change[] {
    const { filterPattern } = this.options;
    const to = this.targetArn;
    return [
      ...(live?.destinationArn === to ? [] : [{ path: 'destinationArn', from: live?.destinationArn, to }]),
      ...((live?.filterPattern ?? '') === filterPattern
        ? []
        : [{ path: 'filterPattern', from: live?.filterPattern, to: filterPattern }]),
    ];
  }

  async apply(
    live: SubscriptionFilter | undefined,
    _changes: Change[],
    report?: Report,
  ): Promise<SubscriptionFilter> {
    const { deleteFilter, putFilter } = await calls();
    const { aws, group, filterName } = this;
    const { filterPattern } = this.options;
    await this.markPlace();
    if (!live) {
      await Promise.all(this.abandoned.map((one) => deleteFilter(aws, group, one.filterName ?? '')));
    }
    const filter = { logGroupName: group, filterName, filterPattern, destinationArn: this.targetArn };
    try {
      await tryWhile(() => putFilter(aws, filter), mayNotCall, {
        ...forPermissions,
        onWait: (elapsed) =>
          report?.(`waiting until CloudWatch Logs may call the function, ${Math.round(elapsed / 1000)} s`),
      });
    } catch (error) {
      throw this.refused(error);
    }
    const after = await lookUntil(
      () => this.read(),
      (now) => now !== undefined && this.diff(now).length === 0,
      { ...forReads, onWait: waiting(report, 'CloudWatch Logs to show the filter') },
    );
    if (after) return after;
    throw new UserError(`${this.kind} ${this.name} is not there after slsctl made it`);
  }

  private refused(cause: unknown): unknown {
    const { name, message } = cause as Error;
    const of = { reason: message, cause };
    if (mayNotCall(cause)) {
      return new UserError(`CloudWatch Logs may not call ${this.target}`, exitCodes.failed, {
        ...of,
        next: 'run the same command again; new permissions may take some seconds',
      });
    }
    if (/^(InvalidParameter|LimitExceeded)Exception$/.test(name)) {
      return new UserError(`CloudWatch Logs refuses ${this.kind} ${this.name}`, exitCodes.failed, of);
    }
    return cause;
  }
}

/** A new permission of a function counts for CloudWatch Logs after some seconds. */
const forPermissions = { budget: 30_000, first: 500, longest: 2000 };

function mayNotCall(error: unknown): boolean {
  const { name, message } = error as Error;
  return name === 'InvalidParameterException' && /could not execute the lambda function/i.test(message);
}
