// Functions: the answers from their creation to their deletion.
import { createHash } from 'node:crypto';
import {
  CreateFunctionCommand,
  type CreateFunctionCommandInput,
  DeleteFunctionCommand,
  GetFunctionCommand,
  GetFunctionConfigurationCommand,
  InvokeCommand,
  ListFunctionsCommand,
  PutFunctionConcurrencyCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createFunction,
  functionInput,
  invalidParameter,
  type LambdaAws,
  notFound,
  otherPython,
  python,
  refusal,
  revisionOf,
  startLambda,
  uniqueName,
  violation,
  wrongRevision,
} from './fixture.ts';

let aws: LambdaAws;

beforeAll(async () => {
  aws = await startLambda();
});
afterAll(() => aws?.stop());

const create = (more: Partial<CreateFunctionCommandInput> = {}) =>
  aws.lambda.send(new CreateFunctionCommand(functionInput(aws, more)));
const get = (FunctionName: string, Qualifier?: string) =>
  aws.lambda.send(new GetFunctionCommand({ FunctionName, Qualifier }));
const configuration = (FunctionName: string, Qualifier?: string) =>
  aws.lambda.send(new GetFunctionConfigurationCommand({ FunctionName, Qualifier }));
const configure = (FunctionName: string, more: object) =>
  aws.lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, ...more }));

const creating = {
  State: 'Pending',
  StateReason: 'The function is being created.',
  StateReasonCode: 'Creating',
};
const updating = {
  State: 'Active',
  LastUpdateStatus: 'InProgress',
  LastUpdateStatusReason: 'The function is being created.',
  LastUpdateStatusReasonCode: 'Creating',
};
const settledState = { State: 'Active', LastUpdateStatus: 'Successful' };

/** The whole answer for a function with default settings, without its state. */
const defaults = (name: string) => ({
  Architectures: ['x86_64'],
  CodeSha256: expect.stringMatching(/^[A-Za-z0-9+/]{43}=$/),
  CodeSize: python.length,
  Description: '',
  EphemeralStorage: { Size: 512 },
  FunctionArn: aws.arn(name),
  FunctionName: name,
  Handler: 'index.handler',
  LastModified: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000$/),
  LoggingConfig: { LogFormat: 'Text', LogGroup: `/aws/lambda/${name}` },
  MemorySize: 128,
  PackageType: 'Zip',
  RevisionId: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
  Role: aws.role,
  Runtime: 'python3.12',
  SnapStart: { ApplyOn: 'None', OptimizationStatus: 'Off' },
  Timeout: 3,
  TracingConfig: { Mode: 'PassThrough' },
  Version: '$LATEST',
});
const runtimeVersion = {
  RuntimeVersionConfig: {
    RuntimeVersionArn: expect.stringMatching(/^arn:aws:lambda:[a-z0-9-]+::runtime:[0-9a-f]{64}$/),
  },
};

