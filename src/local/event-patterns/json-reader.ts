// A JSON reader whose positions and error texts are those of Jackson, the parser under event-ruler. AWS shows them to
// users: a column lies just after a number or a bracket, and just after the opening quote of a string that was not read.
// https://github.com/FasterXML/jackson-core/blob/2.22/src/main/java/com/fasterxml/jackson/core/json/ReaderBasedJsonParser.java
import { PatternError } from './pattern-error.ts';

export type Token = '{' | '}' | '[' | ']' | 'name' | 'string' | 'number' | 'true' | 'false' | 'null' | 'end';

interface Scope {
  readonly kind: '{' | '[';
  /** The position after its opening bracket. */
  readonly start: number;
  entries: number;
}

const expectedTokens = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";
const numberPattern = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const escapes: Readonly<Record<string, string>> = {
  b: '\b',
  t: '\t',
  n: '\n',
  f: '\f',
  r: '\r',
  '"': '"',
  '/': '/',
  '\\': '\\',
};

export class JsonReader {
  token: Token = 'end';
  /** The most recent key. */
  key = '';
  private position = 0;
  /** The value after a key. Jackson reads on to it before it reports the key. */
  private following: Token | undefined;
  /** The text of the current number, or of a string that has been read. */
  private value = '';
  private unreadString = false;
  private readonly scopes: Scope[] = [];
  private readonly source: string;

  constructor(source: string) {
    this.source = source;
  }

  /** The next token. */
  next(): Token {
    if (this.following) {
      const following = this.following;
      this.following = undefined;
      if (following === '{' || following === '[') this.open(following);
      this.token = following;
      return following;
    }
    if (this.unreadString) this.readString();
    this.token = this.read();
    return this.token;
  }

  /** The text of the current token. */
  text(): string {
    if (this.token === 'string' && this.unreadString) this.readString();
    if (this.token === 'string' || this.token === 'number') return this.value;
    return this.token === 'name' ? this.key : this.token;
  }

  /** @throws PatternError with the place in the text */
  fail(reason: string, position = this.position): never {
    throw new PatternError(`${reason}\n at ${this.place(position)}`);
  }

  private place(position: number): string {
    const lines = this.source.slice(0, position).split(/\r\n|\r|\n/);
    const shown = this.source.slice(0, 500);
    const rest = this.source.length - shown.length;
    const truncated = rest > 0 ? `[truncated ${rest} chars]` : '';
    const column = (lines.at(-1)?.length ?? 0) + 1;
    return `[Source: (String)"${shown}"${truncated}; line: ${lines.length}, column: ${column}]`;
  }

  private read(): Token {
    const scope = this.scopes.at(-1);
    let character = this.skipSpace();
    if (character === undefined) {
      if (scope) this.endOfInput(scope);
      return 'end';
    }
    if (character === ']' || character === '}') return this.close(character, scope);
    if (!scope) return this.readValue(character);
    if (scope.entries++ > 0) {
      if (character !== ',') {
        this.unexpected(
          character,
          `was expecting comma to separate ${scope.kind === '{' ? 'Object' : 'Array'} entries`,
        );
      }
      character = this.skipSpace();
      if (character === undefined)
        this.fail(`Unexpected end-of-input within/between ${named(scope.kind)} entries`);
    }
    return scope.kind === '{' ? this.readKey(character) : this.readValue(character);
  }

  private readKey(character: string): Token {
    if (character !== '"') this.unexpected(character, 'was expecting double-quote to start field name');
    this.readString(' in field name');
    this.key = this.value;
    const colon = this.skipSpace();
    if (colon !== ':') {
      if (colon === undefined) this.fail('Unexpected end-of-input within/between Object entries');
      this.unexpected(colon, 'was expecting a colon to separate field name and value');
    }
    const value = this.skipSpace();
    if (value === undefined) this.fail('Unexpected end-of-input within/between Object entries');
    this.following = this.readValue(value, true);
    return 'name';
  }

  /** `after a key`: a bracket is counted as open when it becomes the current token. */
  private readValue(character: string, afterKey = false): Token {
    switch (character) {
      case '"':
        this.unreadString = true;
        return 'string';
      case '{':
      case '[':
        if (!afterKey) this.open(character);
        return character;
      case '}':
        return this.unexpected(character, 'expected a value');
      case 't':
        return this.literal('true');
      case 'f':
        return this.literal('false');
      case 'n':
        return this.literal('null');
      default:
        if (character === '-' || /\d/.test(character)) return this.readNumber();
        if (/[\p{L}_$]/u.test(character)) this.unrecognized();
        return this.unexpected(character, `expected a valid value ${expectedTokens}`);
    }
  }

