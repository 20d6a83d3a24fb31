// Pages of lists: opaque tokens with the key of the next item inside.
const tokenOf = (key: string): string => Buffer.from(`from:${key}`).toString('base64');

/**
 * Items in their order, from the one that the token names.
 * @throws what `refused` makes, for a token that names none of them
 */
export function page<T>(
  items: readonly T[],
  keyFor: (item: T) => string,
  token: string | undefined,
  limit: number,
  refused: () => Error,
): { items: T[]; next?: string } {
  const start = token ? items.findIndex((item) => tokenOf(keyFor(item)) === token) : 0;
  if (start < 0) throw refused();
  const following = items[start + limit];
  return {
    items: items.slice(start, start + limit),
    ...(following === undefined ? {} : { next: tokenOf(keyFor(following)) }),
  };
}
