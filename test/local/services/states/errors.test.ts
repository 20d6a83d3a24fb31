// Retry, Catch, time-outs, and the events of branches and iterations that fail.
import { describe, expect, it } from 'vitest';
import { failure, fixture, functionArn, machine, sketch } from './fixture.ts';

const local = await fixture();
const { run, functions } = local;
functions.set('echo', (event) => event);
functions.set('fail', () => {
  throw failure('CustomError', 'it failed');
});
const task = (name: string, more: object = {}) => ({
  Type: 'Task',
  Resource: functionArn(name),
  End: true,
  ...more,
});

describe('a task with the ARN of a function', () => {
  it('hands its input to the function, and its answer on', async () => {
    const { events, output } = await run(machine({ T: task('echo') }), { a: 1 });
    expect(output).toBe('{"a":1}');
    expect(sketch(events).slice(2, 6)).toEqual([
      '3<2 LambdaFunctionScheduled',
      '4<3 LambdaFunctionStarted',
      '5<4 LambdaFunctionSucceeded',
      '6<5 TaskStateExited',
    ]);
    expect(events[2]?.lambdaFunctionScheduledEventDetails).toEqual({
      input: '{"a":1}',
      inputDetails: { truncated: false },
      resource: functionArn('echo'),
    });
    expect(events[3]).not.toHaveProperty('lambdaFunctionStartedEventDetails');
  });

  it('fails with the error type of the function, and its answer as the cause', async () => {
    const { events, error, cause } = await run(machine({ T: task('fail') }));
    expect(error).toBe('CustomError');
    expect(JSON.parse(cause ?? '')).toEqual({ errorType: 'CustomError', errorMessage: 'it failed' });
    expect(sketch(events).slice(4)).toEqual(['5<4 LambdaFunctionFailed', '6<5 ExecutionFailed']);
  });

  it('fails when the function does not exist, or the role may not invoke it', async () => {
    const none = await run(machine({ T: task('none') }));
    expect(none.error).toBe('Lambda.ResourceNotFoundException');
    expect(none.cause).toMatch(
      /^Function not found: \S+:function:none:\$LATEST \(Service: AWSLambda; Status Code: 404; Error Code: ResourceNotFoundException; Request ID: [0-9a-f-]{36}; Proxy: null\)$/,
    );
    const roleArn = await local.role('powerless', ['s3:GetObject']);
    const arn = await local.start(await local.create(machine({ T: task('echo') }), { roleArn }));
    const denied = await local.ended(arn);
    expect(denied.error).toBe('Lambda.AWSLambdaException');
    expect(denied.cause).toContain('is not authorized to perform: lambda:InvokeFunction on resource');
  });

  it('fails without an error type as Lambda.Unknown', async () => {
    functions.set('odd', () => {
      throw failure('', 'Task timed out after 3.00 seconds');
    });
    const { error, cause } = await run(machine({ T: task('odd') }));
    expect(error).toBe('Lambda.Unknown');
    expect(cause).toContain('The cause could not be determined because Lambda did not return an error type.');
  });
});

describe('Retry', () => {
  const retry = (more: object) => [{ ErrorEquals: ['CustomError'], IntervalSeconds: 0, ...more }];

  it('repeats the attempt, and its events follow one another', async () => {
    const { events, error } = await run(machine({ T: task('fail', { Retry: retry({ MaxAttempts: 2 }) }) }));
    expect(error).toBe('CustomError');
    expect(sketch(events).slice(4)).toEqual([
      '5<4 LambdaFunctionFailed',
      '6<5 LambdaFunctionScheduled',
      '7<6 LambdaFunctionStarted',
      '8<7 LambdaFunctionFailed',
      '9<8 LambdaFunctionScheduled',
      '10<9 LambdaFunctionStarted',
      '11<10 LambdaFunctionFailed',
      '12<11 ExecutionFailed',
    ]);
  });

  it('does nothing with MaxAttempts 0, and for other errors', async () => {
    expect(
      (await run(machine({ T: task('fail', { Retry: retry({ MaxAttempts: 0 }) }) }))).events,
    ).toHaveLength(6);
    const other = [{ ErrorEquals: ['Other'] }];
    expect((await run(machine({ T: task('fail', { Retry: other }) }))).events).toHaveLength(6);
  });
});

