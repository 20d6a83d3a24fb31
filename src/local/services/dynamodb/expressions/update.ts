// UpdateExpression: SET, REMOVE, ADD and DELETE.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html
import { type Type, typeOf, type Value } from '../values/value.ts';
import { Cursor } from './cursor.ts';
import { type Names, type Path, Paths } from './names.ts';

/** What SET assigns. */
export type Source =
  | { readonly kind: 'path'; readonly path: Path }
  | { readonly kind: 'value'; readonly value: Value }
  | { readonly kind: '+' | '-' | 'list_append'; readonly of: readonly [Source, Source] }
  | { readonly kind: 'if_not_exists'; readonly path: Path; readonly otherwise: Source };

export type Action =
  | { readonly kind: 'SET'; readonly path: Path; readonly source: Source }
  | { readonly kind: 'REMOVE'; readonly path: Path }
  | { readonly kind: 'ADD' | 'DELETE'; readonly path: Path; readonly value: Value };

const sections = ['SET', 'REMOVE', 'ADD', 'DELETE'] as const;
const nothing: Source = { kind: 'value', value: {} };

/** @throws ValidationException */
export function parseUpdate(text: string, names: Names): Action[] {
  return new UpdateParser(new Cursor('UpdateExpression', text), names).whole();
}

class UpdateParser {
  private readonly cursor: Cursor;
  private readonly names: Names;
  private readonly paths = new Paths();

  constructor(cursor: Cursor, names: Names) {
    this.cursor = cursor;
    this.names = names;
  }

  whole(): Action[] {
    const { cursor } = this;
    const actions: Action[] = [];
    const seen = new Set<string>();
    while (!cursor.isKind('end')) {
      const section = sections.find((word) => cursor.takeWord(word));
      if (!section) throw cursor.syntaxError();
      if (seen.has(section)) {
        cursor.note('section', `The "${section}" section can only be used once in an update expression;`);
      }
      seen.add(section);
      do actions.push(this.action(section));
      while (cursor.takeSign(','));
    }
    cursor.report([
      'reserved',
      'unknown function',
      'section',
      'undefined',
      'overlap',
      'conflict',
      'count',
      'type',
    ]);
    return actions;
  }

  private action(kind: (typeof sections)[number]): Action {
    const { cursor, names, paths } = this;
    const path = names.path(cursor);
    paths.add(path, cursor);
    if (kind === 'REMOVE') return { kind, path };
    if (kind === 'SET') {
      cursor.expectSign('=');
      return { kind, path, source: this.source() };
    }
    const value = names.value(cursor);
    checkSet(cursor, kind, value);
    return { kind, path, value };
  }

  private source(): Source {
    const { cursor } = this;
    const left = this.operand();
    const sign = cursor.takeSign('+', '-') as '+' | '-' | undefined;
    if (sign === undefined) return left;
    const of = [left, this.operand()] as const;
    this.checkTypes(sign, of, 'N');
    return { kind: sign, of };
  }

  private operand(): Source {
    const { cursor, names } = this;
    if (cursor.takeSign('(')) {
      const inner = this.source();
      cursor.expectSign(')');
      return inner;
    }
    if (cursor.isKind('value')) return { kind: 'value', value: names.value(cursor) };
    if (!cursor.isCall()) return { kind: 'path', path: names.path(cursor) };
    const name = cursor.take();
    cursor.take();
    const of = [this.operand()];
    while (cursor.takeSign(',')) of.push(this.operand());
    cursor.expectSign(')');
    return this.call(name, of);
  }

  private call(name: string, of: readonly Source[]): Source {
    const { cursor } = this;
    if (name !== 'if_not_exists' && name !== 'list_append') {
      cursor.note('unknown function', `Invalid function name; function: ${name}`);
      return nothing;
    }
    if (of.length !== 2) {
      cursor.note(
        'count',
        `Incorrect number of operands for operator or function; operator or function: ${name}, number of operands: ${of.length}`,
      );
      return nothing;
    }
    const both = of as readonly [Source, Source];
    if (name === 'list_append') {
      this.checkTypes(name, both, 'L');
      return { kind: name, of: both };
    }
    const [first, otherwise] = both;
    if (first.kind === 'path') return { kind: name, path: first.path, otherwise };
    cursor.note('type', `Operator or function requires a document path; operator or function: ${name}`);
    return nothing;
  }

  private checkTypes(operator: string, of: readonly Source[], wanted: Type): void {
    for (const one of of) {
      if (one.kind !== 'value' || Object.keys(one.value).length === 0) continue;
      const type = typeOf(one.value);
      if (type === wanted) continue;
      this.cursor.note(
        'type',
        `Incorrect operand type for operator or function; operator or function: ${operator}, operand type: ${type}`,
      );
    }
  }
}

const longNames: Partial<Record<Type, string>> = {
  S: 'STRING',
  N: 'NUMBER',
  B: 'BINARY',
  NULL: 'NULL',
  BOOL: 'BOOLEAN',
  L: 'LIST',
  M: 'MAP',
};

/** ADD takes numbers and sets, DELETE takes sets. */
function checkSet(cursor: Cursor, section: 'ADD' | 'DELETE', value: Value): void {
  if (Object.keys(value).length === 0) return;
  const type = typeOf(value);
  const name = longNames[type];
  if (name === undefined || (section === 'ADD' && type === 'N')) return;
  cursor.note(
    'type',
    `Incorrect operand type for operator or function; operator: ${section}, operand type: ${name}`,
  );
}
