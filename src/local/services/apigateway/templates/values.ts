// Values in templates as Java sees them: how they are compared, written and asked for methods.
// https://velocity.apache.org/engine/2.3/user-guide.html

/** An object with methods that are not data: `$util`, `$input`. */
export class Host {
  readonly methods: Readonly<Record<string, (...values: unknown[]) => unknown>>;
  /** Properties that templates read: `$input.body`. */
  readonly members: Readonly<Record<string, unknown>>;

  constructor(methods: Host['methods'], members: Host['members'] = {}) {
    this.methods = methods;
    this.members = members;
  }
}

type Entries = Record<string, unknown>;

export const isMap = (value: unknown): value is Entries =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Host);

const isNothing = (value: unknown): boolean => value === undefined || value === null;

/** A map is `{a=b}`, and a list is JSON, as the classes behind them write themselves. */
export function textOf(value: unknown): string {
  if (isNothing(value) || value instanceof Host) return '';
  if (Array.isArray(value)) return JSON.stringify(value);
  if (!isMap(value)) return String(value);
  return `{${Object.entries(value)
    .map(([key, item]) => `${key}=${isNothing(item) ? 'null' : textOf(item)}`)
    .join(', ')}}`;
}

export const isTrue = (value: unknown): boolean => !isNothing(value) && value !== false;

/** Values of different types are compared as texts; nothing equals the empty text. */
export function areEqual(a: unknown, b: unknown): boolean {
  if (typeof a === 'number' && typeof b === 'number') return a === b;
  if (isNothing(a) && isNothing(b)) return true;
  return (Array.isArray(a) || Array.isArray(b)) && (isNothing(a) || isNothing(b))
    ? false
    : textOf(a) === textOf(b);
}

export function propertyOf(value: unknown, name: string): unknown {
  if (value instanceof Host) return value.members[name];
  if (isMap(value)) return Object.hasOwn(value, name) ? value[name] : undefined;
  return undefined;
}

export function itemOf(value: unknown, index: unknown): unknown {
  if (Array.isArray(value)) return typeof index === 'number' ? value.at(index) : undefined;
  return propertyOf(value, textOf(index));
}

/** Sets an item or a property; other values than lists and maps have none. */
export function setItem(target: unknown, index: unknown, value: unknown): void {
  if (Array.isArray(target)) {
    if (typeof index === 'number') target[index] = value;
  } else if (isMap(target)) {
    Object.defineProperty(target, textOf(index), {
      value,
      enumerable: true,
      writable: true,
      configurable: true,
    });
  }
}

/** undefined for a method that the value does not have. */
export function callMethod(value: unknown, name: string, values: readonly unknown[]): unknown {
  if (value instanceof Host) return own(value.methods, name)?.(...values);
  if (isNothing(value)) return undefined;
  const general = own(anything, name);
  if (general) return general(value, ...values);
  if (Array.isArray(value)) return own(ofLists, name)?.(value, ...values);
  if (typeof value === 'string') return own(ofTexts, name)?.(value, ...values);
  if (typeof value === 'number') return own(ofNumbers, name)?.(value, ...values);
  return isMap(value) ? own(ofMaps, name)?.(value, ...values) : undefined;
}

type Methods<T> = Readonly<Record<string, (self: T, ...values: unknown[]) => unknown>>;

const own = <T>(methods: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(methods, name) ? methods[name] : undefined;

const pattern = (text: unknown): RegExp => new RegExp(textOf(text), 'g');

const anything: Methods<unknown> = {
  toString: textOf,
  equals: areEqual,
};

const ofTexts: Methods<string> = {
  length: (text) => text.length,
  isEmpty: (text) => text === '',
  substring: (text, from, to) => text.substring(Number(from), to === undefined ? undefined : Number(to)),
  replace: (text, from, to) => text.replaceAll(textOf(from), () => textOf(to)),
  replaceAll: (text, from, to) => text.replace(pattern(from), textOf(to)),
  replaceFirst: (text, from, to) => text.replace(new RegExp(textOf(from)), textOf(to)),
  matches: (text, of) => new RegExp(`^(?:${textOf(of)})$`, 's').test(text),
  split: (text, by) => text.split(new RegExp(textOf(by))),
  contains: (text, part) => text.includes(textOf(part)),
  startsWith: (text, part) => text.startsWith(textOf(part)),
  endsWith: (text, part) => text.endsWith(textOf(part)),
  indexOf: (text, part) => text.indexOf(textOf(part)),
  lastIndexOf: (text, part) => text.lastIndexOf(textOf(part)),
  charAt: (text, at) => text.charAt(Number(at)),
  concat: (text, other) => text + textOf(other),
  equalsIgnoreCase: (text, other) => text.toLowerCase() === textOf(other).toLowerCase(),
  toLowerCase: (text) => text.toLowerCase(),
  toUpperCase: (text) => text.toUpperCase(),
  trim: (text) => text.trim(),
};

const ofNumbers: Methods<number> = {
  intValue: (value) => Math.trunc(value),
  longValue: (value) => Math.trunc(value),
  doubleValue: (value) => value,
};

const ofLists: Methods<unknown[]> = {
  size: (list) => list.length,
  isEmpty: (list) => list.length === 0,
  get: (list, at) => list[Number(at)],
  set(list, at, value) {
    const before = list[Number(at)];
    list[Number(at)] = value;
    return before;
  },
  add(list, value) {
    list.push(value);
    return true;
  },
  addAll(list, values) {
    list.push(...(Array.isArray(values) ? values : []));
    return true;
  },
  remove: (list, at) => list.splice(Number(at), 1)[0],
  contains: (list, value) => list.some((item) => areEqual(item, value)),
  indexOf: (list, value) => list.findIndex((item) => areEqual(item, value)),
  subList: (list, from, to) => list.slice(Number(from), Number(to)),
};

const ofMaps: Methods<Entries> = {
  size: (map) => Object.keys(map).length,
  isEmpty: (map) => Object.keys(map).length === 0,
  get: (map, key) => propertyOf(map, textOf(key)),
  getOrDefault: (map, key, value) => propertyOf(map, textOf(key)) ?? value,
  put(map, key, value) {
    const before = propertyOf(map, textOf(key));
    setItem(map, key, value);
    return before;
  },
  putAll(map, others) {
    if (isMap(others)) Object.assign(map, others);
    return undefined;
  },
  remove(map, key) {
    const before = propertyOf(map, textOf(key));
    delete map[textOf(key)];
    return before;
  },
  containsKey: (map, key) => Object.hasOwn(map, textOf(key)),
  containsValue: (map, value) => Object.values(map).some((item) => areEqual(item, value)),
  keySet: (map) => Object.keys(map),
  values: (map) => Object.values(map),
  entrySet: (map) => Object.entries(map).map(([key, value]) => ({ key, value })),
  getKey: (entry) => entry.key,
  getValue: (entry) => entry.value,
};
