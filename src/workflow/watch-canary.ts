// `slsctl deploy --canary`: watches the new versions while they serve a part of the requests, then completes or goes back.
import { setTimeout as sleep } from 'node:timers/promises';
import { durationOf } from '../advise/duration.ts';
import { parsePercent, percent } from '../advise/percent.ts';
import type { FunctionConfig } from '../config/project.ts';
import type { Context } from '../context.ts';
import type { Applied } from '../engine/apply.ts';
import type { Plan } from '../engine/plan.ts';
import { describeError } from '../errors/describe-error.ts';
import type { NextPart } from '../errors/next.ts';
import { badInput, exitCodes, UserError } from '../errors/user-error.ts';
import { DeclaredAlias } from '../resources/alias/alias.ts';
import type { LiveAlias } from '../resources/alias/alias-resource.ts';
import {
  type Canary,
  canaryIn,
  complete,
  errorRate,
  failsTooOften,
  goBack,
  lookAt,
  type Seen,
} from '../resources/alias/canary.ts';
import { OvertakenAlias } from '../resources/alias/update.ts';
import { hasFollowers } from '../resources/attachments/attachments.ts';
import { tellError } from '../ui/report-error.ts';

export interface CanaryArgs {
  canary?: string;
  bake?: string;
  maxErrors?: string;
}

export interface CanaryOptions {
  /** 0 to 1. */
  readonly weight: number;
  /** Milliseconds. */
  readonly bake: number;
  /** 0 to 1; undefined: what the old version has. */
  readonly most?: number;
}

/** So many canaries are named. */
const few = 3;
const usualBake = 300_000;
const longestBake = 86_400_000;

/** undefined: none is asked for. Throws a UserError (exit 2). */
export function canaryOptions({ canary, bake, maxErrors }: CanaryArgs): CanaryOptions | undefined {
  if (canary === undefined) {
    const lonely = bake !== undefined ? '--bake' : maxErrors !== undefined ? '--max-errors' : undefined;
    if (lonely)
      throw badInput(`${lonely} belongs to --canary`, { next: { command: 'deploy --canary 10% --bake 5m' } });
    return undefined;
  }
  const length = bake === undefined ? usualBake : durationOf(bake);
  if (length === undefined || length < 1000 || length > longestBake) {
    throw badInput(`--bake is ${JSON.stringify(bake)}; allowed: 1s to 1d, written like 30s, 5m or 1h`);
  }
  return {
    weight: parsePercent(canary, '--canary'),
    bake: length,
    most: maxErrors === undefined ? undefined : parsePercent(maxErrors, '--max-errors', { ends: true }),
  };
}

/** Throws a UserError (exit 2) for functions that no alias serves. */
export function refuseWithoutAlias(functions: readonly FunctionConfig[], { canary }: CanaryArgs): void {
  const lacking = functions.filter((config) => !hasFollowers(config)).map(({ key }) => key);
  if (lacking.length === 0) return;
  const others = functions.filter(hasFollowers).map(({ key }) => key);
  const only: NextPart[] =
    others.length > 0 ? ['; or only: ', { command: `deploy ${others.join(' ')} --canary ${canary}` }] : [];
  throw badInput(
    `${lacking.join(', ')}: no alias follows the deployments, so that no requests can be shared out`,
    { next: [{ command: `alias set ${lacking[0]} live` }, ', then deploy once without --canary', ...only] },
  );
}

/** Throws a UserError (exit 1) where a canary has nothing beside it. Nothing has been changed. */
export async function refuseUncomparable(context: Context, { items }: Plan): Promise<void> {
  const aliases = items.filter(({ resource }) => resource instanceof DeclaredAlias && resource.follows);
  for (const { resource: found, live } of aliases) {
    const resource = found as DeclaredAlias;
    const { alias, provisioned } = (live as LiveAlias | undefined) ?? {};
    if (!alias || alias.FunctionVersion === '$LATEST') {
      throw new UserError(`alias ${resource.name}: there is nothing to compare with`, exitCodes.failed, {
        reason: alias
          ? 'it points to $LATEST, which a deployment changes for all requests at once'
          : 'it is not there yet, and no version serves its requests',
        next: { command: 'deploy' },
      });
    }
    if (provisioned) {
      throw new UserError(`alias ${resource.name} has provisioned concurrency`, exitCodes.failed, {
        reason: 'AWS does not share out the requests of such an alias',
        next: [
          { command: 'deploy' },
          ', or first: ',
          {
            command: `concurrency set ${resource.partOf.name} --provisioned none --alias ${resource.alias}`,
          },
        ],
      });
    }
  }
  // Who may not look must not begin.
  const aws = await context.aws();
  const [first] = aliases;
  if (!first) return;
  const resource = first.resource as DeclaredAlias;
  const { alias } = first.live as LiveAlias;
  await lookAt(aws, [{ resource, alias, from: '1', to: '1' }], new Date());
}