  private readNumber(): Token {
    numberPattern.lastIndex = this.position - 1;
    const found = numberPattern.exec(this.source)?.[0];
    if (found === undefined) {
      if (this.position === this.source.length) this.fail('Unexpected end-of-inputNo digit following sign');
      this.notNumeric(0, 'expected digit (0-9) to follow minus sign, for valid numeric value');
    }
    this.position += found.length - 1;
    this.value = found;
    const next = this.source[this.position];
    if (next !== undefined && /\d/.test(next)) this.fail('Invalid numeric value: Leading zeroes not allowed');
    if (next === '.') this.notNumeric(1, 'Decimal point not followed by a digit');
    if ((next === 'e' || next === 'E') && !/[eE]/.test(found)) {
      const sign = '+-'.includes(this.source[this.position + 1] ?? '.') ? 1 : 0;
      this.notNumeric(1 + sign, 'Exponent indicator not followed by a digit');
    }
    return 'number';
  }

  /** `ahead`: where the wrong character lies. At the end of the text Jackson names the last one. */
  private notNumeric(ahead: number, reason: string): never {
    const wrong = this.position + ahead;
    const place = Math.min(wrong, this.source.length) - (ahead === 0 ? 0 : 1);
    const character = this.source[Math.min(wrong, this.source.length - 1)] as string;
    const code = character.charCodeAt(0);
    return this.fail(
      `Unexpected character ('${character}' (code ${code})) in numeric value: ${reason}`,
      place,
    );
  }

  private literal(word: 'true' | 'false' | 'null'): Token {
    const start = this.position - 1;
    const next = this.source[start + word.length];
    if (!this.source.startsWith(word, start) || (next !== undefined && /[\p{L}\p{N}_$]/u.test(next))) {
      this.unrecognized();
    }
    this.position = start + word.length;
    return word;
  }

  private unrecognized(): never {
    const start = this.position - 1;
    const word = /^[\p{L}\p{N}_$]+/u.exec(this.source.slice(start))?.[0] ?? '';
    this.position = start + word.length;
    return this.fail(`Unrecognized token '${word}': was expecting ${expectedTokens}`);
  }

  /** Reads from after the opening quote to after the closing one. */
  private readString(place = ': was expecting closing quote for a string value'): void {
    this.unreadString = false;
    let text = '';
    for (;;) {
      const character = this.source[this.position++];
      if (character === undefined) {
        this.position = this.source.length;
        this.fail(`Unexpected end-of-input${place}`);
      }
      if (character === '"') break;
      if (character === '\\') text += this.readEscape();
      else if (character < ' ') {
        const code = character.charCodeAt(0);
        this.fail(
          `Illegal unquoted character ((CTRL-CHAR, code ${code})): has to be escaped using backslash to be included in string value`,
        );
      } else text += character;
    }
    this.value = text;
  }

  private readEscape(): string {
    const character = this.source[this.position++];
    if (character === undefined) this.fail('Unexpected end-of-input in character escape sequence');
    if (character === 'u') {
      const digits = this.source.slice(this.position, this.position + 4);
      if (!/^[0-9a-fA-F]{4}$/.test(digits)) {
        const wrong = /[^0-9a-fA-F]/.exec(digits)?.[0] ?? '';
        this.unexpected(wrong, 'expected a hex-digit for character escape sequence');
      }
      this.position += 4;
      return String.fromCharCode(Number.parseInt(digits, 16));
    }
    const escaped = escapes[character];
    if (escaped === undefined) {
      const reason = `Unrecognized character escape '${character}' (code ${character.charCodeAt(0)})`;
      this.fail(reason, this.position - 1);
    }
    return escaped;
  }

  private open(kind: '{' | '['): void {
    this.scopes.push({ kind, start: this.position, entries: 0 });
  }

  private close(character: ']' | '}', scope: Scope | undefined): Token {
    const kind = character === ']' ? '[' : '{';
    if (!scope) {
      const reason = `Unexpected close marker '${character}': no open ${named(kind)} to close`;
      this.fail(reason, this.position - 1);
    }
    if (scope.kind !== kind) {
      const wanted = scope.kind === '[' ? ']' : '}';
      const start = this.place(scope.start - 1);
      this.fail(
        `Unexpected close marker '${character}': expected '${wanted}' (for ${named(scope.kind)} starting at ${start})`,
        this.position - 1,
      );
    }
    this.scopes.pop();
    return character;
  }

  private endOfInput(scope: Scope): never {
    const start = this.place(scope.start - 1);
    return this.fail(
      `Unexpected end-of-input: expected close marker for ${named(scope.kind)} (start marker at ${start})`,
    );
  }

  private unexpected(character: string, expectation: string): never {
    const code = character.charCodeAt(0);
    return this.fail(
      `Unexpected character ('${character}' (code ${code})): ${expectation}`,
      this.position - 1,
    );
  }

  private skipSpace(): string | undefined {
    while (this.position < this.source.length && ' \t\r\n'.includes(this.source[this.position] as string)) {
      this.position++;
    }
    return this.source[this.position++] ?? this.atEnd();
  }

  private atEnd(): undefined {
    this.position = this.source.length;
  }
}

const named = (kind: '{' | '['): string => (kind === '{' ? 'Object' : 'Array');
