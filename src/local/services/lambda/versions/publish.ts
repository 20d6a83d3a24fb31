// Publishes versions: copies of $LATEST under a number.

import { randomUUID } from 'node:crypto';
import type { FunctionRecord } from '../records.ts';
import { keyOf, type LambdaState, save } from '../state.ts';

/** The new version, or the previous one when nothing has changed since. */
export function publish(state: LambdaState, record: FunctionRecord, description?: string): FunctionRecord {
  const previous = state.functions.get(keyOf(record, record.name, String(record.lastVersion)));
  if (previous?.contentId === record.contentId) return previous;
  const { transition, reservedConcurrency: _, ...rest } = record;
  const number = record.lastVersion + 1;
  const revisionId = randomUUID();
  const version: FunctionRecord = {
    ...rest,
    tags: {},
    version: String(number),
    revisionId,
    settings: description === undefined ? record.settings : { ...record.settings, Description: description },
    // The version becomes Active when the pending change of $LATEST ends; its revision stays the same.
    ...(transition ? { transition: { kind: 'create' as const, until: transition.until, revisionId } } : {}),
  };
  save(state, version);
  save(state, { ...record, lastVersion: number, revisionId: randomUUID() });
  return version;
}
