// An execution environment: a process behind its own Runtime API, one invocation at a time, started again when it ends.
import { randomBytes } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { CurrentInvocation } from './current-invocation.ts';
import { awsLimits, type EnvironmentHost, type Limits } from './environment-host.ts';
import type { FunctionSpec, Invocation, Outcome } from './function-spec.ts';
import { FunctionProcess } from './process/function-process.ts';
import { LaunchFailure, launchPlan } from './process/launch.ts';
import { MemoryWatch } from './process/memory-watch.ts';
import type { Scratch, ScratchFolder } from './process/scratch.ts';
import * as reasons from './reasons.ts';
import { RuntimeApi } from './runtime-api.ts';
import type { StreamFailure } from './runtime-events.ts';
import { type Phase, type Status, SystemLog } from './system-log.ts';
import { mayRest, stayAwake } from './wakefulness.ts';

interface Ending {
  readonly status: Status;
  readonly payload: Uint8Array;
  readonly errorType?: string;
  /** Milliseconds. */
  readonly duration?: number;
  readonly lateFailure?: Outcome['lateFailure'];
}

const megabyte = 1024 * 1024;

export class Environment {
  readonly spec: FunctionSpec;
  readonly provisioned: boolean;
  /** Resolves when the first init is over, with success or not. */
  readonly ready: Promise<boolean>;
  private readonly host: EnvironmentHost;
  private readonly limits: Limits;
  private readonly scratch: Scratch;
  private readonly stream: string;
  private readonly log: SystemLog;
  private readonly api: RuntimeApi;
  private readonly memory: MemoryWatch;
  private readonly freezing: NodeJS.Timeout;
  private readonly onEnd: (environment: Environment) => void;
  private resolveReady: (initialized: boolean) => void = () => undefined;
  private folder: ScratchFolder | undefined;
  private process: FunctionProcess | undefined;
  /** A process runs, or is being started. */
  private up = false;
  private phase: Phase = 'init';
  private initBegan = 0;
  private initTimer: NodeJS.Timeout | undefined;
  private initFailure: Uint8Array | undefined;
  /** The module is loaded, and what it printed is read. */
  private initialized = false;
  /** The process asks for work. */
  private polling = false;
  /** Milliseconds; until it is reported. */
  private initDuration: number | undefined;
  private current: CurrentInvocation | undefined;
  /** What the process has answered, until it asks for more. */
  private answeredId: string | undefined;
  /** Counts processes: what is still being started for an earlier one is given up. */
  private attempt = 0;
  private closed = false;

