// Reads an expression token by token, and collects what is wrong with it: DynamoDB reports one problem, the gravest.
import { validation } from '../errors.ts';

interface Token {
  readonly kind: 'word' | 'name' | 'value' | 'number' | 'sign' | 'end';
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const tokenForm =
  /\s*(?:([A-Za-z_][A-Za-z0-9_]*)|(#[A-Za-z0-9_]+)|(:[A-Za-z0-9_]+)|(\d+)|(<>|<=|>=|[\s\S]))/y;
const kinds = ['word', 'name', 'value', 'number', 'sign'] as const;
const longest = 4096;

export type Parameter =
  | 'UpdateExpression'
  | 'ConditionExpression'
  | 'KeyConditionExpression'
  | 'FilterExpression'
  | 'ProjectionExpression';

/** The kinds of problems that an expression may have. */
export type Problem =
  | 'parentheses'
  | 'unknown function'
  | 'misused function'
  | 'reserved'
  | 'section'
  | 'undefined'
  | 'count'
  | 'same'
  | 'overlap'
  | 'conflict'
  | 'type';

export class Cursor {
  private readonly parameter: Parameter;
  private readonly text: string;
  private readonly tokens: readonly Token[];
  private readonly problems = new Map<Problem, string>();
  private at = 0;

  /** @throws ValidationException */
  constructor(parameter: Parameter, text: string) {
    this.parameter = parameter;
    this.text = text;
    if (text.trim() === '') throw this.refusal('The expression can not be empty;');
    if (Buffer.byteLength(text) > longest) {
      throw this.refusal(
        `Expression size has exceeded the maximum allowed size; expression size: ${Buffer.byteLength(text)}`,
      );
    }
    this.tokens = tokensOf(text);
  }

  /** The place of the next token; `back` returns to it. */
  get place(): number {
    return this.at;
  }

  back(place: number): void {
    this.at = place;
  }

  private get next(): Token {
    return this.tokens[this.at] as Token;
  }

  /** Whether the next token is this sign. */
  isSign(text: string): boolean {
    return this.next.kind === 'sign' && this.next.text === text;
  }

  /** Whether the next token is this word, in any case. */
  isWord(text: string): boolean {
    return this.next.kind === 'word' && this.next.text.toUpperCase() === text;
  }

  isKind(kind: Token['kind']): boolean {
    return this.next.kind === kind;
  }

  /** Whether the next tokens are a name and an opening parenthesis. */
  isCall(): boolean {
    return this.next.kind === 'word' && this.tokens[this.at + 1]?.text === '(';
  }

  take(): string {
    const { text } = this.next;
    if (this.next.kind !== 'end') this.at++;
    return text;
  }

  takeSign(...texts: string[]): string | undefined {
    return this.next.kind === 'sign' && texts.includes(this.next.text) ? this.take() : undefined;
  }

  takeWord(text: string): boolean {
    if (!this.isWord(text)) return false;
    this.at++;
    return true;
  }

  expectSign(text: string): void {
    if (!this.isSign(text)) throw this.syntaxError();
    this.at++;
  }

  expectEnd(): void {
    if (this.next.kind !== 'end') throw this.syntaxError();
  }

  syntaxError(): Error {
    const { next } = this;
    const first = this.tokens[this.at - 1] ?? next;
    const last = this.tokens[this.at + 1] ?? next;
    const token = next.kind === 'end' ? '<EOF>' : next.text;
    return this.refusal(`Syntax error; token: "${token}", near: "${this.text.slice(first.start, last.end)}"`);
  }

  /** Notes a problem; the first one of a kind counts. */
  note(problem: Problem, message: string): void {
    if (!this.problems.has(problem)) this.problems.set(problem, message);
  }

  /** @throws ValidationException for the first problem in this order */
  report(order: readonly Problem[]): void {
    for (const problem of order) {
      const message = this.problems.get(problem);
      if (message !== undefined) throw this.refusal(message);
    }
  }

  private refusal(message: string): Error {
    return validation(`Invalid ${this.parameter}: ${message}`);
  }
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  const whole = text.trimEnd();
  tokenForm.lastIndex = 0;
  while (tokenForm.lastIndex < whole.length) {
    const groups = (tokenForm.exec(whole) as RegExpExecArray).slice(1);
    const index = groups.findIndex((group) => group !== undefined);
    const found = groups[index] as string;
    const end = tokenForm.lastIndex;
    tokens.push({ kind: kinds[index] as Token['kind'], text: found, start: end - found.length, end });
  }
  tokens.push({ kind: 'end', text: '', start: whole.length, end: whole.length });
  return tokens;
}
