// A Store in memory for the tests of the logs service: sorted keys, and entries that are read on demand.
import type { Collection, Store } from '../../../../src/local/store/store.ts';

export interface Counts {
  puts: number;
  gets: number;
  /** The number of entries that were read. */
  reads: number;
  /** The number of iterations that have begun and not ended. */
  open: number;
}

class MemoryCollection<T> implements Collection<T> {
  private readonly values = new Map<string, T>();
  /** Sorted, except for keys that changed since the last read. */
  private sorted: string[] = [];
  private readonly changed = new Set<string>();
  private readonly counts: Counts;

  constructor(counts: Counts) {
    this.counts = counts;
  }

  get(key: string): T | undefined {
    this.counts.gets++;
    return this.values.get(key);
  }

  put(key: string, value: T): void {
    this.counts.puts++;
    if (!this.values.has(key)) this.changed.add(key);
    this.values.set(key, structuredClone(value));
  }

  remove(key: string): void {
    if (this.values.delete(key)) this.changed.add(key);
  }

  *entries(
    prefix = '',
    {
      start,
      reverse = false,
      limit = Number.POSITIVE_INFINITY,
    }: { start?: string; reverse?: boolean; limit?: number } = {},
  ): Generator<[string, T]> {
    const { counts } = this;
    const keys = this.keys();
    counts.open++;
    try {
      let at: number;
      if (!reverse) at = place(keys, start !== undefined && start > prefix ? start : prefix);
      else {
        at = place(keys, `${prefix}\uffff`) - 1;
        if (start !== undefined) at = Math.min(at, place(keys, start) - (this.values.has(start) ? 0 : 1));
      }
      for (let count = 0; count < limit; count++, at += reverse ? -1 : 1) {
        const key = keys[at];
        if (key === undefined || !key.startsWith(prefix)) return;
        counts.reads++;
        yield [key, this.values.get(key)!];
      }
    } finally {
      counts.open--;
    }
  }

  private keys(): readonly string[] {
    if (this.changed.size > 2000) this.sorted = [...this.values.keys()].sort();
    else {
      for (const key of this.changed) {
        const at = place(this.sorted, key);
        const there = this.sorted[at] === key;
        if (this.values.has(key) !== there) this.sorted.splice(at, there ? 1 : 0, ...(there ? [] : [key]));
      }
    }
    this.changed.clear();
    return this.sorted;
  }
}

/** The index of the key, or the index at which it would be inserted. */
function place(keys: readonly string[], key: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (keys[middle]! < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function memoryStore(): { store: Store; counts: Counts; size(name: string): number } {
  const collections = new Map<string, MemoryCollection<unknown>>();
  const counts: Counts = { puts: 0, gets: 0, reads: 0, open: 0 };
  const store: Store = {
    collection<T>(name: string): Collection<T> {
      const found = collections.get(name) ?? new MemoryCollection<unknown>(counts);
      collections.set(name, found);
      return found as Collection<T>;
    },
    committed: async () => {},
    close: async () => {},
  };
  const size = (name: string): number => Array.from(store.collection(name).entries()).length;
  return { store, counts, size };
}
