// Batches: up to ten entries, each of which succeeds or fails on its own.

import type { BatchResultErrorEntry } from '@aws-sdk/client-sqs';
import * as sdk from '@aws-sdk/client-sqs';
import { problemOf } from '../../../protocols/protocol.ts';
import { emptyBatch, entryId, repeatedId, tooManyEntries } from '../errors.ts';

interface BatchEntry {
  readonly Id: string | undefined;
}

const largestBatch = 10;

/** `kind`: the name of an entry in Query. @throws the errors of batches as a whole */
export function checkBatch<Entry extends BatchEntry>(
  entries: readonly Entry[] | undefined,
  kind: string,
): readonly Entry[] {
  if (!entries || entries.length === 0) throw emptyBatch(kind);
  if (entries.length > largestBatch) throw tooManyEntries(entries.length);
  const ids = new Set<string>();
  for (const { Id = '' } of entries) {
    if (!/^[\w-]{1,80}$/.test(Id)) throw entryId();
    if (ids.has(Id)) throw repeatedId(Id);
    ids.add(Id);
  }
  return entries;
}

/** Does each entry in order. `Successful` and `Failed` are absent when they are empty. */
export function eachOf<Entry extends BatchEntry, Result>(
  entries: readonly Entry[],
  run: (entry: Entry) => Result,
): { Successful: (Result & { Id: string })[] | undefined; Failed: BatchResultErrorEntry[] | undefined } {
  const done: (Result & { Id: string })[] = [];
  const failed: BatchResultErrorEntry[] = [];
  for (const entry of entries) {
    const { Id = '' } = entry;
    try {
      done.push({ Id, ...run(entry) });
    } catch (error) {
      const { code, message, fault, shape } = problemOf(error, sdk);
      if (fault === 'server') throw error;
      failed.push({
        Id,
        SenderFault: true,
        Code: shape?.traits.awsQueryError?.[0] ?? code,
        Message: message,
      });
    }
  }
  return {
    Successful: done.length > 0 ? done : undefined,
    Failed: failed.length > 0 ? failed : undefined,
  };
}
