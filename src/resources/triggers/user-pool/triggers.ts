// The triggers of a user pool that call one function.
import type { Aws } from '../../../aws/aws.ts';
import type { Change, DeclaredResource, Owner, Report } from '../../../engine/resource.ts';
import { exitCodes, UserError } from '../../../errors/user-error.ts';
import { arnIn } from '../../arn.ts';
import type { CallerName } from '../../callers/caller.ts';
import { sameJson } from '../../compare.ts';
import type { DeclaredFunction } from '../../function/function.ts';
import { FunctionResource } from '../../function/function-resource.ts';
import { functionIn } from '../binding/own-binding.ts';
import { type Checked, entryProblems, type Found, type TriggerProblem } from '../problem.ts';
import { Trigger, type TriggerOptions } from '../trigger.ts';
import type { PoolFunctions } from './pool.ts';

const calls = () => import('./pool.ts');

/** The ARN that each trigger calls, by its member in LambdaConfig: `PreSignUp`. */
export type Called = Readonly<Record<string, string>>;

export interface LivePoolTriggers {
  /** Those that call this function. */
  readonly own: Called;
  readonly all: PoolFunctions;
}

/** Triggers that the pool has twice: as the ARN, and with the version of the event. */
const twins: Record<string, string> = { PreTokenGeneration: 'PreTokenGenerationConfig' };

/** The functions that the triggers call; members with other settings are left out. */
function calledIn(all: PoolFunctions): [member: string, arn: string][] {
  return Object.entries(all).flatMap(([member, value]) =>
    typeof value === 'string' && functionIn(value) !== undefined ? [[member, value]] : [],
  );
}

interface Options extends Omit<TriggerOptions, 'from'> {
  pool: string;
}

export class PoolTriggers extends Trigger<LivePoolTriggers> {
  readonly kind = 'cognito trigger';
  readonly pool: string;

  constructor(aws: Aws, host: FunctionResource, options: Options) {
    super(aws, host, { ...options, from: options.pool });
    this.pool = options.pool;
  }

  async read(): Promise<LivePoolTriggers | undefined> {
    const { readPool } = await calls();
    const found = await readPool(this.aws, this.pool);
    const live = found && this.liveIn(found.LambdaConfig ?? {});
    return live && Object.keys(live.own).length > 0 ? live : undefined;
  }

  protected liveIn(all: PoolFunctions): LivePoolTriggers {
    const own = calledIn(all).filter(([, arn]) => functionIn(arn) === this.boundTo.name);
    return { own: Object.fromEntries(own), all };
  }

  fields({ own, all }: LivePoolTriggers): Record<string, unknown> {
    const version = all.PreTokenGenerationConfig?.LambdaVersion;
    return {
      Triggers: [
        {
          Cognito: {
            UserPool: this.pool,
            Triggers: Object.keys(own).map((member) => `${member[0]?.toLowerCase()}${member.slice(1)}`),
            PreTokenGenerationVersion: own.PreTokenGeneration && version !== 'V1_0' ? version : undefined,
          },
          Qualifier: this.qualifier,
        },
      ],
    };
  }

  override callers(): CallerName[] {
    return [{ kind: 'user pool', name: arnIn(this.aws, 'cognito-idp', `userpool/${this.pool}`) }];
  }

  removal({ own }: LivePoolTriggers): Change[] {
    return Object.entries(own).map(([path, from]) => ({ path, from, to: undefined }));
  }

  async remove(): Promise<void> {
    const { editPool } = await calls();
    await editPool(this.aws, this.pool, (now) => {
      const { own } = this.liveIn(now);
      return Object.keys(own).length === 0 ? undefined : without(now, Object.keys(own));
    });
  }
}

/** The entries of all functions for one pool. */
export class PoolEntries {
  readonly all: DeclaredPoolTriggers[] = [];
}

interface DeclaredOptions extends Options {
  region: string;
  account: string;
  /** `PreSignUp` */
  members: readonly string[];
  /** Of the event of PreTokenGeneration; undefined: slsctl.yml does not say. */
  version: 'V1_0' | 'V2_0' | 'V3_0' | undefined;
  owner: Owner;
  /** Of the function in slsctl.yml. */
  key: string;
  /** Its place in the list of triggers. */
  index: number;
  siblings: PoolEntries;
}

