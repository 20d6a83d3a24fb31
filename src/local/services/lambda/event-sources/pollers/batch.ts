// Processes a batch of a stream: retries, halves, and finally discards what the function cannot process.
// https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html
import type { StreamRecord } from '../../../../faces.ts';
import { reportedFailures } from '../report.ts';
import { discard } from './on-failure.ts';
import { type BatchRun, invoke, type Mapping } from './poller.ts';

export interface Item {
  readonly record: StreamRecord;
  /** The record as the function receives it, as JSON. */
  readonly text: string;
}

export interface BatchWork<T extends Item> {
  readonly mapping: Mapping;
  readonly shard: string;
  stopped(): boolean;
  /** Resolves after so many milliseconds, or when the poller is stopped. */
  pause(milliseconds: number): Promise<void>;
  /** The event with these items, as JSON. */
  event(items: readonly T[]): string;
  /** These items need no further run: the function processed them, or they were discarded. */
  finished(items: readonly T[], answer?: Uint8Array): void;
}

interface Piece<T> {
  items: readonly T[];
  /** Failed runs that count as tries. */
  tries: number;
  last: BatchRun | undefined;
}

/** Milliseconds before another try: doubled each time, from the first to the longest. */
const firstPause = 100;
const longestPause = 10_000;
export const pauseAfter = (failures: number): number =>
  Math.min(firstPause * 2 ** Math.min(failures, 20), longestPause);

/** Resolves when all items are finished, or the poller was stopped. */
export async function processBatch<T extends Item>(work: BatchWork<T>, items: readonly T[]): Promise<void> {
  const { mapping } = work;
  const { BisectBatchOnFunctionError: bisect = false, MaximumRetryAttempts: most = -1 } =
    mapping.record.settings;
  const pieces: Piece<T>[] = [{ items, tries: 0, last: undefined }];
  let failures = 0;
  for (let piece = pieces[0]; piece && !work.stopped(); piece = pieces[0]) {
    await discardOld(work, piece);
    if (piece.items.length === 0) {
      pieces.shift();
      continue;
    }
    const run = await invoke(mapping, work.event(piece.items));
    if (mapping.closing()) return;
    if (typeof run === 'string') {
      await work.pause(pauseAfter(failures++));
      continue;
    }
    const done = processed(mapping, piece.items, run);
    const rest = piece.items.slice(done);
    mapping.tell(rest.length === 0 ? 'OK' : 'PROBLEM: Function call failed');
    if (done > 0) work.finished(piece.items.slice(0, done), rest.length === 0 ? run.payload : undefined);
    if (rest.length === 0) pieces.shift();
    else if (done > 0) {
      // After a report, AWS counts the tries of the rest from zero.
      pieces[0] = { items: rest, tries: 0, last: undefined };
      await work.pause(pauseAfter(failures++));
      continue;
    } else if (bisect && rest.length > 1) pieces.splice(0, 1, ...halves({ ...piece, last: run }));
    else {
      piece.tries += 1;
      piece.last = run;
      if (most < 0 || piece.tries <= most) {
        await work.pause(pauseAfter(failures++));
        continue;
      }
      await discardPiece(work, piece, 'RetryAttemptsExhausted');
      pieces.shift();
    }
    failures = 0;
  }
}

function halves<T>(piece: Piece<T>): Piece<T>[] {
  const half = Math.ceil(piece.items.length / 2);
  return [
    { ...piece, items: piece.items.slice(0, half) },
    { ...piece, items: piece.items.slice(half) },
  ];
}

/** The number of items before the first one that must be processed again. */
function processed({ record }: Mapping, items: readonly Item[], run: BatchRun): number {
  if (run.failed) return 0;
  if (!record.settings.FunctionResponseTypes?.includes('ReportBatchItemFailures')) return items.length;
  const numbers = items.map(({ record: { sequenceNumber } }) => sequenceNumber);
  const failed = reportedFailures(run.payload, new Set(numbers));
  if (failed === 'all') return 0;
  const first = numbers.findIndex((number) => failed.has(number));
  return first < 0 ? items.length : first;
}

/** Discards the items at the start of the piece that are older than the mapping takes. */
async function discardOld<T extends Item>(work: BatchWork<T>, piece: Piece<T>): Promise<void> {
  const { MaximumRecordAgeInSeconds: age = -1 } = work.mapping.record.settings;
  if (age < 0) return;
  const horizon = Date.now() - age * 1000;
  const fresh = piece.items.findIndex(({ record }) => record.arrived >= horizon);
  if (fresh === 0) return;
  const rest = fresh < 0 ? [] : piece.items.slice(fresh);
  const old = fresh < 0 ? piece.items : piece.items.slice(0, fresh);
  await discardPiece(work, { ...piece, items: old }, 'RecordAgeExceeded');
  piece.items = rest;
}

async function discardPiece<T extends Item>(
  { mapping, shard, event, finished }: BatchWork<T>,
  { items, tries, last }: Piece<T>,
  condition: 'RetryAttemptsExhausted' | 'RecordAgeExceeded',
): Promise<void> {
  await discard(mapping, {
    condition,
    shard,
    records: items.map(({ record }) => record),
    invokes: tries,
    run: last,
    event: event(items),
  });
  finished(items);
}
