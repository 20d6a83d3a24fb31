// Expressions and references of the Velocity template language.
import { areEqual, callMethod, isTrue, itemOf, propertyOf, setItem, textOf } from './values.ts';

export type Scope = Map<string, unknown>;
export type Expression = (scope: Scope) => unknown;

/** A reference can also be a target of `#set`. */
export interface Reference {
  read: Expression;
  write(scope: Scope, value: unknown): void;
}

/** A template that cannot be read. */
export class TemplateError extends Error {}

/** A place in a template. `compile` makes text with references from a quoted string. */
export class Cursor {
  at = 0;
  readonly text: string;
  readonly compile: (text: string) => Expression;

  constructor(text: string, compile: (text: string) => Expression) {
    this.text = text;
    this.compile = compile;
  }

  /** Takes what the pattern matches here; the pattern is sticky. */
  take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (found) this.at += found[0].length;
    return found ?? undefined;
  }

  expect(pattern: RegExp): void {
    if (!this.take(pattern)) throw this.failure();
  }

  failure(): TemplateError {
    return new TemplateError(`unexpected text at ${this.at}: ${this.text.slice(this.at, this.at + 20)}`);
  }
}

/** After a `$`: `!name.method(1)[0]` or `{name}`; undefined: it is only a dollar sign. */
export function reference(cursor: Cursor): Reference | undefined {
  const start = cursor.take(/\$!?(\{?)([a-zA-Z_][\w-]*)/y);
  if (!start) return undefined;
  const [, brace, name = ''] = start;
  let found: Reference = {
    read: (scope) => scope.get(name),
    write: (scope, value) => void scope.set(name, value),
  };
  for (let next = accessor(cursor, found); next; next = accessor(cursor, found)) found = next;
  if (brace) cursor.expect(/\}/y);
  return found;
}

function accessor(cursor: Cursor, { read }: Reference): Reference | undefined {
  const method = cursor.take(/\.([a-zA-Z_][\w-]*)\(/y);
  if (method) {
    const [, name = ''] = method;
    const values = list(cursor, /\s*\)/y);
    return {
      read: (scope) =>
        callMethod(
          read(scope),
          name,
          values.map((value) => value(scope)),
        ),
      write: () => {},
    };
  }
  const property = cursor.take(/\.([a-zA-Z_][\w-]*)/y);
  if (property) {
    const [, name = ''] = property;
    return {
      read: (scope) => propertyOf(read(scope), name),
      write: (scope, value) => setItem(read(scope), name, value),
    };
  }
  if (!cursor.take(/\[/y)) return undefined;
  const index = expression(cursor);
  cursor.expect(/\s*\]/y);
  return {
    read: (scope) => itemOf(read(scope), index(scope)),
    write: (scope, value) => setItem(read(scope), index(scope), value),
  };
}

/** Expressions between commas, up to the end. */
function list(cursor: Cursor, end: RegExp): Expression[] {
  const items: Expression[] = [];
  if (cursor.take(end)) return items;
  do items.push(expression(cursor));
  while (cursor.take(/\s*,/y));
  cursor.expect(end);
  return items;
}

export const expression = (cursor: Cursor): Expression => either(cursor);

function either(cursor: Cursor): Expression {
  let left = both(cursor);
  while (cursor.take(/\s*(\|\||or\b)/y)) {
    const [first, second] = [left, both(cursor)];
    left = (scope) => isTrue(first(scope)) || isTrue(second(scope));
  }
  return left;
}

function both(cursor: Cursor): Expression {
  let left = comparison(cursor);
  while (cursor.take(/\s*(&&|and\b)/y)) {
    const [first, second] = [left, comparison(cursor)];
    left = (scope) => isTrue(first(scope)) && isTrue(second(scope));
  }
  return left;
}

const comparisons: Readonly<Record<string, (a: unknown, b: unknown) => boolean>> = {
  '==': areEqual,
  eq: areEqual,
  '!=': (a, b) => !areEqual(a, b),
  ne: (a, b) => !areEqual(a, b),
  '<': (a, b) => Number(a) < Number(b),
  lt: (a, b) => Number(a) < Number(b),
  '<=': (a, b) => Number(a) <= Number(b),
  le: (a, b) => Number(a) <= Number(b),
  '>': (a, b) => Number(a) > Number(b),
  gt: (a, b) => Number(a) > Number(b),
  '>=': (a, b) => Number(a) >= Number(b),
  ge: (a, b) => Number(a) >= Number(b),
};

