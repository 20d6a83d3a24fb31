// What the runtime knows of a function: everything that an execution environment is made from.
import type { SessionCredentials } from '../faces.ts';

export type LogLevel = 'TRACE' | 'DEBUG' | 'INFO' | 'WARN' | 'ERROR' | 'FATAL';

export interface Logging {
  readonly format: 'Text' | 'JSON';
  /** The least that is written, of the function and of Lambda itself; with JSON alone. */
  readonly applicationLevel?: LogLevel;
  readonly systemLevel?: LogLevel;
}

export interface FunctionSpec {
  /** Changes whenever code or configuration does: environments of another revision are not reused. */
  readonly revision: string;
  readonly account: string;
  readonly region: string;
  readonly name: string;
  /** `$LATEST` or a number. */
  readonly version: string;
  readonly runtime: string;
  readonly handler: string;
  /** MB */
  readonly memorySize: number;
  /** MB of /tmp; 512 when it is not named. */
  readonly ephemeralStorage?: number;
  /** Seconds. */
  readonly timeout: number;
  readonly variables: Readonly<Record<string, string>>;
  /** Folder with the unpacked code. */
  readonly codeDir: string;
  /** Folder with the function's layers: what is `/opt` in AWS. */
  readonly optDir?: string;
  readonly logGroup: string;
  /** Text when it is not named. */
  readonly logging?: Logging;
  /** Tenants share no environments. */
  readonly tenantIsolation?: boolean;
  /** Session credentials of the execution role. */
  credentials(): SessionCredentials;
}

export interface Invocation {
  readonly requestId: string;
  readonly payload: Uint8Array;
  /** As the caller addressed the function. */
  readonly invokedArn: string;
  /** JSON text. */
  readonly clientContext?: string;
  /** JSON text. */
  readonly cognitoIdentity?: string;
  readonly tenantId?: string;
  /** `X-Amzn-Trace-Id` of the caller. */
  readonly traceId?: string;
  /** Gets a streamed response as it comes; without it the parts are put together. */
  readonly onPart?: (part: Uint8Array) => void;
}

export interface Outcome {
  /** Empty when the response was passed on in parts. */
  readonly payload: Uint8Array;
  /** The function returned an error, or the environment ended. */
  readonly failed: boolean;
  /** Milliseconds, as the report has it. */
  readonly duration: number;
  /** An error after parts were passed on. */
  readonly streamError?: { readonly type: string; readonly details: string };
  /** The lines from START to REPORT. */
  readonly log: string;
}
