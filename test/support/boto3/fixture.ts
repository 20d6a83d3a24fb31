// A local AWS and boto3 as its client, with a role that functions can have.

import { filesZip } from '../../local/zip.ts';
import { type LocalAws, startLocal } from '../local.ts';
import { type Boto3, startBoto3, type Told } from './boto3.ts';

export const account = '000000000000';
export const region = 'us-east-1';

/** A function that answers its event, or raises when told to. */
export const echo = filesZip({
  'index.py':
    'def handler(event, context):\n    if event == "raise": raise ValueError("no good")\n    return event or None\n',
});

export const arnOf = (name: string) => `arn:aws:lambda:${region}:${account}:function:${name}`;

const awsPolicies = 'arn:aws:iam::aws:policy/service-role';

/** A document that lets the principal assume a role. */
export const trust = (Principal: object) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' }],
  });

export interface Seen extends Pick<Boto3, 'pages' | 'wait'> {
  readonly role: string;
  /** A call that may succeed or fail, for example `lambda get_function`. */
  tell(named: string, input?: object, where?: string): Promise<Told>;
  /** A call that has to succeed. */
  call(named: string, input?: object): Promise<Told>;
  /** `404 ResourceNotFoundException: …` of a call that has to fail. */
  refusal(named: string, input?: object): Promise<string>;
  /** Input of `create_function` with defaults. */
  functionInput(more: object): object;
  create(FunctionName: string, more?: object): Promise<Told>;
  stop(): Promise<void>;
}

export async function seenByBoto3(python: string): Promise<Seen> {
  const local: LocalAws = await startLocal();
  const boto3 = startBoto3(python, local.env);
  const tell: Seen['tell'] = (named, input = {}, where) => {
    const [service = '', operation = ''] = named.split(' ');
    return boto3.call(service, operation, input, where);
  };
  const call: Seen['call'] = async (named, input) => {
    const told = await tell(named, input);
    if (told.Error) throw new Error(`${named}: ${told.status} ${told.Error.Code}: ${told.Error.Message}`);
    return told;
  };
  const worker = { RoleName: 'worker', AssumeRolePolicyDocument: trust({ Service: 'lambda.amazonaws.com' }) };
  const { Arn: role } = (await call('iam create_role', worker)).Role as { Arn: string };
  const policy = { RoleName: 'worker', PolicyArn: `${awsPolicies}/AWSLambdaSQSQueueExecutionRole` };
  await call('iam attach_role_policy', policy);
  const functionInput = (more: object) => ({
    Role: role,
    Runtime: 'python3.12',
    Handler: 'index.handler',
    Code: { ZipFile: echo },
    ...more,
  });
  return {
    role,
    tell,
    call,
    refusal: async (named, input) => {
      const { status, Error: error } = await tell(named, input);
      return `${status} ${error?.Code}: ${error?.Message}`;
    },
    functionInput,
    create: (FunctionName, more = {}) =>
      call('lambda create_function', functionInput({ FunctionName, ...more })),
    pages: boto3.pages,
    wait: boto3.wait,
    stop: async () => {
      await boto3.stop();
      await local.stop();
    },
  };
}
