// The least that a state machine needs in its role, from the tasks in its definition.
// Source: Step Functions Developer Guide, "IAM policies for integrated services".
import type { RoleStatement } from '../role/grants.ts';

type Map = Readonly<Record<string, unknown>>;

export interface Facts {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
  /** The name of the state machine. */
  readonly name: string;
  /** The ARN of the queue whose URL a text is; undefined: the text is not the URL of a queue. */
  queueOf(url: string): string | undefined;
}

interface Grant {
  readonly action: string;
  readonly resources: readonly string[];
}

/** `definition`: with all names in it. */
export function machineStatements(
  definition: unknown,
  facts: Facts,
  { logs = false, traces = false } = {},
): RoleStatement[] {
  const byAction = new Map<string, Set<string>>();
  for (const grant of tasksIn(definition).flatMap((task) => grantsOf(task, facts))) {
    const known = byAction.get(grant.action) ?? new Set();
    for (const resource of grant.resources) known.add(resource);
    byAction.set(grant.action, known);
  }
  if (hasDistributedMap(definition)) {
    const { partition, region, account, name } = facts;
    byAction.set(
      'states:StartExecution',
      new Set([
        ...(byAction.get('states:StartExecution') ?? []),
        `arn:${partition}:states:${region}:${account}:stateMachine:${name}`,
      ]),
    );
  }
  const statements = [...byAction].map(([Action, resources]): RoleStatement => {
    const all = resources.has('*') ? ['*'] : [...resources].sort();
    const [only = '*', ...others] = all;
    return { Sid: sidOf(Action), Effect: 'Allow', Action, Resource: others.length === 0 ? only : all };
  });
  if (logs) statements.push({ Sid: 'Logging', Effect: 'Allow', Action: logActions, Resource: '*' });
  if (traces) statements.push({ Sid: 'Tracing', Effect: 'Allow', Action: traceActions, Resource: '*' });
  return statements;
}

/** These actions take no resource. */
const logActions = [
  ...['CreateLogDelivery', 'GetLogDelivery', 'UpdateLogDelivery', 'DeleteLogDelivery', 'ListLogDeliveries'],
  ...['PutResourcePolicy', 'DescribeResourcePolicies', 'DescribeLogGroups'],
].map((action) => `logs:${action}`);
const traceActions = [
  ...['PutTraceSegments', 'PutTelemetryRecords', 'GetSamplingRules', 'GetSamplingTargets'],
].map((action) => `xray:${action}`);

