// Runs the engine in front of the user: a step on the terminal per resource, then what failed and what was left out.
import { describeError } from '../aws/error-advice.ts';
import type { Context } from '../context.ts';
import { type Applied, apply } from '../engine/apply.ts';
import type { Event, Outcome, RunOptions } from '../engine/graph.ts';
import { isReplaced, type Plan } from '../engine/plan.ts';
import { type ExitCode, exitCodes } from '../errors.ts';
import type { Report, Resource } from '../resources/resource.ts';
import type { Ui } from '../ui/ui.ts';

/** Applies the plan. Rejects, after saying what was done, when Ctrl-C ended it early. */
export async function applyPlan(context: Context, plan: Plan): Promise<Applied> {
  const items = new Map(plan.items.map((item) => [item.resource, item]));
  const title = (resource: Resource) => {
    const item = items.get(resource);
    if (item?.action === 'delete') return `remove ${named(resource)}`;
    if (item && isReplaced(item)) return `make ${named(resource)} anew${fields(item.changes)}`;
    const update = item?.action === 'update';
    return `${update ? 'update' : 'create'} ${named(resource)}${update ? fields(item.changes) : ''}`;
  };
  return withSteps(context, title, (options) => apply(plan, options));
}

function fields(changes: readonly { path: string }[]): string {
  const paths = [...new Set(changes.map(({ path }) => path))];
  return ` (${paths.slice(0, 3).join(', ')}${paths.length > 3 ? ` and ${paths.length - 3} more` : ''})`;
}

/** Shows the engine's events as steps. Rejects when Ctrl-C ended the run before all was done. */
export async function withSteps<T>(
  { ui, signal }: Context,
  title: (resource: Resource) => string,
  run: (options: RunOptions) => Promise<T>,
): Promise<T> {
  const steps = new Steps(ui, title);
  const result = await run({ onEvent: (event) => steps.show(event), signal });
  await steps.ended();
  if (signal.aborted && steps.cut.length + steps.skipped.length > 0) {
    for (const resource of steps.done) ui.note(`done: ${title(resource)}`);
    for (const resource of steps.cut) ui.note(`cut off: ${title(resource)}`);
    for (const resource of steps.skipped) ui.note(`not started: ${title(resource)}`);
    throw signal.reason;
  }
  return result;
}

interface Step {
  report: Report;
  resolve: () => void;
  reject: (error: unknown) => void;
}

class Steps {
  readonly done: Resource[] = [];
  /** Started, and ended by an error. */
  readonly cut: Resource[] = [];
  readonly skipped: Resource[] = [];
  private readonly ui: Ui;
  private readonly title: (resource: Resource) => string;
  private readonly running = new Map<Resource, Step>();
  private readonly shown: Promise<void>[] = [];

  constructor(ui: Ui, title: (resource: Resource) => string) {
    this.ui = ui;
    this.title = title;
  }

  show(event: Event): void {
    const { resource, phase } = event;
    const step = this.running.get(resource);
    if (phase === 'start') this.start(resource);
    else if (phase === 'progress') step?.report(event.text, event.share);
    else if (phase === 'done') {
      this.done.push(resource);
      step?.resolve();
    } else if (phase === 'failed') {
      this.cut.push(resource);
      step?.reject(event.error);
    } else this.skipped.push(resource);
  }

  /** Once every step is shown as ended. */
  async ended(): Promise<void> {
    await Promise.all(this.shown);
  }

  private start(resource: Resource): void {
    const step: Step = { report: () => {}, resolve: () => {}, reject: () => {} };
    const end = new Promise<void>((resolve, reject) => {
      step.resolve = resolve;
      step.reject = reject;
    });
    this.running.set(resource, step);
    const shown = this.ui.step(this.title(resource), (report) => {
      step.report = report;
      return end;
    });
    // The failure is told with the others, at the end.
    this.shown.push(shown.catch(() => {}));
  }
}

/** Says what failed and what was therefore left out; answers the exit code. */
export function reportFailures({ ui, options }: Context, { failed, skipped }: Outcome): ExitCode {
  const { style } = ui;
  let exitCode: ExitCode = failed.length + skipped.length > 0 ? exitCodes.failed : exitCodes.done;
  for (const { resource, error } of failed) {
    const { message, reason, next, exitCode: code } = describeError(error);
    const lines = [`${style.red('error:')} ${named(resource)}: ${message}`];
    if (reason) lines.push(`${style.dim('cause:')} ${reason}`);
    if (next) lines.push(`${style.dim(' next:')} ${next}`);
    if (options.verbose && error instanceof Error && error.stack) lines.push(error.stack);
    ui.error(lines.join('\n'));
    if (code === exitCodes.credentials) exitCode = code;
  }
  for (const resource of skipped) {
    ui.error(`${style.yellow('left out:')} ${named(resource)}, which waits for what failed`);
  }
  return exitCode;
}

/** Failures as data. */
export function failureData({ failed, skipped }: Outcome) {
  return {
    failed: failed.map(({ resource, error }) => {
      const { message, reason, next } = describeError(error);
      return { kind: resource.kind, name: resource.name, message, reason, next };
    }),
    skipped: skipped.map(({ kind, name }) => ({ kind, name })),
  };
}

export function named({ kind, name }: Resource): string {
  return `${kind} ${name}`;
}
