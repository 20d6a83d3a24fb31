// The settings of functions: what is answered when, and every refusal in Lambda's words.
import {
  CreateFunctionCommand,
  type CreateFunctionCommandInput,
  DeleteFunctionCommand,
  GetFunctionCommand,
  GetFunctionConfigurationCommand,
  InvokeCommand,
  LambdaClient,
  ListFunctionsCommand,
  PutFunctionConcurrencyCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  conflict,
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
} from './lambda-fixture.ts';

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

/** Everything that is answered of a function with no settings of its own, but its state. */
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
  it('is pending in the answer to its creation, and active then, with another revision', async () => {
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

  it('can be downloaded as it was uploaded', async () => {
    const name = await createFunction(aws);
    const { Code, Configuration } = await get(name);
    const content = Buffer.from(await (await fetch(Code?.Location ?? '')).arrayBuffer());
    expect(content.equals(Buffer.from(python))).toBe(true);
    expect(Configuration?.CodeSize).toBe(content.length);
  });

  it('answers its settings as they were sent, and tags and concurrency where there are any', async () => {
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
    const code = await aws.lambda.send(
      new UpdateFunctionCodeCommand({ FunctionName: name, ZipFile: otherPython, Architectures: ['arm64'] }),
    );
    expect(code).toMatchObject({ ...updating, CodeSize: otherPython.length, Architectures: ['arm64'] });
    seen.add(code.RevisionId);
    seen.add(await revisionOf(aws, name));
    expect(seen.size).toBe(7);
  });

  it('tries an update of its code without doing it', async () => {
    const name = await createFunction(aws);
    const before = await configuration(name);
    const answer = await aws.lambda.send(
      new UpdateFunctionCodeCommand({ FunctionName: name, ZipFile: otherPython, DryRun: true }),
    );
    expect(answer.CodeSha256).not.toBe(before.CodeSha256);
    const after = await configuration(name);
    expect(after).toEqual({ ...before, $metadata: after.$metadata });
  });

  it('has log levels with the JSON format alone', async () => {
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

  it('is changed only at the revision that is named', async () => {
    const name = await createFunction(aws);
    const RevisionId = await revisionOf(aws, name);
    await configure(name, { RevisionId, Timeout: 4 });
    expect(await refusal(configure(name, { RevisionId, Timeout: 5 }))).toEqual(wrongRevision);
    const code = new UpdateFunctionCodeCommand({ FunctionName: name, ZipFile: python, RevisionId });
    expect(await refusal(aws.lambda.send(code))).toEqual(wrongRevision);
  });

  it('is deleted, and unknown then', async () => {
    const name = await createFunction(aws);
    const remove = (Qualifier?: string) =>
      aws.lambda.send(new DeleteFunctionCommand({ FunctionName: name, Qualifier }));
    expect((await remove('1233')).$metadata.httpStatusCode).toBe(204);
    expect(await refusal(remove('$LATEST'))).toEqual(
      invalidParameter('$LATEST version cannot be deleted without deleting the function.'),
    );
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

  it('is listed without its state, page by page, in the order of names', async () => {
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

describe('names of functions', () => {
  const readPattern =
    '(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?([a-zA-Z0-9-_\\.]+)(:(\\$LATEST(\\.PUBLISHED)?|[a-zA-Z0-9-_]+))?';
  const createPattern =
    '(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?([a-zA-Z0-9-_]+)(:(\\$LATEST|[a-zA-Z0-9-_]+))?';
  const unlike = (value: string, pattern: string, place = 'functionName') =>
    `Value '${value}' at '${place}' failed to satisfy constraint: Member must satisfy regular expression pattern: ${pattern}`;
  const tooLong = (value: string, most: number, place = 'functionName') =>
    `Value '${value}' at '${place}' failed to satisfy constraint: Member must have length less than or equal to ${most}`;

  it('may be names, partial and whole ARNs, with a qualifier in one place or both', async () => {
    const name = await createFunction(aws);
    const { account, region } = aws;
    for (const form of [
      name,
      `function:${name}`,
      `${account}:function:${name}`,
      `${region}:${account}:function:${name}`,
      aws.arn(name),
    ]) {
      expect((await configuration(form)).FunctionArn).toBe(aws.arn(name));
      expect((await configuration(`${form}:$LATEST`)).FunctionArn).toBe(`${aws.arn(name)}:$LATEST`);
      expect((await configuration(`${form}:$LATEST`, '$LATEST')).FunctionArn).toBe(
        `${aws.arn(name)}:$LATEST`,
      );
    }
    expect((await create({ FunctionName: aws.arn(uniqueName('by-arn')) })).FunctionName).toMatch(/^by-arn-/);
  });

  it('contradict themselves with two qualifiers', async () => {
    const mismatch = invalidParameter(
      'The derived qualifier from the function name does not match the specified qualifier.',
    );
    const FunctionName = `${aws.arn('some-function')}:1`;
    const Qualifier = '$LATEST';
    expect(await refusal(get(FunctionName, Qualifier))).toEqual(mismatch);
    expect(await refusal(configuration(FunctionName, Qualifier))).toEqual(mismatch);
    const remove = new DeleteFunctionCommand({ FunctionName, Qualifier });
    expect(await refusal(aws.lambda.send(remove))).toEqual(mismatch);
    const invoke = new InvokeCommand({ FunctionName, Qualifier });
    expect(await refusal(aws.lambda.send(invoke))).toEqual(mismatch);
  });

  it('reach no other region and no other account', async () => {
    const elsewhere = aws.region === 'us-west-2' ? 'us-east-1' : 'us-west-2';
    const there = aws.arn('x').replace(aws.region, elsewhere);
    const refused = notFound(
      `Functions from '${elsewhere}' are not reachable in this region ('${aws.region}')`,
    );
    expect(await refusal(get(there))).toEqual(refused);
    expect(await refusal(aws.lambda.send(new InvokeCommand({ FunctionName: there })))).toEqual(refused);
    expect(await refusal(create({ FunctionName: there }))).toEqual(refused);
    const foreign = aws.arn('x').replace(aws.account, '999999999999');
    for (const call of [get(foreign), create({ FunctionName: foreign })]) {
      expect(await refusal(call)).toMatchObject({ name: 'AccessDeniedException', status: 403 });
    }
  });

  it('live in the region that a request is signed for', async () => {
    const name = await createFunction(aws);
    const { endpoint, env } = aws;
    const credentials = {
      accessKeyId: env.AWS_ACCESS_KEY_ID as string,
      secretAccessKey: env.AWS_SECRET_ACCESS_KEY as string,
    };
    const there = new LambdaClient({ endpoint, credentials, region: 'ap-southeast-2' });
    const call = there.send(new GetFunctionCommand({ FunctionName: name }));
    expect(await refusal(call)).toEqual(
      notFound(`Function not found: arn:aws:lambda:ap-southeast-2:${aws.account}:function:${name}`),
    );
  });

  it('of a wrong form are refused by the model', async () => {
    const bad = [
      'my-function!',
      'invalid-account:function:my-function',
      `arn:aws:lambda:invalid-region:${aws.account}:function:my-function`,
      `arn:aws:ec2:${aws.region}:${aws.account}:instance:i-1234567890abcdef0`,
      `${aws.arn('my-function')}:1:2`,
      'function:my-function:$LATEST:extra',
      `arn:aws:lambda::${aws.account}:function:my-function`,
      `arn:aws:lambda:${aws.region}::function:my-function`,
      `${aws.arn('my-function')}:$LATES`,
    ];
    for (const FunctionName of bad) {
      expect(await refusal(get(FunctionName))).toEqual(violation(unlike(FunctionName, readPattern)));
      expect(await refusal(create({ FunctionName }))).toEqual(violation(unlike(FunctionName, createPattern)));
      const invoke = aws.lambda.send(new InvokeCommand({ FunctionName }));
      expect(await refusal(invoke)).toEqual(violation(unlike(FunctionName, readPattern)));
    }
    expect(await refusal(create({ FunctionName: 'a.b' }))).toEqual(violation(unlike('a.b', createPattern)));
    expect(await refusal(get('a.b'))).toEqual(notFound(`Function not found: ${aws.arn('a.b')}`));
    expect(await refusal(get('my-function', 'invalid!'))).toEqual(
      violation(unlike('invalid!', '\\$(LATEST(\\.PUBLISHED)?)|[a-zA-Z0-9-_$]+', 'qualifier')),
    );
    expect(await refusal(get('my-function', '$latest'))).toEqual(
      notFound(`Function not found: ${aws.arn('my-function')}:$latest`),
    );
  });

  it('are too long', async () => {
    const long = 'a'.repeat(65);
    expect(await refusal(create({ FunctionName: long }))).toEqual(
      invalidParameter(`1 validation error detected: ${tooLong(long, 64)}`),
    );
    // Only its creation minds.
    expect(await refusal(get(long))).toEqual(notFound(`Function not found: ${aws.arn(long)}`));
    const longArn = aws.arn('a'.repeat(140));
    expect(await refusal(create({ FunctionName: longArn }))).toEqual(violation(tooLong(longArn, 140)));
    const qualifier = 'a'.repeat(129);
    expect(await refusal(get('f', qualifier))).toEqual(violation(tooLong(qualifier, 128, 'qualifier')));
    const worst = `arn:aws:lambda:invalid-region:${aws.account}:function:${'a'.repeat(256)}`;
    expect(await refusal(get(worst, qualifier))).toEqual(
      violation(tooLong(qualifier, 128, 'qualifier'), tooLong(worst, 256), unlike(worst, readPattern)),
    );
  });
});

describe('settings', () => {
  const runtimes =
    /^Value (\S+) at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: \[nodejs20\.x, python3\.14, [^\]]+\] or be a valid ARN$/;

  it.each(['non-existent-runtime', 'PYTHON3.9'])('refuse the runtime %s', async (Runtime) => {
    const name = await createFunction(aws);
    for (const call of [create({ Runtime: Runtime as never }), configure(name, { Runtime })]) {
      const { message, ...rest } = await refusal(call);
      expect(runtimes.exec(message)?.[1]).toBe(Runtime);
      expect(rest).toMatchObject({ name: 'InvalidParameterValueException', Type: 'User' });
    }
  });

  it('refuse runtimes that are no longer there, and take those that are', async () => {
    expect(await refusal(create({ Runtime: 'python3.7' }))).toEqual(
      invalidParameter(
        'The runtime parameter of python3.7 is no longer supported for creating or updating AWS Lambda functions. We recommend you use a supported runtime while creating or updating functions.',
      ),
    );
    for (const Runtime of [
      ...['python3.8', 'python3.9', 'python3.10', 'python3.11', 'python3.13', 'python3.14'],
      ...['nodejs16.x', 'nodejs18.x', 'nodejs20.x', 'nodejs22.x', 'nodejs24.x'],
      ...['java8.al2', 'java11', 'java17', 'java21', 'java25', 'dotnet6', 'dotnet8', 'dotnet10'],
      ...['ruby3.2', 'ruby3.3', 'ruby3.4', 'provided.al2', 'provided.al2023'],
    ] as const) {
      expect((await create({ Runtime })).Runtime).toBe(Runtime);
    }
  });

  const role =
    "Value 'r1' at 'role' failed to satisfy constraint: Member must satisfy regular expression pattern: arn:(aws[a-zA-Z-]*)?:iam::\\d{12}:role/?[a-zA-Z_0-9+=,.@\\-_/]+";
  it.each<[string, Partial<CreateFunctionCommandInput>, string[]]>([
    ['a role that is no ARN', { Role: 'r1' }, [role]],
    [
      'too little time and memory, and a bad role: all at once',
      { Role: 'r1', Timeout: 0, MemorySize: 1 },
      [
        role,
        "Value '0' at 'timeout' failed to satisfy constraint: Member must have value greater than or equal to 1",
        "Value '1' at 'memorySize' failed to satisfy constraint: Member must have value greater than or equal to 128",
      ],
    ],
    [
      'too much time',
      { Timeout: 901 },
      [
        "Value '901' at 'timeout' failed to satisfy constraint: Member must have value less than or equal to 900",
      ],
    ],
    [
      'too much memory',
      { MemorySize: 10241 },
      [
        "Value '10241' at 'memorySize' failed to satisfy constraint: Member must have value less than or equal to 10240",
      ],
    ],
    [
      'too little storage',
      { EphemeralStorage: { Size: 511 } },
      [
        "Value '511' at 'ephemeralStorage.size' failed to satisfy constraint: Member must have value greater than or equal to 512",
      ],
    ],
    [
      'two architectures',
      { Architectures: ['x86_64', 'arm64'] },
      [
        "Value '[x86_64, arm64]' at 'architectures' failed to satisfy constraint: Member must have length less than or equal to 1",
      ],
    ],
    [
      'an unknown architecture',
      { Architectures: ['X86_64' as never] },
      [
        "Value '[X86_64]' at 'architectures' failed to satisfy constraint: Member must satisfy constraint: [Member must satisfy enum value set: [x86_64, arm64], Member must not be null]",
      ],
    ],
    [
      'an unknown log format',
      { LoggingConfig: { LogFormat: 'XML' as never } },
      [
        "Value 'XML' at 'loggingConfig.logFormat' failed to satisfy constraint: Member must satisfy enum value set: [JSON, Text]",
      ],
    ],
  ])('refuse %s', async (_case, settings, problems) => {
    expect(await refusal(create(settings))).toEqual(violation(...problems));
  });

  it('say what is missing', async () => {
    const call = create({ Role: undefined, Code: undefined });
    const absent = (place: string) =>
      `Value null at '${place}' failed to satisfy constraint: Member must not be null`;
    expect(await refusal(call)).toEqual(violation(absent('role'), absent('code')));
    const mandatory =
      'Runtime and Handler are mandatory parameters for functions created with deployment packages.';
    expect(await refusal(create({ Handler: undefined }))).toEqual(invalidParameter(mandatory));
    expect(await refusal(create({ Runtime: undefined }))).toEqual(invalidParameter(mandatory));
  });

  it('need a role that Lambda can assume', async () => {
    const Role = `arn:aws:iam::${aws.account}:role/nobody`;
    const refused = invalidParameter('The role defined for the function cannot be assumed by Lambda.');
    expect(await refusal(create({ Role }))).toEqual(refused);
    expect(await refusal(configure(await createFunction(aws), { Role }))).toEqual(refused);
  });

  it('have room for 4 KB of environment, without reserved names', async () => {
    const cannot =
      'Lambda was unable to configure your environment variables because the environment variables you have provided';
    const most = 'x'.repeat(4096 - '{"K":""}'.length);
    const fits = await create({ Environment: { Variables: { KEY: most.slice(2) } } });
    expect(fits.Environment?.Variables?.KEY).toHaveLength(most.length - 2);
    const Variables = { SMALL: 'ok', LARGE: most };
    expect(await refusal(create({ Environment: { Variables } }))).toEqual(
      invalidParameter(`${cannot} exceeded the 4KB limit. String measured: ${JSON.stringify(Variables)}`),
    );
    expect(await refusal(create({ Environment: { Variables: { AWS_REGION: 'x' } } }))).toEqual(
      invalidParameter(
        `${cannot} contains reserved keys that are currently not supported for modification. Reserved keys used in this request: AWS_REGION`,
      ),
    );
  });

  it('have room for 50 tags', async () => {
    const tags = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`key${index}`, 'v']));
    expect((await create({ Tags: tags(50) })).State).toBe('Pending');
    expect(await refusal(create({ Tags: tags(51) }))).toEqual(
      invalidParameter('Number of tags exceeds resource tag limit.'),
    );
  });

  it('are of one function: its name is taken', async () => {
    const FunctionName = await createFunction(aws);
    expect(await refusal(create({ FunctionName }))).toEqual(
      conflict(`Function already exist: ${FunctionName}`),
    );
  });
});

describe('code', () => {
  it.each<[string, Uint8Array]>([
    ['text', Buffer.from('this is not a zipfile, just a random string')],
    ['half a zip', python.slice(0, python.length / 2)],
  ])('that is %s is no zip', async (_case, ZipFile) => {
    const refused = invalidParameter(
      'Could not unzip uploaded file. Please check your file, then try to upload again.',
    );
    expect(await refusal(create({ Code: { ZipFile } }))).toEqual(refused);
    const FunctionName = await createFunction(aws);
    const update = new UpdateFunctionCodeCommand({ FunctionName, ZipFile });
    expect(await refusal(aws.lambda.send(update))).toEqual(refused);
  });

  it('may be too large, zipped and as a request', async () => {
    expect(await refusal(create({ Code: { ZipFile: Buffer.alloc(52_428_801) } }))).toMatchObject({
      name: 'RequestEntityTooLargeException',
      status: 413,
      message: 'Zipped size must be smaller than 52428800 bytes',
    });
    expect(await refusal(create({ Code: { ZipFile: Buffer.alloc(53_000_000) } }))).toMatchObject({
      name: 'RequestEntityTooLargeException',
      status: 413,
      message: 'Request must be smaller than 70167211 bytes for the CreateFunction operation',
    });
  });

  it('has to come from somewhere: there are no buckets and no images here', async () => {
    const noBucket = invalidParameter(
      'Error occurred while GetObject. S3 Error Code: NoSuchBucket. S3 Error Message: The specified bucket does not exist',
    );
    expect(await refusal(create({ Code: { S3Bucket: 'bucket', S3Key: 'key' } }))).toEqual(noBucket);
    const FunctionName = await createFunction(aws);
    const update = (more: object) =>
      refusal(aws.lambda.send(new UpdateFunctionCodeCommand({ FunctionName, ...more })));
    expect(await update({ S3Bucket: 'bucket', S3Key: 'key' })).toEqual(noBucket);
    expect(await update({ ImageUri: 'image' })).toEqual(
      invalidParameter("Please don't provide ImageUri when updating a function with packageType Zip."),
    );
    expect(await update({})).toEqual(invalidParameter('Please provide a source for function code.'));
  });
});
