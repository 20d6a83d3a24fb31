// Lists in pages: the marker is the key of the last item that was answered.

/** `limit` items after the marker; Lambda answers 50 unless asked for less. */
export function page<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
  marker: string | undefined,
  limit = 50,
): { items: readonly T[]; next: string | undefined } {
  const after = marker === undefined ? undefined : Buffer.from(marker, 'base64url').toString();
  const rest = after === undefined ? items : items.filter((item) => keyOf(item) > after);
  const taken = rest.slice(0, Math.max(1, limit));
  const last = taken.at(-1);
  const next =
    taken.length < rest.length && last ? Buffer.from(keyOf(last)).toString('base64url') : undefined;
  return { items: taken, next };
}
