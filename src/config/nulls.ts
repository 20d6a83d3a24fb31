// Values of slsctl.yml that are null: slsctl removes them from AWS.

export type Names = 'all' | readonly string[];

/** Names of the entries that are null; `all` when the whole map is. */
export function nullsIn(map: Record<string, unknown> | null | undefined): Names {
  if (map === null) return 'all';
  return Object.keys(map ?? {}).filter((key) => map?.[key] === null);
}

/** The entries with a value. */
export function withoutNulls<T>(map: Record<string, T | null> | null | undefined): Record<string, T> {
  const entries = Object.entries(map ?? {}).filter((entry): entry is [string, T] => entry[1] !== null);
  return Object.fromEntries(entries);
}
