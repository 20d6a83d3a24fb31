// Watches the new versions while they serve a part of the requests, then completes the canaries or goes back.
import { setTimeout as sleep } from 'node:timers/promises';
import { percent } from '../../advise/percent.ts';
import type { Context } from '../../context.ts';
import type { Applied } from '../../engine/apply.ts';
import { describeError } from '../../errors/describe-error.ts';
import { DeclaredAlias } from '../../resources/alias/alias.ts';
import type { LiveAlias } from '../../resources/alias/alias-resource.ts';
import {
  type Canary,
  canaryIn,
  complete,
  errorRate,
  failsTooOften,
  goBack,
  lookAt,
  type Seen,
} from '../../resources/alias/canary.ts';
import { OvertakenAlias } from '../../resources/alias/update.ts';
import type { CanaryOptions } from './options.ts';

/** More canaries than these are counted. */
const namedAtMost = 3;

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
  const names = canaries.map(({ resource, to }) => `${resource.name} version ${to}`);
  const title = `bake ${names.length > namedAtMost ? `${names.length} canaries` : names.join(', ')}`;
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

  /** A change that another program has made to the alias in the meantime stays as it is. */
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

  /** Watching has ended early: the canaries that are not decided go back. */
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
