import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitFields } from '../../../../src/local/services/logs/filter-pattern/fields.ts';
import { compilePattern } from '../../../../src/local/services/logs/filter-pattern/pattern.ts';

const matches = (pattern: string, message: unknown): boolean =>
  compilePattern(pattern)(typeof message === 'string' ? message : JSON.stringify(message));

const failure = (pattern: string): string => {
  try {
    compilePattern(pattern);
    return 'no error';
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
};

const word = fc.stringMatching(/^[A-Za-z0-9_]{1,8}$/);
const text = fc.string({ minLength: 1, maxLength: 20 });

describe('terms', () => {
  it.each([
    ['', 'anything', true],
    ['   ', 'anything', true],
    ['ERROR', '[ERROR 400] BAD REQUEST', true],
    ['ERROR', 'error', false],
    ['ERROR REQUEST', '[ERROR 400] BAD REQUEST', true],
    ['ERROR REQUEST', '[ERROR 400] BAD', false],
    ['?ERROR ?WARN', 'WARN low disk', true],
    ['?ERROR ?WARN', 'INFO fine', false],
    ['?ERROR WARN', 'WARN', true],
    ['?ERROR WARN', 'ERROR', false],
    ['ERROR -EXITING', 'ERROR reading', true],
    ['ERROR -EXITING', 'ERROR EXITING', false],
    ['-EXITING', 'ERROR reading', true],
    ['"Task timed out"', 'x Task timed out after 3.00 seconds', true],
    ['"Task timed out"', 'Task was timed out', false],
    ['-"Task timed out" REPORT', 'REPORT ok', true],
    ['?"a b" ?"c d"', 'xc dx', true],
    ['"say \\"hi\\""', 'they say "hi"', true],
    ['%AUTHORIZED%', '[ERROR 401] UNAUTHORIZED', true],
    ['%^\\[ERROR 4\\d\\d\\]%', '[ERROR 401] x', true],
    ['%^\\[ERROR 4\\d\\d\\]%', 'x [ERROR 401]', false],
    ['%colou?r% -red', 'the color is blue', true],
  ])('%j on %j is %j', (pattern, message, expected) => {
    expect(matches(pattern, message)).toBe(expected);
  });

  it.each([
    ['a:b', "InvalidParameterException: Invalid character(s) in term 'a:b'"],
    ['-', "InvalidParameterException: Invalid character(s) in term ''"],
    ['""', 'InvalidParameterException: Invalid character(s) in term \'""\''],
    ['"open', "InvalidParameterException: Invalid character(s) in term '\"open'"],
    ['%a(b)%', "InvalidParameterException: Invalid character(s) in term '%a(b)%'"],
    ['%[%', 'InvalidParameterException: Invalid filter pattern'],
  ])('refuses %j', (pattern, expected) => {
    expect(failure(pattern)).toBe(expected);
  });

  it('are searched literally when quoted', () => {
    fc.assert(
      fc.property(text, text, text, (before, wanted, after) => {
        const pattern = `"${wanted.replace(/["\\]/g, '\\$&')}"`;
        expect(matches(pattern, before + wanted + after)).toBe(true);
        expect(matches(pattern, before)).toBe(before.includes(wanted));
      }),
    );
  });

  it('combine as all, any and none', () => {
    fc.assert(
      fc.property(fc.uniqueArray(word, { minLength: 1, maxLength: 4 }), text, (terms, message) => {
        const present = terms.map((term) => message.includes(term));
        expect(matches(terms.join(' '), message)).toBe(present.every(Boolean));
        expect(matches(terms.map((term) => `?${term}`).join(' '), message)).toBe(present.some(Boolean));
        expect(matches(terms.map((term) => `-${term}`).join(' '), message)).toBe(!present.some(Boolean));
      }),
    );
  });
});

describe('JSON selectors', () => {
  const event = {
    level: 'ERROR',
    x: 4,
    ratio: 0.0015,
    ip: '123.123.0.9',
    ok: true,
    bad: false,
    nothing: null,
    user: { 'full.name': 'Ann', id: 7 },
    list: [{ id: 1 }, { id: 2 }],
    'a-b': 'c d',
    code: 'UnauthorizedOperation',
  };

  it.each([
    ['{ $.level = "ERROR" && $.x > 3 }', true],
    ['{ $.level = "ERROR" && $.x > 4 }', false],
    ['{$.level=ERROR}', true],
    ['{$.level = error}', false],
    ['{ $.level = "ERR*" }', true],
    ['{ $.level = %^ERR% }', true],
    ['{ $.level != %^ERR% }', false],
    ['{ $.level = "WARN" || ($.x >= 4 && $.ok IS TRUE) }', true],
    ['{ ($.level = "WARN" || $.x >= 4) && $.ok IS FALSE }', false],
    ['{ $.level = "ERROR" || $.x = 9 && $.x = 8 }', true],
    ['{ $.bad IS FALSE }', true],
    ['{ $.nothing IS NULL }', true],
    ['{ $.absent IS NULL }', false],
    ['{ $.absent NOT EXISTS }', true],
    ['{ $.nothing NOT EXISTS }', false],
    ['{ $.user = * }', true],
    ['{ $.absent = * }', false],
    ['{ $.x = 4.0 }', true],
    ['{ $.x = 4* }', true],
    ['{ $.x != 4 }', false],
    ['{ $.ratio < 1.6e-3 }', true],
    ['{ $.level > 3 }', false],
    ['{ $.ip = 123.123.* }', true],
    ['{ $.ip != 123.123.* }', false],
    ['{ $.absent != "x" }', false],
    ["{ $.user.['full.name'] = Ann }", true],
    ['{ $.user["full.name"] = "Ann" }', true],
    ['{ $.user.id <= 7 }', true],
    ['{ $.list[1].id = 2 }', true],
    ['{ $.list[2].id = 2 }', false],
    ['{ $.list[*].id = 2 }', true],
    ['{ $.list[*].id = 3 }', false],
    ['{ $.user.* = 7 }', true],
    ['{ $.a-b = "c d" }', true],
    ['{ $.code = "*UnauthorizedOperation" || $.code = "AccessDenied*" }', true],
    ['{ $.toString = * }', false],
  ])('%s is %j', (pattern, expected) => {
    expect(matches(pattern, event)).toBe(expected);
    expect(matches(pattern, `${JSON.stringify(event, null, 2)}\n`)).toBe(expected);
  });

  it('match no text that is not JSON', () => {
    expect(matches('{ $.absent NOT EXISTS }', 'plain text')).toBe(false);
    expect(matches('{ $.absent NOT EXISTS }', '{ broken')).toBe(false);
  });

  it.each([
    ['{ $.a = 1', "InvalidParameterException: If a filter pattern starts with '{' it must end with '}'"],
    ['{ }', 'InvalidParameterException: Invalid filter pattern'],
    ['{ a = 1 }', 'InvalidParameterException: Invalid filter pattern'],
    ['{ $ = 1 }', 'InvalidParameterException: Invalid filter pattern'],
    ['{ $.a }', 'InvalidParameterException: Invalid filter pattern'],
    ['{ $.a = }', 'InvalidParameterException: Invalid filter pattern'],
    ['{ $.a > x }', 'InvalidParameterException: Invalid filter pattern'],
    ['{ $.a = 1 && }', 'InvalidParameterException: Invalid filter pattern'],
    ['{ ($.a = 1 }', 'InvalidParameterException: Invalid filter pattern'],
    ['{ $.a = 1 $.b = 2 }', 'InvalidParameterException: Invalid filter pattern'],
  ])('refuses %j', (pattern, expected) => {
    expect(failure(pattern)).toBe(expected);
  });

  it('compare numbers as numbers', () => {
    const number = fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }));
    fc.assert(
      fc.property(number, number, (value, bound) => {
        const operand = String(bound);
        expect(matches(`{ $.n < ${operand} }`, { n: value })).toBe(value < bound);
        expect(matches(`{ $.n >= ${operand} }`, { n: value })).toBe(value >= bound);
        expect(matches(`{ $.n = ${operand} }`, { n: value })).toBe(value === bound);
        expect(matches(`{ $.n != ${operand} }`, { n: value })).toBe(value !== bound);
      }),
    );
  });

  it('accept any quoted string, and asterisks as wildcards', () => {
    const quoted = (value: string): string => `"${value.replace(/["\\]/g, '\\$&')}"`;
    fc.assert(
      fc.property(text, text, text, (head, middle, tail) => {
        const value = head + middle + tail;
        expect(matches(`{ $.s = ${quoted(value)} }`, { s: value })).toBe(true);
        expect(matches(`{ $.s = ${quoted(`${head}*${tail}`)} }`, { s: value })).toBe(true);
        expect(matches(`{ $.s = ${quoted(`*${middle}*`)} }`, { s: value })).toBe(true);
      }),
    );
  });
});

