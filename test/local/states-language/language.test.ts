// The parts of Amazon States Language without an execution: paths, intrinsic functions, choices, JSONata, delays.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applies, matches } from '../../../src/local/states-language/choice.ts';
import type { StateFailure } from '../../../src/local/states-language/failure.ts';
import { evaluateIntrinsic } from '../../../src/local/states-language/intrinsics/evaluate.ts';
import { parseIntrinsic } from '../../../src/local/states-language/intrinsics/parse.ts';
import type { Json } from '../../../src/local/states-language/json.ts';
import { evaluated, evaluatedAs } from '../../../src/local/states-language/jsonata/evaluate.ts';
import { valueAt } from '../../../src/local/states-language/paths/evaluate.ts';
import { parsePath, parseReferencePath } from '../../../src/local/states-language/paths/parse.ts';
import { placed } from '../../../src/local/states-language/paths/result-path.ts';
import { filled } from '../../../src/local/states-language/payload-template.ts';
import { delayOf, takes } from '../../../src/local/states-language/retry.ts';
import { timeOf } from '../../../src/local/states-language/timestamps.ts';

const reach = (data: Json, variables: Record<string, Json> = {}, context: Json = {}) => ({
  data,
  variables,
  context,
});

describe('a path', () => {
  const data = {
    a: { b: [1, 2, 3, { c: 'x' }] },
    'odd name': true,
    items: [
      { p: 1, n: 'one' },
      { p: 7, n: 'seven' },
    ],
  };

  it.each<[string, Json]>([
    ['$', data],
    ['$.a.b[0]', 1],
    ['$.a.b[-1].c', 'x'],
    ["$['odd name']", true],
    ['$.a.b[0:2]', [1, 2]],
    ['$.a.b[1:]', [2, 3, { c: 'x' }]],
    ['$.a.b[0,2]', [1, 3]],
    ['$.items[*].p', [1, 7]],
    ['$..p', [1, 7]],
    ['$.items[?(@.p > 5)].n', ['seven']],
    ["$.items[?(@.n == 'one' && @.p < 2)].p", [1]],
    ['$.items[?(!(@.p == 1))].p', [7]],
    ['$.a.b.length()', 4],
    ['$.none[*]', []],
  ])('%s is found', (path, expected) => {
    expect(valueAt(path, reach(data))).toEqual(expected);
  });

  it('reaches variables and the context object', () => {
    const all = reach({}, { v: { x: [5] } }, { State: { Name: 'S' } });
    expect(valueAt('$v.x[0]', all)).toBe(5);
    expect(valueAt('$$.State.Name', all)).toBe('S');
  });

  it.each(['', 'a', '$.', '$..', '$.a[', '$.a b', '$[?(@.x ==)]'])('%j is none', (text) => {
    expect(parsePath(text)).toBeUndefined();
  });

  it('is a reference path only if it names one place in the data', () => {
    expect(parseReferencePath('$.a[0].b')).toEqual(['a', 0, 'b']);
    for (const path of ['$.a[*]', '$..a', '$$.a', '$v.a', '$.a[0:1]'])
      expect(parseReferencePath(path), path).toBeUndefined();
  });

  it('finds what was placed there, and nothing else changes', () => {
    const name = fc.stringMatching(/^[a-z]{1,3}$/);
    fc.assert(
      fc.property(
        fc.dictionary(name, fc.integer()),
        fc.array(name, { minLength: 1, maxLength: 3 }),
        fc.jsonValue(),
        (input, steps, value) => {
          const [first = ''] = steps;
          if (steps.length > 1 && Object.hasOwn(input, first)) return;
          const path = `$.${steps.join('.')}`;
          const result = placed(input, path, value as Json) as Record<string, Json>;
          expect(valueAt(path, reach(result))).toEqual(value);
          expect({ ...result, [first]: null }).toEqual({ ...input, [first]: null });
        },
      ),
    );
  });

  it('never fails in another way than AWS does, for any text', () => {
    fc.assert(fc.property(fc.string(), (text) => void parsePath(`$${text}`)));
  });
});

