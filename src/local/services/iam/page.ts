// One page of a list, as IAM's Marker and MaxItems ask for it.
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
 * Items in the order of their keys, which are unique. The marker names the last key given, so that pages
 * neither skip nor repeat what stays while other items come and go.
 * @throws ServiceError ValidationError for a marker or a count that IAM would not take
 */
export function pageOf<T>(
  all: Iterable<T>,
  keyOf: (item: T) => string,
  { Marker, MaxItems }: Paging,
): Page<T> {
  const most = MaxItems ?? 100;
  if (most < 1) throw breaks('maxItems', 'Member must have value greater than or equal to 1', String(most));
  if (most > 1000) {
    throw breaks('maxItems', 'Member must have value less than or equal to 1000', String(most));
  }
  const after = Marker === undefined ? undefined : decode(Marker);
  const left = [...all]
    .map((item) => ({ item, key: keyOf(item) }))
    .filter(({ key }) => after === undefined || key > after)
    .sort((a, b) => byCode(a.key, b.key));
  const taken = left.slice(0, most);
  const last = taken.at(-1);
  const more = last !== undefined && left.length > most;
  return {
    items: taken.map(({ item }) => item),
    rest: more ? { IsTruncated: true, Marker: encode(last.key) } : { IsTruncated: false },
  };
}

const encode = (key: string): string => Buffer.from(`after:${key}`).toString('base64');

function decode(marker: string): string {
  const text = Buffer.from(marker, 'base64').toString();
  if (!text.startsWith('after:')) throw invalid('Invalid Marker.');
  return text.slice('after:'.length);
}