describe('space-delimited fields', () => {
  const line = '127.0.0.1 - frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 404 1534';

  it('are split at blanks, but not inside brackets and quotation marks', () => {
    expect(splitFields(`${line}\n`)).toEqual([
      '127.0.0.1',
      '-',
      'frank',
      '10/Oct/2000:13:25:15 -0700',
      'GET /index.html HTTP/1.0',
      '404',
      '1534',
    ]);
  });

  it.each([
    ['[ip, user, username, timestamp, request, status = 4*, bytes]', true],
    ['[ip, user, username, timestamp, request, status = 5*, bytes]', false],
    ['[ip, user, username, timestamp, request = *.html*, status, bytes > 1000]', true],
    ['[ip, user, username, timestamp, request, status, bytes > 2000]', false],
    ['[ip, user, username]', false],
    ['[ip, user, ..., status = 4*, bytes]', true],
    ['[ip, ..., status = 4* && status != 403, bytes]', true],
    ['[ip, ..., status = 4* && status != 404, bytes]', false],
    ['[..., bytes = 1 || bytes = 1534]', true],
    ['[ip = %127\\.0\\.0\\.[1-9]%, ...]', true],
    ['[ip = "127.0.0.2", ...]', false],
    ['[...]', true],
    ['[]', true],
    ['[a, b, c, d, e, f, g, h, ...]', false],
  ])('%s is %j', (pattern, expected) => {
    expect(matches(pattern, line)).toBe(expected);
  });

  it.each([
    ['[a', "InvalidParameterException: If a filter pattern starts with '[' it must end with ']'"],
    ['[a, ..., b, ...]', 'InvalidParameterException: Invalid filter pattern'],
    ['[status = 4* && bytes > 1000]', 'InvalidParameterException: Invalid filter pattern'],
    ['[a = ]', 'InvalidParameterException: Invalid filter pattern'],
    ['[a b]', 'InvalidParameterException: Invalid filter pattern'],
  ])('refuses %j', (pattern, expected) => {
    expect(failure(pattern)).toBe(expected);
  });
});

it('a filter pattern is either compiled or refused as an invalid parameter', () => {
  const pieces = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    '$',
    '.a',
    '=',
    '!=',
    '>',
    '"x"',
    '%y%',
    '&&',
    '||',
    '(',
    ')',
    '*',
    '...',
    ',',
    ' ',
    '-',
    '?',
    'z',
    '1',
    'IS NULL',
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 12 }), text, (parts, message) => {
      const pattern = parts.join('');
      const outcome = failure(pattern);
      if (outcome === 'no error') expect(typeof matches(pattern, message)).toBe('boolean');
      else expect(outcome).toMatch(/^InvalidParameterException: /);
    }),
    { numRuns: 500 },
  );
});
