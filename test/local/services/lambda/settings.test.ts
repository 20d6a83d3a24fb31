// Settings and code that Lambda refuses, in AWS's words.
import { CreateRoleCommand } from '@aws-sdk/client-iam';
import {
  CreateFunctionCommand,
  type CreateFunctionCommandInput,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { zipOf } from '../../zip.ts';
import {
  conflict,
  createFunction,
  functionInput,
  invalidParameter,
  type LambdaAws,
  python,
  refusal,
  startLambda,
  violation,
} from './fixture.ts';

let aws: LambdaAws;

beforeAll(async () => {
  aws = await startLambda();
});
afterAll(() => aws?.stop());

const create = (more: Partial<CreateFunctionCommandInput> = {}) =>
  aws.lambda.send(new CreateFunctionCommand(functionInput(aws, more)));
const configure = (FunctionName: string, more: object) =>
  aws.lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, ...more }));

describe('the settings of a new function', () => {
  const runtimes =
    'nodejs20.x, python3.14, provided.al2023, python3.12, python3.13, nodejs24.x, nodejs22.x, java25, python3.10, python3.11, java21, ruby3.3, ruby3.4, ruby3.2, python3.8, python3.9, java17, nodejs16.x, dotnet10, dotnet8, java11, dotnet6, nodejs18.x, provided.al2, java8.al2';

  it.each(['non-existent-runtime', 'PYTHON3.9'])('refuse the runtime %s', async (Runtime) => {
    const name = await createFunction(aws);
    for (const call of [create({ Runtime: Runtime as never }), configure(name, { Runtime })]) {
      expect(await refusal(call)).toEqual(
        invalidParameter(
          `Value ${Runtime} at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: [${runtimes}] or be a valid ARN`,
        ),
      );
    }
  });

  it('refuse deprecated runtimes, and accept current ones', async () => {
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
      'a description that is too long',
      { Description: 'd'.repeat(257) },
      [
        `Value '${'d'.repeat(257)}' at 'description' failed to satisfy constraint: Member must have length less than or equal to 256`,
      ],
    ],
    [
      'an unknown mode of tracing',
      { TracingConfig: { Mode: 'X' as never } },
      [
        "Value 'X' at 'tracingConfig.mode' failed to satisfy constraint: Member must satisfy enum value set: [Active, PassThrough]",
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

  it('name every missing field', async () => {
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
    const AssumeRolePolicyDocument = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
    });
    const ofMachines = new CreateRoleCommand({ RoleName: 'machine', AssumeRolePolicyDocument });
    const { Arn } = (await aws.iam.send(ofMachines)).Role ?? {};
    expect(await refusal(create({ Role: Arn }))).toEqual(refused);
  });

  it('allow 4 KB of environment variables, without reserved names', async () => {
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

  it('allow 50 tags', async () => {
    const tags = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`key${index}`, 'v']));
    expect((await create({ Tags: tags(50) })).State).toBe('Pending');
    expect(await refusal(create({ Tags: tags(51) }))).toEqual(
      invalidParameter('Number of tags exceeds resource tag limit.'),
    );
  });

  it('refuse the name of an existing function', async () => {
    const FunctionName = await createFunction(aws);
    expect(await refusal(create({ FunctionName }))).toEqual(
      conflict(`Function already exist: ${FunctionName}`),
    );
  });
});

describe('the code of a function', () => {
  it.each<[string, Uint8Array]>([
    ['text', Buffer.from('this is not a zipfile, just a random string')],
    ['half a zip', python.slice(0, python.length / 2)],
  ])('that is %s is refused as not a zip', async (_case, ZipFile) => {
    const refused = invalidParameter(
      'Could not unzip uploaded file. Please check your file, then try to upload again.',
    );
    expect(await refusal(create({ Code: { ZipFile } }))).toEqual(refused);
    const FunctionName = await createFunction(aws);
    const update = new UpdateFunctionCodeCommand({ FunctionName, ZipFile });
    expect(await refusal(aws.lambda.send(update))).toEqual(refused);
  });

  it('is refused when it is too large: zipped, unzipped, or as a request', async () => {
    expect(await refusal(create({ Code: { ZipFile: Buffer.alloc(52_428_801) } }))).toMatchObject({
      name: 'RequestEntityTooLargeException',
      status: 413,
      message: 'Zipped size must be smaller than 52428800 bytes',
    });
    for (const size of [52_700_000, 70_000_000]) {
      expect(await refusal(create({ Code: { ZipFile: Buffer.alloc(size) } }))).toMatchObject({
        name: 'RequestEntityTooLargeException',
        status: 413,
        message: 'Request must be smaller than 70167211 bytes for the CreateFunction operation',
      });
    }
    const ZipFile = zipOf([{ name: 'a', content: 'x', size: 262_144_001, deflated: true }]);
    expect(await refusal(create({ Code: { ZipFile } }))).toEqual(
      invalidParameter('Unzipped size must be smaller than 262144000 bytes'),
    );
  });

  it('needs a source: an unknown bucket, and an image for a zip function, are refused', async () => {
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
