// Why a source cannot call a function: known after a read, and refused before anything is changed.
import type { ThingKind } from '../../config/things/kinds.ts';
import type { Resource } from '../../engine/resource.ts';

/** What does not exist, though an entry names it. */
export type Missing = ThingKind | 'log group' | 'event bus';

/** What is wrong with an entry of `triggers:`. */
export interface TriggerProblem {
  /** The function's key in slsctl.yml. */
  readonly function: string;
  /** The place of the entry in the list, from 0. */
  readonly index: number;
  /** Where below the entry: `['sqs', 'queue']`. In the short form only the kind has a place. */
  readonly field: readonly string[];
  /** A sentence that continues after the name of the field. */
  readonly sentence: string;
  /** It names something that does not exist. */
  readonly missing?: Missing;
}

/** A problem of an entry, before its place is known: a field of the kind, and the sentence about it. */
export interface Found {
  readonly field: string;
  readonly sentence: string;
  readonly missing?: Missing;
}

/** The problems of an entry of this kind; `key` is the function's in slsctl.yml. */
export function entryProblems(
  kind: string,
  { key, index }: { readonly key: string; readonly index: number },
  found: readonly (Found | undefined)[],
): TriggerProblem[] {
  return found.flatMap((one) => {
    if (!one) return [];
    const { field, ...rest } = one;
    return [{ function: key, index, field: [kind, field], ...rest }];
  });
}

/** What is wrong with another value of slsctl.yml. */
export interface FileProblem {
  /** In the file, below the stage where that sets it. */
  readonly path: readonly string[];
  /** A sentence that continues after the path. */
  readonly sentence: string;
}

/** A declared resource that may have found such problems in its last read. */
export interface Checked extends Resource {
  readonly problems: readonly (TriggerProblem | FileProblem)[];
}

export function isChecked(resource: Resource): resource is Checked {
  return 'problems' in resource;
}
