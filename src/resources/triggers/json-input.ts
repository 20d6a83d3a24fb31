// What a target gets in place of the event: JSON text on AWS.

/** A value as JSON; text that is JSON already stays as it is. */
export function jsonInput(value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value);
  return parsedJson(value) === undefined ? JSON.stringify(value) : value;
}

/** undefined: it is not JSON. */
export function parsedJson(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** For comparisons: the order of keys in JSON text does not count. */
export function comparable(value: unknown): unknown {
  return typeof value === 'string' ? (parsedJson(value) ?? value) : value;
}
