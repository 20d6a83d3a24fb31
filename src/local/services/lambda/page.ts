// Pages of lists, as Lambda's Marker and MaxItems request them; the default is 50 items.
import type { Collection } from '../../store/store.ts';
import { firstPage, keyIn, type Page, page as pageOf } from '../pages.ts';
import { invalid } from './errors.ts';
import { Violations } from './violations.ts';

const refused = () => invalid('The Marker provided is invalid.');

/** Some clients send an empty marker for the first page. */
export function page<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
  marker: string | undefined,
  limit = 50,
  highest = 10_000,
): Page<T> {
  checkLimit(limit, highest);
  return pageOf(items, keyOf, marker, limit, refused);
}

/** A page of the items under a prefix for which `listed` is true. Reads only as many items as it returns. */
export function storedPage<T>(
  collection: Collection<T>,
  prefix: string,
  listed: (item: T) => boolean,
  marker: string | undefined,
  limit = 50,
): Page<T> {
  checkLimit(limit, 10_000);
  const after = marker ? keyIn(marker, refused) : '';
  const { items, next } = firstPage(entriesAfter(collection, prefix, after, listed), ([key]) => key, limit);
  return { items: items.map(([, item]) => item), ...(next === undefined ? {} : { next }) };
}

function* entriesAfter<T>(
  collection: Collection<T>,
  prefix: string,
  after: string,
  listed: (item: T) => boolean,
): Generator<[key: string, item: T]> {
  for (const entry of collection.entries(prefix, after > prefix ? { start: after } : {})) {
    if (entry[0] !== after && listed(entry[1])) yield entry;
  }
}

function checkLimit(limit: number, highest: number): void {
  new Violations().range(limit, 'maxItems', 1, highest).refuse();
}
