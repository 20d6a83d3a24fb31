// Members in the query and headers of HTTP requests, for both REST protocols.
// https://smithy.io/2.0/spec/http-bindings.html
import type { Members, WireRequest } from './protocol.ts';
import { readBoolean, readNumber, readTimestamp, writeTimestamp } from './scalars.ts';
import type { Shape } from './shapes.ts';

export function readQuery(shape: Shape, pairs: readonly [string, string][], name: string): unknown {
  const values = pairs.filter(([key]) => key === name).map(([, value]) => value);
  if (values.length === 0) return undefined;
  if (shape.kind === 'list') return values.map((value) => readScalar(shape.item.shape, value, 'date-time'));
  return readScalar(shape, values[0] as string, 'date-time');
}

export function readPrefixed({ headers }: WireRequest, prefix: string): Members | undefined {
  const start = prefix.toLowerCase();
  const found = Object.entries(headers).filter(([name]) => name.startsWith(start));
  return found.length > 0
    ? Object.fromEntries(found.map(([name, value]) => [name.slice(start.length), value]))
    : undefined;
}

export function readScalar(shape: Shape, text: string, timestamps: 'date-time' | 'http-date'): unknown {
  switch (shape.kind) {
    case 'number':
      return readNumber(text);
    case 'boolean':
      return readBoolean(text);
    case 'timestamp':
      return readTimestamp(
        timestamps === 'http-date' && shape.format === 'epoch-seconds' ? Number(text) : text,
      );
    case 'list':
      return listed(text).map((item) => readScalar(shape.item.shape, item, timestamps));
    default:
      return text;
  }
}

/** The items of a comma-separated list; an item with a comma or a quote is quoted. */
function listed(text: string): string[] {
  const items = text.match(/\s*"(?:[^"\\]|\\.)*"\s*|[^,]+/g) ?? [];
  return items.map((item) => item.trim()).map((item) => (item.startsWith('"') ? unquoted(item) : item));
}

const unquoted = (item: string): string => item.replace(/^"|"$/g, '').replace(/\\(.)/g, '$1');

export function writeScalar(shape: Shape, value: unknown): string {
  if (shape.kind === 'timestamp') return String(writeTimestamp(value as Date, shape.format ?? 'http-date'));
  return String(value);
}
