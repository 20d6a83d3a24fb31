// Versions: $LATEST as it is now, kept under a number.

import { randomUUID } from 'node:crypto';
import type { FunctionRecord } from '../records.ts';
import { keyOf, type LambdaState, save } from '../state.ts';

/** The new version; when nothing changed since the last one, that one. */
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
    // It is there when the change of $LATEST that it was made with is over: its revision stays.
    ...(transition ? { transition: { kind: 'create' as const, until: transition.until, revisionId } } : {}),
  };
  save(state, version);
  save(state, { ...record, lastVersion: number, revisionId: randomUUID() });
  return version;
}
