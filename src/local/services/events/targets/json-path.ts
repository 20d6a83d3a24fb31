// The JSON paths of EventBridge: `$.detail.items[0].id`.
import type { Exact } from '../../../exact-json.ts';

type Step = string | number;

/** undefined when the text is not such a path. */
export function parsePath(path: string): readonly Step[] | undefined {
  if (!/^\$(\.[^.[\]]+|\[\d+\]|\['[^']+'\])*$/.test(path)) return undefined;
  const steps = path.slice(1).matchAll(/\.([^.[\]]+)|\[(\d+)\]|\['([^']+)'\]/g);
  return Array.from(steps, ([, key, index, quoted]) =>
    index === undefined ? (key ?? quoted ?? '') : Number(index),
  );
}

/** The value at a path; undefined: there is none. */
export function valueAt(document: Exact, path: string): Exact | undefined {
  let value: Exact | undefined = document;
  for (const step of parsePath(path) ?? [path]) {
    if (value instanceof Map) value = value.get(String(step));
    else value = Array.isArray(value) && typeof step === 'number' ? value[step] : undefined;
  }
  return value;
}
