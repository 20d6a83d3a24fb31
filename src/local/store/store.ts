// The state of the local AWS: named collections in one crash-safe embedded store.
export interface Store {
  /** Collections are created on first use. Keys are ordered as strings. */
  collection<T>(name: string): Collection<T>;
  /** Resolves when every write made so far is durable; the server awaits it before it answers. */
  committed(): Promise<void>;
  close(): Promise<void>;
}

export interface Collection<T> {
  get(key: string): T | undefined;
  /** Visible to reads at once; durable once `Store.committed()` resolves. */
  put(key: string, value: T): void;
  remove(key: string): void;
  /** Entries whose key starts with prefix, in key order. */
  entries(
    prefix?: string,
    options?: { start?: string; reverse?: boolean; limit?: number },
  ): Iterable<[key: string, value: T]>;
}
