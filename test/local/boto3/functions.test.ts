// Functions as boto3 sees them: the members of answers, states and revisions, and what a creation is refused with.
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Told } from '../../support/boto3/boto3.ts';
import { zipOf } from '../zip.ts';
import {
  arnOf,
  conflict,
  echo,
  functionInput,
  invalid,
  members,
  must,
  notFound,
  other,
  python,
  region,
  type Seen,
  seenByBoto3,
  violates,
} from './fixture.ts';

const always =
  'Architectures CodeSha256 CodeSize Description EphemeralStorage FunctionArn FunctionName Handler LastModified LoggingConfig MemorySize PackageType RevisionId Role Runtime RuntimeVersionConfig SnapStart State';
const rest = 'Timeout TracingConfig Version';
const reason = 'The function is being created.';
const inProgress = {
  State: 'Active',
  LastUpdateStatus: 'InProgress',
  LastUpdateStatusReason: reason,
  LastUpdateStatusReasonCode: 'Creating',
};
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

describe.skipIf(!python)('boto3', () => {
  let aws: Seen;
  const configuration = (FunctionName: string, more: object = {}) =>
    aws.call('lambda get_function_configuration', { FunctionName, ...more });
  const update = (FunctionName: string, more: object = {}) =>
    aws.call('lambda update_function_configuration', { FunctionName, ...more });

  beforeAll(async () => {
    aws = await seenByBoto3();
    await aws.create('f');
    await aws.call('s3 create_bucket', { Bucket: 'boto3-code' });
  });
  afterAll(() => aws?.stop());

  describe('creates a function', () => {
    let made: Told;
    beforeAll(async () => {
      made = await aws.call(
        'lambda create_function',
        functionInput(aws.role, { FunctionName: 'new', Environment: { Variables: {} } }),
      );
    });

    it('and is answered the whole configuration, with the defaults', () => {
      expect(made.status).toBe(201);
      expect(members(made)).toBe(
        `${always} StateReason StateReasonCode ${rest}`.replace('Ephemeral', 'Environment Ephemeral'),
      );
      expect(made).toMatchObject({
        Architectures: ['x86_64'],
        CodeSha256: createHash('sha256').update(echo).digest('base64'),
        CodeSize: echo.length,
        Description: '',
        Environment: { Variables: {} },
        EphemeralStorage: { Size: 512 },
        FunctionArn: arnOf('new'),
        LoggingConfig: { LogFormat: 'Text', LogGroup: '/aws/lambda/new' },
        MemorySize: 128,
        PackageType: 'Zip',
        Role: aws.role,
        SnapStart: { ApplyOn: 'None', OptimizationStatus: 'Off' },
        Timeout: 3,
        TracingConfig: { Mode: 'PassThrough' },
        Version: '$LATEST',
      });
      expect(made.LastModified).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000$/);
      expect(made.RevisionId).toMatch(uuid);
      expect((made.RuntimeVersionConfig as { RuntimeVersionArn: string }).RuntimeVersionArn).toMatch(
        new RegExp(`^arn:aws:lambda:${region}::runtime:[0-9a-f]{64}$`),
      );
    });

    it('that is pending, and then active with another revision', async () => {
      expect(made).toMatchObject({ State: 'Pending', StateReason: reason, StateReasonCode: 'Creating' });
      const now = await configuration('new');
      expect(now).toMatchObject({ State: 'Active', LastUpdateStatus: 'Successful' });
      expect(members(now)).not.toMatch(/Reason/);
      expect(now.RevisionId).not.toBe(made.RevisionId);
      expect((await configuration('new')).RevisionId).toBe(now.RevisionId);
    });
  });

  it('sees Environment, Layers, VpcConfig and DeadLetterConfig when they are set', async () => {
    const set = {
      Environment: { Variables: { STAGE: 'dev' } },
      VpcConfig: { SubnetIds: ['subnet-1'], SecurityGroupIds: ['sg-1'] },
      DeadLetterConfig: { TargetArn: `arn:aws:sqs:${region}:000000000000:dead` },
    };
    await aws.create('set', set);
    const answer = await configuration('set');
    expect(answer).toMatchObject(set);
    expect(members(await configuration('f'))).toBe(
      `${always.replace('Layers ', '')} ${rest}`.replace('LoggingConfig', 'LastUpdateStatus LoggingConfig'),
    );
  });

  it('sees log levels with the JSON format alone', async () => {
    await update('f', { LoggingConfig: { LogFormat: 'JSON' } });
    const LogGroup = '/aws/lambda/f';
    expect((await configuration('f')).LoggingConfig).toEqual({
      LogFormat: 'JSON',
      ApplicationLogLevel: 'INFO',
      SystemLogLevel: 'INFO',
      LogGroup,
    });
    await update('f', { LoggingConfig: { LogFormat: 'Text' } });
    expect((await configuration('f')).LoggingConfig).toEqual({ LogFormat: 'Text', LogGroup });
  });

  it.each([
    ['configuration', 'update_function_configuration', { Description: 'changed' }],
    ['configuration, to what it was', 'update_function_configuration', { Description: 'changed' }],
    ['code', 'update_function_code', { ZipFile: other }],
    ['code, to what it was', 'update_function_code', { ZipFile: other }],
  ])('updates %s: in progress, and two revisions further', async (_what, operation, input) => {
    const before = (await configuration('f')).RevisionId;
    const answer = await aws.call(`lambda ${operation}`, { FunctionName: 'f', ...input });
    expect(answer).toMatchObject(inProgress);
    const after = await configuration('f');
    expect(after).toMatchObject({ State: 'Active', LastUpdateStatus: 'Successful' });
    expect(new Set([before, answer.RevisionId, after.RevisionId]).size).toBe(3);
  });

  it('gets code, tags and concurrency where there are any', async () => {
    await aws.create('whole', { Tags: { team: 'a' } });
    await aws.call('lambda put_function_concurrency', {
      FunctionName: 'whole',
      ReservedConcurrentExecutions: 3,
    });
    const whole = await aws.call('lambda get_function', { FunctionName: 'whole' });
    expect(whole).toMatchObject({
      Tags: { team: 'a' },
      Concurrency: { ReservedConcurrentExecutions: 3 },
      Code: { RepositoryType: 'S3' },
    });
    expect(members(await aws.call('lambda get_function', { FunctionName: 'f' }))).toBe('Code Configuration');
    const { Location } = whole.Code as { Location: string };
    const bytes = Buffer.from(await (await fetch(Location)).arrayBuffer());
    const { CodeSha256 } = whole.Configuration as { CodeSha256: string };
    expect(createHash('sha256').update(bytes).digest('base64')).toBe(CodeSha256);
  });

  it('sees the qualifier in the ARN when it named one', async () => {
    await aws.call('lambda publish_version', { FunctionName: 'f' });
    await aws.call('lambda create_alias', { FunctionName: 'f', Name: 'live', FunctionVersion: '1' });
    expect((await configuration('f')).FunctionArn).toBe(arnOf('f'));
    for (const [Qualifier, Version] of [
      ['$LATEST', '$LATEST'],
      ['1', '1'],
      ['live', '1'],
    ])
      expect(await configuration('f', { Qualifier })).toMatchObject({
        FunctionArn: `${arnOf('f')}:${Qualifier}`,
        Version,
      });
  });

  it('lists functions and versions without what only a look at one tells', async () => {
    const { Functions } = (await aws.call('lambda list_functions')) as unknown as { Functions: Told[] };
    const [entry] = Functions;
    expect(members(entry)).not.toMatch(/State|LastUpdateStatus|RuntimeVersionConfig/);
    expect(entry?.FunctionArn).toBe(arnOf('f'));
    const versions = await aws.call('lambda list_versions_by_function', { FunctionName: 'f' });
    const arns = (list: unknown) => (list as Told[]).map(({ FunctionArn }) => FunctionArn);
    expect(arns(versions.Versions)).toEqual([`${arnOf('f')}:$LATEST`, `${arnOf('f')}:1`]);
    for (const version of versions.Versions as Told[])
      expect(members(version)).not.toMatch(/State|LastUpdateStatus|RuntimeVersionConfig/);
    const all = await aws.call('lambda list_functions', { FunctionVersion: 'ALL' });
    expect(arns(all.Functions)).toEqual(
      expect.arrayContaining([`${arnOf('f')}:$LATEST`, `${arnOf('f')}:1`, `${arnOf('set')}:$LATEST`]),
    );
  });

  it('deletes functions and versions, known or not', async () => {
    await aws.create('gone');
    const remove = (input: object) => aws.call('lambda delete_function', { FunctionName: 'gone', ...input });
    expect((await remove({ Qualifier: '7' })).status).toBe(204);
    expect(await aws.refusal('lambda delete_function', { FunctionName: 'gone:$LATEST' })).toBe(
      invalid('$LATEST version cannot be deleted without deleting the function.'),
    );
    expect((await remove({})).status).toBe(204);
    expect(await aws.refusal('lambda delete_function', { FunctionName: 'gone' })).toBe(
      notFound(`Function not found: ${arnOf('gone')}`),
    );
  });

  const cannot =
    'Lambda was unable to configure your environment variables because the environment variables';
  const long = 'x'.repeat(4096);
  const largeUnpacked = zipOf([{ name: 'a', content: 'x', size: 262_144_001, deflated: true }]);
  const roleForm = 'arn:(aws[a-zA-Z-]*)?:iam::\\d{12}:role/?[a-zA-Z_0-9+=,.@\\-_/]+';
  const unknownRole = 'The role defined for the function cannot be assumed by Lambda.';
  const runtimes =
    'nodejs20.x, python3.14, provided.al2023, python3.12, python3.13, nodejs24.x, nodejs22.x, java25, python3.10, python3.11, java21, ruby3.3, ruby3.4, ruby3.2, python3.8, python3.9, java17, nodejs16.x, dotnet10, dotnet8, java11, dotnet6, nodejs18.x, provided.al2, java8.al2';
  it.each<[string, object, string]>([
    [
      'a role that is no ARN',
      { Role: 'r1' },
      violates(must('r1', 'role', `Member must satisfy regular expression pattern: ${roleForm}`)),
    ],
    ['a role that is not there', { Role: 'arn:aws:iam::000000000000:role/nobody' }, invalid(unknownRole)],
    [
      'a runtime that there is none of',
      { Runtime: 'cobol' },
      invalid(
        `Value cobol at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: [${runtimes}] or be a valid ARN`,
      ),
    ],
    [
      'a runtime that is over',
      { Runtime: 'python3.7' },
      invalid(
        'The runtime parameter of python3.7 is no longer supported for creating or updating AWS Lambda functions. We recommend you use a supported runtime while creating or updating functions.',
      ),
    ],
    [
      'a zip that is none',
      { Code: { ZipFile: Buffer.from('no zip') } },
      invalid('Could not unzip uploaded file. Please check your file, then try to upload again.'),
    ],
    [
      'a zip over 50 MB',
      { Code: { ZipFile: Buffer.alloc(52_428_801) } },
      '413 RequestEntityTooLargeException: Zipped size must be smaller than 52428800 bytes',
    ],
    [
      'a request over 70 MB',
      { Code: { ZipFile: Buffer.alloc(52_700_000) } },
      '413 RequestEntityTooLargeException: Request must be smaller than 70167211 bytes for the CreateFunction operation',
    ],
    [
      'too many variables',
      { Environment: { Variables: { LONG: long } } },
      invalid(`${cannot} you have provided exceeded the 4KB limit. String measured: {"LONG":"${long}"}`),
    ],
    [
      "one of Lambda's own variables",
      { Environment: { Variables: { AWS_REGION: 'x' } } },
      invalid(
        `${cannot} you have provided contains reserved keys that are currently not supported for modification. Reserved keys used in this request: AWS_REGION`,
      ),
    ],
    ['a name that is taken', { FunctionName: 'f' }, conflict('Function already exist: f')],
    [
      'more than 50 tags',
      { Tags: Object.fromEntries(Array.from({ length: 51 }, (_, at) => [`k${at}`, 'v'])) },
      invalid('Number of tags exceeds resource tag limit.'),
    ],
    [
      'a bucket that is not there',
      { Code: { S3Bucket: 'no-such-bucket-here', S3Key: 'k' } },
      invalid(
        'Error occurred while GetObject. S3 Error Code: NoSuchBucket. S3 Error Message: The specified bucket does not exist',
      ),
    ],
    [
      'a zip that is too large unpacked',
      { Code: { ZipFile: largeUnpacked } },
      invalid('Unzipped size must be smaller than 262144000 bytes'),
    ],
    [
      'an object that is not there',
      { Code: { S3Bucket: 'boto3-code', S3Key: 'nothing.zip' } },
      invalid(
        'Error occurred while GetObject. S3 Error Code: NoSuchKey. S3 Error Message: The specified key does not exist.',
      ),
    ],
  ])('cannot create with %s', async (_what, more, refusal) => {
    expect(await aws.refusedCreation(more)).toBe(refusal);
  });

  it('cannot create with a role that Lambda may not assume', async () => {
    const AssumeRolePolicyDocument = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
    });
    await aws.call('iam create_role', { RoleName: 'machine', AssumeRolePolicyDocument });
    const Role = 'arn:aws:iam::000000000000:role/machine';
    expect(await aws.refusedCreation({ Role })).toBe(invalid(unknownRole));
  });

  it('creates and updates with code that lies in S3', async () => {
    const place = { S3Bucket: 'boto3-code', S3Key: 'code.zip' };
    await aws.call('s3 put_object', { Bucket: place.S3Bucket, Key: place.S3Key, Body: other });
    const CodeSha256 = createHash('sha256').update(other).digest('base64');
    await aws.create('from-s3', { Code: place });
    expect((await configuration('from-s3')).CodeSha256).toBe(CodeSha256);
    await aws.call('lambda update_function_code', { FunctionName: 'f', ...place });
    expect((await configuration('f')).CodeSha256).toBe(CodeSha256);
    const input = { FunctionName: 'f', ...place, S3Key: 'nothing.zip' };
    expect(await aws.refusal('lambda update_function_code', input)).toMatch(/S3 Error Code: NoSuchKey\. /);
  });

  it.each(runtimes.split(', '))('creates with %s', async (Runtime) => {
    await aws.create(`of-${Runtime.replace('.', '-')}`, { Runtime });
  });

  it('cannot give an image to a function of a zip', async () => {
    const ImageUri = '000000000000.dkr.ecr.us-east-1.amazonaws.com/f:latest';
    expect(await aws.refusal('lambda update_function_code', { FunctionName: 'f', ImageUri })).toBe(
      invalid("Please don't provide ImageUri when updating a function with packageType Zip."),
    );
  });

  it('is told of unknown functions, with the qualifier it named', async () => {
    const named = { FunctionName: 'nobody' };
    const F = arnOf('nobody');
    expect(await aws.refusal('lambda get_function', named)).toBe(notFound(`Function not found: ${F}`));
    const version = { ...named, Qualifier: '3' };
    expect(await aws.refusal('lambda get_function', version)).toBe(notFound(`Function not found: ${F}:3`));
    const latest = notFound(`Function not found: ${F}:$LATEST`);
    expect(await aws.refusal('lambda invoke', named)).toBe(latest);
    const concurrency = { ...named, ReservedConcurrentExecutions: 1 };
    expect(await aws.refusal('lambda put_function_concurrency', concurrency)).toBe(latest);
  });

  it.each([
    ['update_function_configuration', {}],
    ['update_function_code', { ZipFile: echo }],
    ['publish_version', {}],
    ['update_alias', { Name: 'live' }],
  ])('cannot %s at another revision', async (operation, more) => {
    const input = { FunctionName: 'f', RevisionId: 'another', ...more };
    expect(await aws.refusal(`lambda ${operation}`, input)).toBe(
      '412 PreconditionFailedException: The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id',
    );
  });
});

describe.skipIf(!python)('boto3, where updates take a minute', () => {
  let aws: Seen;
  beforeAll(async () => {
    aws = await seenByBoto3(['--update-delay', '1m']);
    await aws.create('f');
  });
  afterAll(() => aws?.stop());

  it.each([
    ['update_function_configuration', { Timeout: 4 }],
    ['update_function_code', { ZipFile: other }],
    ['publish_version', {}],
  ])('cannot %s during an update', async (operation, more) => {
    if (operation === 'update_function_configuration')
      await aws.call('lambda update_function_configuration', { FunctionName: 'f' });
    expect(await aws.refusal(`lambda ${operation}`, { FunctionName: 'f', ...more })).toBe(
      conflict(
        `The operation cannot be performed at this time. An update is in progress for resource: ${arnOf('f')}`,
      ),
    );
  });
});