describe('an intrinsic function', () => {
  const at = (text: string, data: Json = {}) => evaluateIntrinsic(text, reach(data));

  it.each<[string, Json, Json]>([
    ["States.Format('Hello, {}! {} \\{\\}', $.n, 7)", { n: 'Sam' }, 'Hello, Sam! 7 {}'],
    ["States.Format('{}', $.o)", { o: { a: 1, b: [] } }, '{a=1, b=[]}'],
    ['States.StringToJson(\'{"a": [1]}\')', {}, { a: [1] }],
    ['States.JsonToString($.o)', { o: { a: 1 } }, '{"a":1}'],
    ["States.Array('a', 1, null, $.x)", { x: true }, ['a', 1, null, true]],
    ['States.ArrayPartition($.l, 2)', { l: [1, 2, 3] }, [[1, 2], [3]]],
    ['States.ArrayContains($.l, $.w)', { l: [{ a: 1 }], w: { a: 1 } }, true],
    ['States.ArrayRange(1, 9, 2)', {}, [1, 3, 5, 7, 9]],
    ['States.ArrayGetItem($.l, 1)', { l: ['a', 'b'] }, 'b'],
    ['States.ArrayLength($.l)', { l: [1, 2] }, 2],
    ['States.ArrayUnique($.l)', { l: [1, 1, [2], [2]] }, [1, [2]]],
    ["States.Base64Encode('Data to encode')", {}, 'RGF0YSB0byBlbmNvZGU='],
    ["States.Base64Decode('RGF0YSB0byBlbmNvZGU=')", {}, 'Data to encode'],
    ["States.Hash('x', 'SHA-1')", {}, '11f6ad8ec52a2984abaafd7c3b516503785c2072'],
    ['States.JsonMerge($.a, $.b, false)', { a: { x: 1, y: 1 }, b: { y: 2 } }, { x: 1, y: 2 }],
    ['States.MathAdd($.n, -1)', { n: 2.5 }, 2],
    ["States.StringSplit('a.b+c', '.+')", {}, ['a', 'b', 'c']],
    ["States.Format('{}', States.ArrayLength(States.Array(1, 2)))", {}, '2'],
  ])('%s', (text, data, expected) => {
    expect(at(text, data)).toEqual(expected);
  });

  it('makes random numbers in the range, and ids', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1000, max: 1000 }), fc.integer({ min: 1, max: 1000 }), (from, size) => {
        const number = at(`States.MathRandom(${from}, ${from + size})`) as number;
        expect(number).toBeGreaterThanOrEqual(from);
        expect(number).toBeLessThan(from + size);
      }),
    );
    expect(at('States.MathRandom(1, 1000, 7)')).toBe(at('States.MathRandom(1, 1000, 7)'));
    expect(at('States.UUID()')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it.each([
    'States.Nothing()',
    'States.ArrayLength()',
    "States.Format('a'",
    "States.Format('\\\"')",
    'States.Hash(x, y)',
  ])('%s is none', (text) => {
    expect(parseIntrinsic(text)).toBeUndefined();
  });

  it.each([
    "States.StringToJson('{')",
    "States.Format('{}{}', 1)",
    "States.ArrayLength('a')",
    "States.Hash('a', 'MD4')",
  ])('%s fails as States.IntrinsicFailure', (text) => {
    expect(() => at(text)).toThrow(expect.objectContaining({ error: 'States.IntrinsicFailure' }));
  });

  it('splits and joins any text without loss', () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[a-z]{1,5}$/)), (words) => {
        expect(evaluateIntrinsic("States.StringSplit($.t, ',')", reach({ t: words.join(',') }))).toEqual(
          words,
        );
      }),
    );
  });
});

describe('a payload template', () => {
  it('fills fields that end in .$, and leaves the others', () => {
    const template = { 'a.$': '$.x', b: '$.x', c: [{ 'd.$': "States.Format('{}', $.x)" }], 'e.$': '$$.n' };
    expect(filled(template, reach({ x: 1 }, {}, { n: 2 }))).toEqual({
      a: 1,
      b: '$.x',
      c: [{ d: '1' }],
      e: 2,
    });
  });
});

describe('a choice rule', () => {
  const t = '2024-01-01T00:00:00Z';
  it.each<[object, Json, boolean]>([
    [{ Variable: '$.v', StringEquals: 'a' }, 'a', true],
    [{ Variable: '$.v', StringEquals: '1' }, 1, false],
    [{ Variable: '$.v', StringLessThan: 'b' }, 'a', true],
    [{ Variable: '$.v', NumericGreaterThanEquals: 2 }, 2, true],
    [{ Variable: '$.v', NumericLessThanPath: '$.w' }, 1, true],
    [{ Variable: '$.v', BooleanEquals: true }, 'true', false],
    [{ Variable: '$.v', TimestampLessThan: t }, '2023-12-31T23:59:59Z', true],
    [{ Variable: '$.v', TimestampEquals: t }, '2024-01-01T01:00:00+01:00', true],
    [{ Variable: '$.v', IsNull: false }, 1, true],
    [{ Variable: '$.v', IsNumeric: true }, '1', false],
    [{ Variable: '$.v', IsString: true }, '1', true],
    [{ Variable: '$.v', IsTimestamp: true }, t, true],
    [{ Variable: '$.none', IsPresent: false }, 1, true],
    [{ Or: [{ Variable: '$.v', NumericEquals: 9 }, { Not: { Variable: '$.v', IsNull: true } }] }, 1, true],
    [
      {
        And: [
          { Variable: '$.v', NumericEquals: 1 },
          { Variable: '$.v', NumericEquals: 2 },
        ],
      },
      1,
      false,
    ],
  ])('%j of %j is %s', (rule, v, expected) => {
    expect(applies(rule as never, reach({ v, w: 2 }))).toBe(expected);
  });

  it('matches texts with stars', () => {
    expect(matches('log-2024.txt', 'log-*.txt')).toBe(true);
    expect(matches('log-2024xtxt', 'log-*.txt')).toBe(false);
    expect(matches('a*', 'a\\*')).toBe(true);
    expect(matches('ab', 'a\\*')).toBe(false);
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => matches(a + b, `*${b.replace(/[*\\]/g, '\\$&')}`)),
    );
  });
});

