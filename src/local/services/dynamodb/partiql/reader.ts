// Reads the tokens of a statement: keywords, names, values, and conditions as expressions of DynamoDB.
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { validation } from '../errors.ts';
import { malformed, type Token, tokensOf } from './tokens.ts';

/** A condition between two ANDs. */
export interface Conjunct {
  /** An expression of DynamoDB, with placeholders. */
  readonly expression: string;
  /** The attributes that it is about. */
  readonly names: readonly string[];
  /** Whether it has an OR outside of parentheses. */
  readonly alternatives: boolean;
  /** When it says that an attribute has a value. */
  readonly equality?: { readonly name: string; readonly value: AttributeValue };
}

const functions = new Set([
  'begins_with',
  'contains',
  'attribute_type',
  'size',
  'list_append',
  'if_not_exists',
]);

export class StatementReader {
  /** The names and values of the placeholders. */
  readonly names: Record<string, string> = {};
  readonly values: Record<string, AttributeValue> = {};
  private readonly tokens: readonly Token[];
  private readonly parameters: readonly AttributeValue[];
  private at = 0;
  private used = 0;

  constructor(statement: string, parameters: readonly AttributeValue[]) {
    this.tokens = tokensOf(statement);
    this.parameters = parameters;
  }

  /** Whether the next token is this keyword or sign; then it is read. */
  take(...words: string[]): boolean {
    if (!words.every((word, index) => this.isAt(word, index))) return false;
    this.at += words.length;
    return true;
  }

  isAt(word: string, ahead = 0): boolean {
    const token = this.tokens[this.at + ahead];
    if (!token || token.quoted) return false;
    if (token.kind === 'sign') return token.text === word;
    return token.kind === 'name' && token.text.toUpperCase() === word;
  }

  expect(...words: string[]): void {
    if (!this.take(...words)) throw malformed(`Expected ${words.join(' ')}`);
  }

  /** @throws ServiceError ValidationException unless the whole statement and all parameters are used */
  end(): void {
    if (this.at < this.tokens.length) throw malformed(`Unexpected token ${this.tokens[this.at]?.text}`);
    if (this.used !== this.parameters.length) {
      throw validation("Number of parameters in request and statement don't match.");
    }
  }

  name(): string {
    const token = this.tokens[this.at];
    if (token?.kind !== 'name') throw malformed(`Unexpected token ${token?.text ?? 'at the end'}`);
    this.at += 1;
    return token.text;
  }

  value(): AttributeValue {
    const token = this.tokens[this.at++];
    if (token?.kind === 'text') return { S: token.text };
    if (token?.kind === 'number') return { N: token.text };
    if (token?.kind === 'name' && !token.quoted) {
      const word = token.text.toUpperCase();
      if (word === 'TRUE' || word === 'FALSE') return { BOOL: word === 'TRUE' };
      if (word === 'NULL') return { NULL: true };
    }
    if (token?.kind === 'sign') {
      if (token.text === '?') return this.parameter();
      if (token.text === '-') return { N: `-${this.number()}` };
      if (token.text === '[') return { L: this.list(']', () => this.value()) };
      if (token.text === '<<') return setOf(this.list('>>', () => this.value()));
      if (token.text === '{') return { M: Object.fromEntries(this.list('}', () => this.member())) };
    }
    throw malformed(`Unexpected token ${token?.text ?? 'at the end'}`);
  }

  /** A path with placeholders, and the name of its attribute. */
  path(): { readonly text: string; readonly name: string } {
    const name = this.name();
    let text = this.placeOf(name);
    for (;;) {
      if (this.take('.')) text += `.${this.placeOf(this.name())}`;
      else if (this.isAt('[') && this.tokens[this.at + 1]?.kind === 'number') {
        this.at += 1;
        text += `[${this.number()}]`;
        this.expect(']');
      } else return { text, name };
    }
  }

  /** The conditions of a WHERE, between its ANDs. With an OR outside of parentheses, the whole is one condition. */
  conjuncts(): Conjunct[] {
    const found: Conjunct[] = [];
    do found.push(this.conjunct());
    while (this.take('AND'));
    if (!found.some(({ alternatives }) => alternatives)) return found;
    const expression = found.map((one) => one.expression).join(' AND ');
    return [{ expression, names: found.flatMap(({ names }) => names), alternatives: true }];
  }

  /** An expression up to a comma, a keyword of the statement, or its end. */
  expression(): { readonly text: string; readonly names: readonly string[]; readonly alternatives: boolean } {
    const parts: string[] = [];
    const names: string[] = [];
    let alternatives = false;
    let depth = 0;
    let between = 0;
    for (let token = this.tokens[this.at]; token; token = this.tokens[this.at]) {
      const word = token.kind === 'name' && !token.quoted ? token.text.toUpperCase() : token.text;
      if (token.kind === 'name' && !token.quoted) {
        if (depth === 0 && ['SET', 'REMOVE', 'WHERE', 'RETURNING', 'ORDER'].includes(word)) break;
        if (depth === 0 && word === 'AND' && between === 0) break;
        if (word === 'AND' && between > 0) between -= 1;
        if (word === 'BETWEEN') between += 1;
        if (depth === 0 && word === 'OR') alternatives = true;
      }
      if (depth === 0 && token.kind === 'sign' && (word === ',' || word === ')')) break;
      if (token.kind === 'sign' && word === '(') depth += 1;
      if (token.kind === 'sign' && word === ')') depth -= 1;
      this.part(token, word, parts, names);
    }
    return { text: parts.join(' '), names, alternatives };
  }