  /** Starts a process at once; `onEnd` is told when the environment is over. */
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
    const day = new Date().toISOString().slice(0, 10).replaceAll('-', '/');
    this.stream = `${day}/[${spec.version}]${randomBytes(16).toString('hex')}`;
    this.log = new SystemLog(spec, this.stream, provisioned);
    this.memory = new MemoryWatch(spec.memorySize * megabyte, () => this.onMemory());
    // A server that is behind with its work may have read no more than the time: what waits for it comes first.
    this.freezing = setTimeout(() => setImmediate(() => this.rest()), this.limits.freeze).unref();
    this.ready = new Promise((resolve) => {
      this.resolveReady = resolve;
    });
    this.api = new RuntimeApi({
      next: () => this.onNext(),
      response: (id, payload) => this.onAnswer(id, { status: 'success', payload }),
      error: (id, payload) => this.onAnswer(id, { status: 'failure', payload }),
      part: (id, part) => this.onPart(id, part),
      partsEnd: (id, failure) => this.onPartsEnd(id, failure),
      initError: (payload) => {
        this.initFailure = payload;
        // While there is a process to look at.
        this.memory.peak();
      },
    });
    this.write(this.log.initStart(), spec.logging?.format === 'JSON');
    void this.launch('init');
  }

  /** It may be given another invocation. */
  get usable(): boolean {
    return !this.closed;
  }

  /** Runs one invocation, after init when that is not done yet. Never rejects; one at a time. */
  invoke(invocation: Invocation): Promise<Outcome> {
    return new Promise((resolve) => {
      this.current = new CurrentInvocation(invocation, resolve);
      if (this.closed) this.finish(this.exitEnding('Runtime exited without providing a reason'));
      else if (this.up) this.deliver();
      else void this.launch('invoke');
    });
  }

  /** Ends it, whatever it does. */
  async kill(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    this.drop();
    if (this.current) this.finish(this.exitEnding('Runtime exited with error: signal: killed'));
    this.resolveReady(false);
    this.memory.stop();
    clearTimeout(this.freezing);
    this.api.close();
    this.onEnd(this);
    await this.folder?.remove();
  }

  /** Phase `invoke`: the time of init counts as the invocation's. */
  private async launch(phase: Phase): Promise<void> {
    const { spec, host, provisioned } = this;
    this.up = true;
    this.phase = phase;
    this.initialized = this.polling = false;
    this.initFailure = undefined;
    this.initBegan = performance.now();
    if (phase === 'invoke') this.begin();
    this.attempt++;
    const { attempt } = this;
    const token = randomBytes(12).toString('hex');
    try {
      const [address, scratch] = await Promise.all([this.api.listen(), this.folder ?? this.scratch.folder()]);
      this.folder = scratch;
      const { stream } = this;
      const plan = await launchPlan(spec, host, {
        token,
        address,
        scratch: scratch.path,
        stream,
        provisioned,
      });
      if (attempt !== this.attempt) return;
      // To look for the interpreter is no part of init.
      this.initBegan = performance.now();
      if (phase === 'init') {
        const limit = provisioned ? this.limits.provisionedInit : this.limits.init;
        this.initTimer = setTimeout(() => this.onInitTimeout(), limit);
      }
      if (plan.notice && phase === 'init') this.write(`${plan.notice}\n`);
      const started = new FunctionProcess(plan, spec.codeDir, token, {
        output: (text, marked) => {
          if (marked || this.log.passes(text)) this.write(text);
        },
        exit: (code, signal) => this.process === started && this.onExit(reasons.exited(code, signal)),
        failed: (error) => this.process === started && this.onBadStart(error),
      });
      this.process = started;
      if (started.connection) this.api.serve(started.connection);
      this.memory.watch(started.pid);
    } catch (error) {
      if (attempt === this.attempt) this.onBadStart(error as Error);
    }
  }

  private onBadStart(error: Error): void {
    const { type, hint } =
      error instanceof LaunchFailure ? error : { type: 'Runtime.InvalidEntrypoint', hint: undefined };
    if (this.phase === 'init') this.write(`slsctl local: ${hint ?? error.message}\n`);
    this.onExit(error.message, type);
  }

  private write(message: string | undefined, inResult = true): void {
    if (message === undefined) return;
    this.host.log(this.spec, this.stream, message);
    if (inResult) this.current?.log.push(message);
  }

  private onNext(): boolean {
    const { current, process } = this;
    if (current?.delivered && !current.answered) return false;
    this.polling = true;
    this.answeredId = undefined;
    if (this.initialized) {
      this.deliver();
      this.freezing.refresh();
    } else void process?.quiet().then(() => this.process === process && this.onInitialized());
    return true;
  }

  private onInitialized(): void {
    const duration = performance.now() - this.initBegan;
    clearTimeout(this.initTimer);
    this.initialized = true;
    // A process that ends in its first invocation cannot be asked any more.
    this.memory.peak();
    if (this.phase === 'init') {
      this.initDuration = duration;
      this.write(this.log.initReport({ phase: 'init', duration, status: 'success' }));
    }
    this.resolveReady(true);
    this.deliver();
    this.freezing.refresh();
  }

  /** Hands the invocation over once there is one and the process waits for it. */
  private deliver(): void {
    const { current, spec } = this;
    if (!this.initialized || !this.polling || !current || current.delivered) return;
    current.delivered = true;
    this.polling = false;
    this.process?.thaw();
    const now = performance.now();
    const left = spec.timeout * 1000 - (now - (current.began ?? now));
    this.api.deliver(current.invocation, Math.floor(Date.now() + left));
    // The rest is done while the process works: nothing that it says is read before.
    this.begin();
    this.write(this.log.start(current.invocation.requestId));
    this.memory.resume();
    stayAwake();
  }

  private begin(): void {
    const { current, spec } = this;
    if (!current) return;
    current.began ??= performance.now();
    current.timer ??= setTimeout(() => this.onTimeout(), spec.timeout * 1000);
  }

  private onPart(requestId: string, part: Uint8Array): boolean {
    const { current } = this;
    if (current?.invocation.requestId !== requestId || current.answered) return false;
    current.take(part);
    return true;
  }

  private onPartsEnd(requestId: string, failure?: StreamFailure): boolean {
    if (!failure) {
      const payload = this.current?.taken() ?? Buffer.alloc(0);
      return this.onAnswer(requestId, { status: 'success', payload });
    }
    const lateFailure = { type: failure.type, details: failure.body };
    return this.onAnswer(requestId, { status: 'failure', payload: Buffer.from(failure.body), lateFailure });
  }

  private onAnswer(requestId: string, ending: Ending): boolean {
    const { current, process } = this;
    if (current?.invocation.requestId !== requestId || current.answered) return false;
    current.answered = true;
    this.answeredId = requestId;
    clearTimeout(current.timer);
    const duration = performance.now() - (current.began ?? 0);
    const finish = () => this.current === current && this.finish({ duration, ...ending });
    if (process) void process.quiet().then(finish);
    else finish();
    return true;
  }

  private onInitTimeout(): void {
    this.drop();
    this.onInitFailed('timeout');
  }

  private onTimeout(): void {
    const { current, spec } = this;
    if (!current || current.answered) return;
    this.drop();
    const { requestId } = current.invocation;
    const duration = spec.timeout * 1000;
    if (!current.delivered) {
      this.write(this.log.initReport({ phase: 'invoke', duration, status: 'timeout' }));
      this.write(this.log.start(requestId));
    }
    this.write(this.log.timedOut(requestId, spec.timeout));
    const message = `Task timed out after ${spec.timeout.toFixed(2)} seconds`;
    const payload = reasons.payload('Sandbox.Timedout', requestId, message);
    this.finish({
      status: 'timeout',
      payload,
      duration,
      lateFailure: { type: 'Sandbox.Timedout', details: message },
    });
  }

  private onMemory(): void {
    this.drop();
    this.onExit('Runtime exited with error: signal: killed', 'Runtime.OutOfMemory');
  }

  /** The process has ended by itself, and all that it wrote is read. */
  private onExit(reason: string, type = 'Runtime.ExitError'): void {
    const { current } = this;
    this.drop();
    if (!this.initialized) {
      this.onInitFailed('error', reason, type);
      return;
    }
    const { answeredId } = this;
    this.answeredId = undefined;
    if (answeredId) {
      // After the report, which may still be being written.
      setImmediate(() => this.write(this.log.exited(answeredId, reason, type), false));
    }
    if (!current || current.answered) return;
    if (current.delivered) this.finish(this.exitEnding(reason, type));
    else void this.launch('invoke');
  }

  private onInitFailed(status: 'error' | 'timeout', reason = '', type = ''): void {
    const { current, phase } = this;
    const failure = this.initFailure;
    const errorType = status === 'timeout' ? undefined : failure ? reasons.reportedType(failure) : type;
    const duration = performance.now() - this.initBegan;
    this.write(this.log.initReport({ phase, duration, status, errorType }));
    this.resolveReady(false);
    if (!current) return;
    // Init is tried once more, as part of the invocation.
    if (phase === 'init') return void this.launch('invoke');
    this.write(this.log.start(current.invocation.requestId));
    this.finish(failure ? { status: 'error', payload: failure, errorType } : this.exitEnding(reason, type));
  }

  private exitEnding(reason: string, type = 'Runtime.ExitError'): Ending {
    const requestId = this.current?.invocation.requestId ?? '';
    this.write(this.log.exited(requestId, reason, type));
    const payload = reasons.payload(type, requestId, reason);
    return { status: 'error', payload, errorType: type, lateFailure: { type, details: `Error: ${reason}` } };
  }

  private finish({ status, payload, errorType, duration, lateFailure }: Ending): void {
    const { current } = this;
    if (!current) return;
    clearTimeout(current.timer);
    if (current.delivered) mayRest();
    const { requestId } = current.invocation;
    const report = {
      requestId,
      duration: duration ?? performance.now() - (current.began ?? performance.now()),
      maxMemory: Math.min(this.spec.memorySize, Math.ceil(this.memory.peak() / megabyte)),
      initDuration: this.initDuration,
      status,
      errorType,
      produced: payload.length,
    };
    this.initDuration = undefined;
    this.write(this.log.end(report));
    this.write(this.log.report(report));
    this.current = undefined;
    this.memory.pause();
    current.settle(payload, status !== 'success', report.duration, lateFailure);
  }

  /** Forgets the process and whatever it still does. */
  private drop(): void {
    const { process } = this;
    this.attempt++;
    this.process = undefined;
    this.up = this.polling = false;
    clearTimeout(this.initTimer);
    this.memory.pause();
    process?.kill();
    if (!this.closed) this.api.disconnect();
  }

  /** Nothing is to be done: the process stands still. */
  private rest(): void {
    if (this.closed || this.current || !this.polling) return;
    this.process?.freeze();
    const { folder, spec } = this;
    void folder?.excess(spec.ephemeralStorage).then((notice) => this.write(notice));
  }
}
