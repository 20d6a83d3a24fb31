// `{"anything-but": ...}`: a value, a list, or `prefix`, `suffix`, `equals-ignore-case` or `wildcard` with one of these.
import type { Dialect } from './dialect.ts';
import { type FieldMatch, noEnd, noneIgnoringCase, noneOf, noStart, unlike } from './field-matches.ts';
import type { JsonReader, Token } from './json-reader.ts';
import { comparable } from './numbers.ts';
import { located } from './pattern-error.ts';
import { parseWildcard } from './wildcards.ts';

interface Kind {
  readonly match: (values: readonly string[], reader: JsonReader) => FieldMatch;
  readonly notText: string;
  /** Whether an empty string is refused. */
  readonly affix?: boolean;
}

const affixText = 'prefix/suffix match pattern must be a string';
const kinds: Readonly<Record<string, Kind>> = {
  prefix: { match: noStart, notText: affixText, affix: true },
  suffix: { match: noEnd, notText: affixText, affix: true },
  'equals-ignore-case': {
    match: noneIgnoringCase,
    notText: 'Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported.',
  },
  wildcard: {
    match: (texts, reader) => unlike(texts.map((text) => located(reader, () => parseWildcard(text)))),
    notText: 'wildcard match pattern must be a string',
  },
};

/** Reads from before the value to after the object. @throws PatternError */
export function anythingBut(reader: JsonReader, dialect: Dialect): FieldMatch {
  let token = reader.next();
  let kind: Kind | undefined;
  if (token === '{') {
    if (reader.next() !== 'name') reader.fail('Anything-But expression name not found');
    const known = dialect === 'SNS' ? reader.key === 'prefix' : Object.hasOwn(kinds, reader.key);
    kind = known ? kinds[reader.key] : undefined;
    if (!kind) reader.fail(`Unsupported anything-but pattern: ${reader.key}`);
    token = reader.next();
    if (dialect === 'SNS' && token !== 'string') reader.fail('prefix match pattern must be a string');
  }
  if (token !== '[' && token !== 'string' && token !== 'number') {
    reader.fail('Value of anything-but must be an array or single string/number value.');
  }
  const match = kind ? texts(reader, token, kind) : values(reader, token);
  close(reader);
  if (kind) close(reader);
  return match;
}

function close(reader: JsonReader): void {
  if (reader.next() !== '}') reader.fail('Too many elements in numeric expression');
}

function values(reader: JsonReader, first: Token): FieldMatch {
  if (first !== '[') return noneOf([first === 'string' ? reader.text() : comparable(reader.text())]);
  const found = list(reader, (token) => {
    if (token === 'string') return reader.text();
    if (token === 'number') return comparable(reader.text());
    return reader.fail('Inside anything but list, start|null|boolean is not supported.');
  });
  if (new Set(found.map((value) => typeof value)).size !== 1) {
    reader.fail(
      'Inside anything but list, either all values are number or string, mixed type is not supported',
    );
  }
  return noneOf(found);
}

function texts(reader: JsonReader, first: Token, kind: Kind): FieldMatch {
  const read = (token: Token): string => {
    if (token !== 'string') reader.fail(kind.notText);
    const text = reader.text();
    if (kind.affix && text === '') reader.fail('Null prefix/suffix not allowed');
    return text;
  };
  return kind.match(first === '[' ? list(reader, read) : [read(first)], reader);
}

/** Errors inside of a list have their place twice: event-ruler catches them there and reports them again. */
function list<T>(reader: JsonReader, read: (token: Token) => T): T[] {
  return located(reader, () => {
    const found: T[] = [];
    for (let token = reader.next(); token !== ']'; token = reader.next()) found.push(read(token));
    return found;
  });
}
