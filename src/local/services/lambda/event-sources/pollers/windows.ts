// Tumbling windows: the records of a period share a state, which the function passes on from batch to batch.
// https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-windows.html
import { parsed } from '../report.ts';
import type { Item } from './batch.ts';
import type { BatchRun } from './poller.ts';

export interface OpenWindow {
  /** Epoch milliseconds. */
  readonly start: number;
  readonly state: unknown;
  /** Its state has reached the limit: it ends early. */
  readonly full?: true;
}

/** The limit of a state in bytes. */
const largestState = 1024 * 1024;

export const firstOf = <T>(items: readonly T[]): T => items[0] as T;

/** The start of the window of a record, in epoch milliseconds. */
export const windowOf = ({ record }: Item, length: number): number =>
  length === 0 ? 0 : Math.floor(record.arrived / length) * length;

export const inWindow = (item: Item, other: Item, length: number): boolean =>
  windowOf(item, length) === windowOf(other, length);

/** The state that the function answered; an empty one when it answered none. */
export function stateIn(answer: Uint8Array): unknown {
  const value = parsed(answer);
  return (value as { state?: unknown } | null | undefined)?.state ?? {};
}

export function opened(start: number, state: unknown): OpenWindow {
  const full = Buffer.byteLength(JSON.stringify(state)) > largestState;
  return { start, state, ...(full && { full }) };
}

/** Whether the last invocation of a window succeeded. */
export const finalAnswer = (run: BatchRun | string): boolean => typeof run !== 'string' && !run.failed;

/** The members beside the records, in the order in which functions receive them. */
export function windowMembers(
  { start, state, full }: OpenWindow,
  length: number,
  { shard, streamArn, final }: { shard: string; streamArn: string; final: boolean },
): object {
  const shown = (time: number) => new Date(time).toISOString().replace('.000Z', 'Z');
  return {
    window: { start: shown(start), end: shown(start + length) },
    state,
    shardId: shard,
    eventSourceARN: streamArn,
    isFinalInvokeForWindow: final,
    isWindowTerminatedEarly: final && full === true,
  };
}
