// What the process of an execution environment tells the server, what it is given to do, and how the two are sent.
export interface RuntimeEvents {
  /** The process asks for the next invocation: `deliver` may be called. False: it has one. */
  next(): boolean;
  /** False: there is no such invocation, or it was answered. */
  response(requestId: string, body: Buffer): boolean;
  error(requestId: string, body: Buffer): boolean;
  /** A streamed response begins. */
  part(requestId: string, part: Buffer): boolean;
  /** It is over; `error` when the function reported one at its end. */
  partsEnd(requestId: string, error?: StreamError): boolean;
  initError(body: Buffer): void;
}

export interface StreamError {
  readonly type: string;
  /** JSON text. */
  readonly body: string;
}

/** `headers`: those beside type and length of the body, which is JSON. */
export type Answer = (status: number, headers: Record<string, string>, body: Uint8Array) => void;

/** A request of the Runtime API, read whole. */
export interface RuntimeRequest {
  readonly method: string;
  readonly path: string;
  /** Names in small letters. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** undefined: more than `largestResponse` bytes. */
  readonly body: Buffer | undefined;
  readonly answer: Answer;
}

/** Bytes. */
export const largestResponse = 6_291_556;

/** What becomes of a larger one. */
export const tooLarge = Buffer.from(
  JSON.stringify({
    errorMessage: `Response payload size exceeded maximum allowed payload size (${largestResponse} bytes).`,
    errorType: 'Function.ResponseSizeTooLarge',
  }),
);
