// Records the versions that an alias served before: in its description on AWS, after the user's own text.

/** The versions that an alias served, as slsctl moved it. Only an alias that slsctl created or moved has a record. */
export interface AliasRecord {
  /** The version that slsctl moved the alias to last, or $LATEST. */
  readonly current: string;
  /** The versions that ran before it, the latest first; each rollback removes one. */
  readonly before: readonly string[];
  /** The version that a rollback left, when the last move was a rollback. */
  readonly from?: string;
}

export interface AliasDescription {
  /** The user's own. */
  readonly text: string;
  readonly record?: AliasRecord;
}

/** AWS's limit, in characters. */
const longestDescription = 256;
const mostVersions = 10;
const suffix = /(?:^| )\[slsctl:((?:\d+|\$LATEST)(?:,\d+)*)(?: from (\d+))?\]$/;

/** `serves customers [slsctl:4,2,1]`: 4 runs, 2 ran before it, and 1 before that. */
export function parseDescription(description = ''): AliasDescription {
  const found = suffix.exec(description);
  if (!found) return { text: description };
  const [current = '', ...before] = (found[1] ?? '').split(',');
  return {
    text: description.slice(0, found.index),
    record: { current, before, ...(found[2] ? { from: found[2] } : {}) },
  };
}

/** Writes the text, and as much of the record as fits after it. */
export function writeDescription({ text, record }: AliasDescription): string {
  if (!record) return text;
  const { current, from } = record;
  for (let depth = Math.min(record.before.length, mostVersions); depth >= 0; depth--) {
    const versions = [current, ...record.before.slice(0, depth)].join(',');
    const written = `${text ? `${text} ` : ''}[slsctl:${versions}${from ? ` from ${from}` : ''}]`;
    if (written.length <= longestDescription) return written;
  }
  return text;
}

/** The record after a move from `from` (undefined: the alias is new) to `to`. */
export function moved(record: AliasRecord | undefined, from: string | undefined, to: string): AliasRecord {
  const before = record?.before ?? [];
  if (from === to) return { current: to, before };
  // Another deployment or user moved the alias since: the recorded version ran, and the live one too.
  const known = record && record.current !== from ? [record.current, ...before] : before;
  const ran = from !== undefined && /^\d+$/.test(from) ? [from, ...known.filter((one) => one !== from)] : [];
  return { current: to, before: ran.slice(0, mostVersions) };
}

/** The record after a rollback to `to`, without the versions that ran after `to`. */
export function wentBack(record: AliasRecord | undefined, from: string, to: string): AliasRecord {
  const before = record?.before ?? [];
  const at = before.indexOf(to);
  const rest = at < 0 ? moved(record, from, to).before : before.slice(at + 1);
  return { current: to, before: rest, ...(/^\d+$/.test(from) ? { from } : {}) };
}
