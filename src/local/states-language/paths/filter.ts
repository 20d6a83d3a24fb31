// Filters in JSONPath: `@.price > 5 && @.name == 'x'`.
import type { Json } from '../json.ts';
import type { Filter, Operand, Path } from './model.ts';

const tokens =
  /\s*(\|\||&&|[()!](?!=)|==|!=|<=|>=|<|>|'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[@$](?:\[[^\]]*\]|[^\s()=!<>&|,])*|-?\d+(?:\.\d+)?|true|false|null)/y;

type ParsePath = (text: string) => Path | undefined;

/** undefined: not a filter. `parsePath` parses the paths in it. */
export function parseFilter(text: string, parsePath: ParsePath): Filter | undefined {
  const list: string[] = [];
  tokens.lastIndex = 0;
  while (tokens.lastIndex < text.length) {
    const match = tokens.exec(text);
    if (!match) return undefined;
    list.push(match[1] as string);
  }
  const parser = new Parser(list, parsePath);
  try {
    const filter = parser.or();
    return parser.atEnd() ? filter : undefined;
  } catch {
    return undefined;
  }
}

class Parser {
  private readonly list: readonly string[];
  private readonly parsePath: ParsePath;
  private at = 0;

  constructor(list: readonly string[], parsePath: ParsePath) {
    this.list = list;
    this.parsePath = parsePath;
  }

  atEnd(): boolean {
    return this.at === this.list.length;
  }

  or(): Filter {
    const parts = [this.and()];
    while (this.take('||')) parts.push(this.and());
    return parts.length === 1 ? (parts[0] as Filter) : { kind: 'or', parts };
  }

  private and(): Filter {
    const parts = [this.term()];
    while (this.take('&&')) parts.push(this.term());
    return parts.length === 1 ? (parts[0] as Filter) : { kind: 'and', parts };
  }

  private term(): Filter {
    if (this.take('!')) return { kind: 'not', part: this.term() };
    if (this.take('(')) {
      const inner = this.or();
      if (!this.take(')')) throw new SyntaxError();
      return inner;
    }
    const left = this.operand();
    const operator = this.list[this.at];
    if (operator !== undefined && /^(==|!=|<=|>=|<|>)$/.test(operator)) {
      this.at++;
      return { kind: 'compare', operator, left, right: this.operand() };
    }
    if (!('path' in left)) throw new SyntaxError();
    return { kind: 'exists', path: left.path };
  }

  private operand(): Operand {
    const text = this.list[this.at++];
    if (text === undefined) throw new SyntaxError();
    if (/^[@$]/.test(text)) {
      const path = this.parsePath(text);
      if (!path) throw new SyntaxError();
      return { path };
    }
    if (/^['"]/.test(text)) return { value: text.slice(1, -1).replace(/\\(.)/g, '$1') };
    return { value: JSON.parse(text) as Json };
  }

  private take(token: string): boolean {
    if (this.list[this.at] !== token) return false;
    this.at++;
    return true;
  }
}
