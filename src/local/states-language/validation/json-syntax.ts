// Errors of JSON in the words of Jackson, the parser that AWS uses.

export interface SyntaxProblem {
  readonly message: string;
  /** `line: 1, column: 4` */
  readonly position: string;
}

/** The first error in a text that JSON.parse refuses. */
export function syntaxProblem(text: string): SyntaxProblem {
  const scanner = new Scanner(text);
  try {
    scanner.value();
    scanner.spaces();
    return { message: 'Unexpected end-of-input', position: scanner.position() };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { message: error.message, position: scanner.position() };
  }
}

class Problem extends Error {}

const tokens = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";

class Scanner {
  private readonly text: string;
  private at = 0;

  constructor(text: string) {
    this.text = text;
  }

  position(): string {
    const lines = this.text.slice(0, this.at).split('\n');
    return `line: ${lines.length}, column: ${(lines.at(-1)?.length ?? 0) + 1}`;
  }

  spaces(): void {
    while (/\s/.test(this.text[this.at] ?? '')) this.at++;
  }

  value() {
    this.spaces();
    const sign = this.text[this.at];
    if (sign === undefined) throw new Problem('Unexpected end-of-input');
    if (sign === '{') return this.members();
    if (sign === '[') return this.items();
    if (sign === '"') return this.string();
    const word = /[\w$]+/y;
    word.lastIndex = this.at;
    const number = /-?\d+(\.\d+)?([eE][+-]?\d+)?/y;
    number.lastIndex = this.at;
    if (number.exec(this.text)) {
      this.at = number.lastIndex;
      return;
    }
    const found = word.exec(this.text)?.[0];
    if (found === undefined) throw this.unexpected(`expected a valid value ${tokens}`);
    this.at += found.length;
    if (!['true', 'false', 'null'].includes(found)) {
      throw new Problem(`Unrecognized token '${found}': was expecting ${tokens}`);
    }
  }

  private members(): void {
    this.at++;
    this.spaces();
    if (this.text[this.at] === '}') {
      this.at++;
      return;
    }
    for (;;) {
      this.spaces();
      if (this.text[this.at] !== '"') throw this.unexpected('was expecting double-quote to start field name');
      this.string();
      this.spaces();
      if (this.text[this.at] !== ':')
        throw this.unexpected('was expecting a colon to separate field name and value');
      this.at++;
      this.value();
      if (this.closes('}', 'Object')) return;
    }
  }

  private items(): void {
    this.at++;
    this.spaces();
    if (this.text[this.at] === ']') {
      this.at++;
      return;
    }
    for (;;) {
      this.value();
      if (this.closes(']', 'Array')) return;
    }
  }

  private closes(end: string, kind: string): boolean {
    this.spaces();
    const sign = this.text[this.at];
    if (sign !== end && sign !== ',')
      throw this.unexpected(`was expecting comma to separate ${kind} entries`);
    this.at++;
    return sign === end;
  }

  private string(): void {
    const string = /"(?:[^"\\]|\\.)*"/sy;
    string.lastIndex = this.at;
    if (!string.exec(this.text)) {
      this.at = this.text.length;
      throw new Problem('Unexpected end-of-input: was expecting closing quote for a string value');
    }
    this.at = string.lastIndex;
  }

  private unexpected(expected: string): Problem {
    const sign = this.text[this.at];
    if (sign === undefined) return new Problem('Unexpected end-of-input');
    this.at++;
    return new Problem(`Unexpected character ('${sign}' (code ${sign.charCodeAt(0)})): ${expected}`);
  }
}
