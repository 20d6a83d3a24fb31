// A machine of ten states, with retry, catch, map and parallel branches, in the whole program: the server is killed in the
// middle of it, and the execution ends once.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { CreateFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  ListExecutionsCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { expectSlsctl, homeFolder } from '../../../support/cli.ts';
import { clientSettings, type LocalAws, startLocal } from '../../../support/local.ts';
import { filesZip } from '../../zip.ts';

const patient = { timeout: 60_000, interval: 20 };
const code = filesZip({
  'index.py': [
    'import time',
    'def handler(event, context):',
    '    if event["do"] == "flaky" and event["attempt"] < 2:',
    '        raise TimeoutError("not yet")',
    '    if event["do"] == "broken":',
    '        raise ValueError("broken")',
    '    if event["do"] == "double":',
    '        time.sleep(0.3)',
    '        return event["n"] * 2',
    '    return event["do"]',
  ].join('\n'),
});

const definition = (work: string) => {
  const call = (parameters: object) => ({ Type: 'Task', Resource: work, Parameters: parameters });
  return {
    StartAt: 'Begin',
    States: {
      Begin: { Type: 'Pass', Next: 'Flaky' },
      Flaky: {
        ...call({ do: 'flaky', 'attempt.$': '$$.State.RetryCount' }),
        Retry: [{ ErrorEquals: ['TimeoutError'], IntervalSeconds: 1, MaxAttempts: 3, BackoffRate: 1 }],
        ResultPath: '$.flaky',
        Next: 'Broken',
      },
      Broken: {
        ...call({ do: 'broken' }),
        Catch: [{ ErrorEquals: ['ValueError'], ResultPath: '$.caught', Next: 'Recovered' }],
        End: true,
      },
      Recovered: {
        Type: 'Pass',
        Parameters: { 'items.$': '$.items', 'flaky.$': '$.flaky', 'error.$': '$.caught.Error' },
        Next: 'Decide',
      },
      Decide: {
        Type: 'Choice',
        Choices: [{ Variable: '$.error', StringEquals: 'ValueError', Next: 'Pause' }],
        Default: 'Done',
      },
      Pause: { Type: 'Wait', Seconds: 1, Next: 'Each' },
      Each: {
        Type: 'Map',
        ItemsPath: '$.items',
        MaxConcurrency: 2,
        ItemProcessor: {
          StartAt: 'Double',
          States: { Double: { ...call({ do: 'double', 'n.$': '$' }), End: true } },
        },
        ResultPath: '$.doubled',
        Next: 'Both',
      },
      Both: {
        Type: 'Parallel',
        Branches: ['left', 'right'].map((side) => ({
          StartAt: side,
          States: { [side]: { ...call({ do: side }), End: true } },
        })),
        ResultPath: '$.both',
        Next: 'Shape',
      },
      Shape: {
        Type: 'Pass',
        Parameters: {
          'flaky.$': '$.flaky',
          'error.$': '$.error',
          'doubled.$': '$.doubled',
          'both.$': '$.both',
        },
        Next: 'Done',
      },
      Done: { Type: 'Succeed' },
    },
  };
};

