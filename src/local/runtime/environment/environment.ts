// An execution environment with its own Runtime API and /tmp: one process at a time, one invocation at a time. A warm
// environment reuses its process. After the process has ended, the next invocation starts another.
import { awsLimits, type EnvironmentHost, type Limits } from '../environment-host.ts';
import type { FunctionSpec, Invocation, Outcome } from '../function-spec.ts';
import { type LaunchPlan, launchPlan } from '../process/launch.ts';
import type { Scratch, ScratchFolder } from '../process/scratch.ts';
import { RuntimeApi } from '../runtime-api.ts';
import type { StreamError } from '../runtime-events.ts';
import { Attempt, type AttemptEvents, type AttemptState, megabyte, type ProcessEnd } from './attempt.ts';
import { CurrentInvocation, type Usage } from './current-invocation.ts';
import { type Ending, exitError, reportedErrorType } from './endings.ts';
import { EnvironmentLog } from './environment-log.ts';
import type { Phase } from './system-log.ts';

export class Environment {
  readonly spec: FunctionSpec;
  readonly provisioned: boolean;
  /** Resolves when the first init is over; true when it succeeded. */
  readonly ready: Promise<boolean>;
  private readonly host: EnvironmentHost;
  private readonly limits: Limits;
  private readonly scratch: Scratch;
  private readonly log: EnvironmentLog;
  private readonly api: RuntimeApi;
  private readonly freezing: NodeJS.Timeout;
  private readonly onEnd: (environment: Environment) => void;
  private resolveReady: (initialized: boolean) => void = () => undefined;
  private folder: ScratchFolder | undefined;
  /** The latest attempt; when it has ended, the next invocation starts another. */
  private attempt: Attempt;
  private current: CurrentInvocation | undefined;
  /** Milliseconds of the first init, until an invocation has reported them. */
  private initDuration: number | undefined;
  private closed = false;
  private isInitialized = false;

  /** Starts a process at once. `onEnd` is called when the environment has ended. */
  constructor(
    spec: FunctionSpec,
    host: EnvironmentHost,
    scratch: Scratch,
    onEnd: (environment: Environment) => void,
    provisioned = false,
  ) {
    this.spec = spec;
    this.host = host;
    this.limits = { ...awsLimits, ...host.limits };
    this.scratch = scratch;
    this.onEnd = onEnd;
    this.provisioned = provisioned;
    this.log = new EnvironmentLog(spec, host, provisioned);
    // A busy server may run this timer before it reads waiting input, so the input gets a turn first.
    this.freezing = setTimeout(() => setImmediate(() => this.rest()), this.limits.freeze).unref();
    this.ready = new Promise((resolve) => {
      this.resolveReady = resolve;
    });
    this.api = new RuntimeApi({
      next: () => this.attempt.next(),
      response: (id, payload) => this.onAnswer(id, { status: 'success', payload }),
      error: (id, payload) => this.onAnswer(id, { status: 'failure', payload }),
      part: (id, part, type) => this.onPart(id, part, type),
      partsEnd: (id, error) => this.onPartsEnd(id, error),
      initError: (payload) => this.attempt.initError(payload),
    });
    this.write(this.log.lines.initStart());
    this.attempt = this.start('init');
  }

  /** Whether it can take another invocation. */
  get usable(): boolean {
    return !this.closed;
  }

  /** Whether its first init has succeeded. */
  get initialized(): boolean {
    return this.isInitialized;
  }

  /** Runs one invocation, after init if that is not done yet. Never rejects. Call it for one invocation at a time. */
  invoke(invocation: Invocation): Promise<Outcome> {
    return new Promise((resolve) => {
      this.current = new CurrentInvocation(invocation, this.spec, this.log, resolve);
      if (this.closed) this.onExit('Runtime exited without providing a reason');
      else if (this.attempt.state.at === 'ended') this.restart();
      else this.deliver();
    });
  }

  /** Ends the environment in any state. */
  async kill(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    this.attempt.end();
    this.onExit('Runtime exited with error: signal: killed');
    this.resolveReady(false);
    clearTimeout(this.freezing);
    this.api.close();
    this.onEnd(this);
    await this.folder?.remove();
  }

  /** Repeats init, within the time of the waiting invocation. */
  private restart(): void {
    this.startClock();
    this.attempt = this.start('invoke');
  }

  private start(phase: Phase): Attempt {
    const { spec, limits, provisioned } = this;
    const first = phase === 'init';
    const initLimit = provisioned ? limits.provisionedInit : limits.init;
    const events: AttemptEvents = {
      plan: (token) => this.plan(token),
      connected: (connection) => this.api.serve(connection),
      notice: (text) => first && this.write(text),
      output: (text, marked) => {
        if (marked || this.log.lines.passes(text)) this.write(text, marked);
      },
      initialized: (duration) => this.onInitialized(phase, duration),
      ready: () => this.onReady(),
      initTimedOut: () => {
        this.api.disconnect();
        this.onInitFailed(phase);
      },
      ended: (end, last) => this.onEnded(phase, end, last),
    };
    return new Attempt(spec, first ? initLimit : undefined, events);
  }