  private conjunct(): Conjunct {
    const start = this.at;
    const { text: expression, names, alternatives } = this.expression();
    if (expression === '') throw malformed('Unexpected end of the condition');
    const [name] = names;
    const end = this.at;
    this.at = start;
    const simple = name !== undefined && this.tokens[start]?.kind === 'name' && this.isAt('=', 1);
    if (!simple) {
      this.at = end;
      return { expression, names, alternatives };
    }
    this.at = start + 2;
    const used = this.used;
    // Parameters have been read with the expression already.
    this.used = this.usedBefore(start);
    const value = this.value();
    this.used = used;
    const whole = this.at === end;
    this.at = end;
    return { expression, names, alternatives, ...(whole && { equality: { name, value } }) };
  }

  private usedBefore(index: number): number {
    return this.tokens.slice(0, index).filter(({ kind, text }) => kind === 'sign' && text === '?').length;
  }

  private part(token: Token, word: string, parts: string[], names: string[]): void {
    const isWord = token.kind === 'name' && !token.quoted;
    if (isWord && word === 'IS') {
      this.at += 1;
      const not = this.take('NOT');
      const path = parts.pop() ?? '';
      if (this.take('MISSING')) parts.push(`${not ? 'attribute_exists' : 'attribute_not_exists'} (${path})`);
      else {
        this.expect('NULL');
        parts.push(`${not ? 'NOT ' : ''}attribute_type (${path}, ${this.placed({ S: 'NULL' })})`);
      }
    } else if (isWord && ['AND', 'OR', 'NOT', 'BETWEEN'].includes(word)) {
      this.at += 1;
      parts.push(word);
    } else if (isWord && word === 'IN') {
      this.at += 1;
      const open = this.take('[') ? ']' : ')';
      if (open === ')') this.expect('(');
      parts.push(`IN (${this.list(open, () => this.placed(this.value())).join(', ')})`);
    } else if (isWord && functions.has(token.text.toLowerCase()) && this.isAt('(', 1)) {
      this.at += 1;
      parts.push(token.text.toLowerCase());
    } else if (token.kind === 'name' && !(isWord && ['TRUE', 'FALSE', 'NULL'].includes(word))) {
      const { text, name } = this.path();
      parts.push(text);
      names.push(name);
    } else if (
      token.kind === 'sign' &&
      ['=', '<', '>', '<=', '>=', '<>', '!=', '+', '-', '(', ')', ','].includes(word)
    ) {
      const negative =
        word === '-' && this.tokens[this.at + 1]?.kind === 'number' && !/[\w)\]]$/.test(parts.at(-1) ?? '');
      if (negative) parts.push(this.placed(this.value()));
      else {
        this.at += 1;
        parts.push(word === '!=' ? '<>' : word);
      }
    } else parts.push(this.placed(this.value()));
  }

  private list<T>(close: string, read: () => T): T[] {
    const all: T[] = [];
    while (!this.take(close)) {
      if (all.length > 0) this.expect(',');
      all.push(read());
    }
    return all;
  }

  private member(): [string, AttributeValue] {
    const token = this.tokens[this.at++];
    if (token?.kind !== 'text' && token?.kind !== 'name')
      throw malformed('Expected the name of an attribute');
    this.expect(':');
    return [token.text, this.value()];
  }

  private number(): string {
    const token = this.tokens[this.at++];
    if (token?.kind !== 'number') throw malformed('Expected a number');
    return token.text;
  }

  private parameter(): AttributeValue {
    const value = this.parameters[this.used++];
    if (!value) throw validation("Number of parameters in request and statement don't match.");
    return value;
  }

  placeOf(name: string): string {
    const known = Object.entries(this.names).find(([, one]) => one === name);
    if (known) return known[0];
    const place = `#n${Object.keys(this.names).length}`;
    this.names[place] = name;
    return place;
  }

  private placed(value: AttributeValue): string {
    const place = `:v${Object.keys(this.values).length}`;
    this.values[place] = value;
    return place;
  }
}

function setOf(values: readonly AttributeValue[]): AttributeValue {
  const all = (kind: 'S' | 'N' | 'B') => values.map((value) => value[kind]);
  if (values.every(({ S }) => S !== undefined)) return { SS: all('S') as string[] };
  if (values.every(({ N }) => N !== undefined)) return { NS: all('N') as string[] };
  if (values.every(({ B }) => B !== undefined)) return { BS: all('B') as Uint8Array[] };
  throw validation('A set contains values of one type: strings, numbers or bytes');
}
