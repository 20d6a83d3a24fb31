// Lists in pages: the marker is the key of the last item that was answered.
import { invalid } from './faults.ts';
import { Violations } from './violations.ts';

/** `limit` items after the marker; Lambda answers 50 unless asked for less. */
export function page<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
  marker: string | undefined,
  limit = 50,
  most = 10_000,
): { items: readonly T[]; next: string | undefined } {
  new Violations().range(limit, 'maxItems', 1, most).refuse();
  let rest = items;
  // Some clients send an empty marker for the first page.
  if (marker) {
    const after = Buffer.from(marker, 'base64url').toString();
    const at = items.findIndex((item) => keyOf(item) === after);
    // What the marker names may be gone: then the rest begins with what would follow it.
    const next = at >= 0 ? at + 1 : items.findIndex((item) => keyOf(item) > after);
    if (!/^[A-Za-z0-9_-]+$/.test(marker)) throw invalid('The Marker provided is invalid.');
    rest = next < 0 ? [] : items.slice(next);
  }
  const taken = rest.slice(0, limit);
  const last = taken.at(-1);
  const next =
    taken.length < rest.length && last ? Buffer.from(keyOf(last)).toString('base64url') : undefined;
  return { items: taken, next };
}