export class DeclaredPoolTriggers
  extends PoolTriggers
  implements DeclaredResource<LivePoolTriggers>, Checked
{
  private readonly options: DeclaredOptions;
  private problem: Found | undefined;

  constructor(aws: Aws, host: DeclaredFunction, options: DeclaredOptions) {
    super(aws, host, options);
    this.options = options;
    options.siblings.all.push(this);
  }

  get problems(): TriggerProblem[] {
    return entryProblems('cognito', this.options, [this.problem]);
  }

  override async read(): Promise<LivePoolTriggers | undefined> {
    this.problem = this.known();
    if (this.problem) return undefined;
    const { readPool } = await calls();
    const found = await readPool(this.aws, this.pool);
    if (!found) {
      const sentence = `is ${this.pool}, and there is no such user pool in ${this.aws.region}`;
      this.problem = { field: 'userPool', sentence };
      return undefined;
    }
    const live = this.liveIn(found.LambdaConfig ?? {});
    this.problem = await this.takenBy(live.all);
    return Object.keys(live.own).length > 0 ? live : undefined;
  }

  private known(): Found | undefined {
    const { region, account, siblings, members } = this.options;
    if (region !== this.aws.region) {
      const sentence = `is in ${region}; a user pool calls functions of its own region only, and this one is in ${this.aws.region}`;
      return { field: 'userPool', sentence };
    }
    if (account !== this.aws.account) {
      return {
        field: 'userPool',
        sentence: `is of account ${account}; it cannot be changed from ${this.aws.account}`,
      };
    }
    const before = siblings.all.slice(0, siblings.all.indexOf(this));
    for (const other of before) {
      const both = other.options.members.find((member) => members.includes(member));
      if (both === undefined) continue;
      const sentence = `has ${lower(both)}, which the trigger of ${other.boundTo.name} has for the same pool; a pool calls one function for each`;
      return { field: 'triggers', sentence };
    }
    return undefined;
  }

  /** Another function that a declared trigger calls already, and that neither is gone nor belongs to this project. */
  private async takenBy(all: PoolFunctions) {
    for (const [member, arn] of calledIn(all)) {
      const called = functionIn(arn) as string;
      if (!this.options.members.includes(member) || called === this.boundTo.name) continue;
      const host = new FunctionResource(this.aws, { name: called, owner: this.options.owner });
      const live = await host.read();
      if (live === undefined || host.foreign(live) === undefined) continue;
      const sentence = `has ${lower(member)}, and user pool ${this.pool} calls ${arn} for it; a pool calls one function for each`;
      return { field: 'triggers', sentence };
    }
    return undefined;
  }

  diff(live: LivePoolTriggers | undefined): Change[] {
    const { members, version } = this.options;
    const to = this.targetArn;
    const undeclared = Object.entries(live?.own ?? {}).filter(([member]) => !this.isOfSiblings(member));
    const now = live?.all.PreTokenGenerationConfig?.LambdaVersion;
    return [
      ...members
        .filter((member) => live?.own[member] !== to)
        .map((member) => ({ path: member, from: live?.own[member], to })),
      ...undeclared.map(([path, from]) => ({ path, from, to: undefined })),
      ...(version !== undefined && members.includes('PreTokenGeneration') && (now ?? 'V1_0') !== version
        ? [{ path: 'PreTokenGenerationConfig.LambdaVersion', from: now, to: version }]
        : []),
    ];
  }

  /** Whether an entry of the same function declares the member: the function may have several for one pool. */
  private isOfSiblings(member: string): boolean {
    return this.options.siblings.all.some(
      ({ boundTo, options }) => boundTo.name === this.boundTo.name && options.members.includes(member),
    );
  }

  async apply(
    _live: LivePoolTriggers | undefined,
    _changes: Change[],
    report?: Report,
  ): Promise<LivePoolTriggers> {
    const { editPool, readPool } = await calls();
    await this.markPlace();
    try {
      await editPool(this.aws, this.pool, (now) => this.edited(now), report);
    } catch (error) {
      throw this.refused(error);
    }
    const after = await readPool(this.aws, this.pool);
    if (after) return this.liveIn(after.LambdaConfig ?? {});
    throw new UserError(`user pool ${this.pool} is gone`);
  }

  private edited(now: PoolFunctions): PoolFunctions | undefined {
    const live = this.liveIn(now);
    if (this.diff(live).length === 0) return undefined;
    const { members, version } = this.options;
    const goes = Object.keys(live.own).filter((member) => !this.isOfSiblings(member));
    const wanted: Record<string, unknown> = { ...without(now, goes) };
    for (const member of members) {
      wanted[member] = this.targetArn;
      // The two members must name the same function.
      const twin = twins[member];
      if (twin === undefined) continue;
      const LambdaVersion = version ?? now.PreTokenGenerationConfig?.LambdaVersion;
      if (LambdaVersion) wanted[twin] = { LambdaArn: this.targetArn, LambdaVersion };
    }
    const after = wanted as PoolFunctions;
    return sameJson(after, now) ? undefined : after;
  }

  private refused(cause: unknown): unknown {
    const { name, message } = cause as Error;
    if (!/^(InvalidParameter|UserPoolTagging|TierChangeNotAllowed)Exception$/.test(name)) return cause;
    const of = { reason: message, cause };
    return new UserError(`Cognito refuses ${this.kind} ${this.name}`, exitCodes.failed, of);
  }
}

const lower = (member: string): string => `${member[0]?.toLowerCase()}${member.slice(1)}`;

function without(all: PoolFunctions, members: readonly string[]): PoolFunctions {
  const goes = new Set(members.flatMap((member) => [member, twins[member]]));
  return Object.fromEntries(Object.entries(all).filter(([member]) => !goes.has(member)));
}
