// Says which versions of a Python package have wheels that fit: the nearest on both sides of what was asked, and the newest.
import { type Clause, compareVersions, isPreRelease } from './versions.ts';

export interface FittingVersions {
  /** The nearest version that is older than what was asked. */
  older?: string;
  /** The nearest newer one, and the newest of its major version. */
  newer?: readonly [first: string, last: string];
  newest?: string;
}

/** Lists up to this length are shown whole. */
const shownWhole = 3;

/** A sentence; undefined when no version fits. `versions`: all that have wheels. */
export function describeVersions(versions: readonly string[], asked: readonly Clause[]): string | undefined {
  const released = versions.some((version) => !isPreRelease(version))
    ? versions.filter((version) => !isPreRelease(version))
    : versions;
  const sorted = released.toSorted(compareVersions);
  if (sorted.length === 0) return undefined;
  if (sorted.length <= shownWhole || asked.length === 0) {
    return `versions with wheels that fit: ${sorted.slice(-shownWhole).join(', ')}`;
  }
  const [lowest, highest] = boundsOf(asked);
  const older = sorted.findLast((version) => compareVersions(version, lowest) <= 0);
  const higher = sorted.filter((version) => compareVersions(version, highest) >= 0 && version !== older);
  const [first] = higher;
  const last = higher.findLast((version) => majorOf(version) === majorOf(first as string));
  return describeFitting({
    older,
    newer: first === undefined ? undefined : [first, last ?? first],
    newest: sorted.at(-1),
  });
}

/** A sentence; undefined when no version fits. */
export function describeFitting({ older, newer, newest }: FittingVersions): string | undefined {
  const [first, last] = newer ?? [];
  const parts = [
    older && `nearest older: ${older}`,
    first && `nearest newer: ${first === last ? first : `${first} to ${last}`}`,
    newest !== undefined && newest !== older && newest !== last && `newest: ${newest}`,
  ].filter(Boolean);
  if (parts.length === 0) return undefined;
  const missing = !older ? '; no older one fits' : !first ? '; no newer one fits' : '';
  return `versions with wheels that fit: ${parts.join(', ')}${missing}`;
}

/** The lowest and the highest version that the clauses name. */
export function boundsOf(asked: readonly Clause[]): [lowest: string, highest: string] {
  const named = asked.map(({ version }) => version.replace(/\.\*$/, '')).toSorted(compareVersions);
  return [named[0] as string, named.at(-1) as string];
}

export function majorOf(version: string): string {
  return /^v?((\d+!)?\d+)/.exec(version)?.[1] ?? version;
}
