// Translates names of slsctl.yml into the API's spelling, at every depth and without a list of fields.

/** Names that differ from the API's by more than a small first letter. */
const spelled = { kmsKeyArn: 'KMSKeyArn', uri: 'URI' } as const;

export type ApiName<Key> = Key extends keyof typeof spelled
  ? (typeof spelled)[Key]
  : Key extends string
    ? Capitalize<Key>
    : Key;

/** The type of a value of slsctl.yml, with its keys in the API's spelling. */
export type ApiNames<T> = T extends readonly (infer Item)[]
  ? ApiNames<Item>[]
  : T extends object
    ? { [Key in keyof T as ApiName<Key>]: ApiNames<T[Key]> }
    : T;

/** `memorySize` → `MemorySize`, at every level. */
export function apiNames<T>(value: T): ApiNames<T> {
  return renamed(value) as ApiNames<T>;
}

function renamed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(renamed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [apiName(key), renamed(item)]));
}

/** `kmsKeyArn` → `KMSKeyArn`. */
export function apiName(key: string): string {
  return spelled[key as keyof typeof spelled] ?? key.charAt(0).toUpperCase() + key.slice(1);
}
