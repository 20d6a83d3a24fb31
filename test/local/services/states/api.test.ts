// The API of Step Functions: machines, executions, versions, aliases, tags, and their errors in AWS's words.
import { describe, expect, it, vi } from 'vitest';
import { account } from '../../call.ts';
import { fixture, machine, machineArn, region } from './fixture.ts';

const local = await fixture();
const { states, create, start, ended } = local;
const pass = machine({ A: { Type: 'Pass', Result: { a: 1 }, End: true } });
const definition = JSON.stringify(pass);
const make = (name: string, more: object = {}) =>
  states('CreateStateMachine', { name, definition, roleArn: local.runner, ...more });
const refused = (answer: Promise<unknown>, name: string, message: string) =>
  expect(answer).rejects.toMatchObject({ name, message });

describe('CreateStateMachine', () => {
  it('answers the same for the same request, and refuses another one with the name', async () => {
    const first = await make('twice');
    expect(first).toEqual({ stateMachineArn: machineArn('twice'), creationDate: expect.any(Date) });
    expect(await make('twice')).toEqual(first);
    await refused(
      make('twice', { definition: JSON.stringify(pass, null, 1) }),
      'StateMachineAlreadyExists',
      `State Machine Already Exists: '${machineArn('twice')}'`,
    );
  });

  it('refuses a definition, a name, and a role that it may not assume', async () => {
    await refused(
      make('bad', { definition: '{"StartAt":"A"}' }),
      'InvalidDefinition',
      "Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: These fields are required: [States] at /'",
    );
    await refused(make('a b'), 'InvalidName', "Invalid Name: 'a b'");
    const roleArn = await local.role('other', ['*'], 'lambda.amazonaws.com');
    await expect(make('bad', { roleArn })).rejects.toMatchObject({ code: 'AccessDeniedException' });
    await refused(
      make('bad', { versionDescription: 'v' }),
      'ValidationException',
      'Version description can only be set when publish is true',
    );
  });
});

describe('DescribeStateMachine', () => {
  it('answers what AWS takes without settings', async () => {
    await make('plain');
    expect(await states('DescribeStateMachine', { stateMachineArn: machineArn('plain') })).toEqual({
      stateMachineArn: machineArn('plain'),
      name: 'plain',
      status: 'ACTIVE',
      definition,
      roleArn: local.runner,
      type: 'STANDARD',
      creationDate: expect.any(Date),
      loggingConfiguration: { level: 'OFF', includeExecutionData: false },
      tracingConfiguration: { enabled: false },
    });
  });

  it('refuses unknown ARNs', async () => {
    const describe = (stateMachineArn: string) => states('DescribeStateMachine', { stateMachineArn });
    await refused(
      describe(machineArn('none')),
      'StateMachineDoesNotExist',
      `State Machine Does Not Exist: '${machineArn('none')}'`,
    );
    await refused(describe('none'), 'InvalidArn', "Invalid Arn: 'Invalid ARN prefix: none'");
  });
});

describe('UpdateStateMachine', () => {
  it('gives a revision for each change, and needs one', async () => {
    const stateMachineArn = await create(pass);
    const other = JSON.stringify(machine({ A: { Type: 'Succeed' } }));
    const { revisionId } = await states('UpdateStateMachine', { stateMachineArn, definition: other });
    expect(revisionId).toMatch(/^[0-9a-f-]{36}$/);
    expect(await states('UpdateStateMachine', { stateMachineArn, definition: other })).toMatchObject({
      revisionId,
    });
    expect(await states('DescribeStateMachine', { stateMachineArn })).toMatchObject({
      revisionId,
      definition: other,
    });
    await refused(
      states('UpdateStateMachine', { stateMachineArn }),
      'MissingRequiredParameter',
      'Either the definition, the role ARN, the LoggingConfiguration, or the TracingConfiguration must be specified',
    );
  });
});

describe('DeleteStateMachine', () => {
  it('succeeds for an unknown one, and takes the executions along', async () => {
    expect(await states('DeleteStateMachine', { stateMachineArn: machineArn('none') })).toEqual({});
    const stateMachineArn = await create(machine({ W: { Type: 'Wait', Seconds: 600, End: true } }));
    const executionArn = await start(stateMachineArn);
    await states('DeleteStateMachine', { stateMachineArn });
    await refused(
      states('DescribeExecution', { executionArn }),
      'ExecutionDoesNotExist',
      `Execution Does Not Exist: '${executionArn}'`,
    );
  });
});

