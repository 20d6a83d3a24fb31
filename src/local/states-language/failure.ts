// Failures of states: an error name, and a cause in words.

export interface FailureDetails {
  /** The field of the state in which an expression failed. */
  readonly location?: string;
  /** The cause says in which state and after which event it failed. */
  readonly placed?: true;
  /** Further error names by which Retry and Catch find it. */
  readonly also?: readonly string[];
}

export class StateFailure extends Error {
  readonly error: string | undefined;
  readonly details: FailureDetails;

  constructor(error: string | undefined, cause?: string, details: FailureDetails = {}) {
    super(cause);
    this.error = error;
    this.details = details;
    this.cause = cause;
  }

  declare readonly cause: string | undefined;
}

/** A failure of the definition or its data. Its cause begins with the state and the event. */
export const runtimeFailure = (cause: string): StateFailure =>
  new StateFailure('States.Runtime', cause, { placed: true });

export const intrinsicFailure = (cause: string): StateFailure =>
  new StateFailure('States.IntrinsicFailure', cause, { placed: true });

/** An expression that failed. `location`: its field, as in `Output/name`. */
export const evaluationFailure = (cause: string, location?: string): StateFailure =>
  new StateFailure('States.QueryEvaluationError', cause, {
    placed: true,
    ...(location === undefined ? {} : { location }),
  });

/** The limit of payloads, in bytes. */
export const largestPayload = 262_144;

/** `what`: the state, the function or the service that returned the result. */
export const tooLarge = (what: string): StateFailure =>
  new StateFailure(
    'States.DataLimitExceeded',
    `The state/task '${what}' returned a result with a size exceeding the maximum number of bytes service limit.`,
  );
