// Keeps records decoded: a few of them are read with every invocation and log line.
import type { Collection } from './store.ts';

/** The number of records kept; the oldest entry is dropped first. */
const keptRecords = 1000;

/** The returned records are shared: callers must not change them in place. */
export function cached<T>(collection: Collection<T>): Collection<T> {
  const known = new Map<string, T>();
  const remember = (key: string, value: T): void => {
    if (known.size >= keptRecords && !known.has(key)) known.delete(known.keys().next().value as string);
    known.set(key, value);
  };
  return {
    get(key) {
      const found = known.get(key);
      if (found !== undefined) return found;
      const value = collection.get(key);
      if (value !== undefined) remember(key, value);
      return value;
    },
    put(key, value) {
      remember(key, value);
      collection.put(key, value);
    },
    remove(key) {
      known.delete(key);
      collection.remove(key);
    },
    entries: (prefix, options) => collection.entries(prefix, options),
  };
}
