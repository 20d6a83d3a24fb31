// Paths in slsctl.yml: lists of keys from the top of the file.
import { configName } from './find.ts';

export function valueAt(raw: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce(
    (node: unknown, key) => (node as Record<PropertyKey, unknown> | null | undefined)?.[key],
    raw,
  );
}

export function placeKey(path: readonly PropertyKey[]): string {
  return JSON.stringify(path);
}

export function dotted(path: readonly PropertyKey[]): string {
  return path.map(String).join('.') || configName;
}
