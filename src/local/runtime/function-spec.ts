// The description of a function from which the runtime creates its execution environments.
import type { SessionCredentials } from '../faces.ts';

export type LogLevel = 'TRACE' | 'DEBUG' | 'INFO' | 'WARN' | 'ERROR' | 'FATAL';

export interface Logging {
  readonly format: 'Text' | 'JSON';
  /** The least level that is written, of the function's lines and of Lambda's own; only with JSON. */
  readonly applicationLevel?: LogLevel;
  readonly systemLevel?: LogLevel;
}

export interface FunctionSpec {
  /** Changes with every change of code or configuration. Environments of another revision are not reused. */
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
  /** MB of /tmp; 512 when absent. */
  readonly ephemeralStorage?: number;
  /** Seconds. */
  readonly timeout: number;
  readonly variables: Readonly<Record<string, string>>;
  /** Folder with the unpacked code. */
  readonly codeDir: string;
  /** Folder with the content of the function's layers: `/opt` in AWS. */
  readonly optDir?: string;
  readonly logGroup: string;
  /** Text when absent. */
  readonly logging?: Logging;
  /** Tenants share no environments. */
  readonly tenantIsolation?: boolean;
  /** Session credentials of the execution role. */
  credentials(): SessionCredentials;
}

export interface Invocation {
  readonly requestId: string;
  readonly payload: Uint8Array;
  /** The ARN as the caller addressed the function. */
  readonly invokedArn: string;
  /** JSON text. */
  readonly clientContext?: string;
  /** JSON text. */
  readonly cognitoIdentity?: string;
  readonly tenantId?: string;
  /** `X-Amzn-Trace-Id` of the caller. */
  readonly traceId?: string;
  /** Receives the parts of a streamed response and its content type; without it the parts are joined. */
  readonly onPart?: (part: Uint8Array, type: string | undefined) => void;
}

export interface Outcome {
  /** Empty when the response was passed on in parts. */
  readonly payload: Uint8Array;
  /** The function returned an error, or the environment ended. */
  readonly failed: boolean;
  /** It failed because its time-out passed. */
  readonly timedOut?: boolean;
  /** Milliseconds, as in the report. */
  readonly duration: number;
  /** An error after parts were passed on. */
  readonly streamError?: { readonly type: string; readonly details: string };
  /** The log lines from START to REPORT. */
  readonly log: string;
}
