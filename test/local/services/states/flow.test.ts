// States that decide where to go: Pass, Choice, Wait, Succeed and Fail, and what the history says of them.
import { describe, expect, it } from 'vitest';
import { fixture, machine, sketch } from './fixture.ts';

const local = await fixture();
const { run } = local;

describe('an execution', () => {
  it('has a history from its start to its end', async () => {
    const { events, status, output } = await run(
      machine({ State_1: { Type: 'Pass', Result: { Arg1: 'argument1' }, End: true } }),
    );
    expect({ status, output }).toEqual({ status: 'SUCCEEDED', output: '{"Arg1":"argument1"}' });
    expect(sketch(events)).toEqual([
      '1<0 ExecutionStarted',
      '2<0 PassStateEntered',
      '3<2 PassStateExited',
      '4<3 ExecutionSucceeded',
    ]);
    expect(events[0]?.executionStartedEventDetails).toEqual({
      input: '{}',
      inputDetails: { truncated: false },
      roleArn: local.runner,
    });
    expect(events[1]?.stateEnteredEventDetails).toEqual({
      name: 'State_1',
      input: '{}',
      inputDetails: { truncated: false },
    });
    expect(events[3]?.executionSucceededEventDetails).toEqual({
      output: '{"Arg1":"argument1"}',
      outputDetails: { truncated: false },
    });
  });

  it('hands its input on as it was sent, with its spaces', async () => {
    const { events, output } = await run(machine({ A: { Type: 'Succeed' } }), '{ "a": [1, 2] }');
    expect(output).toBe('{ "a": [1, 2] }');
    expect(events[1]?.stateEnteredEventDetails).toMatchObject({ input: '{ "a": [1, 2] }' });
  });

  it('fails with the error and the cause of a Fail state', async () => {
    const { status, error, cause, events } = await run(
      machine({ F: { Type: 'Fail', Error: 'SomeFailure', Cause: 'because' } }),
    );
    expect({ status, error, cause }).toEqual({ status: 'FAILED', error: 'SomeFailure', cause: 'because' });
    expect(sketch(events)).toEqual(['1<0 ExecutionStarted', '2<0 FailStateEntered', '3<2 ExecutionFailed']);
  });

  it('fails without error and cause when the Fail state has none', async () => {
    const { events, error } = await run(machine({ F: { Type: 'Fail' } }));
    expect(error).toBeUndefined();
    expect(events.at(-1)?.executionFailedEventDetails).toEqual({});
  });

  it('takes error and cause from paths and intrinsic functions', async () => {
    const fail = {
      Type: 'Fail',
      ErrorPath: '$.Error',
      CausePath: "States.Format('{} by {}', $.Error, $.Cause)",
    };
    const { error, cause } = await run(machine({ F: fail }), { Error: 'E', Cause: 'C' });
    expect({ error, cause }).toEqual({ error: 'E', cause: 'E by C' });
  });
});

describe('paths of a Pass state', () => {
  const pass = (fields: object) => machine({ P: { Type: 'Pass', End: true, ...fields } });
  const output = async (fields: object, input: unknown = {}) =>
    JSON.parse((await run(pass(fields), input)).output ?? 'null') as unknown;

  it('select, shape and place its data', async () => {
    const input = { a: { b: [1, 2, 3] }, c: 'x' };
    expect(await output({ InputPath: '$.a.b[1]' }, input)).toBe(2);
    expect(await output({ InputPath: null }, input)).toEqual({});
    expect(await output({ OutputPath: null }, input)).toEqual({});
    expect(await output({ Result: 7, ResultPath: '$.a.r' }, input)).toEqual({
      a: { b: [1, 2, 3], r: 7 },
      c: 'x',
    });
    expect(await output({ Result: 7, ResultPath: null }, input)).toEqual(input);
    expect(
      await output({ Parameters: { 'n.$': '$.a.b[-1]', fixed: true, deep: { 'c.$': '$.c' } } }, input),
    ).toEqual({
      n: 3,
      fixed: true,
      deep: { c: 'x' },
    });
  });

  it('reach the context object', async () => {
    const shown = await output(
      { Parameters: { 'name.$': '$$.State.Name', 'input.$': '$$.Execution.Input' } },
      { i: 1 },
    );
    expect(shown).toEqual({ name: 'P', input: { i: 1 } });
  });

  it('fail the execution when they name nothing', async () => {
    const input = await run(pass({ InputPath: '$.no.such' }), { a: 1 });
    expect(input).toMatchObject({
      error: 'States.Runtime',
      cause:
        "An error occurred while executing the state 'P' (entered at the event id #2). Invalid path '$.no.such' : Missing property in path $['no']",
    });
    const parameters = await run(pass({ Parameters: { 'v.$': '$.none' } }), { a: 1 });
    expect(parameters.cause).toBe(
      `An error occurred while executing the state 'P' (entered at the event id #2). The JSONPath '$.none' specified for the field 'v.$' could not be found in the input '{"a":1}'`,
    );
  });

  it('fail the execution when a result cannot be placed', async () => {
    expect(await run(pass({ Result: 1, ResultPath: '$.a.b' }), { a: 'text' })).toMatchObject({
      error: 'States.ResultPathMatchFailure',
    });
  });
});

