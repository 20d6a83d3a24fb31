// Lists in pages: the marker is the key of the last item that was answered.
import type { Collection } from '../../store/store.ts';
import { invalid } from './errors.ts';
import { Violations } from './violations.ts';

/** `limit` items after the marker; Lambda answers 50 unless asked for less. */
export function page<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
  marker: string | undefined,
  limit = 50,
  most = 10_000,
): { items: readonly T[]; next: string | undefined } {
  checkLimit(limit, most);
  let rest = items;
  const after = keyIn(marker);
  if (after !== undefined) {
    const at = items.findIndex((item) => keyOf(item) === after);
    // What the marker names may be gone: then the rest begins with what would follow it.
    const next = at >= 0 ? at + 1 : items.findIndex((item) => keyOf(item) > after);
    rest = next < 0 ? [] : items.slice(next);
  }
  const taken = rest.slice(0, limit);
  const last = taken.at(-1);
  const next = taken.length < rest.length && last ? markerOf(keyOf(last)) : undefined;
  return { items: taken, next };
}

/** A page of what a collection keeps under a prefix, as far as `listed` says so; no more is read than is answered. */
export function storedPage<T>(
  collection: Collection<T>,
  prefix: string,
  listed: (item: T) => boolean,
  marker: string | undefined,
  limit = 50,
  most = 10_000,
): { items: readonly T[]; next: string | undefined } {
  checkLimit(limit, most);
  const after = keyIn(marker) ?? '';
  const items: T[] = [];
  let last = '';
  for (const [key, item] of collection.entries(prefix, after > prefix ? { start: after } : {})) {
    if (key === after || !listed(item)) continue;
    if (items.length === limit) return { items, next: markerOf(last) };
    items.push(item);
    last = key;
  }
  return { items, next: undefined };
}

function checkLimit(limit: number, most: number): void {
  new Violations().range(limit, 'maxItems', 1, most).refuse();
}

/** Some clients send an empty marker for the first page. */
function keyIn(marker: string | undefined): string | undefined {
  if (!marker) return undefined;
  if (!/^[A-Za-z0-9_-]+$/.test(marker)) throw invalid('The Marker provided is invalid.');
  return Buffer.from(marker, 'base64url').toString();
}

function markerOf(key: string): string {
  return Buffer.from(key).toString('base64url');
}
