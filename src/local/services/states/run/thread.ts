// Runs the states of a flow one after another: of the machine, of a branch, or of an iteration.
import {
  type Definition,
  type Flow,
  languageOf,
  type QueryLanguage,
  type State,
} from '../../../states-language/definition.ts';
import {
  evaluationFailure,
  largestPayload,
  StateFailure,
  tooLarge,
} from '../../../states-language/failure.ts';
import { type Json, parsed, textOf } from '../../../states-language/json.ts';
import type { Bindings } from '../../../states-language/jsonata/evaluate.ts';
import type { Reach } from '../../../states-language/paths/evaluate.ts';
import type { Variables } from '../../../states-language/paths/model.ts';
import { catcherFor, delayOf, retrierFor } from '../../../states-language/retry.ts';
import type { Frame } from '../records.ts';
import { behaviours } from './behaviours.ts';
import { caught } from './caught.ts';
import type { Execution, Item, Origin, Step, Thread } from './model.ts';
import type { Scope } from './scope.ts';

/** The execution as threads use it: they write its history and its frames. */
export interface History extends Execution {
  readonly definition: Definition;
  append(type: string, previous: number, details?: Readonly<Record<string, unknown>>): number;
  saveFrame(path: string, frame: Frame): void;
  dropFrames(prefix: string): void;
  context(
    name: string,
    state: State,
    place: { readonly frame: Frame; readonly item: Item | undefined },
  ): Json;
}

export class FlowThread implements Thread {
  readonly execution: History;
  readonly path: string;
  readonly flow: Flow;
  readonly scope: Scope;
  readonly item: Item | undefined;
  readonly frame: Frame;
  private readonly outer: FlowThread | undefined;
  private readonly quiet: boolean;
  private data: Json;

  constructor(
    execution: History,
    path: string,
    flow: Flow,
    scope: Scope,
    outer: FlowThread | undefined,
    origin: Origin,
  ) {
    this.execution = execution;
    this.path = path;
    this.flow = flow;
    this.scope = scope;
    this.outer = outer;
    this.item = origin.item ?? outer?.item;
    this.quiet = origin.quiet ?? outer?.quiet ?? false;
    const kept = execution.frame(path);
    this.frame = kept ?? {
      state: flow.StartAt,
      input: textOf(origin.input),
      variables: {},
      previous: origin.previous,
    };
    this.data = kept ? parsed(kept.input) : origin.input;
    if (!kept) this.save();
  }

  get name(): string {
    return this.frame.state;
  }

  get state(): State {
    return this.flow.States[this.name] as State;
  }

  get input(): Json {
    return this.data;
  }

  get language(): QueryLanguage {
    return languageOf(this.execution.definition, this.state);
  }

  get variables(): Variables {
    return { ...this.outer?.variables, ...this.frame.variables };
  }

  get context(): Json {
    return this.execution.context(this.name, this.state, this);
  }

  reach(data: Json): Reach {
    return { data, variables: this.variables, context: this.context };
  }

  bindings(more: { readonly result?: Json; readonly errorOutput?: Json } = {}): Bindings {
    return { states: { input: this.input, context: this.context, ...more }, variables: this.variables };
  }

  async run(): Promise<Json> {
    while (this.frame.output === undefined) {
      this.enter();
      const step = await this.step();
      // Evaluations are asynchronous: nothing may be written for what was cancelled meanwhile.
      await this.scope.race(Promise.resolve());
      this.leave(step);
      if (step.next === undefined) return step.output;
    }
    return parsed(this.frame.output);
  }

  append(type: string, previous: number, details?: Readonly<Record<string, unknown>>): number {
    return this.quiet ? previous : this.execution.append(type, previous, details);
  }

  follow(type: string, details?: Readonly<Record<string, unknown>>): number {
    this.frame.previous = this.append(type, this.frame.previous, details);
    return this.frame.previous;
  }

  save(): void {
    this.execution.saveFrame(this.path, this.frame);
  }

  child(index: number, flow: Flow, scope: Scope, origin: Origin): FlowThread {
    return new FlowThread(this.execution, this.childPath(index), flow, scope, this, origin);
  }

  hasChild(index: number): boolean {
    return this.execution.frame(this.childPath(index)) !== undefined;
  }

