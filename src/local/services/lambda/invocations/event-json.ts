// Checks that an event is JSON. The error texts are those of Jackson, the parser that Lambda uses.

/** The tokens that a document may begin with. */
const values = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";
/** The number of characters that are quoted of an unknown token. */
const longestToken = 256;
const deepestNesting = 1000;
const words: Record<number, string> = { 116: 'true', 102: 'false', 110: 'null', 78: 'NaN' };

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Undefined when the bytes are a single JSON value. */
export function jsonFault(bytes: Uint8Array): string | undefined {
  try {
    JSON.parse(utf8.decode(bytes));
    return undefined;
  } catch (error) {
    // Where Jackson accepts more than JSON.parse, the message is that of JSON.parse.
    return new EventReader(bytes).fault() ?? (error as Error).message;
  }
}

type Container = 'Object' | 'Array';
type Where = Container | 'root';

class Fault extends Error {}

class EventReader {
  private readonly bytes: Uint8Array;
  private at = 0;
  private line = 1;
  private lineStart = 0;
  private depth = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  fault(): string | undefined {
    try {
      const byte = this.token();
      if (byte === undefined) throw this.failed('No content to map due to end-of-input');
      this.value(byte, 'root');
      const next = this.token();
      if (next !== undefined) this.value(next, 'root');
      return undefined;
    } catch (error) {
      if (error instanceof Fault) return error.message;
      throw error;
    }
  }