/** `LambdaInvokeFunction`; IAM takes letters and digits only. */
const sidOf = (action: string): string =>
  action
    .split(/[^A-Za-z0-9]+/)
    .map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`)
    .join('');

interface Task {
  readonly resource: string;
  readonly parameters: Map;
}

const isMap = (value: unknown): value is Map =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** All flows in a definition: its own, and those of branches and maps. */
function flowsIn(definition: unknown): Map[] {
  if (!isMap(definition) || !isMap(definition.States)) return [];
  const inner = Object.values(definition.States).flatMap((state) => {
    if (!isMap(state)) return [];
    const branches = Array.isArray(state.Branches) ? state.Branches : [];
    return [...branches, state.ItemProcessor, state.Iterator].flatMap(flowsIn);
  });
  return [definition, ...inner];
}

function tasksIn(definition: unknown): Task[] {
  return flowsIn(definition).flatMap(({ States }) =>
    Object.values(States as Map).flatMap((state): Task[] => {
      if (!isMap(state) || state.Type !== 'Task' || typeof state.Resource !== 'string') return [];
      const parameters = state.Parameters ?? state.Arguments;
      return [{ resource: state.Resource, parameters: isMap(parameters) ? parameters : {} }];
    }),
  );
}

const hasDistributedMap = (definition: unknown): boolean =>
  flowsIn(definition).some(
    ({ ProcessorConfig }) => isMap(ProcessorConfig) && ProcessorConfig.Mode === 'DISTRIBUTED',
  );

function grantsOf({ resource, parameters }: Task, facts: Facts): Grant[] {
  if (/^arn:[\w-]+:lambda:/.test(resource)) return invoke(resource);
  const [, path = ''] = /^arn:[\w-]+:states:::(.+)$/.exec(resource) ?? [];
  const [call = '', ...suffix] = path.split(/(?=\.)/);
  const waits = suffix.some((one) => one.startsWith('.sync'));
  if (call.startsWith('aws-sdk:')) return sdkCall(call);
  const [service = '', operation = ''] = call.split(':');
  return path === '' ? [] : optimized(service, operation, waits, parameters, facts);
}

/** A function with and without its qualifier: an alias of it may move. */
function invoke(arn: string): Grant[] {
  const whole = arn.split(':').slice(0, 7).join(':');
  return [{ action: 'lambda:InvokeFunction', resources: [whole, `${whole}:*`] }];
}

/** Texts of paths and expressions are known only when the machine runs. */
const literal = (value: unknown): string | undefined =>
  typeof value === 'string' && !value.startsWith('{%') ? value : undefined;

function optimized(
  service: string,
  operation: string,
  waits: boolean,
  parameters: Map,
  facts: Facts,
): Grant[] {
  const { partition, region, account } = facts;
  const arn = (of: string, rest: string) => `arn:${partition}:${of}:${region}:${account}:${rest}`;
  const named = (field: string, toArn: (name: string) => string): string => {
    const value = literal(parameters[field]);
    if (value === undefined) return '*';
    return value.startsWith('arn:') ? value : toArn(value);
  };
  switch (service) {
    case 'lambda': {
      const name = literal(parameters.FunctionName);
      if (name === undefined)
        return [{ action: 'lambda:InvokeFunction', resources: [arn('lambda', 'function:*')] }];
      return invoke(name.startsWith('arn:') ? name : arn('lambda', `function:${name}`));
    }
    case 'sqs': {
      const url = literal(parameters.QueueUrl);
      return [{ action: 'sqs:SendMessage', resources: [(url && facts.queueOf(url)) ?? '*'] }];
    }
    case 'sns':
      return [{ action: 'sns:Publish', resources: [named('TopicArn', String)] }];
    case 'dynamodb': {
      const action = `dynamodb:${operation.charAt(0).toUpperCase()}${operation.slice(1)}`;
      return [{ action, resources: [named('TableName', (name) => arn('dynamodb', `table/${name}`))] }];
    }
    case 'events': {
      const entries = Array.isArray(parameters.Entries) ? parameters.Entries : [{}];
      const buses = entries.map((entry) => {
        const bus = isMap(entry) ? entry.EventBusName : undefined;
        if (isMap(entry) && entry['EventBusName.$'] !== undefined) return '*';
        const name = bus === undefined ? 'default' : literal(bus);
        if (name === undefined) return '*';
        return name.startsWith('arn:') ? name : arn('events', `event-bus/${name}`);
      });
      return [{ action: 'events:PutEvents', resources: buses }];
    }
    case 'states':
      return startsExecution(named('StateMachineArn', String), waits, arn);
    default:
      return [
        { action: `${service}:${operation.charAt(0).toUpperCase()}${operation.slice(1)}`, resources: ['*'] },
      ];
  }
}

function startsExecution(
  machine: string,
  waits: boolean,
  arn: (service: string, rest: string) => string,
): Grant[] {
  const start = { action: 'states:StartExecution', resources: [machine] };
  if (!waits) return [start];
  const executions = machine === '*' ? '*' : `${machine.replace(':stateMachine:', ':execution:')}:*`;
  const rule = arn('events', 'rule/StepFunctionsGetEventsForStepFunctionsExecutionRule');
  return [
    start,
    ...['DescribeExecution', 'StopExecution'].map((action) => ({
      action: `states:${action}`,
      resources: [executions],
    })),
    ...['PutTargets', 'PutRule', 'DescribeRule'].map((action) => ({
      action: `events:${action}`,
      resources: [rule],
    })),
  ];
}

/** Prefixes of IAM actions, where they differ from the names of services in resources. */
const prefixes: Readonly<Record<string, string>> = {
  sfn: 'states',
  eventbridge: 'events',
  cloudwatchlogs: 'logs',
  resourcegroupstaggingapi: 'tag',
  cognitoidentityprovider: 'cognito-idp',
  sesv2: 'ses',
};

function sdkCall(call: string): Grant[] {
  const [, service = '', operation = ''] = call.split(':');
  const name = `${operation.charAt(0).toUpperCase()}${operation.slice(1)}`;
  const action = service === 'lambda' && name === 'Invoke' ? 'InvokeFunction' : name;
  return [{ action: `${prefixes[service] ?? service}:${action}`, resources: ['*'] }];
}

/** All texts in a definition. */
export function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}