  private childPath(index: number): string {
    return `${this.path}${this.path === '' ? '' : '.'}${String(index).padStart(6, '0')}`;
  }

  dropChildren(): void {
    this.execution.dropFrames(`${this.path}${this.path === '' ? '0' : '.'}`);
  }

  private enter(): void {
    const { frame } = this;
    if (frame.entered) return;
    const { previous } = frame;
    const id = this.append(`${this.state.Type}StateEntered`, previous, {
      name: this.name,
      input: textOf(this.input),
      inputDetails: { truncated: false },
    });
    frame.entered = { id, previous, at: this.execution.now };
    frame.previous = id;
    this.save();
  }

  private async step(): Promise<Step> {
    const { frame, state } = this;
    for (;;) {
      try {
        if (frame.attempts && frame.due !== undefined) await this.endPause(frame.due);
        return await behaviours[state.Type](this);
      } catch (error) {
        if (!(error instanceof StateFailure)) throw error;
        await this.scope.race(Promise.resolve());
        const failure = this.placed(error);
        if (failure.error === 'States.QueryEvaluationError') this.evaluationFailed(failure);
        if (this.retries(failure)) continue;
        if ((state.Type === 'Map' || state.Type === 'Parallel') && failed(frame, failure)) {
          this.follow(`${state.Type}StateFailed`);
        }
        const catcher = catcherFor(state.Catch, failure);
        if (!catcher) throw failure;
        return await caught(this, catcher, failure);
      }
    }
  }

  private async endPause(due: number): Promise<void> {
    await this.scope.until(due);
    delete this.frame.due;
    this.save();
  }

  /** Plans the next attempt; false: there is none. */
  private retries(failure: StateFailure): boolean {
    const { frame, state } = this;
    const attempts = frame.attempts ?? [];
    const index = retrierFor(state.Retry, failure, attempts);
    const retrier = index === undefined ? undefined : state.Retry?.[index];
    if (index === undefined || !retrier) return false;
    const count = (attempts[index] ?? 0) + 1;
    frame.attempts = Array.from({ length: Math.max(attempts.length, index + 1) }, (_, at) =>
      at === index ? count : (attempts[at] ?? 0),
    );
    frame.due = this.execution.now + delayOf(retrier, count);
    delete frame.task;
    delete frame.begun;
    this.dropChildren();
    this.save();
    return true;
  }

  /** A failure whose cause says where it happened. */
  private placed(failure: StateFailure): StateFailure {
    if (!failure.details.placed) return failure;
    const { placed: _, ...details } = failure.details;
    const where = `An error occurred while executing the state '${this.name}' (entered at the event id #${this.frame.entered?.id}).`;
    return new StateFailure(failure.error, `${where} ${failure.cause}`, details);
  }

  private evaluationFailed({ error, cause, details: { location } }: StateFailure): void {
    const { frame } = this;
    const first = frame.previous === frame.entered?.id;
    frame.previous = this.append(
      'EvaluationFailed',
      first ? (frame.entered?.previous ?? 0) : frame.previous,
      {
        error,
        cause,
        ...(location === undefined ? {} : { location }),
        state: this.name,
      },
    );
  }

  private leave({ output, next, assigned }: Step): void {
    const { frame } = this;
    const text = textOf(output);
    if (Buffer.byteLength(text) > largestPayload) throw tooLarge(this.name);
    const names = Object.entries(assigned ?? {});
    this.follow(`${this.state.Type}StateExited`, {
      name: this.name,
      output: text,
      outputDetails: { truncated: false },
      ...(names.length === 0
        ? {}
        : {
            assignedVariables: Object.fromEntries(names.map(([name, value]) => [name, textOf(value)])),
            assignedVariablesDetails: { truncated: false },
          }),
    });
    for (const field of ['entered', 'attempts', 'due', 'task', 'begun'] as const) delete frame[field];
    Object.assign(frame.variables, assigned);
    if (next === undefined) frame.output = text;
    else {
      frame.state = next;
      frame.input = text;
      this.data = output;
    }
    this.save();
  }
}

/** Whether Map or Parallel fails, and not only its input. */
const failed = ({ begun }: Frame, { error }: StateFailure): boolean =>
  begun !== undefined || error === evaluationFailure('').error;
