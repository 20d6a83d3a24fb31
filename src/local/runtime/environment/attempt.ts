// One process of an execution environment, from its start through init and its invocations to its end.
import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import type { FunctionSpec } from '../function-spec.ts';
import { FunctionProcess } from '../process/function-process.ts';
import { LaunchError, type LaunchPlan } from '../process/launch.ts';
import { MemoryWatch } from '../process/memory-watch.ts';
import type { CurrentInvocation } from './current-invocation.ts';
import { exitError, exitReason } from './endings.ts';

/** The state of an attempt. A new phase needs a new member here. */
export type AttemptState =
  /** The interpreter is being looked for; there is no process yet. */
  | { readonly at: 'starting' }
  /** The process loads the function; `error` is the init error that it reported. */
  | { readonly at: 'init'; readonly process: FunctionProcess; readonly error?: Uint8Array }
  /** The process has asked for its first invocation; the output of its init is still being read. */
  | { readonly at: 'loaded'; readonly process: FunctionProcess }
  /** The process waits for an invocation. */
  | { readonly at: 'ready'; readonly process: FunctionProcess }
  /** The process has an invocation, and has not asked for another. */
  | { readonly at: 'busy'; readonly process: FunctionProcess; readonly invocation: CurrentInvocation }
  | { readonly at: 'ended' };

/** Why a process ended by itself, or could not be started. */
export interface ProcessEnd {
  readonly reason: string;
  readonly type: string;
  /** A hint for the user of this machine, when the process could not be started. */
  readonly hint?: string;
}

/** Events come in the order of the process's life. After `end` was called, only `output` events come. */
export interface AttemptEvents {
  /** `token` marks the frames of a bootstrap in its output. */
  plan(token: string): Promise<LaunchPlan>;
  /** Only for a program that was started with a connection to the Runtime API. */
  connected(connection: Socket): void;
  notice(text: string): void;
  /** A log event; `marked` when a bootstrap wrote it. */
  output(text: string, marked: boolean): void;
  /** Init has succeeded after this many milliseconds, and the process waits for work. */
  initialized(duration: number): void;
  /** The process waits for work again. */
  ready(): void;
  /** Init exceeded its limit: the process is killed. */
  initTimedOut(): void;
  /** The process has ended, and all its output is read; `last` is the state in which it ended. */
  ended(end: ProcessEnd, last: AttemptState): void;
}

export const megabyte = 1024 * 1024;

export class Attempt {
  readonly memory: MemoryWatch;
  private readonly spec: FunctionSpec;
  private readonly initLimit: number | undefined;
  private readonly events: AttemptEvents;
  private current: AttemptState = { at: 'starting' };
  private began = performance.now();
  private initTimer: NodeJS.Timeout | undefined;

  /** Starts at once. `initLimit` is in milliseconds; undefined: only the time-out of the invocation applies. */
  constructor(spec: FunctionSpec, initLimit: number | undefined, events: AttemptEvents) {
    this.spec = spec;
    this.initLimit = initLimit;
    this.events = events;
    this.memory = new MemoryWatch(spec.memorySize * megabyte, () =>
      this.over({ reason: 'Runtime exited with error: signal: killed', type: 'Runtime.OutOfMemory' }),
    );
    void this.start();
  }

  get state(): AttemptState {
    return this.current;
  }

  /** Milliseconds since its init began. */
  get age(): number {
    return performance.now() - this.began;
  }

  /** The process asks for an invocation. Returns false when it already has one. */
  next(): boolean {
    const { current } = this;
    switch (current.at) {
      case 'init':
        this.current = { at: 'loaded', process: current.process };
        void current.process.quiet().then(() => this.current.at === 'loaded' && this.initialized());
        return true;
      case 'busy':
        if (current.invocation.stage === 'running') return false;
        this.current = { at: 'ready', process: current.process };
        this.events.ready();
        return true;
      default:
        return true;
    }
  }

  /** The process reports why its init fails; it ends next. */
  initError(error: Uint8Array): void {
    if (this.current.at === 'init') this.current = { ...this.current, error };
    // Measured now, while the process still exists.
    this.memory.peak();
  }

  /** Gives the waiting process this invocation. Returns false when it does not wait. */
  begin(invocation: CurrentInvocation): boolean {
    const { current } = this;
    if (current.at !== 'ready') return false;
    const { process } = current;
    this.current = { at: 'busy', process, invocation };
    process.thaw();
    this.memory.resume();
    return true;
  }

  /** Resolves when all output is read that the process wrote before its last request. */
  async quiet(): Promise<void> {
    if ('process' in this.current) await this.current.process.quiet();
  }

  /** Stops the process, if it waits for an invocation. */
  freeze(): boolean {
    if (this.current.at !== 'ready') return false;
    this.current.process.freeze();
    return true;
  }

  /** Kills the process and its children. Its last output may still come. */
  end(): void {
    const { current } = this;
    this.current = { at: 'ended' };
    clearTimeout(this.initTimer);
    this.memory.pause();
    if ('process' in current) current.process.kill();
  }

  private async start(): Promise<void> {
    const { spec, initLimit } = this;
    const token = randomBytes(12).toString('hex');
    try {
      const plan = await this.events.plan(token);
      if (this.current.at === 'ended') return;
      // The search for the interpreter is not part of init.
      this.began = performance.now();
      if (initLimit !== undefined) this.initTimer = setTimeout(() => this.initTimedOut(), initLimit);
      if (plan.notice) this.events.notice(`${plan.notice}\n`);
      const process = new FunctionProcess(plan, spec.codeDir, token, {
        output: this.events.output,
        exit: (code, signal) => this.over({ reason: exitReason(code, signal), type: exitError }),
        failed: (error) => this.over(startError(error)),
      });
      this.current = { at: 'init', process };
      if (process.connection) this.events.connected(process.connection);
      this.memory.watch(process.pid);
    } catch (error) {
      this.over(startError(error as Error));
    }
  }

  private initialized(): void {
    const { current } = this;
    if (current.at !== 'loaded') return;
    const duration = this.age;
    clearTimeout(this.initTimer);
    this.current = { at: 'ready', process: current.process };
    // A process that ends during its first invocation cannot be measured later.
    this.memory.peak();
    this.events.initialized(duration);
  }

  private initTimedOut(): void {
    this.end();
    this.events.initTimedOut();
  }

  private over(end: ProcessEnd): void {
    const { current } = this;
    if (current.at === 'ended') return;
    this.end();
    this.events.ended(end, current);
  }
}

function startError(error: Error): ProcessEnd {
  const { message } = error;
  if (error instanceof LaunchError) return { reason: message, type: error.type, hint: error.hint ?? message };
  return { reason: message, type: 'Runtime.InvalidEntrypoint', hint: message };
}
