// Tasks that call services, wait for tokens, or start other machines.
import { describe, expect, it, vi } from 'vitest';
import { failure, fixture, machine, machineArn, sketch } from './fixture.ts';

const local = await fixture();
const { run, functions, states } = local;
functions.set('echo', (event) => event);
const call = (resource: string, Parameters: object, more: object = {}) => ({
  Type: 'Task',
  Resource: `arn:aws:states:::${resource}`,
  Parameters,
  End: true,
  ...more,
});
const { QueueUrl = '' } = await local.sqs('CreateQueue', { QueueName: 'q' });
const received = async () => {
  const { Messages = [] } = await local.sqs('ReceiveMessage', { QueueUrl });
  const [message] = Messages;
  if (message) await local.sqs('DeleteMessage', { QueueUrl, ReceiptHandle: message.ReceiptHandle });
  return message?.Body;
};

describe('lambda:invoke', () => {
  it('answers the payload with the metadata of the answer', async () => {
    const { output, events } = await run(
      machine({ T: call('lambda:invoke', { FunctionName: 'echo', 'Payload.$': '$' }) }),
      { a: 1 },
    );
    expect(JSON.parse(output ?? '')).toEqual({
      ExecutedVersion: '$LATEST',
      Payload: { a: 1 },
      SdkHttpMetadata: expect.objectContaining({ HttpStatusCode: 200 }),
      SdkResponseMetadata: { RequestId: expect.any(String) },
      StatusCode: 200,
    });
    expect(sketch(events).slice(2, 5)).toEqual(['3<2 TaskScheduled', '4<3 TaskStarted', '5<4 TaskSucceeded']);
    expect(events[2]?.taskScheduledEventDetails).toEqual({
      parameters: '{"FunctionName":"echo","Payload":{"a":1}}',
      region: 'eu-central-1',
      resource: 'invoke',
      resourceType: 'lambda',
    });
    expect(events[3]?.taskStartedEventDetails).toEqual({ resource: 'invoke', resourceType: 'lambda' });
  });

  it('fails as the function does', async () => {
    functions.set('fail', () => {
      throw failure('CustomError', 'no');
    });
    const { error, events } = await run(machine({ T: call('lambda:invoke', { FunctionName: 'fail' }) }));
    expect(error).toBe('CustomError');
    expect(events[4]?.taskFailedEventDetails).toEqual({
      cause: '{"errorType":"CustomError","errorMessage":"no"}',
      error: 'CustomError',
      resource: 'invoke',
      resourceType: 'lambda',
    });
  });
});

describe('services', () => {
  it('get messages, which may be written as objects', async () => {
    const { output } = await run(
      machine({ T: call('sqs:sendMessage', { QueueUrl, MessageBody: { a: 1 } }) }),
    );
    expect(JSON.parse(output ?? '')).toMatchObject({
      MessageId: expect.any(String),
      SdkHttpMetadata: expect.anything(),
    });
    expect(await received()).toBe('{"a":1}');
  });

  it('keep and give items', async () => {
    await local.dynamodb('CreateTable', {
      TableName: 'things',
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
    });
    const item = { id: { S: 'one' }, n: { N: '1' } };
    const put = { ...call('dynamodb:putItem', { TableName: 'things', Item: item }), End: false, Next: 'G' };
    const { output } = await run(
      machine({
        P: put,
        G: call('aws-sdk:dynamodb:getItem', { TableName: 'things', Key: { id: { S: 'one' } } }),
      }),
    );
    expect(JSON.parse(output ?? '')).toEqual({ Item: item });
    const none = await run(machine({ T: call('dynamodb:putItem', { TableName: 'none', Item: item }) }));
    expect(none.error).toBe('DynamoDB.ResourceNotFoundException');
    expect(none.cause).toContain(
      '(Service: AmazonDynamoDBv2; Status Code: 400; Error Code: ResourceNotFoundException; Request ID: ',
    );
    const sdk = await run(
      machine({ T: call('aws-sdk:dynamodb:putItem', { TableName: 'none', Item: item }) }),
    );
    expect(sdk.error).toBe('DynamoDb.ResourceNotFoundException');
    expect(sdk.cause).toMatch(
      /^Requested resource not found \(Service: DynamoDb, Status Code: 400, Request ID: [0-9a-f-]+\)$/,
    );
  });

  it('fail with the entries of events that EventBridge refuses', async () => {
    const Entries = [{ Detail: '"text"', DetailType: 'd', Source: 's' }];
    const { error, cause } = await run(machine({ T: call('events:putEvents', { Entries }) }));
    expect(error).toBe('EventBridge.FailedEntry');
    expect(JSON.parse(cause ?? '')).toMatchObject({ FailedEntryCount: 1 });
  });

  it('that the local AWS does not have are named', async () => {
    const { error, cause } = await run(machine({ T: call('aws-sdk:athena:startQueryExecution', {}) }));
    expect(error).toBe('Athena.AthenaException');
    expect(cause).toContain('athena:startQueryExecution is not supported locally');
  });
});

