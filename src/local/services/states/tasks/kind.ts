// The interface of a kind of task: its events, and how it runs.
import type { StateFailure } from '../../../states-language/failure.ts';
import type { Json } from '../../../states-language/json.ts';
import type { Execution, Thread } from '../run/model.ts';

/** In seconds. */
export interface Limits {
  readonly TimeoutSeconds?: number;
  readonly HeartbeatSeconds?: number;
}

export interface Attempt {
  readonly thread: Thread;
  readonly parameters: Json;
  readonly limits: Limits;
  /** The role that the state names. */
  readonly role: string | undefined;
}

export interface TaskKind {
  /** Whether it waits for an answer with its token. */
  readonly waits: boolean;
  /** Appends the events of the beginning. */
  begin(attempt: Attempt): void;
  /** Resolves the result as JSON. @throws StateFailure */
  run(attempt: Attempt): Promise<string>;
  succeeded(attempt: Attempt, output: string): void;
  failed(attempt: Attempt, failure: StateFailure): void;
  timedOut(attempt: Attempt, failure: StateFailure): void;
}

/** A request to another service. */
export interface TaskCall {
  readonly execution: Execution;
  readonly service: string;
  readonly operation: string;
  readonly parameters: Json;
  readonly roleArn: string;
}

/** AWS names the session of a role by a random text; here the execution shows in it. */
export const sessionOf = ({ record }: Execution): string => record.name.slice(0, 64);

export const failureDetails = ({ error, cause }: StateFailure) => ({
  ...(error === undefined ? {} : { error }),
  ...(cause === undefined ? {} : { cause }),
});

export const limitDetails = ({ TimeoutSeconds, HeartbeatSeconds }: Limits) => ({
  ...(TimeoutSeconds === undefined ? {} : { timeoutInSeconds: TimeoutSeconds }),
  ...(HeartbeatSeconds === undefined ? {} : { heartbeatInSeconds: HeartbeatSeconds }),
});
