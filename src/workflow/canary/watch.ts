// Watches canaries while the new versions serve a part of the requests, then completes them or goes back.
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

/** More canaries than this are counted instead of named. */
const maxNamed = 3;

export interface Baked {
  readonly function: string;
  readonly alias: string;
  readonly from: string;
  readonly to: string;
  readonly result: 'completed' | 'went back' | 'left' | 'overtaken';
  readonly why?: string;
  readonly seen?: Seen;
}

/** Watches all canaries of the deployment, which began at `since`. On Ctrl-C it goes back first and then rejects. */
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
  const title = `bake ${names.length > maxNamed ? `${names.length} canaries` : names.join(', ')}`;
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
    const { bake, maxErrorRate } = this.options;
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
        const bad = running.filter((_, index) => failsTooOften(seen[index] as Seen, maxErrorRate));
        for (const canary of bad) {
          const counts = seen[running.indexOf(canary)] as Seen;
          const why = tooMany(canary, counts, maxErrorRate);
          await this.settle(canary, 'went back', goBack(aws, canary), { seen: counts, why });
        }
        seen = seen.filter((_, index) => !bad.includes(running[index] as Canary));
        running = running.filter((canary) => !bad.includes(canary));
        const left = seconds(Math.max(end - Date.now(), 0));
        if (running.length > 0) report(`${progress(running, seen)}; ${left} left`);
      }
      for (const [index, canary] of [...running].entries()) {
        const counts = seen[index] as Seen;
        const why =
          counts.after.requests === 0
            ? `version ${canary.to} got no requests while it was watched`
            : undefined;
        await this.settle(canary, 'completed', complete(aws, canary), { seen: counts, why });
        running = running.filter((other) => other !== canary);
      }
      return this.results;
    } catch (error) {
      await this.giveUp(running, error);
      if (signal.aborted) throw signal.reason;
      return this.results;
    }
  }

  /** Records the result of a canary. If another program has changed the alias in the meantime, that change stays. */
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

  /** After an error or Ctrl-C: canaries without a result go back. */
  private async giveUp(running: readonly Canary[], error: unknown): Promise<void> {
    const { ui } = this.context;
    const aws = await this.context.awsAfterInterrupt();
    const { message, reason } = describeError(error);
    for (const canary of running) {
      const { resource, from, to } = canary;
      const why = `the watch ended early: ${message}${reason ? ` (${reason})` : ''}`;
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

/** Reads metrics often at first, when most failures appear: about thirty times in five minutes, then once a minute. */
function pauseAfter(elapsed: number): number {
  return Math.min(Math.max(elapsed / 4, 500), 60_000);
}

function tooMany({ from, to }: Canary, { before, after }: Seen, maxErrorRate: number | undefined): string {
  const limit =
    maxErrorRate === undefined
      ? `version ${from} failed ${before.errors} of ${before.requests} (${percent(errorRate(before))})`
      : `at most ${percent(maxErrorRate)} are allowed`;
  return `version ${to} failed ${after.errors} of ${after.requests} requests (${percent(errorRate(after))}), and ${limit}`;
}

/** One line of progress; the counts of several canaries are added up. */
function progress(canaries: readonly Canary[], seen: readonly Seen[]): string {
  const sum = (which: keyof Seen, what: keyof Seen['before']) =>
    seen.reduce((total, counts) => total + counts[which][what], 0);
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
