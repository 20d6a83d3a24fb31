// Compares what is declared with what is live: only declared fields count, at every depth.
import type { Change } from '../engine/resource.ts';

/** Lists whose order AWS does not keep. */
const unordered = new Set(['SubnetIds', 'SecurityGroupIds', 'CompatibleRuntimes', 'CompatibleArchitectures']);

/**
 * The changes that bring `live` to what `declared` says. Members that are undefined or missing in `declared`
 * stay as they are. An empty text, list or map equals an absent one. False equals absent too, because AWS
 * turns no setting on by default.
 */
export function differences(declared: unknown, live: unknown, path: string): Change[] {
  if (declared === undefined || (isEmpty(declared) && isEmpty(live))) return [];
  if (isRecord(declared)) {
    const from = isRecord(live) ? live : {};
    return Object.entries(declared).flatMap(([key, value]) =>
      differences(value, from[key], path ? `${path}.${key}` : key),
    );
  }
  if (Array.isArray(declared) ? sameList(declared, live, path) : Object.is(declared, live)) return [];
  return [{ path, from: live, to: declared }];
}

/** The changes that remove everything that is live at a path; empty values need no change. */
export function removals(live: unknown, path: string): Change[] {
  return differences(live, undefined, path).map(({ path, to }) => ({ path, from: to, to: undefined }));
}

function sameList(declared: unknown[], live: unknown, path: string): boolean {
  if (!Array.isArray(live) || live.length !== declared.length) return false;
  const sorted = unordered.has(path.slice(path.lastIndexOf('.') + 1));
  const [left, right] = sorted ? [[...declared].sort(), [...live].sort()] : [declared, live];
  return left.every((value, index) => differences(value, right[index], '').length === 0);
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === '' || value === false) return true;
  if (Array.isArray(value)) return value.length === 0;
  return isRecord(value) && Object.values(value).every(isEmpty);
}

/** Merges `over` into `base` at every depth; undefined members of `over` change nothing. */
export function merged(
  base: Record<string, unknown>,
  over: Record<string, unknown>,
): Record<string, unknown> {
  const result = { ...base };
  for (const [key, value] of Object.entries(over)) {
    if (value === undefined) continue;
    const below = result[key];
    result[key] = isRecord(value) && isRecord(below) ? merged(below, value) : value;
  }
  return result;
}

/** Whether two JSON values are equal; the order of keys does not count. */
export function sameJson(left: unknown, right: unknown): boolean {
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((value, index) => sameJson(value, right[index]));
  }
  if (isRecord(left) && isRecord(right)) {
    const keys = Object.keys(left);
    return (
      keys.length === Object.keys(right).length &&
      keys.every((key) => key in right && sameJson(left[key], right[key]))
    );
  }
  return Object.is(left, right);
}