describe('Catch', () => {
  const caught = (ErrorEquals: string[], more: object = {}) =>
    machine({ T: task('fail', { Catch: [{ ErrorEquals, Next: 'C', ...more }] }), C: { Type: 'Succeed' } });

  it.each([['CustomError'], ['States.TaskFailed'], ['States.ALL']])('takes the error by %s', async (name) => {
    const { events, output } = await run(caught([name]));
    const { Error: error, Cause } = JSON.parse(output ?? '') as { Error: string; Cause: string };
    expect(error).toBe('CustomError');
    expect(JSON.parse(Cause)).toMatchObject({ errorMessage: 'it failed' });
    expect(sketch(events).slice(4, 7)).toEqual([
      '5<4 LambdaFunctionFailed',
      '6<5 TaskStateExited',
      '7<6 SucceedStateEntered',
    ]);
  });

  it('puts the error at its ResultPath', async () => {
    const { output } = await run(caught(['States.ALL'], { ResultPath: '$.error' }), { a: 1 });
    expect(JSON.parse(output ?? '')).toMatchObject({ a: 1, error: { Error: 'CustomError' } });
  });

  it('takes no failure of the definition or its data', async () => {
    const T = task('echo', {
      ResultPath: '$.r',
      OutputPath: '$.none',
      Catch: [{ ErrorEquals: ['States.Runtime'], Next: 'C' }],
    });
    const { error, status } = await run(machine({ T, C: { Type: 'Succeed' } }));
    expect({ status, error }).toEqual({ status: 'FAILED', error: 'States.Runtime' });
  });
});

describe('TimeoutSeconds', () => {
  it('ends a task that takes longer', async () => {
    functions.set('slow', () => new Promise((resolve) => setTimeout(resolve, 60_000).unref()));
    const { events, error } = await run(machine({ T: task('slow', { TimeoutSeconds: 1 }) }));
    expect(error).toBe('States.Timeout');
    expect(events[2]?.lambdaFunctionScheduledEventDetails).toMatchObject({ timeoutInSeconds: 1 });
    expect(sketch(events).slice(4)).toEqual(['5<4 LambdaFunctionTimedOut', '6<5 ExecutionFailed']);
    expect(events[4]?.lambdaFunctionTimedOutEventDetails).toEqual({ error: 'States.Timeout' });
  });

  it('of the machine ends the execution', async () => {
    const { status, events } = await run({
      ...machine({ W: { Type: 'Wait', Seconds: 600, End: true } }),
      TimeoutSeconds: 1,
    });
    expect(status).toBe('TIMED_OUT');
    expect(events.at(-1)?.type).toBe('ExecutionTimedOut');
  });
});