describe('a timestamp', () => {
  it.each([
    ['2024-02-29T00:00:00Z', Date.UTC(2024, 1, 29)],
    ['2024-01-01T00:00:00.123456Z', Date.UTC(2024, 0, 1, 0, 0, 0, 123)],
    ['2024-01-01T00:00:00-02:00', Date.UTC(2024, 0, 1, 2)],
    ['2024-01-01 00:00:00Z', undefined],
    ['2024-01-01T00:00:00', undefined],
    ['2023-02-29T00:00:00Z', undefined],
    ['2024-01-01T25:00:00Z', undefined],
  ])('%s', (text, expected) => {
    expect(timeOf(text)).toBe(expected);
  });
});

describe('JSONata', () => {
  const bindings = { states: { input: { n: 2, list: [1] }, context: {} }, variables: { v: [1, 2] } };
  const value = (template: Json) => evaluated(template, 'Output', bindings);

  it('is evaluated inside of a template', async () => {
    expect(await value({ a: '{% $states.input.n * 2 %}', b: 'text', c: ['{% $sum($v) %}'] })).toEqual({
      a: 4,
      b: 'text',
      c: [3],
    });
  });

  it('has the functions of Step Functions', async () => {
    expect(await value('{% $partition([1,2,3], 2) %}')).toEqual([[1, 2], [3]]);
    expect(await value('{% $range(0, 6, 3) %}')).toEqual([0, 3, 6]);
    expect(await value("{% $hash('x', 'SHA-1') %}")).toBe('11f6ad8ec52a2984abaafd7c3b516503785c2072');
    expect(await value('{% $parse(\'{"a":1}\').a %}')).toBe(1);
    expect(await value('{% $random(7) = $random(7) %}')).toBe(true);
    expect(await value('{% $uuid() %}')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it.each([
    [
      '{% $none %}',
      "The JSONata expression '$none' specified for the field 'Output' returned nothing (undefined).",
    ],
    [
      '{% $none(1) %}',
      "The JSONata expression '$none(1)' specified for the field 'Output' threw an error during evaluation. T1006: Attempted to invoke a non-function",
    ],
  ])('%s fails', async (template, cause) => {
    await expect(value(template)).rejects.toMatchObject({ error: 'States.QueryEvaluationError', cause });
  });

  it('fails when a field takes another type', async () => {
    await expect(evaluatedAs('{% 1 %}', 'Items', 'array', bindings)).rejects.toMatchObject({
      cause:
        "The JSONata expression '1' specified for the field 'Items' returned an unexpected result type. Expected 'array', but was 'number' for value: 1",
    });
  });
});

describe('Retry', () => {
  it('grows by the rate up to the longest delay', () => {
    const retrier = { ErrorEquals: [], IntervalSeconds: 2, BackoffRate: 3, MaxDelaySeconds: 10 };
    expect([1, 2, 3].map((failures) => delayOf(retrier, failures))).toEqual([2000, 6000, 10_000]);
    expect(delayOf({ ErrorEquals: [] }, 2)).toBe(2000);
    expect(delayOf({ ...retrier, JitterStrategy: 'FULL' }, 1, () => 0.5)).toBe(1000);
  });

  it.each([
    ['E', ['E'], true],
    ['E', ['States.ALL'], true],
    ['E', ['States.TaskFailed'], true],
    ['States.Timeout', ['States.TaskFailed'], false],
    ['States.Timeout', ['States.ALL'], true],
    ['States.DataLimitExceeded', ['States.ALL'], true],
    ['States.Runtime', ['States.ALL', 'States.Runtime'], false],
  ])('%s is taken by %j: %s', (error, names, expected) => {
    expect(takes(names, { error, details: {} } as StateFailure)).toBe(expected);
  });
});
