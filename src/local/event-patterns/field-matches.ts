// What a pattern can ask of one value of a field.
import { type AddressBlock, addressOf, inBlock } from './addresses.ts';
import { matchesWildcard, type Wildcard } from './wildcards.ts';

/** A value of an event that is not a list or an object. */
export type Scalar = string | number | boolean | null;

export type FieldMatch =
  | { readonly kind: 'absent' }
  | { readonly kind: 'present'; test(value: Scalar): boolean; readonly wildcards?: readonly Wildcard[] };

const present = (test: (value: Scalar) => boolean): FieldMatch => ({ kind: 'present', test });
const ofText = (test: (text: string) => boolean): FieldMatch =>
  present((value) => typeof value === 'string' && test(value));
/** A value that is not a string is never one of these. */
const exceptText = (test: (text: string) => boolean): FieldMatch =>
  present((value) => typeof value !== 'string' || !test(value));

export const absent: FieldMatch = { kind: 'absent' };
export const exists = present(() => true);

export function equalTo(wanted: Scalar): FieldMatch {
  const address = typeof wanted === 'string' ? addressOf(wanted) : undefined;
  if (!address) return present((value) => value === wanted);
  // Two spellings of an address are equal.
  return ofText((text) => addressOf(text)?.join() === address.join());
}

export const startsWith = (start: string): FieldMatch => ofText((text) => text.startsWith(start));
export const endsWith = (end: string): FieldMatch => ofText((text) => text.endsWith(end));

export function equalsIgnoringCase(wanted: string): FieldMatch {
  const expression = ignoringCase(wanted, '^', '$');
  return ofText((text) => expression.test(text));
}

export function startsIgnoringCase(start: string): FieldMatch {
  const expression = ignoringCase(start, '^', '');
  return ofText((text) => expression.test(text));
}

export function endsIgnoringCase(end: string): FieldMatch {
  const expression = ignoringCase(end, '', '$');
  return ofText((text) => expression.test(text));
}

export const like = (wildcard: Wildcard): FieldMatch => ({
  kind: 'present',
  test: (value) => typeof value === 'string' && matchesWildcard(wildcard, value),
  wildcards: [wildcard],
});

export const inAddressBlock = (block: AddressBlock): FieldMatch => ofText((text) => inBlock(text, block));

export interface NumericRange {
  readonly above?: number;
  readonly from?: number;
  readonly below?: number;
  readonly to?: number;
}

export const inRange = ({ above, from, below, to }: NumericRange): FieldMatch =>
  present(
    (value) =>
      typeof value === 'number' &&
      (above === undefined || value > above) &&
      (from === undefined || value >= from) &&
      (below === undefined || value < below) &&
      (to === undefined || value <= to),
  );

export function noneOf(values: readonly (string | number)[]): FieldMatch {
  const refused = new Set<Scalar>(values);
  return present((value) => !refused.has(value));
}

export const noStart = (starts: readonly string[]): FieldMatch =>
  exceptText((text) => starts.some((start) => text.startsWith(start)));

export const noEnd = (ends: readonly string[]): FieldMatch =>
  exceptText((text) => ends.some((end) => text.endsWith(end)));

export function noneIgnoringCase(values: readonly string[]): FieldMatch {
  const expressions = values.map((value) => ignoringCase(value, '^', '$'));
  return exceptText((text) => expressions.some((expression) => expression.test(text)));
}

export const unlike = (wildcards: readonly Wildcard[]): FieldMatch => ({
  kind: 'present',
  test: (value) =>
    typeof value !== 'string' || !wildcards.some((wildcard) => matchesWildcard(wildcard, value)),
  wildcards,
});

/** Each character fits in lower and in upper case; the two can differ in length (`ß`, `SS`). */
function ignoringCase(text: string, before: string, after: string): RegExp {
  const parts = [...text].map((character) => {
    const [lower, upper] = [escaped(character.toLowerCase()), escaped(character.toUpperCase())];
    return lower === upper ? lower : `(?:${lower}|${upper})`;
  });
  return new RegExp(before + parts.join('') + after, 's');
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
