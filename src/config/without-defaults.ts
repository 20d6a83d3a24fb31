// Removes AWS's defaults from live settings.

/** Leaves out members that equal those of `defaults`, at every level. */
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