describe('a function', () => {
  it('is pending in the answer to its creation, then active with another revision', async () => {
    const name = uniqueName();
    const { $metadata, ...created } = await create({ FunctionName: name });
    expect($metadata.httpStatusCode).toBe(201);
    expect(created).toEqual({ ...defaults(name), ...runtimeVersion, ...creating });
    const { Configuration, Code, ...rest } = await get(name);
    expect(Configuration).toEqual({ ...defaults(name), ...runtimeVersion, ...settledState });
    expect(Configuration?.RevisionId).not.toBe(created.RevisionId);
    expect(Code).toEqual({ RepositoryType: 'S3', Location: expect.stringMatching(/^http/) });
    expect(Object.keys(rest)).toEqual(['$metadata']);
    const { $metadata: _, ...alone } = await configuration(name);
    expect(alone).toEqual(Configuration);
  });

  it('is downloaded as it was uploaded', async () => {
    const name = await createFunction(aws);
    const { Code, Configuration } = await get(name);
    const content = Buffer.from(await (await fetch(Code?.Location ?? '')).arrayBuffer());
    expect(content.equals(Buffer.from(python))).toBe(true);
    expect(Configuration?.CodeSha256).toBe(createHash('sha256').update(content).digest('base64'));
    expect(Configuration?.CodeSize).toBe(content.length);
  });

  it('answers its settings as they were sent, and tags and concurrency if it has any', async () => {
    const name = await createFunction(aws, {
      Description: 'd',
      Timeout: 5,
      MemorySize: 256,
      Environment: { Variables: {} },
      EphemeralStorage: { Size: 1024 },
      TracingConfig: { Mode: 'Active' },
      SnapStart: { ApplyOn: 'PublishedVersions' },
      Architectures: ['arm64'],
      DeadLetterConfig: { TargetArn: `arn:aws:sqs:${aws.region}:${aws.account}:q` },
      KMSKeyArn: `arn:aws:kms:${aws.region}:${aws.account}:key/k`,
      VpcConfig: { SubnetIds: ['subnet-1'], SecurityGroupIds: ['sg-1'] },
      FileSystemConfigs: [
        {
          Arn: `arn:aws:elasticfilesystem:${aws.region}:${aws.account}:access-point/fsap-0123456789abcdef0`,
          LocalMountPath: '/mnt/x',
        },
      ],
      Tags: { a: 'b' },
    });
    await aws.lambda.send(
      new PutFunctionConcurrencyCommand({ FunctionName: name, ReservedConcurrentExecutions: 2 }),
    );
    expect(await get(name)).toMatchObject({
      Tags: { a: 'b' },
      Concurrency: { ReservedConcurrentExecutions: 2 },
      Configuration: {
        Description: 'd',
        Timeout: 5,
        MemorySize: 256,
        Environment: { Variables: {} },
        EphemeralStorage: { Size: 1024 },
        TracingConfig: { Mode: 'Active' },
        SnapStart: { ApplyOn: 'PublishedVersions', OptimizationStatus: 'Off' },
        Architectures: ['arm64'],
        DeadLetterConfig: { TargetArn: expect.stringMatching(/:q$/) },
        KMSKeyArn: expect.stringMatching(/key\/k$/),
        VpcConfig: {
          SubnetIds: ['subnet-1'],
          SecurityGroupIds: ['sg-1'],
          VpcId: expect.stringMatching(/^vpc-/),
          Ipv6AllowedForDualStack: false,
        },
        FileSystemConfigs: [{ LocalMountPath: '/mnt/x' }],
      },
    });
    const { VpcConfig } = await configure(name, { VpcConfig: { SubnetIds: [], SecurityGroupIds: [] } });
    expect(VpcConfig).toEqual({
      SubnetIds: [],
      SecurityGroupIds: [],
      VpcId: '',
      Ipv6AllowedForDualStack: false,
    });
    const { DeadLetterConfig } = await configure(name, { DeadLetterConfig: { TargetArn: '' } });
    expect(DeadLetterConfig).toBeUndefined();
  });

  it('is updating in the answer to an update, and changes its revision in it and after it', async () => {
    const name = await createFunction(aws, { Description: 'one' });
    const seen = new Set([await revisionOf(aws, name)]);
    for (const change of [{ Description: 'two' }, { Description: 'two' }]) {
      const answer = await configure(name, change);
      expect(answer).toMatchObject({ ...updating, Description: 'two', MemorySize: 128 });
      expect(answer.StateReason).toBeUndefined();
      seen.add(answer.RevisionId);
      expect(await configuration(name)).toMatchObject(settledState);
      seen.add(await revisionOf(aws, name));
    }
    const changed = { ZipFile: otherPython, Architectures: ['arm64' as const] };
    for (const change of [changed, changed]) {
      const code = await aws.lambda.send(new UpdateFunctionCodeCommand({ FunctionName: name, ...change }));
      expect(code).toMatchObject({ ...updating, CodeSize: otherPython.length, Architectures: ['arm64'] });
      seen.add(code.RevisionId);
      seen.add(await revisionOf(aws, name));
    }
    expect(seen.size).toBe(9);
  });

  it('answers a dry run of a code update without changing anything', async () => {
    const name = await createFunction(aws);
    const before = await configuration(name);
    const answer = await aws.lambda.send(
      new UpdateFunctionCodeCommand({ FunctionName: name, ZipFile: otherPython, DryRun: true }),
    );
    expect(answer.CodeSha256).not.toBe(before.CodeSha256);
    const after = await configuration(name);
    expect(after).toEqual({ ...before, $metadata: after.$metadata });
  });

  it('has log levels only with the JSON format', async () => {
    const name = await createFunction(aws);
    const group = `/aws/lambda/${name}`;
    const logging = async (LoggingConfig: object) => (await configure(name, { LoggingConfig })).LoggingConfig;
    expect(await logging({ LogFormat: 'JSON' })).toEqual({
      LogFormat: 'JSON',
      ApplicationLogLevel: 'INFO',
      SystemLogLevel: 'INFO',
      LogGroup: group,
    });
    expect(await logging({ LogFormat: 'JSON', ApplicationLogLevel: 'DEBUG' })).toMatchObject({
      ApplicationLogLevel: 'DEBUG',
      SystemLogLevel: 'INFO',
    });
    expect(await logging({ LogGroup: 'cool_lambda' })).toEqual({
      LogFormat: 'JSON',
      ApplicationLogLevel: 'DEBUG',
      SystemLogLevel: 'INFO',
      LogGroup: 'cool_lambda',
    });
    expect(await logging({ LogFormat: 'Text' })).toEqual({ LogFormat: 'Text', LogGroup: 'cool_lambda' });
    expect(await logging({ LogFormat: 'JSON' })).toMatchObject({ ApplicationLogLevel: 'INFO' });
  });

  it('is changed only at the expected revision', async () => {
    const name = await createFunction(aws);
    const RevisionId = await revisionOf(aws, name);
    await configure(name, { RevisionId, Timeout: 4 });
    expect(await refusal(configure(name, { RevisionId, Timeout: 5 }))).toEqual(wrongRevision);
    const code = new UpdateFunctionCodeCommand({ FunctionName: name, ZipFile: python, RevisionId });
    expect(await refusal(aws.lambda.send(code))).toEqual(wrongRevision);
  });

  it('is deleted, and unknown afterwards', async () => {
    const name = await createFunction(aws);
    const remove = (Qualifier?: string) =>
      aws.lambda.send(new DeleteFunctionCommand({ FunctionName: name, Qualifier }));
    expect((await remove('1233')).$metadata.httpStatusCode).toBe(204);
    const inItsName = new DeleteFunctionCommand({ FunctionName: `${name}:$LATEST` });
    for (const call of [remove('$LATEST'), aws.lambda.send(inItsName)]) {
      expect(await refusal(call)).toEqual(
        invalidParameter('$LATEST version cannot be deleted without deleting the function.'),
      );
    }
    expect(await refusal(remove('-1'))).toEqual(
      invalidParameter('Deletion of aliases is not currently supported.'),
    );
    expect((await remove()).$metadata.httpStatusCode).toBe(204);
    const unknown = notFound(`Function not found: ${aws.arn(name)}`);
    expect(await refusal(remove())).toEqual(unknown);
    expect(await refusal(remove('1233'))).toEqual(unknown);
    expect(await refusal(get(name))).toEqual(unknown);
    expect(await refusal(configuration(name))).toEqual(unknown);
    expect(await refusal(configure(name, {}))).toEqual(unknown);
    expect(await refusal(get(name, '3'))).toEqual(notFound(`Function not found: ${aws.arn(name)}:3`));
    const invoke = aws.lambda.send(new InvokeCommand({ FunctionName: name }));
    expect(await refusal(invoke)).toEqual(notFound(`Function not found: ${aws.arn(name)}:$LATEST`));
  });

  it('is listed without its state, in pages, ordered by name', async () => {
    const names = ['a', 'b', 'c'].map((letter) => uniqueName(`list-${letter}`));
    for (const FunctionName of names) await createFunction(aws, { FunctionName });
    const found: string[] = [];
    let Marker: string | undefined;
    do {
      const { Functions = [], NextMarker } = await aws.lambda.send(
        new ListFunctionsCommand({ Marker, MaxItems: 2 }),
      );
      expect(Functions.length).toBeLessThanOrEqual(2);
      for (const entry of Functions) {
        found.push(entry.FunctionName as string);
        if (names.includes(entry.FunctionName as string)) {
          expect(entry).toEqual(defaults(entry.FunctionName as string));
        }
      }
      Marker = NextMarker;
    } while (Marker);
    expect(found).toEqual([...found].sort());
    expect(found).toEqual(expect.arrayContaining(names));
    const wrong = aws.lambda.send(new ListFunctionsCommand({ FunctionVersion: 'invalid' as never }));
    expect(await refusal(wrong)).toEqual(
      violation(
        "Value 'invalid' at 'functionVersion' failed to satisfy constraint: Member must satisfy enum value set: [ALL]",
      ),
    );
  });
});