export interface Baked {
  readonly function: string;
  readonly alias: string;
  readonly from: string;
  readonly to: string;
  readonly result: 'completed' | 'went back' | 'left' | 'overtaken';
  readonly why?: string;
  readonly seen?: Seen;
}

/** Watches all canaries that the deployment has begun. `since`: when it began. Rejects when Ctrl-C ended it: after going back. */
export async function bake(
  context: Context,
  applied: Applied,
  since: Date,
  options: CanaryOptions,
): Promise<Baked[]> {
  const canaries: Canary[] = [];
  for (const [resource, live] of applied.live) {
    if (!(resource instanceof DeclaredAlias) || !applied.done.includes(resource)) continue;
    const canary = canaryIn(resource, live as LiveAlias);
    if (canary) canaries.push(canary);
  }
  if (canaries.length === 0) return [];
  const named = canaries.map(({ resource, to }) => `${resource.name} version ${to}`);
  const title = `bake ${named.length > few ? `${named.length} canaries` : named.join(', ')}`;
  const share = `${percent(options.weight)} of the requests for ${seconds(options.bake)}`;
  const run = new Watch(context, applied, since, options);
  return context.ui.step(`${title}: ${share}`, (report) => run.watch(canaries, report));
}

class Watch {
  private readonly context: Context;
  private readonly applied: Applied;
  private readonly since: Date;
  private readonly options: CanaryOptions;
  private readonly results: Baked[] = [];

  constructor(context: Context, applied: Applied, since: Date, options: CanaryOptions) {
    this.context = context;
    this.applied = applied;
    this.since = since;
    this.options = options;
  }

  async watch(canaries: readonly Canary[], report: (text: string) => void): Promise<Baked[]> {
    const { signal } = this.context;
    const { bake, most } = this.options;
    const began = Date.now();
    const end = began + bake;
    let running = [...canaries];
    try {
      const aws = await this.context.aws();
      let seen: Seen[] = [];
      for (let last = false; !last && running.length > 0; ) {
        await sleep(Math.min(pauseAfter(Date.now() - began), Math.max(end - Date.now(), 0)), undefined, {
          signal,
        });
        last = Date.now() >= end;
        seen = await lookAt(aws, running, this.since);
        const bad = running.filter((_, index) => failsTooOften(seen[index] as Seen, most));
        for (const canary of bad) {
          const found = seen[running.indexOf(canary)] as Seen;
          const why = tooMany(canary, found, most);
          await this.settle(canary, 'went back', goBack(aws, canary), { seen: found, why });
        }
        seen = seen.filter((_, index) => !bad.includes(running[index] as Canary));
        running = running.filter((canary) => !bad.includes(canary));
        const left = seconds(Math.max(end - Date.now(), 0));
        if (running.length > 0) report(`${progress(running, seen)}; ${left} left`);
      }
      for (const [index, canary] of [...running].entries()) {
        const found = seen[index] as Seen;
        const why =
          found.after.requests === 0
            ? `version ${canary.to} got no requests that could have failed`
            : undefined;
        await this.settle(canary, 'completed', complete(aws, canary), { seen: found, why });
        running = running.filter((one) => one !== canary);
      }
      return this.results;
    } catch (error) {
      await this.giveUp(running, error);
      if (signal.aborted) throw signal.reason;
      return this.results;
    }
  }