describe('a task with a token', () => {
  const waits = (more: object = {}) =>
    machine({
      T: call(
        'sqs:sendMessage.waitForTaskToken',
        { QueueUrl, MessageBody: { 'token.$': '$$.Task.Token' } },
        more,
      ),
    });
  const token = () =>
    vi.waitFor(async () => {
      const body = await received();
      expect(body).toBeDefined();
      return (JSON.parse(body as string) as { token: string }).token;
    });

  it('ends with the output that is sent with it', async () => {
    const arn = await local.start(await local.create(waits()));
    const taskToken = await token();
    await states('SendTaskHeartbeat', { taskToken });
    await states('SendTaskSuccess', { taskToken, output: '"done"' });
    expect((await local.ended(arn)).output).toBe('"done"');
    expect(sketch(await local.events(arn)).slice(2)).toEqual([
      '3<2 TaskScheduled',
      '4<3 TaskStarted',
      '5<4 TaskSubmitted',
      '6<5 TaskSucceeded',
      '7<6 TaskStateExited',
      '8<7 ExecutionSucceeded',
    ]);
    await expect(states('SendTaskSuccess', { taskToken, output: '1' })).rejects.toMatchObject({
      name: expect.stringMatching(/InvalidToken|TaskTimedOut/),
    });
  });

  it('fails with the error that is sent with it', async () => {
    const arn = await local.start(await local.create(waits()));
    await states('SendTaskFailure', { taskToken: await token(), error: 'E', cause: 'c' });
    expect(await local.ended(arn)).toMatchObject({ status: 'FAILED', error: 'E', cause: 'c' });
  });

  it('times out without a heartbeat', async () => {
    const arn = await local.start(await local.create(waits({ HeartbeatSeconds: 1, TimeoutSeconds: 60 })));
    expect(await local.ended(arn)).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
    const events = await local.events(arn);
    expect(events[2]?.taskScheduledEventDetails).toMatchObject({
      heartbeatInSeconds: 1,
      timeoutInSeconds: 60,
    });
    await token();
  });

  it('is unknown, or its output is not JSON', async () => {
    await expect(states('SendTaskFailure', { taskToken: 'none' })).rejects.toMatchObject({
      name: 'InvalidToken',
      message: "Invalid Token: 'Invalid token'",
    });
    const arn = await local.start(await local.create(waits()));
    const taskToken = await token();
    await expect(states('SendTaskSuccess', { taskToken, output: 'x' })).rejects.toMatchObject({
      name: 'InvalidOutput',
    });
    await states('StopExecution', { executionArn: arn, error: 'E' });
  });
});

describe('states:startExecution', () => {
  it('starts another machine, and waits for it with .sync', async () => {
    const child = await local.create(machine({ A: { Type: 'Pass', Result: { a: 1 }, End: true } }));
    const started = await run(
      machine({ T: call('states:startExecution', { StateMachineArn: child, Input: {} }) }),
    );
    expect(JSON.parse(started.output ?? '')).toMatchObject({
      ExecutionArn: expect.stringContaining(':execution:'),
      StartDate: expect.anything(),
    });
    const text = await run(machine({ T: call('states:startExecution.sync', { StateMachineArn: child }) }));
    expect(JSON.parse(text.output ?? '')).toMatchObject({ Output: '{"a":1}', Status: 'SUCCEEDED' });
    const json = await run(machine({ T: call('states:startExecution.sync:2', { StateMachineArn: child }) }));
    expect(JSON.parse(json.output ?? '')).toMatchObject({ Output: { a: 1 }, Input: {} });
  });

  it('fails with the machine that it waits for, and when there is none', async () => {
    const child = await local.create(machine({ A: { Type: 'Fail', Error: 'E', Cause: 'c' } }));
    const failed = await run(machine({ T: call('states:startExecution.sync', { StateMachineArn: child }) }));
    expect(failed.error).toBe('States.TaskFailed');
    expect(JSON.parse(failed.cause ?? '')).toMatchObject({ Error: 'E', Cause: 'c', Status: 'FAILED' });
    const none = await run(
      machine({ T: call('states:startExecution', { StateMachineArn: machineArn('none') }) }),
    );
    expect(none.error).toBe('StepFunctions.StateMachineDoesNotExistException');
  });
});

describe('activities', () => {
  it('hand their task to a worker, and take its answer', async () => {
    const { activityArn = '' } = await states('CreateActivity', { name: 'work' });
    const arn = await local.start(
      await local.create(machine({ T: { Type: 'Task', Resource: activityArn, End: true } })),
      { a: 1 },
    );
    const { taskToken = '', input } = await states('GetActivityTask', { activityArn, workerName: 'me' });
    expect(input).toBe('{"a":1}');
    await states('SendTaskSuccess', { taskToken, output: '2' });
    expect((await local.ended(arn)).output).toBe('2');
    expect(sketch(await local.events(arn)).slice(2, 5)).toEqual([
      '3<2 ActivityScheduled',
      '4<3 ActivityStarted',
      '5<4 ActivitySucceeded',
    ]);
  });
});
