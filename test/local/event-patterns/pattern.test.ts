// Event patterns: what matches, and why a pattern is refused. The cases are recordings of AWS.
import { describe, expect, it } from 'vitest';
import { compilePattern, PatternError } from '../../../src/local/event-patterns/pattern.ts';

const matches = (pattern: object | string, event: object): boolean =>
  compilePattern(typeof pattern === 'string' ? pattern : JSON.stringify(pattern))(event);

function refusal(pattern: object | string): string {
  try {
    compilePattern(typeof pattern === 'string' ? pattern : JSON.stringify(pattern));
  } catch (error) {
    if (error instanceof PatternError) return error.message;
    throw error;
  }
  return 'valid';
}
const reason = (pattern: object | string): string => refusal(pattern).split('\n')[0] as string;

describe('a field of a pattern', () => {
  it('matches one of its values, with the same case and type', () => {
    expect(matches({ a: ['x', 'y'] }, { a: 'y' })).toBe(true);
    expect(matches({ a: ['x'] }, { a: 'X' })).toBe(false);
    expect(matches({ a: ['x'] }, { A: 'x' })).toBe(false);
    expect(matches({ a: [300] }, { a: 300.0 })).toBe(true);
    expect(matches('{"a":[3.0e2]}', { a: 300 })).toBe(true);
    expect(matches({ a: [300] }, { a: '300' })).toBe(false);
    expect(matches({ a: [null] }, { a: null })).toBe(true);
    expect(matches({ a: [null] }, {})).toBe(false);
    expect(matches({ a: [''] }, { a: '' })).toBe(true);
  });

  it('must match together with all others', () => {
    expect(matches({ a: [1], b: { c: [2] } }, { a: 1, b: { c: 2 } })).toBe(true);
    expect(matches({ a: [1], b: { c: [2] } }, { a: 1, b: { c: 3 } })).toBe(false);
  });

  it('matches any element of a list, but nothing in an empty one', () => {
    expect(matches({ a: [1] }, { a: [2, 1] })).toBe(true);
    for (const wanted of [1, null, { exists: true }]) expect(matches({ a: [wanted] }, { a: [] })).toBe(false);
  });

  it('searches objects in lists, and wants all fields in the same one', () => {
    const pattern = { a: { b: [1], c: [2] } };
    expect(matches(pattern, { a: [{ b: 0 }, { b: 1, c: 2 }] })).toBe(true);
    expect(matches(pattern, { a: [{ b: 1 }, { c: 2 }] })).toBe(false);
  });

  it('is found by its path, whether keys have dots or lie in one another', () => {
    expect(matches({ st: { at: ['x'] } }, { 'st.at': 'x' })).toBe(true);
    expect(matches({ 'st.at': ['x'] }, { st: { at: 'x' } })).toBe(true);
  });

  it('takes the last of repeated keys', () => {
    expect(matches('{"a":[1],"a":[2]}', { a: 2 })).toBe(true);
    expect(matches('{"a":[1],"a":[2]}', { a: 1 })).toBe(false);
  });
});

