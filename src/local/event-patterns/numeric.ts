// `{"numeric": [">", 0, "<=", 5]}`
import { equalTo, type FieldMatch, inRange } from './field-matches.ts';
import type { JsonReader } from './json-reader.ts';
import { comparable } from './numbers.ts';
import { located } from './pattern-error.ts';

/** Reads from before the list to after the object. @throws PatternError */
export function numeric(reader: JsonReader): FieldMatch {
  if (reader.next() !== '[') reader.fail('Value of numeric must be an array.');
  const match = comparison(reader);
  if (reader.next() !== '}') tooMany(reader);
  return match;
}

function comparison(reader: JsonReader): FieldMatch {
  if (reader.next() !== 'string') reader.fail(`Invalid member in numeric match: ${reader.text()}`);
  const operator = reader.text();
  const token = reader.next();
  const value = (): string => {
    if (token !== 'number') reader.fail(`Value of ${operator === '=' ? 'equals' : operator} must be numeric`);
    return reader.text();
  };
  switch (operator) {
    case '=':
      return single(reader, value(), (number) => equalTo(number));
    case '<':
      return single(reader, value(), (below) => inRange({ below }));
    case '<=':
      return single(reader, value(), (to) => inRange({ to }));
    case '>':
    case '>=':
      return lowerBound(reader, value(), operator);
    default:
      return reader.fail(`Unrecognized numeric range operator: ${operator}`);
  }
}

function single(reader: JsonReader, number: string, match: (number: number) => FieldMatch): FieldMatch {
  if (reader.next() !== ']') tooMany(reader);
  return match(located(reader, () => comparable(number)));
}

function lowerBound(reader: JsonReader, bottom: string, operator: '>' | '>='): FieldMatch {
  const from = (): number => located(reader, () => comparable(bottom));
  const lower = (from: number) => (operator === '>' ? { above: from } : { from });
  const token = reader.next();
  if (token === ']') return inRange(lower(from()));
  if (token !== 'string') reader.fail(`Bad value in numeric range: ${reader.text()}`);
  const second = reader.text();
  if (second !== '<' && second !== '<=') reader.fail(`Bad numeric range operator: ${second}`);
  if (reader.next() !== 'number') reader.fail(`Value of ${second} must be numeric`);
  const text = reader.text();
  if (reader.next() !== ']') reader.fail('Too many terms in numeric range expression');
  const least = from();
  const top = located(reader, () => comparable(text));
  if (least >= top) reader.fail('Bottom must be less than top');
  return inRange({ ...lower(least), ...(second === '<' ? { below: top } : { to: top }) });
}

const tooMany = (reader: JsonReader): never => reader.fail('Too many elements in numeric expression');
