// The events of an environment's process, its work, and the HTTP form of both.
export interface RuntimeEvents {
  /** The process asks for the next invocation, and `deliver` may be called. Returns false when it already has one. */
  next(): boolean;
  /** Returns false when there is no such invocation, or it was answered already. */
  response(requestId: string, body: Buffer): boolean;
  error(requestId: string, body: Buffer): boolean;
  /** A part of a streamed response of this content type. */
  part(requestId: string, part: Buffer, type: string | undefined): boolean;
  /** The streamed response ends; `error` when the function reported one at its end. */
  partsEnd(requestId: string, error?: StreamError): boolean;
  initError(body: Buffer): void;
}

export interface StreamError {
  readonly type: string;
  /** JSON text. */
  readonly body: string;
}

/** `headers` are those beside the type and length of the body, which is JSON. */
export type Answer = (status: number, headers: Record<string, string>, body: Uint8Array) => void;

/** A request of the Runtime API, read whole. */
export interface RuntimeRequest {
  readonly method: string;
  readonly path: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Undefined when it exceeds `largestResponse` bytes. */
  readonly body: Buffer | undefined;
  readonly answer: Answer;
}

/** Bytes. */
export const largestResponse = 6_291_556;

/** The error that replaces a larger response. */
export const tooLarge = Buffer.from(
  JSON.stringify({
    errorMessage: `Response payload size exceeded maximum allowed payload size (${largestResponse} bytes).`,
    errorType: 'Function.ResponseSizeTooLarge',
  }),
);