  private async plan(token: string): Promise<LaunchPlan> {
    const { spec, host, provisioned } = this;
    const { stream } = this.log;
    const [address, folder] = await Promise.all([this.api.listen(), this.folder ?? this.scratch.folder()]);
    this.folder = folder;
    return launchPlan(spec, host, { token, address, scratch: folder.path, stream, provisioned });
  }

  private onInitialized(phase: Phase, duration: number): void {
    if (phase === 'init') {
      this.initDuration = duration;
      this.write(this.log.lines.initReport({ phase, duration, status: 'success' }));
    }
    this.isInitialized = true;
    this.resolveReady(true);
    this.onReady();
  }

  private onReady(): void {
    this.deliver();
    this.freezing.refresh();
  }

  /** Hands over the invocation as soon as there is one and the process waits for it. */
  private deliver(): void {
    const { current } = this;
    if (current?.stage !== 'queued' || !this.attempt.begin(current)) return;
    this.api.deliver(current.invocation, current.deadline);
    // The rest happens while the process works: nothing from it is read before this turn ends.
    this.startClock();
    current.run();
  }

  private startClock(): void {
    this.current?.startClock(() => this.onTimeout());
  }

  /** The invocation that the process works on, if it is this one. */
  private running(requestId: string): CurrentInvocation | undefined {
    const { current } = this;
    return current?.stage === 'running' && current.invocation.requestId === requestId ? current : undefined;
  }

  private onPart(requestId: string, part: Uint8Array, type: string | undefined): boolean {
    const running = this.running(requestId);
    running?.take(part, type);
    return running !== undefined;
  }

  private onPartsEnd(requestId: string, error?: StreamError): boolean {
    if (!error) {
      const payload = this.current?.kept() ?? Buffer.alloc(0);
      return this.onAnswer(requestId, { status: 'success', payload });
    }
    const streamError = { type: error.type, details: error.body };
    return this.onAnswer(requestId, { status: 'failure', payload: Buffer.from(error.body), streamError });
  }

  private onAnswer(requestId: string, ending: Ending): boolean {
    const running = this.running(requestId);
    if (!running) return false;
    running.answer();
    void this.attempt.quiet().then(() => this.current === running && running.finish(ending, this.release()));
    return true;
  }

  private onTimeout(): void {
    const { current } = this;
    if (!current) return;
    this.attempt.end();
    this.api.disconnect();
    if (current.stage === 'queued') {
      const duration = this.spec.timeout * 1000;
      this.write(this.log.lines.initReport({ phase: 'invoke', duration, status: 'timeout' }));
      current.start();
    }
    current.timeOut(this.release());
  }

  private onEnded(phase: Phase, { reason, type, hint }: ProcessEnd, last: AttemptState): void {
    this.api.disconnect();
    if (hint !== undefined && phase === 'init') this.write(`slsctl local: ${hint}\n`);
    switch (last.at) {
      case 'starting':
      case 'init':
      case 'loaded':
        this.onInitFailed(phase, { reason, type, reported: last.at === 'init' ? last.error : undefined });
        break;
      case 'busy':
        if (last.invocation.stage === 'running') this.onExit(reason, type);
        else this.onExitAfterAnswer(last.invocation, reason, type);
    }
  }

  private onExitAfterAnswer({ invocation }: CurrentInvocation, reason: string, type: string): void {
    // Written after the report, which may still be in progress.
    setImmediate(() => this.log.write(this.log.lines.exited(invocation.requestId, reason, type)));
    if (this.current?.stage === 'queued') this.restart();
  }

  /** `error`: why the process ended, and the error that it reported before; undefined: init timed out. */
  private onInitFailed(phase: Phase, error?: { reason: string; type: string; reported?: Uint8Array }): void {
    const { current } = this;
    const { reason = '', type, reported } = error ?? {};
    const errorType = reported ? reportedErrorType(reported) : type;
    const status = error ? 'error' : 'timeout';
    this.write(this.log.lines.initReport({ phase, duration: this.attempt.age, status, errorType }));
    this.resolveReady(false);
    if (phase === 'init' && current) this.restart();
    else if (current) {
      current.start();
      if (reported) current.finish({ status: 'error', payload: reported, errorType }, this.release());
      else this.onExit(reason, type);
    }
  }

  /** The process has ended without an answer. */
  private onExit(reason: string, type = exitError): void {
    this.current?.exit(reason, type, this.release());
  }

  /** Ends the invocation, so that another may come. Returns the environment's values for its report. */
  private release(): Usage {
    const { attempt, spec, initDuration } = this;
    const maxMemory = Math.min(spec.memorySize, Math.ceil(attempt.memory.peak() / megabyte));
    this.initDuration = undefined;
    this.current = undefined;
    attempt.memory.pause();
    return { maxMemory, initDuration };
  }

  /** Writes an event, also into the result of the current invocation, if there is one. `marked`: by the bootstrap. */
  private write(message: string | undefined, marked = false): void {
    if (this.current) this.current.write(message, marked);
    else this.log.write(message);
  }

  /** Stops the process while there is no work. */
  private rest(): void {
    if (this.closed || this.current || !this.attempt.freeze()) return;
    const { folder, spec } = this;
    void folder?.excess(spec.ephemeralStorage).then((notice) => this.write(notice));
  }
}