  /** What somebody else has done to the alias meanwhile stays as it is. */
  private async settle(
    canary: Canary,
    result: Baked['result'],
    change: Promise<LiveAlias['alias']>,
    more: { seen?: Seen; why?: string },
  ): Promise<void> {
    try {
      this.end(canary, result, await change, more);
    } catch (error) {
      if (!(error instanceof OvertakenAlias)) throw error;
      this.end(canary, 'overtaken', error.now, { ...more, why: error.reason });
    }
  }

  private end(
    { resource, from, to }: Canary,
    result: Baked['result'],
    alias: LiveAlias['alias'] | undefined,
    more: { seen?: Seen; why?: string },
  ): void {
    if (alias) this.applied.live.set(resource, { alias });
    this.results.push({ function: resource.partOf.name, alias: resource.alias, from, to, result, ...more });
  }

  /** Nobody watches any more: what is not decided goes back. */
  private async giveUp(running: readonly Canary[], error: unknown): Promise<void> {
    const { ui } = this.context;
    const aws = await this.context.awsAfterInterrupt();
    const { message, reason } = describeError(error);
    for (const canary of running) {
      const { resource, from, to } = canary;
      const why = `watching it ended: ${message}${reason ? ` (${reason})` : ''}`;
      try {
        await this.settle(canary, 'went back', goBack(aws, canary), { why });
        if (this.results.at(-1)?.result === 'went back') {
          ui.note(`${resource.name} serves version ${from} alone again`);
        }
      } catch (cause) {
        const part = percent(this.options.weight);
        this.end(canary, 'left', undefined, {
          why: `${why}; going back failed: ${describeError(cause).message}`,
        });
        ui.error(`${resource.name} still sends ${part} of its requests to version ${to}`);
        ui.next({ command: `rollback ${resource.partOf.name} --alias ${resource.alias}` });
      }
    }
  }
}

/** Often at first, when most failures show; some thirty looks in five minutes, then one a minute. */
function pauseAfter(elapsed: number): number {
  return Math.min(Math.max(elapsed / 4, 500), 60_000);
}

function tooMany({ from, to }: Canary, { before, after }: Seen, most: number | undefined): string {
  const limit =
    most === undefined
      ? `version ${from} failed ${before.errors} of ${before.requests} (${percent(errorRate(before))})`
      : `at most ${percent(most)} are allowed`;
  return `version ${to} failed ${after.errors} of ${after.requests} requests (${percent(errorRate(after))}), and ${limit}`;
}

/** Of several their sum: it stays one line. */
function progress(canaries: readonly Canary[], seen: readonly Seen[]): string {
  const sum = (which: keyof Seen, what: keyof Seen['before']) =>
    seen.reduce((all, one) => all + one[which][what], 0);
  const [only, ...others] = canaries;
  const before = only && others.length === 0 ? `version ${only.from}` : 'the old versions';
  return (
    `${sum('after', 'requests')} requests, ${sum('after', 'errors')} errors; ` +
    `${before}: ${sum('before', 'requests')}, ${sum('before', 'errors')}`
  );
}

function seconds(ms: number): string {
  const whole = Math.round(ms / 1000);
  return whole < 120 ? `${whole} s` : `${Math.round(whole / 60)} min`;
}

/** Says what came of each; answers whether all completed. */
export function reportBaked(context: Context, baked: readonly Baked[]): boolean {
  const { ui } = context;
  const { green } = ui.style;
  for (const { function: name, alias, from, to, result, why } of baked) {
    if (result === 'completed') {
      ui.note(green(`${name}:${alias} serves version ${to}`));
      if (why) ui.warn(why);
      continue;
    }
    const state = {
      left: `shares its requests between version ${from} and ${to}`,
      'went back': `serves version ${from} again`,
      overtaken: `was changed by somebody else while version ${to} was watched`,
    }[result];
    tellError(ui, { message: `${name}:${alias} ${state}`, reason: why });
  }
  const bad = baked.filter(({ result }) => result !== 'completed');
  const [first] = bad;
  if (first?.result === 'overtaken') {
    ui.next({ command: `alias list ${first.function}` });
  } else if (first) {
    ui.next([{ command: `logs ${first.function} --since 10m` }, ', fix it, then deploy again']);
  }
  return bad.length === 0;
}
