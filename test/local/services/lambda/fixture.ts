// A local AWS with a role for functions, and functions in it.
import { randomUUID } from 'node:crypto';
import { CreateRoleCommand, type IAMClient } from '@aws-sdk/client-iam';
import {
  CreateFunctionCommand,
  type CreateFunctionCommandInput,
  GetFunctionConfigurationCommand,
  LambdaClient,
  PublishVersionCommand,
  UpdateFunctionCodeCommand,
  waitUntilFunctionActiveV2,
} from '@aws-sdk/client-lambda';
import { clientsOf } from '../../../support/local.ts';
import { account } from '../../call.ts';
import { type InProcessAws, startInProcess } from '../../in-process.ts';
import { filesZip } from '../../zip.ts';

export interface LambdaAws extends InProcessAws {
  lambda: LambdaClient;
  iam: IAMClient;
  region: string;
  account: string;
  role: string;
  /** The ARN of a function. */
  arn(name: string): string;
}

export const python = filesZip({ 'index.py': 'def handler(event, context):\n    return event\n' });
export const otherPython = filesZip({ 'index.py': 'def handler(event, context):\n    return 2\n' });

export async function startLambda(): Promise<LambdaAws> {
  const local = await startInProcess();
  const { iam } = await clientsOf(local.env);
  // Requests that are refused as too many are not retried: tests check the refusal.
  const lambda = new LambdaClient({
    endpoint: local.endpoint,
    region: iam.config.region,
    credentials: iam.config.credentials,
    maxAttempts: 1,
  });
  const Statement = [
    { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
  ];
  const { Role } = await iam.send(
    new CreateRoleCommand({
      RoleName: 'worker',
      AssumeRolePolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement }),
    }),
  );
  const role = Role?.Arn ?? '';
  const owner = role.split(':')[4] ?? account;
  const region = await lambda.config.region();
  return Object.assign(local, {
    lambda,
    iam,
    region,
    account: owner,
    role,
    arn: (name: string) => `arn:aws:lambda:${region}:${owner}:function:${name}`,
  });
}

export const uniqueName = (prefix = 'fn') => `${prefix}-${randomUUID().slice(0, 8)}`;

/** The input of CreateFunction, with a unique name. */
export function functionInput(
  { role }: LambdaAws,
  more: Partial<CreateFunctionCommandInput> = {},
): CreateFunctionCommandInput {
  return {
    FunctionName: uniqueName(),
    Role: role,
    Runtime: 'python3.12',
    Handler: 'index.handler',
    Code: { ZipFile: python },
    ...more,
  };
}

/** Creates a function and waits until it can be updated. */
export async function createFunction(
  aws: LambdaAws,
  more: Partial<CreateFunctionCommandInput> = {},
): Promise<string> {
  const input = functionInput(aws, more);
  await aws.lambda.send(new CreateFunctionCommand(input));
  await waitUntilFunctionActiveV2(
    { client: aws.lambda, maxWaitTime: 10, minDelay: 0.01 as never },
    { FunctionName: input.FunctionName },
  );
  return input.FunctionName as string;
}

/** A function with the versions 1, which answers its event, and 2, which answers 2. */
export async function twoVersions(aws: LambdaAws): Promise<string> {
  const FunctionName = await createFunction(aws);
  await aws.lambda.send(new PublishVersionCommand({ FunctionName }));
  await aws.lambda.send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile: otherPython }));
  await aws.lambda.send(new PublishVersionCommand({ FunctionName }));
  return FunctionName;
}

export async function revisionOf({ lambda }: LambdaAws, FunctionName: string): Promise<string | undefined> {
  return (await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }))).RevisionId;
}

export interface Refusal {
  name: string;
  status: number | undefined;
  message: string;
  Type: string | undefined;
}

/** The error of a refused call. Fails when the call succeeds. */
export async function refusal(call: Promise<unknown>): Promise<Refusal> {
  try {
    await call;
  } catch (error) {
    const { name, message, Message, Type, $metadata } = error as Refusal & {
      Message?: string;
      $metadata?: { httpStatusCode?: number };
    };
    return { name, status: $metadata?.httpStatusCode, message: message || Message || '', Type };
  }
  throw new Error('the call was not refused');
}

export const invalidParameter = (message: string, Type: string | undefined = 'User'): Refusal => ({
  name: 'InvalidParameterValueException',
  status: 400,
  message,
  Type,
});

export const notFound = (message: string): Refusal => ({
  name: 'ResourceNotFoundException',
  status: 404,
  message,
  Type: 'User',
});

export const conflict = (message: string): Refusal => ({
  name: 'ResourceConflictException',
  status: 409,
  message,
  Type: 'User',
});

/** Refusals by the model have no Type. */
export const violation = (...problems: string[]): Refusal => ({
  name: 'ValidationException',
  status: 400,
  message: `${problems.length} validation error${problems.length > 1 ? 's' : ''} detected: ${problems.join('; ')}`,
  Type: undefined,
});

export const wrongRevision: Refusal = {
  name: 'PreconditionFailedException',
  status: 412,
  message:
    'The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id',
  Type: 'User',
};
