// An execution environment: one process behind its own Runtime API, one invocation at a time.
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import type { EnvironmentHost } from './environment-host.ts';
import type { FunctionSpec, Invocation, Outcome } from './function-spec.ts';
import { launchPlan } from './launch.ts';
import { type Frame, readOutput } from './output.ts';
import * as lines from './report.ts';
import { RuntimeApi } from './runtime-api.ts';

interface Current {
  readonly invocation: Invocation;
  readonly resolve: (outcome: Outcome) => void;
  readonly log: string[];
  /** When it was handed to the process. */
  began?: number;
  /** The answer, once the process has given it. */
  answer?: { payload: Uint8Array; failed: boolean };
  /** The bootstrap has said that everything the handler wrote is written. */
  drained?: boolean;
  timer?: NodeJS.Timeout;
}

/** Milliseconds that init may take before the first invocation's own time begins to count. */
const initLimit = 10_000;
/** Milliseconds for output that is still on its way when nobody announces its end. */
const drainLimit = 50;

export class Environment {
  readonly spec: FunctionSpec;
  private readonly host: EnvironmentHost;
  private readonly onEnd: (environment: Environment) => void;
  private readonly stream: string;
  private readonly api: RuntimeApi;
  private readonly started = performance.now();
  private child: ChildProcess | undefined;
  private ownBootstrap = false;
  /** The module is loaded, and what it printed is read. */
  private initialized = false;
  /** The process asks for work. */
  private polling = false;
  private initDuration: number | undefined;
  private initReported = false;
  private initFailure: Uint8Array | undefined;
  private current: Current | undefined;
  private dead = false;
  /** KB */
  private maxMemory = 0;

  /** Starts the process at once; `onEnd` is told when it has ended. */
  constructor(spec: FunctionSpec, host: EnvironmentHost, onEnd: (environment: Environment) => void) {
    this.spec = spec;
    this.host = host;
    this.onEnd = onEnd;
    const day = new Date().toISOString().slice(0, 10).replaceAll('-', '/');
    this.stream = `${day}/[${spec.version}]${randomBytes(16).toString('hex')}`;
    this.api = new RuntimeApi({
      next: () => {
        this.polling = true;
        if (!this.ownBootstrap) this.initialized = true;
        this.deliver();
      },
      response: (id, payload) => this.onAnswer(id, payload, false),
      error: (id, payload) => this.onAnswer(id, payload, true),
      initError: (payload) => {
        this.initFailure = payload;
      },
    });
    void this.launch();
  }

  /** It may be given another invocation. */
  get usable(): boolean {
    return !this.dead;
  }

  /** Runs one invocation, after init when that is not done yet. Never rejects; one at a time. */
  invoke(invocation: Invocation): Promise<Outcome> {
    return new Promise((resolve) => {
      const current: Current = { invocation, resolve, log: [] };
      this.current = current;
      current.timer = setTimeout(() => this.onTimeout(), initLimit + this.spec.timeout * 1000);
      if (this.dead) this.onDeath();
      else this.deliver();
    });
  }

  /** Ends the process, whatever it does. */
  kill(): void {
    this.dead = true;
    this.child?.kill('SIGKILL');
    if (!this.child) this.close();
  }

  private async launch(): Promise<void> {
    const { spec, host } = this;
    const token = randomBytes(12).toString('hex');
    try {
      const address = await this.api.listen();
      const plan = await launchPlan(spec, host, { token, address, stream: this.stream });
      if (this.dead) return this.close();
      this.ownBootstrap = plan.ownBootstrap;
      this.write(lines.initStart(spec.region, spec.runtime), false);
      if (plan.notice) this.write(`${plan.notice}\n`, false);
      const child = spawn(plan.command, plan.args, {
        cwd: spec.codeDir,
        env: plan.env,
        stdio: ['ignore', 'pipe', 'pipe'],
        windowsHide: true,
      });
      this.child = child;
      const read = [child.stdout, child.stderr].map((stream) =>
        readOutput(
          stream,
          token,
          (text) => this.write(text),
          (frame) => this.onFrame(frame),
        ),
      );
      child.once('error', (error) => this.onBadStart(error));
      child.once('exit', (code, signal) => {
        this.dead = true;
        // A process that it started may hold the pipes open for ever.
        const late = new Promise((resolve) => setTimeout(resolve, 500).unref());
        void Promise.race([Promise.all(read), late]).then(() => this.onDeath(code, signal));
      });
    } catch (error) {
      this.onBadStart(error as Error);
    }
  }

  private onBadStart({ message }: Error): void {
    this.dead = true;
    this.write(`${message}\n`);
    this.initFailure ??= json({ errorType: 'Runtime.InvalidEntrypoint', errorMessage: message });
    this.onDeath();
  }

