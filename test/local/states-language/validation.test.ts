// What AWS says about definitions that it refuses.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sentence } from '../../../src/local/states-language/validation/diagnostics.ts';
import { syntaxProblem } from '../../../src/local/states-language/validation/json-syntax.ts';
import { check } from '../../../src/local/states-language/validation/validate.ts';

const said = async (definition: unknown, type: 'STANDARD' | 'EXPRESS' = 'STANDARD') =>
  (await check(typeof definition === 'string' ? definition : JSON.stringify(definition), type)).problems.map(
    sentence,
  );
const one = (state: object, more: object = {}) => ({ StartAt: 'A', States: { A: state }, ...more });
const end = { Type: 'Pass', End: true };

describe('a definition', () => {
  it.each<[string, unknown, string[]]>([
    ['empty text', '', ['SCHEMA_VALIDATION_FAILED: Definition must be a valid JSON object']],
    ['an empty map', {}, ['SCHEMA_VALIDATION_FAILED: These fields are required: [States, StartAt] at /']],
    ['no StartAt', { States: {} }, ['SCHEMA_VALIDATION_FAILED: These fields are required: [StartAt] at /']],
    ['no States', { StartAt: 'A' }, ['SCHEMA_VALIDATION_FAILED: These fields are required: [States] at /']],
    [
      'no such target, and a state that is not reached',
      { StartAt: 'pass1', States: { pass1: { Type: 'Pass', Next: 'pass3' }, pass2: end } },
      [
        "MISSING_TRANSITION_TARGET: Missing 'Next' target: pass3 at /States/pass1/Next",
        'MISSING_TRANSITION_TARGET: State "pass2" is not reachable. at /States/pass2',
      ],
    ],
    [
      'no end, which hides what is not reachable',
      {
        StartAt: 'A',
        States: {
          A: { Type: 'Pass', Next: 'B' },
          B: { Type: 'Pass', Next: 'A' },
          C: { Type: 'Pass', Next: 'A' },
        },
      },
      ['MISSING_END_STATE: Workflow has no terminal state'],
    ],
    [
      'a start that does not exist',
      { StartAt: 'X', States: { A: end } },
      [
        "MISSING_TRANSITION_TARGET: Missing 'Next' target: X at /StartAt",
        'MISSING_TRANSITION_TARGET: State "A" is not reachable. at /States/A',
      ],
    ],
    [
      'a field of another type of state',
      one({ ...end, TimeoutSeconds: 1 }),
      ["SCHEMA_VALIDATION_FAILED: Field 'TimeoutSeconds' is not supported at /States/A"],
    ],
    [
      'a field of the other query language',
      one({ ...end, Output: 1 }),
      [
        "SCHEMA_VALIDATION_FAILED: The QueryLanguage is set to 'JSONPath', but field 'Output' is only supported for the 'JSONata' QueryLanguage at /States/A",
      ],
    ],
    [
      'JSONPath within JSONata',
      one({ ...end, QueryLanguage: 'JSONPath' }, { QueryLanguage: 'JSONata' }),
      [
        "SCHEMA_VALIDATION_FAILED: 'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine at /States/A",
      ],
    ],
    [
      'a time that is none',
      one({ Type: 'Wait', Timestamp: '2016-12-05', End: true }),
      ['SCHEMA_VALIDATION_FAILED: String does not match RFC3339 timestamp at /States/A/Timestamp'],
    ],
    [
      'a resource that is no ARN',
      one({ Type: 'Task', Resource: 'f', End: true }),
      ['SCHEMA_VALIDATION_FAILED: Value is not a valid resource ARN at /States/A/Resource'],
    ],
    [
      'an operation that no integration has',
      one({ Type: 'Task', Resource: 'arn:aws:states:::dynamodb:query', End: true }),
      [
        'SCHEMA_VALIDATION_FAILED: The resource provided arn:aws:states:::dynamodb:query is not recognized. The value is not a valid resource ARN, or the resource is not available in this region. at /States/A/Resource',
      ],
    ],
    [
      'an intrinsic function that is none',
      one({ ...end, Parameters: { 'x.$': "States.Format('\\\"')" } }),
      [
        "SCHEMA_VALIDATION_FAILED: The value for the field 'x.$' must be a valid JSONPath or a valid intrinsic function call at /States/A/Parameters",
      ],
    ],
  ])('with %s', async (_, definition, expected) => {
    expect(await said(definition)).toEqual(expected);
  });

  it.each([
    [
      'waitForTaskToken',
      "Express state machine does not support '.waitForTaskToken' service integration  at /States/A/Resource",
    ],
    ['sync', "Express state machine does not support '.sync' service integration at /States/A/Resource"],
  ])('of an express machine must not use .%s', async (suffix, text) => {
    const resource = `arn:aws:states:::states:startExecution.${suffix}`;
    expect(await said(one({ Type: 'Task', Resource: resource, End: true }), 'EXPRESS')).toEqual([
      `SCHEMA_VALIDATION_FAILED: ${text}`,
    ]);
  });

  it('is checked in branches and iterations', async () => {
    const branch = { StartAt: 'B', States: { B: { Type: 'Pass', Next: 'X' }, C: end } };
    const [problem] = await said(one({ Type: 'Parallel', Branches: [branch], End: true }));
    expect(problem).toBe(
      "MISSING_TRANSITION_TARGET: Missing 'Next' target: X at /States/A/Branches[0]/States/B/Next",
    );
  });

  it('never breaks the checks, whatever it is', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.jsonValue(),
        fc.constantFrom('Task', 'Map', 'Choice', 'Wait', 'Parallel', 'Pass'),
        async (value, Type) => {
          expect(Array.isArray(await said(value))).toBe(true);
          const fields =
            typeof value === 'object' && value !== null && !Array.isArray(value) ? value : { Next: value };
          expect(Array.isArray(await said(one({ ...fields, Type })))).toBe(true);
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('a text that is not JSON', () => {
  it.each([
    [
      'not a definition',
      "Unrecognized token 'not': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')",
      'line: 1, column: 4',
    ],
    [
      "{'a': 1}",
      "Unexpected character (''' (code 39)): was expecting double-quote to start field name",
      undefined,
    ],
  ])('%s', (text, message, position) => {
    const problem = syntaxProblem(text);
    expect(problem.message).toBe(message);
    if (position !== undefined) expect(problem.position).toBe(position);
  });

  it('always has a reason', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          JSON.parse(text);
        } catch {
          expect(syntaxProblem(text).message).not.toBe('');
        }
      }),
    );
  });
});
