// What execution environments need of the server around them.
import type { FunctionSpec } from './function-spec.ts';

export interface EnvironmentHost {
  /** Where the bootstraps lie. */
  readonly bootstraps: string;
  /** A folder for what may get lost: compiled code, which interpreters there are, /tmp of the environments. */
  readonly cache: string;
  /** Milliseconds that differ from AWS's. */
  readonly limits?: Partial<Limits>;
  /** Of the local AWS. */
  endpoint(): string;
  /** Each message is one event of the function's log group. */
  log(spec: FunctionSpec, stream: string, message: string): void;
}

/** Milliseconds. */
export interface Limits {
  /** For init before the first invocation. */
  readonly init: number;
  /** For init of provisioned concurrency. */
  readonly provisionedInit: number;
  /** Until an environment without an invocation is ended. */
  readonly idle: number;
  /** Until a process that waits for work is stopped. */
  readonly freeze: number;
}

export const awsLimits: Limits = {
  init: 10_000,
  provisionedInit: 15 * 60_000,
  idle: 10 * 60_000,
  freeze: 5,
};
