// The names and values that the expressions of a request may use in place of attribute names and constants.
import { validation } from '../errors.ts';
import { checkedValue } from '../values/check.ts';
import type { Value } from '../values/value.ts';
import type { Cursor } from './cursor.ts';
import { isReserved } from './reserved.ts';

/** Attribute names and list positions, from the outside to the inside. */
export type Path = readonly [string, ...(string | number)[]];

export const shownPath = (path: Path): string =>
  `[${path.map((part) => (typeof part === 'number' ? `[${part}]` : part)).join(', ')}]`;

export class Names {
  private readonly names: ReadonlyMap<string, string>;
  private readonly values: ReadonlyMap<string, Value>;
  private readonly unused: { names: Set<string>; values: Set<string> };

  /** @throws ValidationException for impossible keys and values */
  constructor(
    names: Readonly<Record<string, string>> | undefined,
    values: Readonly<Record<string, Value>> | undefined,
  ) {
    if (names && Object.keys(names).length === 0) {
      throw validation('ExpressionAttributeNames must not be empty');
    }
    if (values && Object.keys(values).length === 0) {
      throw validation('ExpressionAttributeValues must not be empty');
    }
    this.names = new Map(Object.entries(names ?? {}));
    this.values = new Map(
      Object.entries(values ?? {}).map(([key, value]) => [key, checkedConstant(key, value)]),
    );
    for (const key of this.names.keys()) {
      if (!/^#[0-9a-zA-Z_]+$/.test(key)) throw invalidKey('ExpressionAttributeNames', key);
    }
    this.unused = { names: new Set(this.names.keys()), values: new Set(this.values.keys()) };
  }

  /** Reads a path: `info.ratings[0]`. */
  path(cursor: Cursor): Path {
    const path: [string, ...(string | number)[]] = [this.part(cursor)];
    for (;;) {
      if (cursor.takeSign('.')) path.push(this.part(cursor));
      else if (cursor.takeSign('[')) {
        if (!cursor.isKind('number')) throw cursor.syntaxError();
        path.push(Number(cursor.take()));
        cursor.expectSign(']');
      } else return path;
    }
  }

  private part(cursor: Cursor): string {
    if (cursor.isKind('word')) {
      const word = cursor.take();
      if (isReserved(word)) {
        cursor.note('reserved', `Attribute name is a reserved keyword; reserved keyword: ${word}`);
      }
      return word;
    }
    if (!cursor.isKind('name')) throw cursor.syntaxError();
    const key = cursor.take();
    const name = this.names.get(key);
    if (name === undefined) {
      cursor.note(
        'undefined',
        `An expression attribute name used in the document path is not defined; attribute name: ${key}`,
      );
    }
    this.unused.names.delete(key);
    return name ?? key;
  }

  /** Reads a value: `:limit`. */
  value(cursor: Cursor): Value {
    if (!cursor.isKind('value')) throw cursor.syntaxError();
    const key = cursor.take();
    const value = this.values.get(key);
    if (value === undefined) {
      cursor.note(
        'undefined',
        `An expression attribute value used in expression is not defined; attribute value: ${key}`,
      );
    }
    this.unused.values.delete(key);
    return value ?? {};
  }

  /** @throws ValidationException when a name or value was not used */
  checkUse(): void {
    for (const [kind, unused] of Object.entries(this.unused)) {
      if (unused.size === 0) continue;
      const member = kind === 'names' ? 'ExpressionAttributeNames' : 'ExpressionAttributeValues';
      throw validation(
        `Value provided in ${member} unused in expressions: keys: {${[...unused].join(', ')}}`,
      );
    }
  }
}

const invalidKey = (member: string, key: string) =>
  validation(`${member} contains invalid key: Syntax error; key: "${key}"`);

function checkedConstant(key: string, value: Value): Value {
  if (!/^:[0-9a-zA-Z_]+$/.test(key)) throw invalidKey('ExpressionAttributeValues', key);
  try {
    return checkedValue(value);
  } catch (error) {
    const { message } = error as Error;
    throw validation(`ExpressionAttributeValues contains invalid value: ${message} for key ${key}`);
  }
}

/** Notes paths of which one contains another, or that take the same place for a map and for a list. */
export class Paths {
  readonly all: Path[] = [];

  add(path: Path, cursor: Cursor): void {
    for (const other of this.all) compareTo(other, path, cursor);
    this.all.push(path);
  }
}

function compareTo(one: Path, two: Path, cursor: Cursor): void {
  const ends = `must remove or rewrite one of these paths; path one: ${shownPath(one)}, path two: ${shownPath(two)}`;
  for (let at = 0; at < one.length && at < two.length; at++) {
    if (typeof one[at] !== typeof two[at]) {
      cursor.note('conflict', `Two document paths conflict with each other; ${ends}`);
      return;
    }
    if (one[at] !== two[at]) return;
  }
  cursor.note('overlap', `Two document paths overlap with each other; ${ends}`);
}
