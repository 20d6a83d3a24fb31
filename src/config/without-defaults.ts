// What is left of live settings once those are taken away that AWS has where nothing is said.

/** Members that equal those of `defaults` are left out, at every level. */
export function withoutDefaults(value: unknown, defaults: unknown): unknown {
  if (!isMap(value) || !isMap(defaults)) return value;
  const entries = Object.entries(value).flatMap(([key, item]) => {
    if (JSON.stringify(item) === JSON.stringify(defaults[key])) return [];
    return [[key, withoutDefaults(item, defaults[key])]];
  });
  return Object.fromEntries(entries);
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
