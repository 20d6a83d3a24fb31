// The errors of invalid events, in the words of Lambda's JSON parser.
import { describe, expect, it } from 'vitest';
import { jsonFault } from '../../../../../src/local/services/lambda/invocations/event-json.ts';

const place = (column: number, line = 1) =>
  `[Source: REDACTED (\`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION\` disabled); line: ${line}, column: ${column}]`;
const at = (column: number, line = 1) => `\n at ${place(column, line)}`;
const values = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";
const bytes = (text: string) => Buffer.from(text, 'latin1');
const faultOf = (text: string) => jsonFault(bytes(text));

it.each([
  '{}',
  ' [1, -2.5e+3, "a\\u00e9\\n", {"b": [null, true, false]}] \n',
  '"text"',
  '0',
  'null',
  '"\xc3\xa9"',
])('%j is a valid event', (text) => expect(faultOf(text)).toBeUndefined());

describe('an event is refused', () => {
  it.each([
    // Recorded from AWS.
    ['n\x87r\x9e\xe9\xb5\xd7I\xee\x9bmt', `Invalid UTF-8 start byte 0x87${at(3)}`],
    [
      '\x99\xeb,j\x07\xa1zYh',
      `Unexpected character ((CTRL-CHAR, code 153)): expected a valid value ${values}${at(1)}`,
    ],
    // In the words of Jackson.
    ['hello', `Unrecognized token 'hello': was expecting ${values}${at(6)}`],
    ['foo=bar', `Unrecognized token 'foo': was expecting ${values}${at(5)}`],
    ['nul', `Unrecognized token 'nul': was expecting ${values}${at(4)}`],
    ['{"a":tru}', `Unrecognized token 'tru': was expecting ${values}${at(10)}`],
    ["'a'", `Unexpected character (''' (code 39)): expected a valid value ${values}${at(1)}`],
    [
      "{'a':1}",
      `Unexpected character (''' (code 39)): was expecting double-quote to start field name${at(2)}`,
    ],
    [
      '{"a":1,}',
      `Unexpected character ('}' (code 125)): was expecting double-quote to start field name${at(8)}`,
    ],
    [
      '{"a" 1}',
      `Unexpected character ('1' (code 49)): was expecting a colon to separate field name and value${at(6)}`,
    ],
    [
      '{"a":1\n "b":2}',
      `Unexpected character ('"' (code 34)): was expecting comma to separate Object entries${at(2, 2)}`,
    ],
    ['[1 2]', `Unexpected character ('2' (code 50)): was expecting comma to separate Array entries${at(4)}`],
    ['[1,]', `Unexpected character (']' (code 93)): expected a value${at(4)}`],
    ['{"a":}', `Unexpected character ('}' (code 125)): expected a value${at(6)}`],
    [
      '--x',
      `Unexpected character ('-' (code 45)) in numeric value: expected digit (0-9) to follow minus sign, for valid numeric value${at(2)}`,
    ],
    ['01', `Invalid numeric value: Leading zeroes not allowed${at(2)}`],
    [
      '1.x',
      `Unexpected character ('x' (code 120)) in numeric value: Decimal point not followed by a digit${at(3)}`,
    ],
    [
      '2000-01-01',
      `Unexpected character ('-' (code 45)): Expected space separating root-level values${at(5)}`,
    ],
    ['{', `Unexpected end-of-input: expected close marker for Object (start marker at ${place(1)})${at(2)}`],
    ['[1', `Unexpected end-of-input: expected close marker for Array (start marker at ${place(1)})${at(3)}`],
    ['{"a"', `Unexpected end-of-input within/between Object entries${at(5)}`],
    ['{"a', `Unexpected end-of-input in field name${at(4)}`],
    ['"abc', `Unexpected end-of-input in VALUE_STRING${at(5)}`],
    [
      '"a\nb"',
      `Illegal unquoted character ((CTRL-CHAR, code 10)): has to be escaped using backslash to be included in string value${at(3)}`,
    ],
    ['"\\x"', `Unrecognized character escape 'x' (code 120)${at(4)}`],
    ['"\xc3("', `Invalid UTF-8 middle byte 0x28${at(4)}`],
    [
      '\x01{}',
      `Illegal character ((CTRL-CHAR, code 1)): only regular white space (\\r, \\n, \\t) is allowed between tokens${at(1)}`,
    ],
    [
      'NaN',
      `Non-standard token 'NaN': enable \`JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS\` to allow${at(4)}`,
    ],
    [' ', `No content to map due to end-of-input${at(2)}`],
  ])('%j', (text, message) => {
    expect(faultOf(text)).toBe(message);
  });

  it('when it does not end, however deep or long it is', () => {
    expect(faultOf('['.repeat(3_000_000))).toContain('Document nesting depth (1001) exceeds the maximum');
    expect(faultOf(`{"a":${'x'.repeat(100_000)}`)).toContain(`'${'x'.repeat(256)}...'`);
  });

  it('whenever it is not JSON', () => {
    const whole = '{"a":[1,-2.5e3,"x\\u00e9",{"b":null}],"c":true}';
    for (let end = 1; end < whole.length; end++)
      expect(faultOf(whole.slice(0, end))).toEqual(expect.any(String));
    for (const odd of ['{"a":1}{"b":', '[1]]', '1 2 x', '{"a":1} "']) {
      expect(faultOf(odd)).toEqual(expect.any(String));
    }
  });
});
