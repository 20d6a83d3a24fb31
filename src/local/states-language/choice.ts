// The rules of Choice states that compare values at paths.
import { runtimeFailure } from './failure.ts';
import { isObject, type Json, type JsonObject } from './json.ts';
import { NoSuchPath, type Reach, valueAt } from './paths/evaluate.ts';
import { timeOf } from './timestamps.ts';

type Compare = (value: Json, wanted: Json) => boolean;

const numbers =
  (compare: (a: number, b: number) => boolean): Compare =>
  (value, wanted) =>
    typeof value === 'number' && typeof wanted === 'number' && compare(value, wanted);
const strings =
  (compare: (a: string, b: string) => boolean): Compare =>
  (value, wanted) =>
    typeof value === 'string' && typeof wanted === 'string' && compare(value, wanted);
const times =
  (compare: (a: number, b: number) => boolean): Compare =>
  (value, wanted) => {
    if (typeof value !== 'string' || typeof wanted !== 'string') return false;
    const [a, b] = [timeOf(value), timeOf(wanted)];
    return a !== undefined && b !== undefined && compare(a, b);
  };

const orders = {
  Equals: (a: number | string, b: number | string) => a === b,
  LessThan: (a: number | string, b: number | string) => a < b,
  GreaterThan: (a: number | string, b: number | string) => a > b,
  LessThanEquals: (a: number | string, b: number | string) => a <= b,
  GreaterThanEquals: (a: number | string, b: number | string) => a >= b,
};

const comparisons = new Map<string, Compare>([
  ...Object.entries(orders).flatMap(([name, order]): [string, Compare][] => [
    [`String${name}`, strings(order)],
    [`Numeric${name}`, numbers(order)],
    [`Timestamp${name}`, times(order)],
  ]),
  ['BooleanEquals', (value, wanted) => typeof value === 'boolean' && value === wanted],
]);

const tests = new Map<string, (value: Json) => boolean>([
  ['IsNull', (value) => value === null],
  ['IsNumeric', (value) => typeof value === 'number'],
  ['IsString', (value) => typeof value === 'string'],
  ['IsBoolean', (value) => typeof value === 'boolean'],
  ['IsTimestamp', (value) => typeof value === 'string' && timeOf(value) !== undefined],
]);

/** The operators of data test expressions. */
export const operators: ReadonlySet<string> = new Set([
  ...comparisons.keys(),
  ...Array.from(comparisons.keys(), (name) => `${name}Path`),
  ...tests.keys(),
  'StringMatches',
  'IsPresent',
]);

/** Whether the rule applies. @throws StateFailure for a variable that does not exist */
export function applies(rule: JsonObject, reach: Reach): boolean {
  if (Array.isArray(rule.And)) return rule.And.every((part) => applies(part as JsonObject, reach));
  if (Array.isArray(rule.Or)) return rule.Or.some((part) => applies(part as JsonObject, reach));
  if (isObject(rule.Not)) return !applies(rule.Not, reach);
  const operator = Object.keys(rule).find((name) => operators.has(name)) ?? '';
  const variable = String(rule.Variable);
  const wanted = rule[operator] as Json;
  if (operator === 'IsPresent') return isPresent(variable, reach) === wanted;
  const value = read(variable, reach);
  const test = tests.get(operator);
  if (test) return test(value) === wanted;
  if (operator === 'StringMatches') return typeof value === 'string' && matches(value, String(wanted));
  const compare = comparisons.get(operator.replace(/Path$/, '')) as Compare;
  return compare(value, operator.endsWith('Path') ? read(String(wanted), reach) : wanted);
}

function isPresent(path: string, reach: Reach): boolean {
  try {
    const value = valueAt(path, reach);
    return !(Array.isArray(value) && value.length === 0 && /[*?:]|\.\./.test(path));
  } catch (error) {
    if (error instanceof NoSuchPath) return false;
    throw error;
  }
}

function read(path: string, reach: Reach): Json {
  try {
    return valueAt(path, reach);
  } catch (error) {
    if (!(error instanceof NoSuchPath)) throw error;
    throw runtimeFailure(
      `Invalid path '${path}': The choice state's condition path references an invalid value.`,
    );
  }
}

/** `*` stands for any characters, `\*` for a star. */
export function matches(value: string, pattern: string): boolean {
  const expression = pattern.replace(/\\(.)|\*|[.+?^${}()|[\]\\]/gs, (sign, escaped: string | undefined) => {
    if (sign === '*') return '.*';
    return escaped === undefined ? `\\${sign}` : escaped.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  });
  return new RegExp(`^${expression}$`, 's').test(value);
}
