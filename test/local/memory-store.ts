// A Store that lasts as long as the test. Values are copied in and out, as if they were on disk.
import type { Collection, Store } from '../../src/local/store/store.ts';

export function memoryStore(): Store {
  const collections = new Map<string, Map<string, unknown>>();
  return {
    collection<T>(name: string): Collection<T> {
      const held = (collections.get(name) ?? new Map()) as Map<string, T>;
      collections.set(name, held);
      return {
        get: (key) => structuredClone(held.get(key)),
        put: (key, value) => void held.set(key, structuredClone(value)),
        remove: (key) => void held.delete(key),
        entries(prefix = '', { start, reverse = false, limit } = {}) {
          const keys = [...held.keys()].filter((key) => key.startsWith(prefix)).sort();
          if (reverse) keys.reverse();
          const from = keys.filter((key) => start === undefined || (reverse ? key <= start : key >= start));
          return from.slice(0, limit).map((key) => [key, structuredClone(held.get(key)) as T]);
        },
      };
    },
    committed: async () => {},
    close: async () => {},
  };
}
