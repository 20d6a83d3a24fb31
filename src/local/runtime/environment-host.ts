// The interface of the server around the execution environments.
import type { FunctionSpec } from './function-spec.ts';

export interface EnvironmentHost {
  /** The folder with the bootstraps. */
  readonly bootstraps: string;
  /** A folder for data that may be lost: compiled code, found interpreters, /tmp of the environments. */
  readonly cache: string;
  /** Milliseconds that replace AWS's limits. */
  readonly limits?: Partial<Limits>;
  /** The endpoint of the local AWS. */
  endpoint(): string;
  /** Writes one event to the function's log group. */
  log(spec: FunctionSpec, stream: string, message: string): void;
}

/** Milliseconds. */
export interface Limits {
  /** For init before the first invocation. */
  readonly init: number;
  /** For init of provisioned concurrency. */
  readonly provisionedInit: number;
  /** Until an idle environment is ended. */
  readonly idle: number;
  /** Until a waiting process is stopped. */
  readonly freeze: number;
}

export const awsLimits: Limits = {
  init: 10_000,
  provisionedInit: 15 * 60_000,
  idle: 10 * 60_000,
  freeze: 5,
};
