// Paths into JSON values: `a.b[0]`, `$.a['b c'].*`, as mapping expressions and templates use them.

/** The steps of a path; undefined: it is not one that is supported. */
function stepsOf(path: string): (string | number | symbol)[] | undefined {
  const steps: (string | number | symbol)[] = [];
  let rest = path.replace(/^\$/, '');
  if (rest !== '' && !/^[.[]/.test(rest)) rest = `.${rest}`;
  while (rest !== '') {
    const [whole, name, index, quoted, double, all] =
      /^(?:\.([^.[\]*]+)|\[(-?\d+)\]|\['((?:[^'\\]|\\.)*)'\]|\["((?:[^"\\]|\\.)*)"\]|(\.\*|\[\*\]))/.exec(
        rest,
      ) ?? [];
    if (whole === undefined) return undefined;
    if (name !== undefined) steps.push(name);
    else if (index !== undefined) steps.push(Number(index));
    else if (all !== undefined) steps.push(every);
    else steps.push((quoted ?? double ?? '').replace(/\\(.)/g, '$1'));
    rest = rest.slice(whole.length);
  }
  return steps;
}

const every = Symbol('every');

/** The value at a path; a list for a path with a wildcard. undefined: there is none. */
export function readPath(value: unknown, path: string): unknown {
  const steps = stepsOf(path);
  if (!steps) return undefined;
  return steps.includes(every) ? collect(value, steps) : follow(value, steps);
}

function follow(value: unknown, steps: readonly (string | number | symbol)[]): unknown {
  let found = value;
  for (const step of steps) found = at(found, step);
  return found;
}

function at(value: unknown, step: string | number | symbol): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  if (Array.isArray(value)) return typeof step === 'number' ? value.at(step) : undefined;
  return Object.hasOwn(value, step) ? (value as Record<string | number | symbol, unknown>)[step] : undefined;
}

function collect(value: unknown, steps: readonly (string | number | symbol)[]): unknown[] {
  const [step, ...rest] = steps;
  if (step === undefined) return value === undefined ? [] : [value];
  if (step !== every) return collect(at(value, step), rest);
  const items = typeof value === 'object' && value !== null ? Object.values(value) : [];
  return items.flatMap((item) => collect(item, rest));
}
