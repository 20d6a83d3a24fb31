// Refuses patterns whose wildcards can match too much at once.
import type { Branch } from './compiler.ts';
import type { FieldMatch } from './field-matches.ts';
import { areTooComplex, type Wildcard } from './wildcards.ts';

type Entries = readonly (readonly [path: string, matches: readonly FieldMatch[]])[];

/**
 * Whether EventBridge refuses a pattern for its wildcards. Branches that begin with the same fields, in the order of
 * the paths, share a machine for the values of the next field. Their wildcards count together.
 */
export const isTooComplex = (branches: readonly Branch[]): boolean =>
  exceeds(branches.map((branch) => [...branch].sort(([a], [b]) => (a < b ? -1 : 1))));

function exceeds(branches: readonly Entries[]): boolean {
  const begun = branches.filter(({ length }) => length > 0);
  return groups(begun, (entries) => entries[0]?.[0]).some((sharing) => {
    const matches = new Set(sharing.flatMap((entries) => entries[0]?.[1] ?? []));
    if (areTooComplex(wildcardsOf(matches))) return true;
    return groups(sharing, (entries) => entries[0]?.[1]).some((same) =>
      exceeds(same.map((entries) => entries.slice(1))),
    );
  });
}

function groups<T>(all: readonly T[], key: (one: T) => unknown): T[][] {
  const found = new Map<unknown, T[]>();
  for (const one of all) {
    const group = found.get(key(one));
    if (group) group.push(one);
    else found.set(key(one), [one]);
  }
  return [...found.values()];
}

/** Equal matches count once. */
function wildcardsOf(matches: Iterable<FieldMatch>): readonly (readonly Wildcard[])[] {
  const different = new Map<string, readonly Wildcard[]>();
  for (const match of matches) {
    if (match.kind === 'absent' || !match.wildcards) continue;
    different.set(match.wildcards.map((wildcard) => wildcard.map(String).join()).join(';'), match.wildcards);
  }
  return [...different.values()];
}
