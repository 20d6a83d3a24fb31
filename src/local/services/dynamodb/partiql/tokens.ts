// The words, names, literals and signs of a PartiQL statement.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.html
import { validation } from '../errors.ts';

export interface Token {
  /** `name`: in double quotes, or a word that may be a keyword. */
  readonly kind: 'name' | 'text' | 'number' | 'sign';
  readonly text: string;
  /** A name in double quotes is no keyword. */
  readonly quoted?: true;
}

const forms =
  /\s+|--[^\n]*|"((?:[^"]|"")*)"|'((?:[^']|'')*)'|([A-Za-z_$][\w$]*)|(\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|\.\d+)|(<<|>>|<>|!=|<=|>=|[=<>+\-*.,:?()[\]{};])/y;

export const malformed = (why: string) =>
  validation(`Statement wasn't well formed, can't be processed: ${why}`);

/** @throws ServiceError ValidationException */
export function tokensOf(statement: string): Token[] {
  const tokens: Token[] = [];
  const pattern = new RegExp(forms);
  while (pattern.lastIndex < statement.length) {
    const at = pattern.lastIndex;
    const found = pattern.exec(statement);
    if (!found) throw malformed(`Unexpected token at position ${at + 1}`);
    const [, quoted, text, word, number, sign] = found;
    if (quoted !== undefined) tokens.push({ kind: 'name', text: quoted.replaceAll('""', '"'), quoted: true });
    else if (text !== undefined) tokens.push({ kind: 'text', text: text.replaceAll("''", "'") });
    else if (word !== undefined) tokens.push({ kind: 'name', text: word });
    else if (number !== undefined) tokens.push({ kind: 'number', text: number });
    else if (sign !== undefined && sign !== ';') tokens.push({ kind: 'sign', text: sign });
  }
  return tokens;
}
