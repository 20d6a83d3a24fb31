// What execution environments need of the server around them.
import type { FunctionSpec } from './function-spec.ts';

export interface EnvironmentHost {
  /** Where the bootstraps lie. */
  readonly bootstraps: string;
  /** A folder for compiled code. */
  readonly cache: string;
  /** Of the local AWS. */
  endpoint(): string;
  /** Each message is one event of the function's log group. */
  log(spec: FunctionSpec, stream: string, message: string): void;
}
