// The common parts of all filter patterns: reading their text, comparing values, joining conditions with && and ||.
import { invalid } from '../errors.ts';

export const invalidPattern = () => invalid('Invalid filter pattern');

/** A cursor over the text of a pattern. */
export class PatternReader {
  private readonly text: string;
  private at = 0;

  constructor(text: string) {
    this.text = text;
  }

  /** Whether only blanks are left. */
  atEnd(): boolean {
    this.blanks();
    return this.at === this.text.length;
  }

  /** Skips blanks and consumes the token if it comes next. */
  eat(token: string): boolean {
    this.blanks();
    if (!this.text.startsWith(token, this.at)) return false;
    this.at += token.length;
    return true;
  }

  /** Consumes the match of the sticky expression at this place, without skipping blanks. */
  match(sticky: RegExp): RegExpExecArray | undefined {
    sticky.lastIndex = this.at;
    const found = sticky.exec(this.text);
    if (!found) return undefined;
    this.at = sticky.lastIndex;
    return found;
  }

  blanks(): void {
    while (/\s/.test(this.text.charAt(this.at))) this.at++;
  }
}

const quotedText = /"((?:[^"\\]|\\[\s\S])*)"/y;
const regexText = /%([^%]+)%/y;

/** A double-quoted string with its escapes resolved; undefined when none comes next. */
export function readQuoted(reader: PatternReader): string | undefined {
  return reader.match(quotedText)?.[1]?.replace(/\\(["\\])/g, '$1');
}

/** A `%regular expression%`; undefined when none comes next. @throws InvalidParameterException */
export function readRegex(reader: PatternReader): RegExp | undefined {
  const source = reader.match(regexText)?.[1];
  if (source === undefined) return undefined;
  // Only the syntax on the FilterAndPatternSyntax page. Without groups, no pattern takes exponential time.
  if (!/^(?:\\[\x20-\x7e]|[A-Za-z0-9 :_#=@/;,\-^$?[\]{}|*+.])+$/.test(source))
    throw invalid(`Invalid character(s) in term '%${source}%'`);
  try {
    return new RegExp(source);
  } catch {
    throw invalidPattern();
  }
}

export interface Operand {
  readonly text: string;
  /** Set when the operand is written as a number. */
  readonly number: number | undefined;
  /** Whether the whole text matches the operand: equal, or by its asterisks or expression. */
  matches(text: string): boolean;
}

const numeric = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

export const toNumber = (text: string): number | undefined => (numeric.test(text) ? Number(text) : undefined);

/** A quoted string, a regular expression, or a bare word, which the sticky expression delimits. */
export function readOperand(reader: PatternReader, bareWord: RegExp): Operand {
  reader.blanks();
  const quoted = readQuoted(reader);
  if (quoted !== undefined) return operand(quoted, undefined);
  const regex = readRegex(reader);
  if (regex) return { text: regex.source, number: undefined, matches: (text) => regex.test(text) };
  const word = reader.match(bareWord)?.[0];
  if (!word) throw invalidPattern();
  return operand(word, toNumber(word));
}

function operand(text: string, number: number | undefined): Operand {
  if (!text.includes('*')) return { text, number, matches: (other) => other === text };
  const parts = text.split(/\*+/);
  return { text, number, matches: (other) => matchesParts(other, parts) };
}

/** Whether the text contains the parts in this order, the first at its start and the last at its end. */
function matchesParts(text: string, parts: readonly string[]): boolean {
  const head = parts[0] ?? '';
  const tail = parts.at(-1) ?? '';
  if (text.length < head.length + tail.length || !text.startsWith(head) || !text.endsWith(tail)) return false;
  let at = head.length;
  for (const part of parts.slice(1, -1)) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return at <= text.length - tail.length;
}

export type Operator = '=' | '!=' | '<' | '<=' | '>' | '>=';

export function readOperator(reader: PatternReader): Operator | undefined {
  return (['!=', '<=', '>=', '=', '<', '>'] as const).find((operator) => reader.eat(operator));
}

/** @throws InvalidParameterException for `<` or `>` with an operand that is not a number */
export function checkComparison(operator: Operator, { number }: Operand): void {
  if (operator !== '=' && operator !== '!=' && number === undefined) throw invalidPattern();
}

export function compareNumbers(operator: Operator, left: number, right: number): boolean {
  if (operator === '=') return left === right;
  if (operator === '!=') return left !== right;
  if (operator === '<') return left < right;
  if (operator === '<=') return left <= right;
  return operator === '>' ? left > right : left >= right;
}

export type Condition<T> = (subject: T) => boolean;

/** Conditions joined by `&&`, which binds more tightly, and `||`, with parentheses; `leaf` reads one condition. */
export function readConditions<T>(reader: PatternReader, leaf: () => Condition<T>): Condition<T> {
  const any = [readAll(reader, leaf)];
  while (reader.eat('||')) any.push(readAll(reader, leaf));
  return (subject) => any.some((condition) => condition(subject));
}

function readAll<T>(reader: PatternReader, leaf: () => Condition<T>): Condition<T> {
  const all = [readOne(reader, leaf)];
  while (reader.eat('&&')) all.push(readOne(reader, leaf));
  return (subject) => all.every((condition) => condition(subject));
}

function readOne<T>(reader: PatternReader, leaf: () => Condition<T>): Condition<T> {
  if (!reader.eat('(')) return leaf();
  const inner = readConditions(reader, leaf);
  if (!reader.eat(')')) throw invalidPattern();
  return inner;
}
