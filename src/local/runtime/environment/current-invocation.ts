// The invocation that an execution environment works on: its clock, its log lines, and its answer.
import type { FunctionSpec, Invocation, Outcome } from '../function-spec.ts';
import { type Ending, exitEnding, timeoutEnding } from './endings.ts';
import type { EnvironmentLog } from './environment-log.ts';
import { workBegan, workEnded } from './spin.ts';

/** Waits for the process; the process has it; the process has answered and its output is being read. */
export type Stage = 'queued' | 'running' | 'answered';

/** The values of the environment in an invocation's report. */
export interface Usage {
  /** MB */
  readonly maxMemory: number;
  /** Milliseconds; only of a cold start. */
  readonly initDuration: number | undefined;
}

export class CurrentInvocation {
  readonly invocation: Invocation;
  private readonly spec: FunctionSpec;
  private readonly log: EnvironmentLog;
  private readonly resolve: (outcome: Outcome) => void;
  private current: Stage = 'queued';
  /** When its clock started: with init, when init is part of its time. */
  private began: number | undefined;
  private timer: NodeJS.Timeout | undefined;
  /** Milliseconds until the answer. */
  private duration: number | undefined;
  /** From START to REPORT. */
  private readonly lines: string[] = [];
  private readonly parts: Uint8Array[] = [];
  private passedOn = false;

  constructor(
    invocation: Invocation,
    spec: FunctionSpec,
    log: EnvironmentLog,
    resolve: (outcome: Outcome) => void,
  ) {
    this.invocation = invocation;
    this.spec = spec;
    this.log = log;
    this.resolve = resolve;
  }

  get stage(): Stage {
    return this.current;
  }

  /** Starts the clock, unless it runs already. */
  startClock(onTimeout: () => void): void {
    this.began ??= performance.now();
    this.timer ??= setTimeout(onTimeout, this.timeLimit);
  }

  /** The end of its time, in epoch milliseconds. */
  get deadline(): number {
    return Math.floor(Date.now() + this.timeLimit - this.elapsed);
  }

  /** The process has received the invocation. */
  run(): void {
    this.current = 'running';
    this.start();
    workBegan();
  }

  /** A part of a streamed response: passed on, or kept when the caller takes no parts. */
  take(part: Uint8Array, type: string | undefined): void {
    const { onPart } = this.invocation;
    this.passedOn = onPart !== undefined;
    if (!onPart) {
      this.parts.push(part);
      return;
    }
    try {
      onPart(part, type);
    } catch {
      // The caller has disconnected; the function still runs to its end.
    }
  }

  /** The parts that were kept. */
  kept(): Uint8Array {
    return Buffer.concat(this.parts);
  }

  /** The process has answered: the clock stops. */
  answer(): void {
    this.current = 'answered';
    clearTimeout(this.timer);
    this.duration = this.elapsed;
  }

  /** The process has ended without an answer. */
  exit(reason: string, type: string, usage: Usage): void {
    const { requestId } = this.invocation;
    this.write(this.log.lines.exited(requestId, reason, type));
    this.finish(exitEnding(requestId, reason, type), usage);
  }

  timeOut(usage: Usage): void {
    const { requestId } = this.invocation;
    const { timeout } = this.spec;
    this.duration = this.timeLimit;
    this.write(this.log.lines.timedOut(requestId, timeout));
    this.finish(timeoutEnding(requestId, timeout), usage);
  }

  /** Writes the report and answers the caller. */
  finish({ status, payload, errorType, streamError }: Ending, { maxMemory, initDuration }: Usage): void {
    clearTimeout(this.timer);
    if (this.current !== 'queued') workEnded();
    const { requestId } = this.invocation;
    const { lines } = this.log;
    const duration = this.duration ?? this.elapsed;
    const produced = payload.length;
    const report = { requestId, duration, maxMemory, initDuration, status, errorType, produced };
    this.write(lines.end(report));
    this.write(lines.report(report));
    const failed = status !== 'success';
    this.resolve({
      payload: this.passedOn ? new Uint8Array(0) : payload,
      failed,
      ...(status === 'timeout' ? { timedOut: true } : {}),
      duration,
      streamError: this.passedOn && failed ? streamError : undefined,
      log: this.lines.join(''),
    });
  }

  /**
   * Writes a log event that is also part of the invocation's result. There, an event that the bootstrap marks ends with a
   * newline, and the warning about updates of the runtime is missing, as on AWS.
   */
  write(message: string | undefined, marked = false): void {
    if (message === undefined) return;
    this.log.write(message);
    if (!marked) this.lines.push(message);
    else if (!message.startsWith('LAMBDA_WARNING: ')) this.lines.push(message.replace(/\n?$/, '\n'));
  }

  /** Writes START, also for an invocation whose init failed. */
  start(): void {
    this.write(this.log.lines.start(this.invocation.requestId));
  }

  private get timeLimit(): number {
    return this.spec.timeout * 1000;
  }

  /** Milliseconds since the clock started. */
  private get elapsed(): number {
    return this.began === undefined ? 0 : performance.now() - this.began;
  }
}
