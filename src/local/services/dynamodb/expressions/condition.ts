// Conditions: ConditionExpression, FilterExpression and KeyConditionExpression.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html

import { checkBetween, checkCall, checkDistinct, checkOrdered } from './condition-checks.ts';
import type { Comparator, Condition, FunctionName, Operand } from './condition-tree.ts';
import { Cursor, type Parameter } from './cursor.ts';
import type { Names } from './names.ts';

const comparators: readonly string[] = ['=', '<>', '<', '<=', '>', '>='];

/** @throws ValidationException */
export function parseCondition(parameter: Parameter, text: string, names: Names): Condition {
  const parser = new ConditionParser(new Cursor(parameter, text), names);
  return parser.whole();
}

class ConditionParser {
  private readonly cursor: Cursor;
  private readonly names: Names;

  constructor(cursor: Cursor, names: Names) {
    this.cursor = cursor;
    this.names = names;
  }

  whole(): Condition {
    const condition = this.either();
    this.cursor.expectEnd();
    this.cursor.report([
      'parentheses',
      'unknown function',
      'misused function',
      'reserved',
      'undefined',
      'count',
      'same',
      'type',
    ]);
    return condition;
  }

  private either(): Condition {
    const of = [this.all()];
    while (this.cursor.takeWord('OR')) of.push(this.all());
    return of.length === 1 ? (of[0] as Condition) : { kind: 'or', of };
  }

  private all(): Condition {
    const of = [this.negated()];
    while (this.cursor.takeWord('AND')) of.push(this.negated());
    return of.length === 1 ? (of[0] as Condition) : { kind: 'and', of };
  }

  private negated(): Condition {
    if (this.cursor.takeWord('NOT')) return { kind: 'not', of: this.negated() };
    return this.cursor.isSign('(') ? this.inParentheses() : this.simple();
  }

  /** A condition in parentheses, or a comparison whose first operand is in parentheses. */
  private inParentheses(): Condition {
    const { cursor } = this;
    const start = cursor.place;
    let failure: unknown;
    try {
      cursor.take();
      const inner = cursor.place;
      const condition = this.either();
      const end = cursor.place;
      cursor.expectSign(')');
      if (!this.atOperator()) {
        if (this.isWrapped(inner, end))
          cursor.note('parentheses', 'The expression has redundant parentheses;');
        return condition;
      }
    } catch (error) {
      failure = error;
    }
    cursor.back(start);
    try {
      return this.simple();
    } catch (error) {
      throw failure ?? error;
    }
  }

  /** Whether the tokens between these places are one pair of parentheses with its content. */
  private isWrapped(start: number, end: number): boolean {
    const { cursor } = this;
    const after = cursor.place;
    let depth = 0;
    cursor.back(start);
    let whole = cursor.isSign('(');
    while (whole && cursor.place < end) {
      const token = cursor.take();
      if (token === '(') depth++;
      if (token === ')') depth--;
      if (depth === 0 && cursor.place < end) whole = false;
    }
    cursor.back(after);
    return whole;
  }

  private atOperator(): boolean {
    const { cursor } = this;
    return comparators.some((sign) => cursor.isSign(sign)) || cursor.isWord('BETWEEN') || cursor.isWord('IN');
  }

  private simple(): Condition {
    const { cursor } = this;
    const first = this.operand();
    const sign = cursor.takeSign(...comparators);
    if (sign !== undefined) {
      const operands = [this.only(first), this.only(this.operand())];
      checkDistinct(cursor, sign, operands);
      checkOrdered(cursor, sign, operands);
      return { kind: 'compare', operator: sign as Comparator, operands };
    }
    if (cursor.takeWord('BETWEEN')) {
      const low = this.only(this.operand());
      if (!cursor.takeWord('AND')) throw cursor.syntaxError();
      const operands = [this.only(first), low, this.only(this.operand())];
      checkBetween(cursor, operands);
      return { kind: 'between', operands };
    }
    if (cursor.takeWord('IN')) {
      cursor.expectSign('(');
      const operands = [this.only(first), ...this.list()].map((one) => this.only(one));
      return { kind: 'in', operands };
    }
    if (first.kind !== 'call') {
      if (first.kind !== 'size') throw cursor.syntaxError();
      this.misused('size');
      return { kind: 'and', of: [] };
    }
    return first;
  }

  private misused(name: string): void {
    this.cursor.note(
      'misused function',
      `The function is not allowed to be used this way in an expression; function: ${name}`,
    );
  }

  /** An operand of a comparison: of the functions only `size`. */
  private only(operand: Operand | Call): Operand {
    if (operand.kind !== 'call') return operand;
    this.misused(operand.name);
    return { kind: 'value', value: {} };
  }

  private operand(): Operand | Call {
    const { cursor, names } = this;
    if (cursor.takeSign('(')) {
      const inner = this.operand();
      cursor.expectSign(')');
      return inner;
    }
    if (cursor.isKind('value')) return { kind: 'value', value: names.value(cursor) };
    if (!cursor.isCall()) return { kind: 'path', path: names.path(cursor) };
    const name = cursor.take();
    cursor.take();
    const operands = this.list().map((one) => this.only(one));
    checkCall(cursor, name, operands);
    if (name === 'size') return { kind: 'size', of: operands[0] ?? { kind: 'value', value: {} } };
    return { kind: 'call', name: name as FunctionName, operands };
  }

  /** Operands up to the closing parenthesis. */
  private list(): (Operand | Call)[] {
    const operands = [this.operand()];
    while (this.cursor.takeSign(',')) operands.push(this.operand());
    this.cursor.expectSign(')');
    return operands;
  }
}

type Call = Extract<Condition, { kind: 'call' }>;
