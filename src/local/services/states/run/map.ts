// Map: one iteration for each item, up to a number of them side by side.
import { randomUUID } from 'node:crypto';
import type { Flow } from '../../../states-language/definition.ts';
import { evaluationFailure, runtimeFailure, StateFailure } from '../../../states-language/failure.ts';
import { type Json, textOf } from '../../../states-language/json.ts';
import { evaluated, evaluatedAs } from '../../../states-language/jsonata/evaluate.ts';
import { requiredAt } from '../../../states-language/paths/evaluate.ts';
import { filled } from '../../../states-language/payload-template.ts';
import { abortedIn } from './aborted.ts';
import { effectiveInput, finish } from './data.ts';
import { evaluatedOr } from './flow.ts';
import type { Item, Step, Thread } from './model.ts';
import { cancelled } from './scope.ts';
import { numberAt, toleratedFailures } from './tolerance.ts';

/** AWS runs this many iterations of an inline map at most side by side. */
const mostAtOnce = 40;

/** Fields of distributed maps that the local AWS does not have. */
const missing = ['ItemReader', 'ItemBatcher', 'ResultWriter'];

export async function map(thread: Thread): Promise<Step> {
  const { frame, state } = thread;
  const processor = (state.ItemProcessor ?? state.Iterator) as Flow;
  const most = await concurrency(thread);
  const field = missing.find((name) => state[name] !== undefined);
  if (field !== undefined) throw runtimeFailure(`The local AWS does not run maps with ${field}.`);
  const items = await itemsOf(thread);
  const distributed = processor.ProcessorConfig?.Mode === 'DISTRIBUTED';
  const tolerated = toleratedFailures(thread, items.length);
  tolerated.catch(() => {});
  if (frame.begun === undefined) {
    const started = thread.follow('MapStateStarted', { length: items.length });
    await tolerated;
    frame.begun = distributed ? thread.follow('MapRunStarted', { mapRunArn: runArn(thread) }) : started;
    thread.save();
  }
  const side = Math.min(most || mostAtOnce, mostAtOnce);
  const mode = distributed ? { quiet: true, tolerated: await tolerated } : { quiet: false, tolerated: 0 };
  const outputs = await new Iterations(thread, processor, items, side, mode).run();
  if (distributed) thread.follow('MapRunSucceeded');
  thread.append('MapStateSucceeded', frame.previous);
  const step = await finish(thread, outputs);
  thread.dropChildren();
  return step;
}

/** `arn:…:mapRun:MACHINE/LABEL:ID` */
function runArn({ execution, state }: Thread): string {
  const { machineArn } = execution.record;
  const label = typeof state.Label === 'string' ? state.Label : randomUUID();
  return `${machineArn.replace(':stateMachine:', ':mapRun:')}/${label}:${randomUUID()}`;
}

/** Runs iterations, as many at once as allowed, and starts the next one when one ends. */
class Iterations {
  private readonly thread: Thread;
  private readonly processor: Flow;
  private readonly items: readonly Json[];
  private readonly most: number;
  private readonly quiet: boolean;
  private readonly tolerated: number;
  private readonly scope;
  private readonly running = new Map<number, Thread>();
  private readonly outputs: Json[] = [];
  private next = 0;
  private failures = 0;

  constructor(
    thread: Thread,
    processor: Flow,
    items: readonly Json[],
    most: number,
    { quiet, tolerated }: { quiet: boolean; tolerated: number },
  ) {
    this.thread = thread;
    this.processor = processor;
    this.items = items;
    this.most = most;
    this.quiet = quiet;
    this.tolerated = tolerated;
    this.scope = thread.scope.child();
  }

  async run(): Promise<Json[]> {
    const { frame } = this.thread;
    const begun = frame.begun as number;
    const lanes = Array.from({ length: Math.min(this.most, this.items.length) }, () => this.lane(begun));
    await Promise.all(lanes);
    // Iterations that failed have none.
    return this.outputs.filter((output) => output !== undefined);
  }

  private async lane(begun: number): Promise<void> {
    let previous = begun;
    while (this.next < this.items.length) {
      const index = this.next++;
      previous = await this.iterate(index, previous);
    }
  }

