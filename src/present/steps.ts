// Shows a run of the engine as steps on the terminal: one for each resource, or a single one with a count.
import type { Context } from '../context.ts';
import type { Event, RunOptions } from '../engine/graph.ts';
import { kindAndName, type Report, type Resource } from '../engine/resource.ts';
import { Interrupted } from '../errors/user-error.ts';
import type { Ui } from '../ui/ui.ts';
import { tellCut } from './interrupted.ts';

/** Shows the engine's events as steps. When Ctrl-C ended the run early, calls `putRight` and rejects. */
export async function withSteps<T>(
  context: Context,
  { title, total, nothing }: StepsOptions,
  run: (options: RunOptions) => Promise<T>,
  putRight?: (cut: T) => Promise<unknown>,
): Promise<T> {
  const { ui, signal } = context;
  const counted = ui.interactive && total > maxNamed;
  const steps = counted ? new CountedSteps(ui, total) : new NamedSteps(ui, title);
  const result = await run({ onEvent: (event) => steps.show(event), signal });
  await steps.ended();
  if (signal.aborted && steps.cut.length + steps.skipped.length > 0) {
    const begun = steps.done.length + steps.cut.length > 0;
    if (begun) tellCut(context, { done: steps.done, cutOff: steps.cut, notStarted: steps.skipped }, title);
    await putRight?.(result);
    if (begun || !(signal.reason instanceof Interrupted)) throw signal.reason;
    throw new Interrupted(signal.reason.exitCode, nothing);
  }
  return result;
}

/** On a terminal, more steps than this are shown as one line with a count. */
const maxNamed = 20;

interface StepsOptions {
  title: (resource: Resource) => string;
  /** Number of steps. */
  total: number;
  /** Says that no step was begun: `nothing was removed`. */
  nothing: string;
}

/** Records how the steps of a run ended, and shows them. */
abstract class Steps {
  readonly done: Resource[] = [];
  /** Steps that failed. */
  readonly cut: Resource[] = [];
  readonly skipped: Resource[] = [];

  show(event: Event): void {
    const { resource, phase } = event;
    if (phase === 'done') this.done.push(resource);
    else if (phase === 'failed') this.cut.push(resource);
    else if (phase === 'skipped') this.skipped.push(resource);
    this.display(event);
  }

  protected abstract display(event: Event): void;
  /** Resolves when every step is shown as ended. */
  abstract ended(): Promise<void>;
}

interface Step {
  report: Report;
  resolve: () => void;
  reject: (error: unknown) => void;
}

/** Shows a step for each resource. */
class NamedSteps extends Steps {
  private readonly ui: Ui;
  private readonly title: (resource: Resource) => string;
  private readonly running = new Map<Resource, Step>();
  private readonly shown: Promise<void>[] = [];

  constructor(ui: Ui, title: (resource: Resource) => string) {
    super();
    this.ui = ui;
    this.title = title;
  }

  protected display(event: Event): void {
    const { resource, phase } = event;
    const step = this.running.get(resource);
    if (phase === 'start') this.start(this.title(resource), resource);
    else if (phase === 'progress') step?.report(event.text, event.share);
    else if (phase === 'done') step?.resolve();
    else if (phase === 'failed') step?.reject(event.error);
  }

  async ended(): Promise<void> {
    await Promise.all(this.shown);
  }

  private start(title: string, resource: Resource): void {
    const { step, shown } = openStep(this.ui, title);
    this.running.set(resource, step);
    this.shown.push(shown);
  }
}

/** Shows one line for all resources. */
class CountedSteps extends Steps {
  private readonly total: number;
  private readonly line: ReturnType<typeof openStep>;
  private running = 0;

  constructor(ui: Ui, total: number) {
    super();
    this.total = total;
    this.line = openStep(ui, `${total} changes`);
  }

  protected display({ resource, phase }: Event): void {
    if (phase === 'start') this.running++;
    else if (phase === 'done' || phase === 'failed') this.running--;
    const failed = this.cut.length > 0 ? `, ${this.cut.length} failed` : '';
    const done = `${this.done.length} of ${this.total} done${failed}`;
    this.line.step.report(`${done}, ${this.running} running; last: ${kindAndName(resource)}`);
  }

  async ended(): Promise<void> {
    const failed = this.cut.length + this.skipped.length > 0;
    if (failed) this.line.step.reject(new Error('some failed'));
    else this.line.step.resolve();
    await this.line.shown;
  }
}

/** Shows a step that ends when `resolve` or `reject` is called. */
function openStep(ui: Ui, title: string): { step: Step; shown: Promise<void> } {
  const step: Step = { report: () => {}, resolve: () => {}, reject: () => {} };
  const end = new Promise<void>((resolve, reject) => {
    step.resolve = resolve;
    step.reject = reject;
  });
  const shown = ui.step(title, (report) => {
    step.report = report;
    return end;
  });
  // All failures are reported together at the end of the run.
  return { step, shown: shown.catch(() => {}) };
}
