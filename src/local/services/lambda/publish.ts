// Versions: $LATEST as it is now, kept under a number.
import { randomUUID } from 'node:crypto';
import { type FunctionRecord, keyOf, type LambdaState, save } from './state.ts';

/** The new version; when nothing changed since the last one, that one. */
export function publish(state: LambdaState, record: FunctionRecord, description?: string): FunctionRecord {
  const previous = state.functions.get(keyOf(record, record.name, String(record.lastVersion)));
  if (previous && previous.publishedFrom === contentOf(record)) return previous;
  const { transition: _, tags: __, reservedConcurrency: ___, ...rest } = record;
  const version: FunctionRecord = {
    ...rest,
    tags: {},
    version: String(record.lastVersion + 1),
    revisionId: randomUUID(),
    settings: description === undefined ? record.settings : { ...record.settings, Description: description },
    publishedFrom: contentOf(record),
  };
  save(state, version);
  save(state, { ...record, lastVersion: record.lastVersion + 1 });
  return version;
}

function contentOf({ settings, code, lastModified }: FunctionRecord): string {
  return JSON.stringify([settings, code, lastModified]);
}
