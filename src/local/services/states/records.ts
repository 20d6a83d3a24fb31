// What Step Functions keeps in the store.
import type { LoggingConfiguration, TracingConfiguration } from '@aws-sdk/client-sfn';
import type { Json } from '../../states-language/json.ts';

export interface MachineRecord {
  readonly name: string;
  readonly arn: string;
  readonly type: 'STANDARD' | 'EXPRESS';
  /** The text of the definition. */
  readonly definition: string;
  readonly roleArn: string;
  readonly logging: LoggingConfiguration;
  readonly tracing: TracingConfiguration;
  /** Epoch milliseconds, as all times here. */
  readonly created: number;
  readonly updated: number;
  /** Absent until the first update. */
  readonly revision?: string;
  readonly tags: Readonly<Record<string, string>>;
  /** The number of the last version; numbers are not used again. */
  readonly versions?: number;
}

/** A published version: the machine as it was. */
export interface VersionRecord
  extends Pick<MachineRecord, 'arn' | 'type' | 'definition' | 'roleArn' | 'logging' | 'tracing' | 'name'> {
  readonly version: number;
  readonly created: number;
  /** Absent: that of the creation. */
  readonly revision?: string;
  readonly description?: string;
}

export interface AliasRecord {
  readonly name: string;
  readonly arn: string;
  readonly description?: string;
  readonly routes: readonly { readonly version: string; readonly weight: number }[];
  readonly created: number;
  readonly updated: number;
}

export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

export interface ExecutionRecord {
  readonly account: string;
  readonly region: string;
  readonly arn: string;
  readonly name: string;
  readonly machineName: string;
  readonly machineArn: string;
  readonly versionArn?: string;
  readonly aliasArn?: string;
  readonly type: 'STANDARD' | 'EXPRESS';
  readonly definition: string;
  readonly roleArn: string;
  readonly logging: LoggingConfiguration;
  readonly tracing: TracingConfiguration;
  /** When the machine was updated last. */
  readonly updated: number;
  readonly revision?: string;
  /** JSON, as it was sent. */
  readonly input: string;
  readonly trace?: string;
  readonly started: number;
  /** Orders executions that started in the same millisecond. */
  readonly order: number;
  readonly status: ExecutionStatus;
  readonly stopped?: number;
  /** JSON. */
  readonly output?: string;
  readonly error?: string;
  readonly cause?: string;
}

export interface EventRecord {
  readonly id: number;
  readonly previous: number;
  readonly type: string;
  readonly at: number;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** A place where an execution is: the machine itself, a branch of Parallel, or an iteration of Map. */
export interface Frame {
  /** The current state. */
  state: string;
  /** JSON: its input. */
  input: string;
  /** Variables of its own scope. */
  variables: Record<string, Json>;
  /** The last event. */
  previous: number;
  /** The event of entering the current state; absent: it is not entered yet. */
  entered?: { id: number; previous: number; at: number };
  /** How often each retrier has retried the current state. */
  attempts?: number[];
  /** When the current state is tried again, or when it ends waiting. */
  due?: number;
  task?: TaskProgress;
  /** The event with which branches or iterations began. */
  begun?: number;
  /** JSON: the output of the last state. */
  output?: string;
}

/** How far a task is. */
export interface TaskProgress {
  token?: string;
  /** The event that says so is in the history. */
  scheduled?: true;
  /** The request was accepted; the task waits for its answer. */
  submitted?: true;
  /** When the task times out, and when its next heartbeat is late. */
  deadline?: number;
  beat?: number;
  /** The execution that the task waits for. */
  child?: string;
  answer?: TaskAnswer;
  /** The worker that took it: activities. */
  worker?: { readonly name?: string };
}

export type TaskAnswer = { readonly output: string } | { readonly error?: string; readonly cause?: string };

/** Where a task with this token waits. */
export interface TokenRecord {
  readonly execution: string;
  readonly path: string;
}

export interface ActivityRecord {
  readonly name: string;
  readonly arn: string;
  readonly created: number;
  readonly tags: Readonly<Record<string, string>>;
}