describe('StartExecution', () => {
  it('takes a name once, unless the same request is repeated while it runs', async () => {
    const stateMachineArn = await create(machine({ W: { Type: 'Wait', Seconds: 600, End: true } }));
    const again = () => start(stateMachineArn, { a: 1 }, { name: 'one' });
    const arn = await again();
    expect(arn).toBe(`${stateMachineArn.replace(':stateMachine:', ':execution:')}:one`);
    expect(await again()).toBe(arn);
    await refused(
      start(stateMachineArn, { a: 2 }, { name: 'one' }),
      'ExecutionAlreadyExists',
      `Execution Already Exists: '${arn}'`,
    );
    await states('StopExecution', { executionArn: arn, error: 'E', cause: 'c' });
    expect(await local.describe(arn)).toMatchObject({
      status: 'ABORTED',
      error: 'E',
      cause: 'c',
      redriveStatus: 'REDRIVABLE',
    });
    expect((await local.events(arn)).at(-1)).toMatchObject({
      previousEventId: 0,
      type: 'ExecutionAborted',
      executionAbortedEventDetails: { error: 'E', cause: 'c' },
    });
    await expect(again()).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });
  });

  it('refuses an unknown machine, and an input that is not JSON', async () => {
    await refused(
      start(machineArn('none')),
      'StateMachineDoesNotExist',
      `State Machine Does Not Exist: '${machineArn('none')}'`,
    );
    const stateMachineArn = await create(pass);
    await refused(
      start(stateMachineArn, 'not some json'),
      'InvalidExecutionInput',
      "Invalid State Machine Execution Input: 'Unrecognized token 'not': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')'",
    );
    await refused(
      start(stateMachineArn, ''),
      'InvalidExecutionInput',
      "Invalid State Machine Execution Input: 'Invalid execution input.'",
    );
  });

  it('is described with its output, and listed, the newest first', async () => {
    const stateMachineArn = await create(pass);
    const arns = [await start(stateMachineArn), await start(stateMachineArn)];
    for (const arn of arns) await ended(arn);
    expect(await local.describe(arns[0] as string)).toEqual({
      executionArn: arns[0],
      stateMachineArn,
      name: expect.any(String),
      status: 'SUCCEEDED',
      startDate: expect.any(Date),
      stopDate: expect.any(Date),
      input: '{}',
      inputDetails: { included: true },
      output: '{"a":1}',
      outputDetails: { included: true },
      redriveCount: 0,
      redriveStatus: 'NOT_REDRIVABLE',
      redriveStatusReason: 'Execution is SUCCEEDED and cannot be redriven',
    });
    const { executions, nextToken } = await states('ListExecutions', { stateMachineArn, maxResults: 1 });
    expect(executions?.map(({ executionArn }) => executionArn)).toEqual([arns[1]]);
    const rest = await states('ListExecutions', { stateMachineArn, nextToken });
    expect(rest.executions?.map(({ executionArn }) => executionArn)).toEqual([arns[0]]);
    await refused(
      states('ListExecutions', { stateMachineArn, statusFilter: 'succeeded' as never }),
      'ValidationException',
      "1 validation error detected: Value 'succeeded' at 'statusFilter' failed to satisfy constraint: Member must satisfy enum value set: [SUCCEEDED, TIMED_OUT, PENDING_REDRIVE, ABORTED, FAILED, RUNNING]",
    );
  });

  it('keeps the definition that the machine had', async () => {
    const stateMachineArn = await create(pass);
    const executionArn = await start(stateMachineArn);
    await states('UpdateStateMachine', {
      stateMachineArn,
      definition: JSON.stringify(machine({ A: { Type: 'Fail' } })),
    });
    expect((await ended(executionArn)).status).toBe('SUCCEEDED');
    expect(await states('DescribeStateMachineForExecution', { executionArn })).toMatchObject({
      definition,
      stateMachineArn,
    });
  });
});

