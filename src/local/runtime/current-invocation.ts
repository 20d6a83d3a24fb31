// The invocation that an execution environment works on: its log, and what came of its answer so far.
import type { Invocation, Outcome } from './function-spec.ts';

export class CurrentInvocation {
  readonly invocation: Invocation;
  /** The lines from START to REPORT. */
  readonly log: string[] = [];
  /** When its time began: with init where that is part of it. */
  began?: number;
  /** The process has it. */
  delivered = false;
  /** The process has answered. */
  answered = false;
  /** Ends it when it takes too long. */
  timer?: NodeJS.Timeout;
  private readonly resolve: (outcome: Outcome) => void;
  private readonly parts: Uint8Array[] = [];
  private passedOn = false;

  constructor(invocation: Invocation, resolve: (outcome: Outcome) => void) {
    this.invocation = invocation;
    this.resolve = resolve;
  }

  /** A part of a streamed response: passed on, or kept when nobody takes parts. */
  take(part: Uint8Array): void {
    const { onPart } = this.invocation;
    this.passedOn = onPart !== undefined;
    if (!onPart) {
      this.parts.push(part);
      return;
    }
    try {
      onPart(part);
    } catch {
      // Who asked is gone; the function runs to its end all the same.
    }
  }

  /** The parts that nobody else took. */
  taken(): Uint8Array {
    return Buffer.concat(this.parts);
  }

  settle(payload: Uint8Array, failed: boolean, duration: number, lateFailure: Outcome['lateFailure']): void {
    const { passedOn } = this;
    this.resolve({
      payload: passedOn ? new Uint8Array(0) : payload,
      failed,
      duration,
      lateFailure: passedOn && failed ? lateFailure : undefined,
      log: this.log.join(''),
    });
  }
}