describe('comparisons', () => {
  it.each<[object, unknown, boolean]>([
    [{ prefix: 'ab' }, 'abc', true],
    [{ prefix: '' }, 'x', true],
    [{ prefix: 'ab' }, 12, false],
    [{ prefix: { 'equals-ignore-case': 'AB' } }, 'abc', true],
    [{ suffix: '.png' }, 'a.png', true],
    [{ suffix: { 'equals-ignore-case': '.PNG' } }, 'a.png', true],
    [{ 'equals-ignore-case': 'ALICE' }, 'aLiCe', true],
    [{ 'equals-ignore-case': 'ALICE' }, 'alic', false],
    [{ wildcard: 'a/*/c' }, 'a/x/y/c', true],
    [{ wildcard: 'a\\*' }, 'a*', true],
    [{ wildcard: 'a\\*' }, 'ab', false],
    [{ wildcard: '' }, '', true],
    [{ wildcard: '' }, 'x', false],
    [{ cidr: '10.0.0.0/24' }, '10.0.0.255', true],
    [{ cidr: '10.0.0.0/24' }, '10.0.1.0', false],
    [{ cidr: '10.0.0.0/24' }, 'x', false],
    [{ cidr: '2001:db8::/32' }, '2001:db8::1', true],
    [{ numeric: ['=', 5] }, 5, true],
    [{ numeric: ['>', 0, '<=', 5] }, 5, true],
    [{ numeric: ['>', 0, '<=', 5] }, 0, false],
    [{ numeric: ['>', 0] }, '1', false],
    [{ exists: true }, null, true],
    [{ exists: true }, { x: 1 }, false],
    [{ exists: false }, 1, false],
    [{ 'anything-but': 'x' }, 'y', true],
    [{ 'anything-but': 'x' }, null, true],
    [{ 'anything-but': ['x', 'y'] }, 'y', false],
    [{ 'anything-but': [1] }, 1, false],
    [{ 'anything-but': { prefix: 'x' } }, 12, true],
    [{ 'anything-but': { prefix: ['x', 'y'] } }, 'yes', false],
    [{ 'anything-but': { suffix: 'x' } }, 'ax', false],
    [{ 'anything-but': { 'equals-ignore-case': ['X'] } }, 'x', false],
    [{ 'anything-but': { wildcard: '*/b/*' } }, 'a/b/c', false],
  ])('%j and %j: %s', (comparison, value, wanted) => {
    expect(matches({ a: [comparison] }, { a: value })).toBe(wanted);
  });

  it('exists: false holds for a missing field and below a missing one', () => {
    expect(matches({ a: [{ exists: false }] }, {})).toBe(true);
    expect(matches({ a: { b: [{ exists: false }] } }, {})).toBe(true);
    expect(matches({ a: [{ 'anything-but': 'x' }] }, {})).toBe(false);
    expect(matches({ a: [{ 'anything-but': 'x' }, { exists: false }] }, {})).toBe(true);
  });

  it('$or joins its choices with the fields around it', () => {
    const pattern = { a: [1], $or: [{ b: [1] }, { $or: [{ c: [1] }, { d: { e: [1] } }] }] };
    expect(matches(pattern, { a: 1, d: { e: 1 } })).toBe(true);
    expect(matches(pattern, { a: 1 })).toBe(false);
    expect(matches(pattern, { a: 2, b: 1 })).toBe(false);
  });
});