describe('an execution of ten states', () => {
  let local: LocalAws;
  let sfn: SFNClient;
  let machine = '';
  beforeAll(async () => {
    local = await startLocal();
    const settings = clientSettings(local.env);
    sfn = new SFNClient(settings);
    const iam = new IAMClient(settings);
    const Statement = [
      {
        Effect: 'Allow',
        Principal: { Service: ['lambda.amazonaws.com', 'states.amazonaws.com'] },
        Action: 'sts:AssumeRole',
      },
    ];
    const document = JSON.stringify({ Version: '2012-10-17', Statement });
    const { Role } = await iam.send(
      new CreateRoleCommand({ RoleName: 'all', AssumeRolePolicyDocument: document }),
    );
    const allowed = [{ Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: '*' }];
    await iam.send(
      new PutRolePolicyCommand({
        RoleName: 'all',
        PolicyName: 'p',
        PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: allowed }),
      }),
    );
    const { FunctionArn = '' } = await new LambdaClient(settings).send(
      new CreateFunctionCommand({
        FunctionName: 'work',
        Runtime: 'python3.12',
        Handler: 'index.handler',
        Role: Role?.Arn,
        Code: { ZipFile: code },
      }),
    );
    const { stateMachineArn = '' } = await sfn.send(
      new CreateStateMachineCommand({
        name: 'ten',
        definition: JSON.stringify(definition(FunctionArn)),
        roleArn: Role?.Arn,
      }),
    );
    machine = stateMachineArn;
  });
  afterAll(() => local?.stop());

  const history = async (executionArn: string): Promise<HistoryEvent[]> =>
    (await sfn.send(new GetExecutionHistoryCommand({ executionArn }))).events ?? [];
  const entered = (events: readonly HistoryEvent[]) =>
    events.flatMap(({ stateEnteredEventDetails: details }) => details?.name ?? []);
  const count = (events: readonly HistoryEvent[], type: string) =>
    events.filter((event) => event.type === type).length;

  /** Kills the server, and starts it again at the same place. */
  async function kill(): Promise<void> {
    const { pid } = JSON.parse(await readFile(join(local.home, 'local', 'server.json'), 'utf8')) as {
      pid: number;
    };
    process.kill(pid, 'SIGKILL');
    const options = { cwd: await homeFolder(), env: { SLSCTL_HOME: local.home } };
    await expectSlsctl(['local', 'start', '--port', String(local.port)], options);
  }

  it('survives two kills of the server, and ends once', async () => {
    const { executionArn = '' } = await sfn.send(
      new StartExecutionCommand({ stateMachineArn: machine, input: '{"items":[1,2,3,4,5,6]}' }),
    );
    // The first one: between two attempts. The second one: in the middle of the map.
    await vi.waitFor(
      async () => expect(count(await history(executionArn), 'LambdaFunctionFailed')).toBe(1),
      patient,
    );
    await kill();
    await vi.waitFor(
      async () => expect(count(await history(executionArn), 'MapIterationSucceeded')).toBeGreaterThan(1),
      patient,
    );
    expect(count(await history(executionArn), 'MapIterationSucceeded')).toBeLessThan(6);
    await kill();
    const ended = await vi.waitFor(async () => {
      const execution = await sfn.send(new DescribeExecutionCommand({ executionArn }));
      expect(execution.status).not.toBe('RUNNING');
      return execution;
    }, patient);

    expect(ended.status).toBe('SUCCEEDED');
    expect(JSON.parse(ended.output ?? '')).toEqual({
      flaky: 'flaky',
      error: 'ValueError',
      doubled: [2, 4, 6, 8, 10, 12],
      both: ['left', 'right'],
    });
    const events = await history(executionArn);
    expect(events.map(({ id }) => id)).toEqual(events.map((_, index) => index + 1));
    expect(count(events, 'ExecutionSucceeded')).toBe(1);
    expect(events.at(-1)?.type).toBe('ExecutionSucceeded');
    expect(count(events, 'MapIterationStarted')).toBe(6);
    expect(count(events, 'MapIterationSucceeded')).toBe(6);
    expect(entered(events).filter((name) => !['Double', 'left', 'right'].includes(name))).toEqual([
      ...['Begin', 'Flaky', 'Broken', 'Recovered', 'Decide', 'Pause', 'Each', 'Both', 'Shape', 'Done'],
    ]);
    // Each attempt stands in the history once: three of Flaky, one of Broken, six of Double, two branches.
    expect(count(events, 'LambdaFunctionScheduled')).toBe(12);
    expect(count(events, 'LambdaFunctionFailed')).toBe(3);
    expect(count(events, 'LambdaFunctionSucceeded')).toBe(9);
    const { executions } = await sfn.send(new ListExecutionsCommand({ stateMachineArn: machine }));
    expect(executions?.map(({ status }) => status)).toEqual(['SUCCEEDED']);
  });
});