  private write(message: string, inResult = true): void {
    this.host.log(this.spec, this.stream, message);
    if (inResult) this.current?.log.push(message);
  }

  private onFrame({ log, init, end, leaving, maxMemory }: Frame): void {
    if (leaving) this.dead = true;
    if (maxMemory) this.maxMemory = maxMemory;
    if (log !== undefined) this.write(log);
    if (init) {
      this.initialized = true;
      this.deliver();
    }
    if (end !== undefined && this.current?.invocation.requestId === end) {
      this.current.drained = true;
      this.finishAnswered();
    }
  }

  /** Hands the invocation over once there is one and the process waits for it. */
  private deliver(): void {
    if (!this.initialized || !this.polling) return;
    this.initDuration ??= performance.now() - this.started;
    const { current, spec } = this;
    if (!current || current.began !== undefined) return;
    const { requestId, payload, invokedArn, clientContext } = current.invocation;
    clearTimeout(current.timer);
    current.timer = setTimeout(() => this.onTimeout(), spec.timeout * 1000);
    current.began = performance.now();
    this.polling = false;
    this.write(lines.start(requestId, spec.version));
    this.api.deliver({
      requestId,
      payload,
      invokedArn,
      clientContext,
      deadline: Date.now() + spec.timeout * 1000,
      traceId: traceId(),
    });
  }

  private onAnswer(requestId: string, payload: Uint8Array, failed: boolean): void {
    const { current } = this;
    if (current?.invocation.requestId !== requestId || current.answer) return;
    current.answer = { payload, failed };
    clearTimeout(current.timer);
    if (this.ownBootstrap && !current.drained) return;
    if (this.ownBootstrap) this.finishAnswered();
    else {
      setTimeout(() => {
        current.drained = true;
        this.finishAnswered();
      }, drainLimit);
    }
  }

  private finishAnswered(): void {
    const { current } = this;
    if (!current?.answer || !current.drained) return;
    const duration = performance.now() - (current.began ?? performance.now());
    this.finish(current, { duration }, current.answer);
  }

  private onTimeout(): void {
    const { current, spec } = this;
    if (!current || current.answer) return;
    this.kill();
    const { requestId } = current.invocation;
    const seconds = spec.timeout.toFixed(2);
    const errorMessage = `RequestId: ${requestId} Error: Task timed out after ${seconds} seconds`;
    this.write(lines.timedOut(requestId, spec.timeout));
    const duration = spec.timeout * 1000;
    const payload = json({ errorType: 'Sandbox.Timedout', errorMessage });
    this.finish(current, { duration, status: 'timeout' }, { payload, failed: true });
  }

  /** The process has ended: whoever waits for it is told why. */
  private onDeath(code: number | null = null, signal: NodeJS.Signals | null = null): void {
    const { current } = this;
    if (current?.answer) {
      current.drained = true;
      this.finishAnswered();
    } else if (current) {
      const { requestId } = current.invocation;
      const why = signal
        ? `Runtime exited with error: signal: ${signal === 'SIGKILL' ? 'killed' : signal}`
        : code
          ? `Runtime exited with error: exit status ${code}`
          : 'Runtime exited without providing a reason';
      const errorMessage = `RequestId: ${requestId} Error: ${why}`;
      const payload = this.initFailure ?? json({ errorType: 'Runtime.ExitError', errorMessage });
      const duration = performance.now() - (current.began ?? this.started);
      if (current.began === undefined) this.write(lines.start(requestId, this.spec.version));
      const errorType = (JSON.parse(Buffer.from(payload).toString()) as { errorType?: string }).errorType;
      this.finish(current, { duration, status: 'error', errorType }, { payload, failed: true });
    }
    this.close();
  }

  private finish(
    current: Current,
    result: { duration: number; status?: 'timeout' | 'error'; errorType?: string },
    answer: { payload: Uint8Array; failed: boolean },
  ): void {
    clearTimeout(current.timer);
    const { requestId } = current.invocation;
    const { spec, initDuration } = this;
    this.write(lines.end(requestId));
    const maxMemory = Math.ceil(this.maxMemory / 1024);
    const init = this.initReported ? undefined : initDuration;
    this.initReported = true;
    this.write(
      lines.report({ requestId, ...result, memorySize: spec.memorySize, maxMemory, initDuration: init }),
    );
    this.current = undefined;
    current.resolve({ ...answer, log: current.log.join('') });
  }

  private close(): void {
    this.api.close();
    this.onEnd(this);
  }
}

function json(value: object): Uint8Array {
  return Buffer.from(JSON.stringify(value));
}

/** https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader */
function traceId(): string {
  const seconds = Math.floor(Date.now() / 1000).toString(16);
  const id = (bytes: number) => randomBytes(bytes).toString('hex');
  return `Root=1-${seconds}-${id(12)};Parent=${id(8)};Sampled=0`;
}