  /** The next byte that is not white space; undefined at the end. */
  private token(): number | undefined {
    for (; this.at < this.bytes.length; ) {
      const byte = this.bytes[this.at++] as number;
      if (byte === 0x0a) {
        this.line++;
        this.lineStart = this.at;
      } else if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0d) {
        if (byte < 0x20) throw this.illegal(byte);
        return byte;
      }
    }
    return undefined;
  }

  private value(byte: number, where: Where): void {
    const word = words[byte];
    if (byte === 0x7b || byte === 0x5b) this.nested(byte);
    else if (byte === 0x22) this.string();
    else if (byte === 0x2d || isDigit(byte)) this.number(byte, where);
    else if (word) this.word(word);
    else throw this.none(byte, where);
  }

  private nested(byte: number): void {
    if (++this.depth > deepestNesting) {
      throw this.failed(
        `Document nesting depth (${this.depth}) exceeds the maximum allowed (${deepestNesting}, from \`StreamReadConstraints.getMaxNestingDepth()\`)`,
      );
    }
    if (byte === 0x7b) this.object();
    else this.array();
    this.depth--;
  }

  /** The error for a byte that begins no value. */
  private none(byte: number, where: Where): Fault {
    if (byte === 0x7d || byte === 0x2c || (byte === 0x5d && where === 'Array')) {
      return this.unexpected(byte, 'expected a value');
    }
    if (isIdentifierStart(byte)) return this.unrecognized(this.at - 1);
    return this.unexpected(byte, `expected a valid value ${values}`);
  }

  private object(): void {
    const start = this.here(this.at - 1);
    for (let first = true; ; first = false) {
      let byte = this.entry('Object', start);
      if (byte === 0x7d) return;
      if (!first) byte = this.afterComma(byte, 'Object');
      if (byte !== 0x22) throw this.unexpected(byte, 'was expecting double-quote to start field name');
      this.name();
      const colon = this.within('Object');
      if (colon !== 0x3a) {
        throw this.unexpected(colon, 'was expecting a colon to separate field name and value');
      }
      this.value(this.within('Object'), 'Object');
    }
  }

  private array(): void {
    const start = this.here(this.at - 1);
    for (let first = true; ; first = false) {
      const byte = this.entry('Array', start);
      if (byte === 0x5d) return;
      this.value(first ? byte : this.afterComma(byte, 'Array'), 'Array');
    }
  }

  /** Reads the byte that begins an entry, separates it from the next one, or ends the container. */
  private entry(what: Container, start: string): number {
    const byte = this.token();
    if (byte !== undefined) return byte;
    throw this.failed(
      `Unexpected end-of-input: expected close marker for ${what} (start marker at ${start})`,
    );
  }

  private afterComma(byte: number, what: Container): number {
    if (byte !== 0x2c) throw this.unexpected(byte, `was expecting comma to separate ${what} entries`);
    return this.within(what);
  }

  private within(what: Container): number {
    const byte = this.token();
    if (byte === undefined) throw this.failed(`Unexpected end-of-input within/between ${what} entries`);
    return byte;
  }

  private name(): void {
    if (this.at >= this.bytes.length) {
      throw this.failed(`Unexpected end-of-input: was expecting closing '"' for name`);
    }
    this.string('field name', 'name');
  }

  private string(where = 'VALUE_STRING', what = 'string value'): void {
    for (;;) {
      const byte = this.bytes[this.at];
      if (byte === undefined) throw this.failed(`Unexpected end-of-input in ${where}`);
      this.at++;
      if (byte === 0x22) return;
      if (byte === 0x5c) this.escape();
      else if (byte < 0x20) {
        throw this.failed(
          `Illegal unquoted character (${described(byte)}): has to be escaped using backslash to be included in ${what}`,
          this.at - 1,
        );
      } else if (byte >= 0x80) this.continued(byte);
    }
  }

  private escape(): void {
    const code = this.bytes[this.at++];
    if (code === undefined) throw this.failed('Unexpected end-of-input in character escape sequence');
    if ('"\\/bfnrt'.includes(String.fromCharCode(code))) return;
    if (code !== 0x75) {
      throw this.failed(`Unrecognized character escape ${described(code)}`);
    }
    for (let digits = 0; digits < 4; digits++) {
      const digit = this.bytes[this.at++];
      if (digit === undefined) throw this.failed('Unexpected end-of-input in character escape sequence');
      if (!/[\da-f]/i.test(String.fromCharCode(digit))) {
        throw this.unexpected(digit, 'expected a hex-digit for character escape sequence');
      }
    }
  }

  /** Reads the bytes of a character after the first one. */
  private continued(first: number): void {
    const length =
      (first & 0xe0) === 0xc0 ? 1 : (first & 0xf0) === 0xe0 ? 2 : (first & 0xf8) === 0xf0 ? 3 : 0;
    if (length === 0) throw this.failed(`Invalid UTF-8 start byte ${hex(first)}`);
    for (let index = 0; index < length; index++) {
      const byte = this.bytes[this.at++];
      if (byte === undefined) throw this.failed('Unexpected end-of-input in VALUE_STRING');
      if ((byte & 0xc0) !== 0x80) throw this.failed(`Invalid UTF-8 middle byte ${hex(byte)}`);
    }
  }

  private number(first: number, where: Where): void {
    let byte: number | undefined = first;
    if (byte === 0x2d) {
      byte = this.bytes[this.at++];
      if (byte === undefined) {
        throw this.failed('Unexpected end-of-input in a Number value');
      }
      if (!isDigit(byte)) {
        throw this.unexpectedNumber(
          byte,
          'expected digit (0-9) to follow minus sign, for valid numeric value',
        );
      }
    }
    if (byte === 0x30 && isDigit(this.bytes[this.at])) {
      throw this.failed('Invalid numeric value: Leading zeroes not allowed');
    }
    const digits = () => {
      for (; isDigit(this.bytes[this.at]); this.at++);
    };
    digits();
    if (this.bytes[this.at] === 0x2e) {
      this.at++;
      this.digit('Decimal point not followed by a digit');
      digits();
    }
    if (this.bytes[this.at] === 0x65 || this.bytes[this.at] === 0x45) {
      this.at++;
      if (this.bytes[this.at] === 0x2b || this.bytes[this.at] === 0x2d) this.at++;
      this.digit('Exponent indicator not followed by a digit');
      digits();
    }
    const after = this.bytes[this.at];
    if (where === 'root' && after !== undefined && !' \t\r\n'.includes(String.fromCharCode(after))) {
      this.at++;
      throw this.unexpected(after, 'Expected space separating root-level values');
    }
  }

  private digit(otherwise: string): void {
    const byte = this.bytes[this.at];
    if (isDigit(byte)) return;
    if (byte === undefined) throw this.failed('Unexpected end-of-input in a Number value');
    this.at++;
    throw this.unexpectedNumber(byte, otherwise);
  }

  private word(word: string): void {
    const start = this.at - 1;
    for (let index = 1; index < word.length; index++) {
      if (this.bytes[this.at] !== word.charCodeAt(index)) throw this.unrecognized(start);
      this.at++;
    }
    const after = this.bytes[this.at];
    if (after !== undefined && isIdentifierPart(after)) throw this.unrecognized(start);
    if (word !== 'NaN') return;
    throw this.failed(
      "Non-standard token 'NaN': enable `JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS` to allow",
    );
  }

  /** The error for an unknown word; reads to the end of the word. */
  private unrecognized(start: number): Fault {
    let end: number | undefined;
    for (;;) {
      const byte = this.bytes[this.at];
      if (byte === undefined) break;
      this.at++;
      if (byte >= 0x80) {
        this.continued(byte);
        continue;
      }
      if (!isIdentifierPart(byte)) {
        end = this.at - 1;
        break;
      }
      if (this.at - start >= longestToken) break;
    }
    const token = new TextDecoder().decode(this.bytes.subarray(start, end ?? this.at));
    const quoted = token.length >= longestToken ? `${token.slice(0, longestToken)}...` : token;
    return this.failed(`Unrecognized token '${quoted}': was expecting ${values}`);
  }

  /** The error for the byte that was read last. */
  private unexpected(byte: number, comment: string): Fault {
    return this.failed(`Unexpected character (${described(byte)}): ${comment}`, this.at - 1);
  }

  private unexpectedNumber(byte: number, comment: string): Fault {
    return this.failed(`Unexpected character (${described(byte)}) in numeric value: ${comment}`, this.at - 1);
  }

  private illegal(byte: number): Fault {
    return this.failed(
      `Illegal character (${described(byte)}): only regular white space (\\r, \\n, \\t) is allowed between tokens`,
      this.at - 1,
    );
  }

  private here(at = this.at): string {
    return `[Source: REDACTED (\`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION\` disabled); line: ${this.line}, column: ${at - this.lineStart + 1}]`;
  }

  private failed(message: string, at = this.at): Fault {
    return new Fault(`${message}\n at ${this.here(at)}`);
  }
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}

function isIdentifierStart(byte: number): boolean {
  return /[A-Za-z_$]/.test(String.fromCharCode(byte));
}

function isIdentifierPart(byte: number): boolean {
  return isIdentifierStart(byte) || isDigit(byte);
}

function described(byte: number): string {
  const control = byte < 0x20 || (byte >= 0x7f && byte <= 0x9f);
  return control ? `(CTRL-CHAR, code ${byte})` : `'${String.fromCharCode(byte)}' (code ${byte})`;
}

function hex(byte: number): string {
  return `0x${byte.toString(16)}`;
}
