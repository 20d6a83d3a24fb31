// What the pollers of all kinds of sources have in common: whose events they read, and how they invoke the function.
import { randomUUID } from 'node:crypto';
import type { Ran } from '../../invocations/async-queue.ts';
import { attemptOnce, type Invoked, recordOf } from '../../invocations/attempt.ts';
import type { FunctionRecord, MappingRecord } from '../../records.ts';
import type { LambdaState } from '../../state.ts';

/** The limit of an event in bytes. */
export const largestEvent = 6_291_456;
/** The bytes of an event besides its records, generously. */
export const eventFrame = 1024;

/** Reads the source of one mapping. */
export interface Poller {
  /** Starts nothing new. Resolves when the batches in flight have ended. */
  stop(): Promise<void>;
}

/** The mapping of a poller, with what it needs of Lambda. A changed mapping gets another poller. */
export interface Mapping {
  readonly state: LambdaState;
  readonly record: MappingRecord;
  /** Whether the local AWS is ending: what ends then has not failed. */
  closing(): boolean;
  /** Notes the result of the last batch in the mapping. */
  tell(result: string): void;
}

export interface BatchRun extends Ran {
  readonly requestId: string;
}

export const invokedBy = ({ record: { functionArn } }: Mapping): Invoked => {
  const [, , , region = '', account = '', , name = '', qualifier] = functionArn.split(':');
  return { account, region, name, qualifier };
};

/** The version that runs next; undefined while the function does not exist. */
export const functionOf = (mapping: Mapping): FunctionRecord | undefined =>
  recordOf(mapping.state, invokedBy(mapping));

/** Invokes the function with an event, as its JSON. Never rejects. */
export async function invoke(mapping: Mapping, event: string): Promise<BatchRun | 'gone' | 'throttled'> {
  const requestId = randomUUID();
  const invocation = { requestId, payload: Buffer.from(event) };
  const attempt = await attemptOnce(mapping.state, invokedBy(mapping), invocation);
  if (attempt === 'gone' || attempt === 'throttled') return attempt;
  return attempt === 'forbidden' ? 'throttled' : { ...attempt, requestId };
}

/** The items in order, in parts that fit into an event. */
export function* inParts<T>(items: readonly T[], sizeOf: (item: T) => number): Generator<T[]> {
  let part: T[] = [];
  let bytes = eventFrame;
  for (const item of items) {
    const size = sizeOf(item);
    if (part.length > 0 && bytes + size > largestEvent) {
      yield part;
      part = [];
      bytes = eventFrame;
    }
    part.push(item);
    bytes += size;
  }
  if (part.length > 0) yield part;
}
