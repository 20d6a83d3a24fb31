// The local AWS as boto3 sees it: what is answered to a call, and what a call is refused with.
import { type Boto3, pythonWithBoto3, startBoto3, type Told } from '../../support/boto3/boto3.ts';
import { type LocalAws, startLocal } from '../../support/local.ts';
import { filesZip } from '../zip.ts';

/** Undefined: no boto3 on this machine, and the tests are skipped. */
export const python = await pythonWithBoto3();

export const account = '000000000000';
export const region = 'us-east-1';

export const echo = filesZip({ 'index.py': 'def handler(event, context):\n    return event\n' });
export const other = filesZip({ 'index.py': 'def handler(event, context):\n    return 2\n' });

export const trust = (Service = 'lambda.amazonaws.com') =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service }, Action: 'sts:AssumeRole' }],
  });

export interface Seen extends LocalAws {
  readonly role: string;
  /** A call of boto3, `lambda get_function` for example, that has to succeed. */
  call(named: string, input?: object, where?: string): Promise<Told>;
  /** `404 ResourceNotFoundException: …` of a call that has to fail. */
  refusal(named: string, input?: object, where?: string): Promise<string>;
  /** What the creation of a function with these members is refused with. */
  refusedCreation(more: object): Promise<string>;
  /** The call, whatever comes of it. */
  tell: Boto3['call'];
  /** A function that is active; its name. */
  create(name: string, more?: object): Promise<string>;
}

export const arnOf = (name: string) => `arn:aws:lambda:${region}:${account}:function:${name}`;

export async function seenByBoto3(flags: readonly string[] = []): Promise<Seen> {
  const local = await startLocal(flags);
  const boto3 = startBoto3(python as string, local.env);
  const call = async (named: string, input: object = {}, where?: string) => {
    const [service = '', operation = ''] = named.split(' ');
    const told = await boto3.call(service, operation, input, where);
    if (told.Error) throw new Error(`${named}: ${told.status} ${told.Error.Code}: ${told.Error.Message}`);
    return told;
  };
  const refusal: Seen['refusal'] = async (named, input = {}, where) => {
    const [service = '', operation = ''] = named.split(' ');
    const { status, Error: error } = await boto3.call(service, operation, input, where);
    if (!error) throw new Error(`${named} was not refused`);
    return `${status} ${error.Code}: ${error.Message}`;
  };
  const made = await call('iam create_role', { RoleName: 'worker', AssumeRolePolicyDocument: trust() });
  const role = (made.Role as { Arn: string }).Arn;
  return {
    ...local,
    role,
    call,
    tell: boto3.call,
    refusal,
    refusedCreation: (more) =>
      refusal('lambda create_function', functionInput(role, { FunctionName: 'g', ...more })),
    async create(FunctionName: string, more: object = {}) {
      await call('lambda create_function', functionInput(role, { FunctionName, ...more }));
      return FunctionName;
    },
    stop: async () => {
      await boto3.stop();
      await local.stop();
    },
  };
}

export const functionInput = (Role: string, more: object = {}): object => ({
  Role,
  Runtime: 'python3.12',
  Handler: 'index.handler',
  Code: { ZipFile: echo },
  ...more,
});

/** Names of the members of an answer, sorted. */
export const members = (value: unknown): string =>
  Object.keys(value as object)
    .filter((name) => name !== 'status' && name !== 'headers')
    .sort()
    .join(' ');

export const notFound = (message: string) => `404 ResourceNotFoundException: ${message}`;
export const invalid = (message: string) => `400 InvalidParameterValueException: ${message}`;
export const conflict = (message: string) => `409 ResourceConflictException: ${message}`;
export const violates = (...problems: string[]) =>
  `400 ValidationException: ${problems.length} validation error${problems.length > 1 ? 's' : ''} detected: ${problems.join('; ')}`;
export const must = (value: string, place: string, constraint: string) =>
  `Value ${value === 'null' ? value : `'${value}'`} at '${place}' failed to satisfy constraint: ${constraint}`;
