// One page of a list, as IAM's Marker and MaxItems request it.
import { page } from '../pages.ts';
import { breaks, invalid } from './errors.ts';

export interface Paging {
  Marker?: string | undefined;
  /** 1 to 1000; the default is 100. */
  MaxItems?: number | undefined;
}

export interface Page<T> {
  items: T[];
  /** The fields that every list answers besides its items. Marker is present when there is another page. */
  rest: { IsTruncated: boolean; Marker?: string };
}

const byCode = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * The items in the order of their keys, which are unique.
 * @throws ServiceError ValidationError for a marker or a count that IAM refuses
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