describe('Parallel', () => {
  const branch = (States: Record<string, object>) => machine(States);

  it('answers the outputs in the order of its branches', async () => {
    const { output, events } = await run(
      machine({
        P: {
          Type: 'Parallel',
          Branches: [branch({ A: task('echo') }), branch({ B: { Type: 'Pass', Result: 2, End: true } })],
          End: true,
        },
      }),
      1,
    );
    expect(output).toBe('[1,2]');
    expect(sketch(events).slice(1, 3)).toEqual(['2<0 ParallelStateEntered', '3<2 ParallelStateStarted']);
    const [succeeded, exited] = events.slice(-3);
    expect([succeeded?.type, exited?.type]).toEqual(['ParallelStateSucceeded', 'ParallelStateExited']);
    expect(exited?.previousEventId).toBe(succeeded?.previousEventId);
  });

  it('fails with its first branch that fails, and can be repeated and caught', async () => {
    const Branches = [branch({ F: { Type: 'Fail', Error: 'E', Cause: 'c' } })];
    const Retry = [{ ErrorEquals: ['E'], IntervalSeconds: 0, MaxAttempts: 1 }];
    const { events } = await run(machine({ P: { Type: 'Parallel', Branches, Retry, End: true } }));
    expect(sketch(events).slice(2)).toEqual([
      '3<2 ParallelStateStarted',
      '4<3 FailStateEntered',
      '5<4 ParallelStateStarted',
      '6<5 FailStateEntered',
      '7<6 ParallelStateFailed',
      '8<7 ExecutionFailed',
    ]);
    const Catch = [{ ErrorEquals: ['States.ALL'], Next: 'C' }];
    const caught = await run(
      machine({ P: { Type: 'Parallel', Branches, Catch, End: true }, C: { Type: 'Succeed' } }),
    );
    expect(caught.output).toBe('{"Error":"E","Cause":"c"}');
  });
});

describe('Map', () => {
  const map = (States: Record<string, object>, more: object = {}) =>
    machine({ M: { Type: 'Map', ItemProcessor: machine(States), End: true, ...more } });

  it('runs an iteration for each item, one after another if it must', async () => {
    const { output, events } = await run(
      map(
        { I: task('echo') },
        { MaxConcurrency: 1, ItemSelector: { 'v.$': '$$.Map.Item.Value', 'i.$': '$$.Map.Item.Index' } },
      ),
      ['a', 'b'],
    );
    expect(output).toBe('[{"v":"a","i":0},{"v":"b","i":1}]');
    const own = sketch(events).filter((line) => line.includes('Map'));
    expect(own).toEqual([
      '2<0 MapStateEntered',
      '3<2 MapStateStarted',
      '4<3 MapIterationStarted',
      '10<9 MapIterationSucceeded',
      '11<9 MapIterationStarted',
      '17<16 MapIterationSucceeded',
      '18<17 MapStateSucceeded',
      '19<17 MapStateExited',
    ]);
  });

  it('takes an empty list, and fails with an iteration', async () => {
    expect((await run(map({ I: task('echo') }), [])).output).toBe('[]');
    const { events, error } = await run(map({ I: { Type: 'Fail', Error: 'E' } }), [1]);
    expect(error).toBe('E');
    expect(sketch(events).slice(3)).toEqual([
      '4<3 MapIterationStarted',
      '5<4 FailStateEntered',
      '6<5 MapIterationFailed',
      '7<5 MapStateFailed',
      '8<7 ExecutionFailed',
    ]);
  });

  it('aborts the iterations beside the one that failed', async () => {
    functions.set('mixed', async (event) => {
      if (event === 0) throw failure('E', 'first');
      await new Promise((resolve) => setTimeout(resolve, 60_000).unref());
    });
    const { events } = await run(map({ I: task('mixed') }), [0, 1]);
    expect(events.slice(-6).map(({ type }) => type)).toEqual([
      'MapIterationFailed',
      'TaskStateAborted',
      'MapIterationAborted',
      'TaskStateAborted',
      'MapStateFailed',
      'ExecutionFailed',
    ]);
  });

  it('of the mode DISTRIBUTED has a map run in the place of iterations', async () => {
    const ItemProcessor = {
      ...machine({ I: task('echo') }),
      ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
    };
    const { events, output } = await run(machine({ M: { Type: 'Map', ItemProcessor, End: true } }), [1, 2]);
    expect(output).toBe('[1,2]');
    expect(sketch(events).slice(2, 6)).toEqual([
      '3<2 MapStateStarted',
      '4<3 MapRunStarted',
      '5<4 MapRunSucceeded',
      '6<5 MapStateSucceeded',
    ]);
    const read = machine({ M: { Type: 'Map', ItemProcessor, ItemReader: {}, End: true } });
    expect((await run(read)).cause).toContain('The local AWS does not run maps with ItemReader.');
  });
});
