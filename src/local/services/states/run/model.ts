// What states see of the flow that they are in, and of its execution.
import type { Flow, QueryLanguage, State } from '../../../states-language/definition.ts';
import type { Json } from '../../../states-language/json.ts';
import type { Bindings } from '../../../states-language/jsonata/evaluate.ts';
import type { Reach } from '../../../states-language/paths/evaluate.ts';
import type { Variables } from '../../../states-language/paths/model.ts';
import type { ExecutionRecord, Frame } from '../records.ts';
import type { Running, StatesState } from '../state.ts';
import type { Scope } from './scope.ts';

export interface Execution extends Running {
  readonly state: StatesState;
  readonly key: string;
  readonly record: ExecutionRecord;
  /** Epoch milliseconds. */
  readonly now: number;
  /** A copy of the frame in the store. */
  frame(path: string): Frame | undefined;
}

/** A flow that runs: the machine, a branch of Parallel, or an iteration of Map. */
export interface Thread {
  readonly execution: Execution;
  readonly path: string;
  readonly flow: Flow;
  readonly scope: Scope;
  readonly frame: Frame;
  /** The name of the current state. */
  readonly name: string;
  readonly state: State;
  /** The input of the current state. */
  readonly input: Json;
  readonly language: QueryLanguage;
  readonly variables: Variables;
  /** The context object. */
  readonly context: Json;
  /** What JSONPath reaches in the current state. */
  reach(data: Json): Reach;
  /** What JSONata reaches in the current state. */
  bindings(more?: { readonly result?: Json; readonly errorOutput?: Json }): Bindings;
  /** Runs the flow to its end. Rejects with a StateFailure, or with `cancelled`. */
  run(): Promise<Json>;
  /** Answers the id of the event. */
  append(type: string, previous: number, details?: Readonly<Record<string, unknown>>): number;
  /** Appends an event that follows the last one of this flow. */
  follow(type: string, details?: Readonly<Record<string, unknown>>): number;
  save(): void;
  /** A branch or an iteration; one that an earlier server began continues. */
  child(index: number, flow: Flow, scope: Scope, origin: Origin): Thread;
  /** Whether the branch or iteration has begun. */
  hasChild(index: number): boolean;
  dropChildren(): void;
}

/** The end of a state. `next` undefined: the flow ends. */
export interface Step {
  readonly output: Json;
  readonly next: string | undefined;
  readonly assigned?: Readonly<Record<string, Json>>;
}

export interface Item {
  readonly index: number;
  readonly value: Json;
}

/** Where a flow begins. */
export interface Origin {
  readonly input: Json;
  readonly previous: number;
  readonly item?: Item;
  /** Writes no events: iterations of a distributed map have executions of their own. */
  readonly quiet?: boolean;
}