function comparison(cursor: Cursor): Expression {
  const left = sum(cursor);
  const operator = cursor.take(/\s*(==|!=|<=|>=|<|>|(?:eq|ne|lt|le|gt|ge)\b)/y)?.[1];
  if (operator === undefined) return left;
  const right = sum(cursor);
  const compare = comparisons[operator] as (a: unknown, b: unknown) => boolean;
  return (scope) => compare(left(scope), right(scope));
}

function sum(cursor: Cursor): Expression {
  let left = product(cursor);
  for (let found = cursor.take(/\s*([+-])/y); found; found = cursor.take(/\s*([+-])/y)) {
    const [first, second, plus] = [left, product(cursor), found[1] === '+'];
    left = (scope) => {
      const [a, b] = [first(scope), second(scope)];
      if (typeof a === 'number' && typeof b === 'number') return plus ? a + b : a - b;
      return plus ? textOf(a) + textOf(b) : undefined;
    };
  }
  return left;
}

function product(cursor: Cursor): Expression {
  let left = unary(cursor);
  for (let found = cursor.take(/\s*([*/%])/y); found; found = cursor.take(/\s*([*/%])/y)) {
    const [first, second, operator] = [left, unary(cursor), found[1] as '*' | '/' | '%'];
    left = (scope) => calculate(operator, first(scope), second(scope));
  }
  return left;
}

/** Whole numbers are divided as such; a division by zero has no value. */
function calculate(operator: '*' | '/' | '%', a: unknown, b: unknown): number | undefined {
  if (typeof a !== 'number' || typeof b !== 'number') return undefined;
  if (operator === '*') return a * b;
  if (b === 0) return undefined;
  if (operator === '%') return a % b;
  return Number.isInteger(a) && Number.isInteger(b) ? Math.trunc(a / b) : a / b;
}

function unary(cursor: Cursor): Expression {
  if (cursor.take(/\s*(!(?!=)|not\b)/y)) {
    const value = unary(cursor);
    return (scope) => !isTrue(value(scope));
  }
  return primary(cursor);
}

const constants: Readonly<Record<string, unknown>> = { true: true, false: false, null: undefined };

function primary(cursor: Cursor): Expression {
  cursor.take(/\s*/y);
  const number = cursor.take(/-?\d+(\.(?!\.)\d+)?/y);
  if (number) return () => Number(number[0]);
  const constant = cursor.take(/(true|false|null)\b/y)?.[1];
  if (constant !== undefined) return () => constants[constant];
  const literal = cursor.take(/'((?:[^']|'')*)'/y);
  if (literal) return () => (literal[1] ?? '').replaceAll("''", "'");
  const quoted = cursor.take(/"((?:[^"\\]|\\[\s\S]|"")*)"/y);
  if (quoted) return cursor.compile((quoted[1] ?? '').replaceAll('""', '"'));
  if (cursor.take(/\(/y)) {
    const inner = expression(cursor);
    cursor.expect(/\s*\)/y);
    return inner;
  }
  if (cursor.take(/\[/y)) return listOrRange(cursor);
  if (cursor.take(/\{/y)) return map(cursor);
  const found = reference(cursor);
  if (!found) throw cursor.failure();
  return found.read;
}

function listOrRange(cursor: Cursor): Expression {
  const before = cursor.at;
  if (!cursor.take(/\s*\]/y)) {
    const from = expression(cursor);
    if (cursor.take(/\s*\.\.\s*/y)) {
      const to = expression(cursor);
      cursor.expect(/\s*\]/y);
      return (scope) => range(Number(from(scope)), Number(to(scope)));
    }
  }
  cursor.at = before;
  const items = list(cursor, /\s*\]/y);
  return (scope) => items.map((item) => item(scope));
}

const mostItems = 10_000;

function range(from: number, to: number): number[] {
  const length = Math.min(Math.abs(to - from) + 1, mostItems);
  return Array.from({ length }, (_, step) => (from <= to ? from + step : from - step));
}

function map(cursor: Cursor): Expression {
  const entries: [key: Expression, value: Expression][] = [];
  if (!cursor.take(/\s*\}/y)) {
    do {
      const key = expression(cursor);
      cursor.expect(/\s*:/y);
      entries.push([key, expression(cursor)]);
    } while (cursor.take(/\s*,/y));
    cursor.expect(/\s*\}/y);
  }
  return (scope) => Object.fromEntries(entries.map(([key, value]) => [textOf(key(scope)), value(scope)]));
}
