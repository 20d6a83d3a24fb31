// Parses intrinsic functions: `States.Format('Hello, {}', $.name)`.
import type { Path } from '../paths/model.ts';
import { parsePath } from '../paths/parse.ts';

export type Argument =
  | { readonly kind: 'call'; readonly call: Intrinsic }
  | { readonly kind: 'path'; readonly path: Path }
  /** `raw`: the text between the quotes, with its backslashes. */
  | { readonly kind: 'text'; readonly raw: string }
  | { readonly kind: 'value'; readonly value: number | boolean | null };

export interface Intrinsic {
  readonly name: string;
  readonly args: readonly Argument[];
}

/** Names, and how many arguments each takes. */
const functions: Readonly<Record<string, readonly [least: number, most: number]>> = {
  Format: [1, Number.POSITIVE_INFINITY],
  StringToJson: [1, 1],
  JsonToString: [1, 1],
  Array: [0, Number.POSITIVE_INFINITY],
  ArrayPartition: [2, 2],
  ArrayContains: [2, 2],
  ArrayRange: [3, 3],
  ArrayGetItem: [2, 2],
  ArrayLength: [1, 1],
  ArrayUnique: [1, 1],
  Base64Encode: [1, 1],
  Base64Decode: [1, 1],
  Hash: [2, 2],
  JsonMerge: [3, 3],
  MathRandom: [2, 3],
  MathAdd: [2, 2],
  StringSplit: [2, 2],
  UUID: [0, 0],
};

export const isIntrinsic = (text: string): boolean => /^States\.\w+\s*\(/.test(text);

/** undefined: the text is no valid call. */
export function parseIntrinsic(text: string): Intrinsic | undefined {
  const reader = new Reader(text);
  const call = reader.call();
  return call && reader.atEnd() ? call : undefined;
}

class Reader {
  private readonly text: string;
  private at = 0;

  constructor(text: string) {
    this.text = text;
  }

  atEnd(): boolean {
    this.spaces();
    return this.at === this.text.length;
  }

  call(): Intrinsic | undefined {
    const name = this.match(/States\.(\w+)\s*\(/y)?.[1];
    if (name === undefined || !Object.hasOwn(functions, name)) return undefined;
    const args: Argument[] = [];
    this.spaces();
    if (!this.match(/\)/y)) {
      for (;;) {
        const argument = this.argument();
        if (!argument) return undefined;
        args.push(argument);
        this.spaces();
        if (this.match(/\)/y)) break;
        if (!this.match(/,/y)) return undefined;
      }
    }
    const [least, most] = functions[name] as readonly [number, number];
    return args.length >= least && args.length <= most ? { name, args } : undefined;
  }

  private argument(): Argument | undefined {
    this.spaces();
    if (this.text.startsWith('States.', this.at)) {
      const call = this.call();
      return call && { kind: 'call', call };
    }
    if (this.text[this.at] === '$') return this.path();
    // Quotes, backslashes and braces are the only characters that a backslash may precede.
    const raw = this.match(/'((?:[^'\\]|\\['\\{}])*)'/y)?.[1];
    if (raw !== undefined) return { kind: 'text', raw };
    const word = this.match(/-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y)?.[0];
    return word === undefined ? undefined : { kind: 'value', value: JSON.parse(word) };
  }

  private path(): Argument | undefined {
    let depth = 0;
    let quote = '';
    let end = this.at;
    for (; end < this.text.length; end++) {
      const sign = this.text[end] as string;
      if (quote !== '') {
        if (sign === '\\') end++;
        else if (sign === quote) quote = '';
      } else if (sign === "'" || sign === '"') quote = sign;
      else if (sign === '[' || sign === '(') depth++;
      else if (depth === 0 && (sign === ',' || sign === ')')) break;
      else if (sign === ']' || sign === ')') depth--;
    }
    const path = parsePath(this.text.slice(this.at, end).trim());
    this.at = end;
    return path && { kind: 'path', path };
  }

  private match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text) ?? undefined;
    if (found) this.at = pattern.lastIndex;
    return found;
  }

  private spaces(): void {
    this.match(/\s*/y);
  }
}
