// What the process of an execution environment tells the server, and what it is given to do.
export interface RuntimeEvents {
  /** The process asks for the next invocation: `deliver` may be called. False: it has one. */
  next(): boolean;
  /** False: there is no such invocation, or it was answered. */
  response(requestId: string, body: Buffer): boolean;
  error(requestId: string, body: Buffer): boolean;
  /** A streamed response begins. */
  part(requestId: string, part: Buffer): boolean;
  /** It is over; `failure` when the function says so at its end. */
  partsEnd(requestId: string, failure?: StreamFailure): boolean;
  initError(body: Buffer): void;
}

export interface StreamFailure {
  readonly type: string;
  /** JSON text. */
  readonly body: string;
}

export interface Delivery {
  readonly requestId: string;
  readonly payload: Uint8Array;
  readonly invokedArn: string;
  /** Epoch milliseconds. */
  readonly deadline: number;
  readonly traceId: string;
  readonly clientContext?: string;
  readonly cognitoIdentity?: string;
  readonly tenantId?: string;
}

/** A process that waits for its next invocation. */
export interface Waiting {
  deliver(delivery: Delivery): void;
  /** It may not ask now. */
  refuse(): void;
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
