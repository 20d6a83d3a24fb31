// Pages of lists. A token is opaque to clients and holds the key of the last returned item, so pages neither skip nor
// repeat an item while other items are added or removed.

export interface Page<T> {
  items: T[];
  /** The token of the next page; absent on the last page. */
  next?: string;
}

const mark = 'after:';

/** The token for the items after the one with this key. */
export const tokenOf = (key: string): string => Buffer.from(mark + key).toString('base64');

/** The key in a token. @throws the error that `refused` creates, for a text that is not a token */
export function keyIn(token: string, refused: () => Error): string {
  const text = Buffer.from(token, 'base64').toString();
  const key = text.slice(mark.length);
  if (!text.startsWith(mark) || tokenOf(key) !== token) throw refused();
  return key;
}

/** The first items up to the limit. Reads only as many items as it returns. */
export function firstPage<T>(items: Iterable<T>, keyOf: (item: T) => string, limit: number): Page<T> {
  const taken: T[] = [];
  for (const item of items) {
    if (taken.length === limit) return { items: taken, next: tokenOf(keyOf(taken.at(-1) as T)) };
    taken.push(item);
  }
  return { items: taken };
}

/**
 * The items in their order, after the one that the token names; all of them without a token (undefined or empty).
 * @throws the error that `refused` creates, for a text that is not a token
 */
export function page<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
  token: string | undefined,
  limit: number,
  refused: () => Error,
): Page<T> {
  const start = token ? placeAfter(items.map(keyOf), keyIn(token, refused), refused) : 0;
  return firstPage(items.slice(start), keyOf, limit);
}

/** The token's item may no longer exist. The page then begins where it would be, if the order is that of the keys. */
function placeAfter(keys: readonly string[], after: string, refused: () => Error): number {
  const at = keys.indexOf(after);
  if (at >= 0) return at + 1;
  if (keys.some((key, index) => index > 0 && key < (keys[index - 1] as string))) throw refused();
  const next = keys.findIndex((key) => key > after);
  return next < 0 ? keys.length : next;
}