describe('a pattern is refused', () => {
  it.each<[object | string, string]>([
    ['[]', 'Filter is not an object'],
    [{ a: 'x' }, '"a" must be an object or an array'],
    [{ a: [] }, 'Empty arrays are not allowed'],
    [{}, 'Empty objects are not allowed'],
    [{ a: [{ Prefix: 'x' }] }, 'Unrecognized match type Prefix'],
    [{ a: [{ prefix: 'x', suffix: 'y' }] }, 'Only one key allowed in match expression'],
    [{ a: [{}] }, 'Match expression name not found'],
    [{ a: [['x']] }, 'Match value must be String, number, true, false, or null'],
    [{ $or: [{ a: [1] }] }, 'There must have at least 2 Objects in $or relationship.'],
    [{ $or: { a: [1] } }, 'It must be an Array followed with $or.'],
    [
      { $or: [{ prefix: ['x'] }, { a: [1] }] },
      'prefix is Ruler reserved fieldName which cannot be used inside $or.',
    ],
    [{ a: [{ exists: 'true' }] }, 'exists match pattern must be either true or false.'],
    [{ a: [{ prefix: 1 }] }, 'prefix match pattern must be a string'],
    [{ a: [{ cidr: 1 }] }, 'prefix match pattern must be a string'],
    [{ a: [{ suffix: [] }] }, 'suffix match pattern must be a string'],
    [{ a: [{ 'equals-ignore-case': null }] }, 'equals-ignore-case match pattern must be a string'],
    [{ a: [{ wildcard: 1 }] }, 'wildcard match pattern must be a string'],
    [{ a: [{ 'anything-but': { wildcard: [1] } }] }, 'wildcard match pattern must be a string'],
    [{ a: [{ wildcard: 'a**' }] }, 'Consecutive wildcard characters at pos 2'],
    [
      { a: [{ wildcard: '*:*:*:*:*:event-bus/*' }] },
      'Rule is too complex - try using fewer wildcard characters or fewer repeating character sequences after a wildcard character',
    ],
    [{ a: [{ wildcard: '*:event-bus/*' }] }, 'valid'],
    [{ a: [{ numeric: 1 }] }, 'Value of numeric must be an array.'],
    [{ a: [{ numeric: ['>', 0, '>', 1] }] }, 'Bad numeric range operator: >'],
    [{ a: [{ numeric: ['<', '1'] }] }, 'Value of < must be numeric'],
    [{ a: [{ numeric: ['!', 1] }] }, 'Unrecognized numeric range operator: !'],
    [{ a: [{ numeric: ['=', 1, 2] }] }, 'Too many elements in numeric expression'],
    [
      { a: [{ 'anything-but': null }] },
      'Value of anything-but must be an array or single string/number value.',
    ],
    [
      { a: [{ 'anything-but': { prefix: { 'equals-ignore-case': 'x' } } }] },
      'Value of anything-but must be an array or single string/number value.',
    ],
    [{ a: [{ 'anything-but': [null] }] }, 'Inside anything but list, start|null|boolean is not supported.'],
    [
      { a: [{ 'anything-but': [1, 'x'] }] },
      'Inside anything but list, either all values are number or string, mixed type is not supported',
    ],
    [
      { a: [{ 'anything-but': { 'equals-ignore-case': [1] } }] },
      'Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported.',
    ],
    [{ a: [{ 'anything-but': { prefix: [1] } }] }, 'prefix/suffix match pattern must be a string'],
    [{ a: [{ 'anything-but': { suffix: '' } }] }, 'Null prefix/suffix not allowed'],
    [{ a: [{ cidr: '10.0.0.0' }] }, "Malformed CIDR, one '/' required"],
    [{ a: [{ cidr: '10.0.0.0/x' }] }, 'Malformed CIDR, mask bits must be an integer'],
    [{ a: [{ cidr: '10.0.0.0/32' }] }, 'IPv4 mask bits must be < 32'],
    [{ a: [{ cidr: 'x/8' }] }, 'Nonstandard IP address: x'],
    [
      'this is not JSON',
      "Unrecognized token 'this': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')",
    ],
  ])('%j: %s', (pattern, wanted) => {
    expect(reason(pattern)).toBe(wanted);
  });

  it('with the place in its text: twice in a list of anything-but, never for an address block', () => {
    const place = (pattern: string, column: number): string =>
      `\n at [Source: (String)"${pattern}"; line: 1, column: ${column}]`;
    const text = '{"a":"x"}';
    expect(refusal(text)).toBe(`"a" must be an object or an array${place(text, 7)}`);
    expect(refusal('this is it').split('\n')[1]).toBe(place('this is it', 5).slice(1));
    const list = '{"a":[{"anything-but":[null]}]}';
    const inList = 'Inside anything but list, start|null|boolean is not supported.';
    expect(refusal(list)).toBe(inList + place(list, 28) + place(list, 28));
    expect(refusal('{"a":[{"cidr":"x"}]}')).toBe("Malformed CIDR, one '/' required");
  });

  it('when $or makes more combinations than EventBridge allows', () => {
    const or = `"$or":[${'abcd'.split('').map((key) => `{"${key}":[1]}`)}]`;
    expect(reason(`{${Array(4).fill(or)}}`)).toBe('valid');
    expect(reason(`{${Array(30).fill(or)}}`)).toContain('too complex');
  });
});
