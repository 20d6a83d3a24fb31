// The JSON paths of EventBridge: `$.detail.items[0].id`.

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
export function valueAt(document: unknown, path: string): unknown {
  let value = document;
  for (const step of parsePath(path) ?? [path]) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<Step, unknown>)[step];
  }
  return value;
}