describe('express machines', () => {
  it('answer StartSyncExecution, and keep no executions', async () => {
    const { stateMachineArn = '' } = await make('fast', { type: 'EXPRESS' });
    const answer = await states('StartSyncExecution', { stateMachineArn });
    expect(answer).toMatchObject({
      status: 'SUCCEEDED',
      output: '{"a":1}',
      billingDetails: { billedDurationInMilliseconds: 100, billedMemoryUsedInMB: 64 },
    });
    const executionArn = answer.executionArn ?? '';
    expect(executionArn).toMatch(new RegExp(`^arn:aws:states:${region}:${account}:express:fast:`));
    await refused(
      states('DescribeExecution', { executionArn }),
      'InvalidArn',
      "Invalid Arn: 'Resource type not valid in this context: express'",
    );
    const text = 'This operation is not supported by this type of state machine';
    await refused(states('ListExecutions', { stateMachineArn }), 'StateMachineTypeNotSupported', text);
    await refused(
      states('StartSyncExecution', { stateMachineArn: await create(pass) }),
      'StateMachineTypeNotSupported',
      text,
    );
  });
});

describe('versions and aliases', () => {
  it('are published, run by name, and in use', async () => {
    const stateMachineArn = await create(pass);
    const publish = () => states('PublishStateMachineVersion', { stateMachineArn });
    const { stateMachineVersionArn: version = '' } = await publish();
    expect(version).toBe(`${stateMachineArn}:1`);
    expect((await publish()).stateMachineVersionArn).toBe(version);
    const routingConfiguration = [{ stateMachineVersionArn: version, weight: 100 }];
    const { stateMachineAliasArn: alias = '' } = await states('CreateStateMachineAlias', {
      name: 'live',
      routingConfiguration,
    });
    expect(alias).toBe(`${stateMachineArn}:live`);
    const execution = await ended(await start(alias));
    expect(execution).toMatchObject({
      status: 'SUCCEEDED',
      stateMachineAliasArn: alias,
      stateMachineVersionArn: version,
    });
    await refused(
      states('DeleteStateMachineVersion', { stateMachineVersionArn: version }),
      'ConflictException',
      'Version to be deleted must not be referenced by an alias. Current list of aliases referencing this version: [live]',
    );
    await refused(
      states('CreateStateMachineAlias', {
        name: 'other',
        routingConfiguration: [{ stateMachineVersionArn: version, weight: 70 }],
      }),
      'ValidationException',
      'Sum of routing configuration weights must equal 100. Received: [70]',
    );
  });
});

describe('tags', () => {
  it('are added, listed and removed', async () => {
    const resourceArn = await create(pass, { tags: [{ key: 'a', value: '1' }] });
    await states('TagResource', { resourceArn, tags: [{ key: 'b', value: '2' }] });
    await states('UntagResource', { resourceArn, tagKeys: ['a'] });
    expect(await states('ListTagsForResource', { resourceArn })).toEqual({
      tags: [{ key: 'b', value: '2' }],
    });
    await refused(
      states('ListTagsForResource', { resourceArn: machineArn('none') }),
      'ResourceNotFound',
      `Resource not found: '${machineArn('none')}'`,
    );
  });
});

describe('a rule of EventBridge', () => {
  it('starts a machine with the event, by its role', async () => {
    const stateMachineArn = await create(pass);
    const RoleArn = await local.role('events', ['states:StartExecution'], 'events.amazonaws.com');
    await local.buses('PutRule', { Name: 'r', EventPattern: '{"source":["shop"]}' });
    await expect(
      local.buses('PutTargets', { Rule: 'r', Targets: [{ Id: 'm', Arn: stateMachineArn }] }),
    ).rejects.toThrow(`RoleArn is required for target ${stateMachineArn}.`);
    await local.buses('PutTargets', { Rule: 'r', Targets: [{ Id: 'm', Arn: stateMachineArn, RoleArn }] });
    await local.buses('PutEvents', { Entries: [{ Source: 'shop', DetailType: 'd', Detail: '{"id":7}' }] });
    await vi.waitFor(async () => {
      const { executions = [] } = await states('ListExecutions', { stateMachineArn });
      expect(executions).toHaveLength(1);
      const { input } = await local.describe(executions[0]?.executionArn ?? '');
      expect(JSON.parse(input)).toMatchObject({ source: 'shop', detail: { id: 7 } });
    });
  });
});
