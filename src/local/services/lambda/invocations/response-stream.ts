// Streamed responses: the parts as the function sends them, then the result.
import type { InvokeWithResponseStreamResponseEvent } from '@aws-sdk/client-lambda';
import type { Outcome } from '../../../runtime/function-spec.ts';

/** The bytes of log in a LogResult. */
const logResultSize = 4096;

/** A queue of the parts of a response, between the function and the caller. */
export class Parts {
  private readonly waiting: Uint8Array[] = [];
  private outcome: Outcome | undefined;
  private wake: (() => void) | undefined;
  /** The content type of the response, once a part has come. */
  type: string | undefined;

  push(part: Uint8Array, type?: string): void {
    this.type = type;
    this.waiting.push(part);
    this.wake?.();
  }

  end(outcome: Outcome): void {
    this.outcome = outcome;
    this.wake?.();
  }

  /** Returns the outcome after all parts are taken. */
  async *take(): AsyncGenerator<Uint8Array, Outcome> {
    for (;;) {
      const part = this.waiting.shift();
      if (part) yield part;
      else if (this.outcome) return this.outcome;
      else {
        await new Promise<void>((resolve) => {
          this.wake = resolve;
        });
      }
    }
  }
}

export async function* streamed(
  parts: Parts,
  withLog: boolean,
): AsyncGenerator<InvokeWithResponseStreamResponseEvent> {
  const taken = parts.take();
  let next = await taken.next();
  for (; !next.done; next = await taken.next()) yield { PayloadChunk: { Payload: next.value } };
  const { payload, failed, streamError, log } = next.value;
  if (!failed && payload.length > 0) yield { PayloadChunk: { Payload: payload } };
  const failure = streamError
    ? { ErrorCode: streamError.type, ErrorDetails: streamError.details }
    : failed
      ? { ErrorCode: 'Unhandled', ErrorDetails: Buffer.from(payload).toString() }
      : {};
  yield { InvokeComplete: { ...failure, ...(withLog ? { LogResult: logTail(log) } : {}) } };
}

/** The end of the log, in base64. */
export function logTail(log: string): string {
  return Buffer.from(log).subarray(-logResultSize).toString('base64');
}