describe('Choice', () => {
  const choice = machine({
    C: {
      Type: 'Choice',
      Choices: [
        { Variable: '$.n', NumericGreaterThan: 10, Next: 'Big' },
        {
          And: [
            { Variable: '$.s', IsPresent: true },
            { Variable: '$.s', StringMatches: 'a*c' },
          ],
          Next: 'Text',
        },
        { Not: { Variable: '$.n', NumericEqualsPath: '$.m' }, Next: 'Other' },
      ],
      Default: 'Rest',
    },
    Big: { Type: 'Pass', Result: 'big', End: true },
    Text: { Type: 'Pass', Result: 'text', End: true },
    Other: { Type: 'Pass', Result: 'other', End: true },
    Rest: { Type: 'Pass', Result: 'rest', End: true },
  });

  it.each([
    [{ n: 11, m: 0 }, 'big'],
    [{ n: 1, m: 0, s: 'abc' }, 'text'],
    [{ n: 1, m: 0 }, 'other'],
    [{ n: 1, m: 1 }, 'rest'],
  ])('goes with %j to %s', async (input, expected) => {
    expect((await run(choice, input)).output).toBe(JSON.stringify(expected));
  });

  it('fails when its variable names nothing, and when no rule applies', async () => {
    expect((await run(choice, {})).cause).toBe(
      "An error occurred while executing the state 'C' (entered at the event id #2). Invalid path '$.n': The choice state's condition path references an invalid value.",
    );
    const { Choices } = choice.States.C as { Choices: object[] };
    const none = machine({ C: { Type: 'Choice', Choices: Choices.slice(0, 1) }, Big: { Type: 'Succeed' } });
    expect((await run(none, { n: 1 })).error).toBe('States.NoChoiceMatched');
  });
});

describe('Wait', () => {
  it('waits for a number of seconds, or until a time', async () => {
    const past = '2020-01-01T00:00:00Z';
    const { status, events } = await run(
      machine({
        A: { Type: 'Wait', Seconds: 0, Next: 'B' },
        B: { Type: 'Wait', SecondsPath: '$.n', Next: 'C' },
        C: { Type: 'Wait', Timestamp: past, Next: 'D' },
        D: { Type: 'Wait', TimestampPath: '$.t', End: true },
      }),
      { n: 0, t: past },
    );
    expect(status).toBe('SUCCEEDED');
    expect(sketch(events).slice(1, 4)).toEqual([
      '2<0 WaitStateEntered',
      '3<2 WaitStateExited',
      '4<3 WaitStateEntered',
    ]);
  });

  it.each([
    ['SecondsPath', -1, 'The SecondsPath parameter references a negative value: $.v == -1'],
    [
      'TimestampPath',
      'tomorrow',
      'The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format string: $.v == tomorrow',
    ],
    ['TimestampPath', '2999-01-01T00:00:00Z', 'Wait state delay is too long.'],
  ])('fails with %s of %s', async (field, v, reason) => {
    const { cause, error } = await run(machine({ W: { Type: 'Wait', [field]: '$.v', End: true } }), { v });
    expect(error).toBe('States.Runtime');
    expect(cause).toBe(
      `An error occurred while executing the state 'W' (entered at the event id #2). ${reason}`,
    );
  });
});

describe('variables', () => {
  it('are assigned by a state, shown in the history, and read by later states', async () => {
    const { output, events } = await run(
      machine({
        A: { Type: 'Pass', Assign: { x: 42, 'y.$': '$.in' }, Next: 'B' },
        B: { Type: 'Pass', Parameters: { 'x.$': '$x', 'z.$': '$y.z' }, End: true },
      }),
      { in: { z: 'deep' } },
    );
    expect(output).toBe('{"x":42,"z":"deep"}');
    expect(events[2]?.stateExitedEventDetails).toMatchObject({
      assignedVariables: { x: '42', y: '{"z":"deep"}' },
      assignedVariablesDetails: { truncated: false },
    });
  });
});

describe('data larger than 256 KiB', () => {
  it('fails the execution', async () => {
    const input = JSON.stringify({ text: 'x'.repeat(200_000) });
    const pass = { Type: 'Pass', Parameters: { 'a.$': '$.text', 'b.$': '$.text' }, End: true };
    expect(await run(machine({ State_1: pass }), input)).toMatchObject({
      error: 'States.DataLimitExceeded',
      cause:
        "The state/task 'State_1' returned a result with a size exceeding the maximum number of bytes service limit.",
    });
  });
});
