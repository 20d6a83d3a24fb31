// One page of a list, as IAM's Marker and MaxItems ask for it.
import { page } from '../pages.ts';
import { breaks, invalid } from './errors.ts';

export interface Paging {
  Marker?: string | undefined;
  /** 1 to 1000; 100 if not given. */
  MaxItems?: number | undefined;
}

export interface Page<T> {
  items: T[];
  /** What every list answers beside its items; there is a Marker when there is more. */
  rest: { IsTruncated: boolean; Marker?: string };
}

const byCode = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * Items in the order of their keys, which are unique.
 * @throws ServiceError ValidationError for a marker or a count that IAM would not take
 */
export function pageOf<T>(
  all: Iterable<T>,
  keyOf: (item: T) => string,
  { Marker, MaxItems = 100 }: Paging,
): Page<T> {
  if (MaxItems < 1) {
    throw breaks('maxItems', 'Member must have value greater than or equal to 1', String(MaxItems));
  }
  if (MaxItems > 1000) {
    throw breaks('maxItems', 'Member must have value less than or equal to 1000', String(MaxItems));
  }
  const sorted = [...all].sort((a, b) => byCode(keyOf(a), keyOf(b)));
  const { items, next } = page(sorted, keyOf, Marker, MaxItems, () => invalid('Invalid Marker.'));
  return { items, rest: next === undefined ? { IsTruncated: false } : { IsTruncated: true, Marker: next } };
}
