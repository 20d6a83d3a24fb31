// JSON whose numbers keep the text in which they were sent: `1.0` and integers that a double cannot hold. Members keep
// their order. Of a repeated key, the last value counts.
import { JsonReader } from './event-patterns/json-reader.ts';

/** A number as it was written. */
export class NumberText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type Exact = string | boolean | null | NumberText | readonly Exact[] | ReadonlyMap<string, Exact>;

/** Reads a text that JSON.parse accepts. */
export function parseExact(text: string): Exact {
  const reader = new JsonReader(text);
  reader.next();
  return valueIn(reader);
}

/** The current value of the reader. */
function valueIn(reader: JsonReader): Exact {
  switch (reader.token) {
    case '{': {
      const members = new Map<string, Exact>();
      while (reader.next() !== '}') {
        const { key } = reader;
        reader.next();
        members.set(key, valueIn(reader));
      }
      return members;
    }
    case '[': {
      const elements: Exact[] = [];
      while (reader.next() !== ']') elements.push(valueIn(reader));
      return elements;
    }
    case 'string':
      return reader.text();
    case 'number':
      return new NumberText(reader.text());
    default:
      return reader.token === 'null' ? null : reader.token === 'true';
  }
}

/** Without spaces. */
export function stringifyExact(value: Exact): string {
  if (value instanceof NumberText) return value.text;
  if (value instanceof Map) {
    const members = Array.from(value, ([key, member]) => `${JSON.stringify(key)}:${stringifyExact(member)}`);
    return `{${members.join(',')}}`;
  }
  return Array.isArray(value) ? `[${value.map(stringifyExact).join(',')}]` : JSON.stringify(value);
}

/** A JSON text without spaces and repeated keys. */
export function compact(text: string): string {
  const short = JSON.stringify(JSON.parse(text));
  return short === text ? text : stringifyExact(parseExact(text));
}
