// One process of an execution environment: it starts, loads the function, works on one invocation after another, and ends.
import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import type { FunctionSpec } from '../function-spec.ts';
import { FunctionProcess } from '../process/function-process.ts';
import { LaunchError, type LaunchPlan } from '../process/launch.ts';
import { MemoryWatch } from '../process/memory-watch.ts';
import type { CurrentInvocation } from './current-invocation.ts';
import { exitError, exitReason } from './endings.ts';

/** Where an attempt is in its life. A further phase is a further member here. */
export type AttemptState =
  /** The program is looked for; there is no process yet. */
  | { readonly at: 'starting' }
  /** The process loads the function; `error` is the one that it reported. */
  | { readonly at: 'init'; readonly process: FunctionProcess; readonly error?: Uint8Array }
  /** The process has asked for its first invocation; the output of its init is still being read. */
  | { readonly at: 'loaded'; readonly process: FunctionProcess }
  /** The process waits for an invocation. */
  | { readonly at: 'ready'; readonly process: FunctionProcess }
  /** The process has been given an invocation, and has not asked for another. */
  | { readonly at: 'busy'; readonly process: FunctionProcess; readonly invocation: CurrentInvocation }
  | { readonly at: 'ended' };

/** Why a process ended by itself, or could not be started. */
export interface ProcessEnd {
  readonly reason: string;
  readonly type: string;
  /** What the user of this machine should know, when the process could not be started. */
  readonly hint?: string;
}

/** Events come in the order of the process's life; none but `output` comes after `end` was called. */
export interface AttemptEvents {
  /** `token` marks the frames of a bootstrap in its output. */
  plan(token: string): Promise<LaunchPlan>;
  /** Only of a program that was started with a connection to the Runtime API. */
  connected(connection: Socket): void;
  notice(text: string): void;
  /** A log event; `marked` when a bootstrap made it. */
  output(text: string, marked: boolean): void;
  /** Init has succeeded, in so many milliseconds, and the process waits for work. */
  initialized(duration: number): void;
  /** The process waits for work again. */
  ready(): void;
  /** Init took longer than its limit: the process is killed. */
  initTimedOut(): void;
  /** The process is gone, and all that it wrote is read; `last` is the state that it was in. */
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

  /** Starts at once. `initLimit`: milliseconds; undefined: none but that of the invocation. */
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

  /** The process asks for an invocation. False: it works on one. */
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

  /** The process says why its init fails; it ends next. */
  initError(error: Uint8Array): void {
    if (this.current.at === 'init') this.current = { ...this.current, error };
    // While there is a process to look at.
    this.memory.peak();
  }

  /** The process gets this invocation next. False: it does not wait for one. */
  begin(invocation: CurrentInvocation): boolean {
    const { current } = this;
    if (current.at !== 'ready') return false;
    const { process } = current;
    this.current = { at: 'busy', process, invocation };
    process.thaw();
    this.memory.resume();
    return true;
  }

  /** Resolves when everything is read that the process wrote before its last request. */
  async quiet(): Promise<void> {
    if ('process' in this.current) await this.current.process.quiet();
  }

  /** Stops the process, when it waits for an invocation. */
  freeze(): boolean {
    if (this.current.at !== 'ready') return false;
    this.current.process.freeze();
    return true;
  }

  /** Kills the process, with everything that it started. Its last output may still come. */
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
    // A process that ends in its first invocation cannot be asked any more.
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
