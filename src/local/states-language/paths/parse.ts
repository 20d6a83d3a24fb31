// Parses JSONPath as Step Functions takes it: `$.a`, `$$.Execution.Id`, `$variable.items[0]`, `$..book[?(@.price > 5)]`.
import { parseFilter } from './filter.ts';
import type { Path, Segment } from './model.ts';

const known = new Map<string, Path | undefined>();

/** undefined: the text is not a path. */
export function parsePath(text: string): Path | undefined {
  if (known.has(text)) return known.get(text);
  if (known.size > 5000) known.clear();
  const path = parse(text);
  known.set(text, path);
  return path;
}

function parse(text: string): Path | undefined {
  const [head, root] = /^(\$\$|\$([A-Za-z_][\w]*)|[$@])/.exec(text) ?? [];
  if (head === undefined) return undefined;
  const segments = parseSegments(text.slice(head.length));
  if (!segments) return undefined;
  const single = (segment: Segment) =>
    segment.kind === 'length' ||
    (segment.kind === 'names' && segment.names.length === 1) ||
    (segment.kind === 'indexes' && segment.indexes.length === 1);
  const name = head === '$$' || head === '@' ? head : text.slice(1, head.length) || '$';
  return { text, root: root === undefined ? head : name, segments, definite: segments.every(single) };
}

const pieces: readonly [RegExp, (match: RegExpExecArray) => Segment | undefined][] = [
  [/^\.length\(\)/, () => ({ kind: 'length' })],
  [/^\.\.(?=[^.])/, () => ({ kind: 'deep' })],
  [/^\.?\*/, () => ({ kind: 'all' })],
  [/^\.?\[\*\]/, () => ({ kind: 'all' })],
  [/^\.?([^\s.[\]()'",*?@:]+)/, ([, name = '']) => ({ kind: 'names', names: [name] })],
  [
    /^\.?\[\s*(-?\d+(?:\s*,\s*-?\d+)*)\s*\]/,
    ([, list = '']) => ({ kind: 'indexes', indexes: list.split(',').map(Number) }),
  ],
  [
    /^\.?\[\s*(-?\d*)\s*:\s*(-?\d*)\s*\]/,
    ([, from = '', to = '']) => ({ kind: 'slice', from: number(from), to: number(to) }),
  ],
  [
    /^\.?\[\s*((?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")(?:\s*,\s*(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"))*)\s*\]/,
    ([, list = '']) => ({ kind: 'names', names: quoted(list) }),
  ],
];

const number = (text: string): number | undefined => (text === '' ? undefined : Number(text));
const quoted = (list: string): string[] =>
  Array.from(list.matchAll(/'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"/g), ([, single, double]) =>
    (single ?? double ?? '').replace(/\\(['\\])/g, '$1'),
  );

function parseSegments(text: string): Segment[] | undefined {
  const segments: Segment[] = [];
  let rest = text;
  while (rest !== '') {
    const filter = /^\.?\[\?/.exec(rest);
    if (filter) {
      const end = closing(rest, filter[0].indexOf('['));
      const inner = end < 0 ? undefined : parseFilter(rest.slice(filter[0].length, end).trim(), parsePath);
      if (!inner) return undefined;
      segments.push({ kind: 'filter', filter: inner });
      rest = rest.slice(end + 1);
      continue;
    }
    const deep = segments.at(-1)?.kind === 'deep';
    const piece = pieces.find(([pattern]) => pattern.test(rest));
    const match = piece?.[0].exec(rest);
    const segment = match && piece?.[1](match);
    if (!match || !segment) return undefined;
    // A name without a dot may only follow two dots.
    if (segment.kind === 'names' && !/^\.?\[|^\./.test(rest) && !deep) return undefined;
    segments.push(segment);
    rest = rest.slice(match[0].length);
  }
  return segments.at(-1)?.kind === 'deep' ? undefined : segments;
}

/** The place of the bracket that closes the one at `open`. */
function closing(text: string, open: number): number {
  let depth = 0;
  let quote = '';
  for (let at = open; at < text.length; at++) {
    const sign = text[at] as string;
    if (quote !== '') {
      if (sign === '\\') at++;
      else if (sign === quote) quote = '';
    } else if (sign === "'" || sign === '"') quote = sign;
    else if (sign === '[') depth++;
    else if (sign === ']' && --depth === 0) return at;
  }
  return -1;
}

/** A path that names one place, as `ResultPath` takes it. */
export function parseReferencePath(text: string): readonly (string | number)[] | undefined {
  const path = parsePath(text);
  if (!path?.definite || path.root !== '$') return undefined;
  const steps = path.segments.map((segment) =>
    segment.kind === 'names' ? segment.names[0] : segment.kind === 'indexes' ? segment.indexes[0] : undefined,
  );
  return steps.includes(undefined) ? undefined : (steps as (string | number)[]);
}