  /** Answers the last event of the iteration. */
  private async iterate(index: number, previous: number): Promise<number> {
    const { thread } = this;
    const name = thread.name;
    const kept = thread.hasChild(index);
    const item: Item = { index, value: this.items[index] as Json };
    const input = kept ? null : await selected(thread, item);
    await this.scope.race(Promise.resolve());
    const started = kept ? 0 : this.append('MapIterationStarted', previous, { index, name });
    const origin = { input, previous: started, item, quiet: this.quiet };
    const iteration = thread.child(index, this.processor, this.scope, origin);
    const ended = iteration.frame.output !== undefined;
    this.running.set(index, iteration);
    try {
      this.outputs[index] = await iteration.run();
    } catch (error) {
      if (error === cancelled || this.scope.isCancelled) throw error;
      if (this.quiet && ++this.failures <= this.tolerated) {
        this.running.delete(index);
        return previous;
      }
      this.failed(index, iteration);
      throw this.quiet ? tooMany() : error;
    }
    this.running.delete(index);
    const { frame } = thread;
    const last = iteration.frame.previous;
    if (!ended) {
      frame.previous = this.append('MapIterationSucceeded', last, { index, name });
      thread.save();
    }
    return last;
  }

  /** Iterations of a distributed map have histories of their own. */
  private append(type: string, previous: number, details: Readonly<Record<string, unknown>>): number {
    return this.quiet ? previous : this.thread.append(type, previous, details);
  }

  private failed(index: number, iteration: Thread): void {
    const { thread } = this;
    const { frame, name } = thread;
    frame.previous = iteration.frame.previous;
    this.append('MapIterationFailed', frame.previous, { index, name });
    this.running.delete(index);
    this.scope.cancel();
    if (this.quiet) {
      thread.follow('MapRunFailed');
      return;
    }
    abortedIn(thread, [iteration]);
    for (const [other, running] of this.running) {
      thread.append('MapIterationAborted', frame.previous, { index: other, name });
      abortedIn(thread, [running]);
    }
  }
}

const tooMany = () =>
  new StateFailure(
    'States.ExceedToleratedFailureThreshold',
    'The specified tolerated failure threshold was exceeded',
  );

async function itemsOf(thread: Thread): Promise<readonly Json[]> {
  const { state } = thread;
  if (thread.language === 'JSONata') {
    if (state.Items !== undefined) {
      return evaluatedAs<readonly Json[]>(state.Items as Json, 'Items', 'array', thread.bindings());
    }
    if (Array.isArray(thread.input)) return thread.input;
    throw evaluationFailure(`Map state input must be an array but was: ${textOf(thread.input)}`);
  }
  const input = effectiveInput(thread);
  const path = typeof state.ItemsPath === 'string' ? state.ItemsPath : '$';
  const items = requiredAt(path, thread.reach(input));
  if (Array.isArray(items)) return items;
  throw runtimeFailure(`Reference path "${path}" must point to array.`);
}

/** The input of an iteration. */
async function selected(thread: Thread, item: Item): Promise<Json> {
  const { state } = thread;
  const template = (state.ItemSelector ?? state.Parameters) as Json | undefined;
  if (template === undefined) return item.value;
  const context = { ...(thread.context as object), Map: { Item: { Index: item.index, Value: item.value } } };
  if (thread.language === 'JSONata') {
    const bindings = thread.bindings();
    const states = { ...(bindings.states as object), context };
    return evaluated(template, 'ItemSelector', { ...bindings, states });
  }
  return filled(template, { ...thread.reach(effectiveInput(thread)), context });
}

async function concurrency(thread: Thread): Promise<number> {
  const { MaxConcurrency, MaxConcurrencyPath } = thread.state as Record<string, Json | undefined>;
  if (MaxConcurrencyPath !== undefined)
    return numberAt(thread, 'MaxConcurrencyPath', String(MaxConcurrencyPath), 'integer');
  return MaxConcurrency === undefined
    ? 0
    : evaluatedOr<number>(thread, MaxConcurrency, 'MaxConcurrency', 'number');
}
