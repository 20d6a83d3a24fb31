// Step Functions composed with IAM, STS, SQS, SNS, EventBridge and DynamoDB, and with functions of the test.
import * as lambda from '@aws-sdk/client-lambda';
import { type Composed, compose } from '../../../../src/local/compose.ts';
import type { Service } from '../../../../src/local/service.ts';
import { ServiceError } from '../../../../src/local/service-error.ts';
import { createDynamoService } from '../../../../src/local/services/dynamodb/service.ts';
import { createEventsService } from '../../../../src/local/services/events/service.ts';
import { createIamService } from '../../../../src/local/services/iam/service.ts';
import { createSnsService } from '../../../../src/local/services/sns/service.ts';
import { createSqsService } from '../../../../src/local/services/sqs/service.ts';
import { createStatesService } from '../../../../src/local/services/states/service.ts';
import { createStsService } from '../../../../src/local/services/sts/service.ts';
import type { Store } from '../../../../src/local/store/store.ts';
import { account, callerOf } from '../../call.ts';
import { lonely, standIn, surroundings } from '../../composed.ts';
import { memoryStore } from '../../memory-store.ts';

/** Answers a payload. Throws `failure(type, message)` to fail as functions do. */
export type TestFunction = (event: unknown) => unknown;

class Failed extends Error {
  readonly payload: object;

  constructor(payload: object) {
    super('failed');
    this.payload = payload;
  }
}

export const failure = (errorType: string, errorMessage: string) => new Failed({ errorType, errorMessage });

export const region = 'eu-central-1';
export const functionArn = (name: string): string => `arn:aws:lambda:${region}:${account}:function:${name}`;
export const machineArn = (name: string): string =>
  `arn:aws:states:${region}:${account}:stateMachine:${name}`;
export const roleArn = (name: string): string => `arn:aws:iam::${account}:role/${name}`;

export interface Event {
  id: number;
  previousEventId: number;
  type: string;
  [details: string]: unknown;
}

interface Described {
  executionArn: string;
  status: string;
  input: string;
  output?: string;
  error?: string;
  cause?: string;
  [member: string]: unknown;
}

export async function fixture({
  store = memoryStore(),
  now = Date.now,
}: {
  store?: Store;
  now?: () => number;
} = {}) {
  const functions = new Map<string, TestFunction>();
  const calls: { name: string; event: unknown }[] = [];
  const invoke = async ({ FunctionName = '', Payload }: { FunctionName?: string; Payload?: Uint8Array }) => {
    const name = FunctionName.split(':').at(6) ?? FunctionName;
    const event: unknown = JSON.parse(Buffer.from(Payload ?? []).toString() || 'null');
    const run = functions.get(name);
    if (!run) {
      throw new lambda.ResourceNotFoundException({
        message: `Function not found: ${functionArn(name)}:$LATEST`,
        Type: 'User',
        $metadata: {},
      });
    }
    calls.push({ name, event });
    const answer = (value: unknown, more = {}) => ({
      StatusCode: 200,
      ExecutedVersion: '$LATEST',
      Payload: Buffer.from(JSON.stringify(value ?? null)),
      ...more,
    });
    try {
      return answer(await run(event));
    } catch (error) {
      if (error instanceof Failed) return answer(error.payload, { FunctionError: 'Unhandled' });
      throw error instanceof ServiceError ? error : new Error(String(error));
    }
  };
  const createLambda = () =>
    ({
      name: 'lambda',
      protocol: 'rest-json',
      apiVersion: '',
      sdk: lambda,
      handlers: { Invoke: invoke },
      state: {},
    }) as never as Service;
  const local: Composed = compose(
    {
      createStatesService,
      createIamService,
      createStsService,
      createSqsService,
      createSnsService,
      createEventsService,
      createDynamoService,
      createLambda,
      others: standIn({ functions: lonely.functions, logs: lonely.logs, metrics: lonely.metrics }),
    },
    surroundings({ store, now }),
  );
  const service = local.of(createStatesService);
  const states = callerOf(service);
  const iam = callerOf(local.of(createIamService));

  async function role(RoleName: string, Action: string[] = ['*'], trusted = 'states.amazonaws.com') {
    const statement = { Effect: 'Allow', Principal: { Service: trusted }, Action: 'sts:AssumeRole' };
    await iam('CreateRole', {
      RoleName,
      AssumeRolePolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [statement] }),
    });
    const Statement = [{ Effect: 'Allow', Action, Resource: '*' }];
    await iam('PutRolePolicy', {
      RoleName,
      PolicyName: 'p',
      PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement }),
    });
    return roleArn(RoleName);
  }
  const runner = await role('runner').catch(() => roleArn('runner'));

  let made = 0;
  const create = async (definition: object, more: object = {}): Promise<string> => {
    const { stateMachineArn } = await states('CreateStateMachine', {
      name: `m${++made}`,
      definition: JSON.stringify(definition),
      roleArn: runner,
      ...more,
    });
    return stateMachineArn as string;
  };
  const describe = async (executionArn: string): Promise<Described> =>
    (await states('DescribeExecution', { executionArn })) as unknown as Described;
  const start = async (stateMachineArn: string, input: unknown = {}, more: object = {}): Promise<string> => {
    const text = typeof input === 'string' ? input : JSON.stringify(input);
    return (await states('StartExecution', { stateMachineArn, input: text, ...more })).executionArn as string;
  };
  const events = async (executionArn: string): Promise<Event[]> =>
    (await states('GetExecutionHistory', { executionArn })).events as unknown as Event[];
  async function ended(executionArn: string): Promise<Described> {
    for (;;) {
      const execution = await describe(executionArn);
      if (execution.status !== 'RUNNING') return execution;
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }
  /** Runs a machine to its end. */
  async function run(definition: object, input: unknown = {}): Promise<Described & { events: Event[] }> {
    const arn = await start(await create(definition), input);
    const execution = await ended(arn);
    return { ...execution, events: await events(arn) };
  }
  return {
    local,
    service,
    store,
    states,
    iam,
    sqs: callerOf(local.of(createSqsService)),
    sns: callerOf(local.of(createSnsService)),
    buses: callerOf(local.of(createEventsService)),
    dynamodb: callerOf(local.of(createDynamoService)),
    functions,
    calls,
    role,
    runner,
    create,
    describe,
    start,
    events,
    ended,
    run,
  };
}

/** A machine with these states, beginning with the first one. */
export const machine = (States: Record<string, object>, more: object = {}) => ({
  StartAt: Object.keys(States)[0],
  States,
  ...more,
});

/** The types of events with their ids and those before: `2<0 PassStateEntered`. */
export const sketch = (events: readonly Event[]): string[] =>
  events.map(({ id, previousEventId, type }) => `${id}<${previousEventId} ${type}`);
