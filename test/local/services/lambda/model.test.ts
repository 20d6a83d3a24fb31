// Requests that violate Lambda's model: AWS's words for each violation, and all violations of a request together.
import { beforeAll, describe, expect, it } from 'vitest';
import { type LambdaControl, lambdaControl, refusal, zip } from './control.ts';

let control: LambdaControl;

beforeAll(async () => {
  control = await lambdaControl();
  await control.create('f');
  await control.alias('f', 'live');
  await control.call('PublishLayerVersion', { LayerName: 'l', Content: { ZipFile: zip } });
  return control.close;
});

const violates = (...problems: string[]) =>
  `ValidationException: ${problems.length} validation error${problems.length > 1 ? 's' : ''} detected: ${problems
    .map((problem) => `Value ${problem}`)
    .join('; ')}`;
const must = (value: string, place: string, constraint: string) =>
  `'${value}' at '${place}' failed to satisfy constraint: Member must ${constraint}`;
const matching = (value: string, place: string, pattern: string) =>
  must(value, place, `satisfy regular expression pattern: ${pattern}`);
const longest = (value: string, place: string, most: number) =>
  must(value, place, `have length less than or equal to ${most}`);
const shortest = (value: string, place: string, least: number) =>
  must(value, place, `have length greater than or equal to ${least}`);
const oneOf = (value: string, place: string, ...values: string[]) =>
  must(value, place, `satisfy enum value set: [${values.join(', ')}]`);
const ids = (values: string, place: string, pattern: string) =>
  must(
    `[${values}]`,
    place,
    `satisfy constraint: [Member must have length less than or equal to 1024, Member must have length greater than or equal to 0, Member must satisfy regular expression pattern: ${pattern}]`,
  );

const bucket = '[0-9A-Za-z\\.\\-_]*(?<!\\.)';
const key = '(arn:(aws[a-zA-Z-]*)?:[a-z0-9-.]+:.*)|()';
const name =
  '(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?([a-zA-Z0-9-_]+)(:(\\$LATEST|[a-zA-Z0-9-_]+))?';
const roleArn = 'arn:(aws[a-zA-Z-]*)?:iam::\\d{12}:role/?[a-zA-Z_0-9+=,.@\\-_/]+';

describe('a new function', () => {
  it.each<[string, object, string[]]>([
    ['a package of another type', { PackageType: 'X' }, [oneOf('X', 'packageType', 'Zip', 'Image')]],
    ['a place to publish to', { PublishTo: 'X' }, [oneOf('X', 'publishTo', 'LATEST_PUBLISHED')]],
    ['a bucket', { Code: { S3Bucket: 'b!b', S3Key: 'k' } }, [matching('b!b', 'code.s3Bucket', bucket)]],
    [
      'a key and a version',
      { Code: { S3Bucket: 'bucket', S3Key: '', S3ObjectVersion: 'v'.repeat(1025) } },
      [shortest('', 'code.s3Key', 1), longest('v'.repeat(1025), 'code.s3ObjectVersion', 1024)],
    ],
    [
      'an encryption key',
      { Code: { ZipFile: zip, SourceKMSKeyArn: 'k' } },
      [matching('k', 'code.sourceKMSKeyArn', key)],
    ],
    [
      'levels of logs',
      { LoggingConfig: { ApplicationLogLevel: 'X', SystemLogLevel: 'ERROR' } },
      [
        oneOf(
          'X',
          'loggingConfig.applicationLogLevel',
          ...['FATAL', 'TRACE', 'WARN', 'ERROR', 'INFO', 'DEBUG'],
        ),
        oneOf('ERROR', 'loggingConfig.systemLogLevel', 'WARN', 'INFO', 'DEBUG'),
      ],
    ],
    [
      'ids that are none of subnets and security groups',
      { VpcConfig: { SubnetIds: ['subnet-1', 'net-1'], SecurityGroupIds: ['sg-1', 'group'] } },
      [
        ids('subnet-1, net-1', 'vpcConfig.subnetIds', '^subnet-[0-9a-z]*$'),
        ids('sg-1, group', 'vpcConfig.securityGroupIds', '^sg-[0-9a-zA-Z]*$'),
      ],
    ],
  ])('is refused for %s', async (_what, input, problems) => {
    expect(await refusal(control.create('g', input))).toBe(violates(...problems));
  });

  it('is refused for its name and its settings together, before anything is looked up', async () => {
    expect(await refusal(control.create('g!', { Role: 'r1' }))).toBe(
      violates(matching('r1', 'role', roleArn), matching('g!', 'functionName', name)),
    );
    const elsewhere = 'arn:aws:lambda:us-west-2:123456789012:function:f';
    expect(await refusal(control.create(elsewhere, { Role: 'r1' }))).toBe(
      violates(matching('r1', 'role', roleArn)),
    );
  });

  it('is refused for an unknown code signing configuration', async () => {
    expect(await refusal(control.create('g', { CodeSigningConfigArn: 'csc' }))).toMatch(
      /^ValidationException: 1 validation error detected: Value 'csc' at 'codeSigningConfigArn' failed to satisfy constraint: Member must satisfy regular expression pattern: arn:/,
    );
  });

  it('is refused for SnapStart when its runtime does not support it', async () => {
    const SnapStart = { ApplyOn: 'PublishedVersions' };
    const refused =
      'InvalidParameterValueException: python3.11 is not supported for SnapStart enabled functions.';
    expect(await refusal(control.create('g', { SnapStart, Runtime: 'python3.11' }))).toBe(refused);
    await control.create('snap', { SnapStart, Runtime: 'java21' });
    const update = { FunctionName: 'snap', Runtime: 'python3.11' } as const;
    expect(await refusal(control.call('UpdateFunctionConfiguration', update))).toBe(refused);
    expect(await refusal(control.create('g', { SnapStart: { ApplyOn: 'X' } }))).toBe(
      violates(oneOf('X', 'snapStart.applyOn', 'PublishedVersions', 'None')),
    );
  });

  it('is on instances of a capacity provider from its creation, or never', async () => {
    const capacityProviderArn = 'arn:aws:lambda:eu-central-1:123456789012:capacity-provider:one';
    const CapacityProviderConfig = {
      LambdaManagedInstancesCapacityProviderConfig: { CapacityProviderArn: capacityProviderArn },
    };
    const update = { FunctionName: 'f', CapacityProviderConfig };
    expect(await refusal(control.call('UpdateFunctionConfiguration', update))).toBe(
      "InvalidParameterValueException: CapacityProviderConfig isn't supported for Lambda Default functions.",
    );
    const made = await control.create('on-instances', { CapacityProviderConfig });
    expect(made.CapacityProviderConfig).toEqual(CapacityProviderConfig);
    const Description = 'there from the start';
    const again = { FunctionName: 'on-instances', CapacityProviderConfig, Description };
    expect(await control.call('UpdateFunctionConfiguration', again)).toMatchObject({ Description });
  });
});

describe('a violation of the model', () => {
  it.each<[string, object, string[]]>([
    ['PublishVersion', { PublishTo: 'X' }, [oneOf('X', 'publishTo', 'LATEST_PUBLISHED')]],
    ['UpdateFunctionCode', { PublishTo: 'X' }, [oneOf('X', 'publishTo', 'LATEST_PUBLISHED')]],
    ['UpdateFunctionCode', { S3Bucket: 'bb', S3Key: 'k' }, [shortest('bb', 's3Bucket', 3)]],
    ['UpdateFunctionCode', { SourceKMSKeyArn: 'k' }, [matching('k', 'sourceKMSKeyArn', key)]],
    [
      'CreateAlias',
      { FunctionName: 'f!', Name: '1', FunctionVersion: '1' },
      [matching('1', 'name', '(?!^[0-9]+$)([a-zA-Z0-9-_]+)'), matching('f!', 'functionName', name)],
    ],
    [
      'AddPermission',
      { StatementId: 's', Action: 'lambda:InvokeFunction', Principal: '*', SourceAccount: '1'.repeat(13) },
      [longest('1'.repeat(13), 'sourceAccount', 12), matching('1'.repeat(13), 'sourceAccount', '\\d{12}')],
    ],
    [
      'RemovePermission',
      { StatementId: 's!', Qualifier: 'q!' },
      [
        matching('s!', 'statementId', '([a-zA-Z0-9-_.]+)'),
        matching('q!', 'qualifier', '\\$(LATEST(\\.PUBLISHED)?)|[a-zA-Z0-9-_$]+'),
      ],
    ],
    [
      'RemoveLayerVersionPermission',
      { LayerName: 'l', VersionNumber: 1, StatementId: 's!' },
      [matching('s!', 'statementId', '([a-zA-Z0-9-_]+)')],
    ],
    [
      'PublishLayerVersion',
      { LayerName: 'l', Content: { S3Bucket: 'b!b', S3Key: 'k' } },
      [matching('b!b', 'content.s3Bucket', bucket)],
    ],
    [
      'PutFunctionEventInvokeConfig',
      { MaximumRetryAttempts: 3, Qualifier: '?' },
      [
        must('3', 'maximumRetryAttempts', 'have value less than or equal to 2'),
        matching('?', 'qualifier', '\\$(LATEST(\\.PUBLISHED)?)|[a-zA-Z0-9-_$]+'),
      ],
    ],
    [
      'CreateFunctionUrlConfig',
      { AuthType: 'X', Qualifier: '1' },
      [oneOf('X', 'authType', 'AWS_IAM', 'NONE'), matching('1', 'qualifier', '((?!^\\d+$)^[0-9a-zA-Z-_]+$)')],
    ],
  ])('by %s with %j is refused', async (operation, input, problems) => {
    const call = control.call as unknown as (operation: string, input: object) => Promise<unknown>;
    expect(await refusal(call(operation, { FunctionName: 'f', ...input }))).toBe(violates(...problems));
  });

  const word = '[a-zA-Z0-9-\\/*:_+=.@-]*';
  it.each<[object, string[]]>([
    [{ KMSKeyArn: 'k' }, [matching('k', 'kMSKeyArn', key)]],
    [
      { LoggingConfig: { SystemLogLevel: 'X' } },
      [oneOf('X', 'loggingConfig.systemLogLevel', 'WARN', 'INFO', 'DEBUG')],
    ],
    [
      { ProvisionedPollerConfig: { PollerGroupName: 'g!' } },
      [matching('g!', 'provisionedPollerConfig.pollerGroupName', '[a-zA-Z0-9-_]*')],
    ],
    [
      { MetricsConfig: { Metrics: ['X'] } },
      [
        must(
          '[X]',
          'metricsConfig.metrics',
          'satisfy constraint: [Member must satisfy enum value set: [ErrorCount, EventCount, KafkaMetrics], Member must not be null]',
        ),
      ],
    ],
    [
      { AmazonManagedKafkaEventSourceConfig: { ConsumerGroupId: '' } },
      [shortest('', 'amazonManagedKafkaEventSourceConfig.consumerGroupId', 1)],
    ],
    [
      {
        SelfManagedKafkaEventSourceConfig: {
          ConsumerGroupId: 'a b',
          SchemaRegistryConfig: { EventRecordFormat: 'X' },
        },
      },
      [
        matching('a b', 'selfManagedKafkaEventSourceConfig.consumerGroupId', word),
        oneOf(
          'X',
          'selfManagedKafkaEventSourceConfig.schemaRegistryConfig.eventRecordFormat',
          ...['JSON', 'SOURCE'],
        ),
      ],
    ],
    [
      { DocumentDBEventSourceConfig: { DatabaseName: 'a b', FullDocument: 'X' } },
      [
        matching('a b', 'documentDBEventSourceConfig.databaseName', '[^ /\\.$\\x22]*'),
        oneOf('X', 'documentDBEventSourceConfig.fullDocument', 'Default', 'UpdateLookup'),
      ],
    ],
    [
      { DestinationConfig: { OnFailure: { Destination: 'kafka://'.padEnd(351, 'a') } } },
      [
        matching(
          'kafka://'.padEnd(351, 'a'),
          'destinationConfig.onFailure.destination',
          '$|kafka://([^.]([a-zA-Z0-9\\-_.]{0,248}))|arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9\\-])+:((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1})?:(\\d{12})?:(.*)',
        ),
        longest('kafka://'.padEnd(351, 'a'), 'destinationConfig.onFailure.destination', 350),
      ],
    ],
  ])('by an event source mapping with %j is refused', async (wishes, problems) => {
    const EventSourceArn = 'arn:aws:sqs:eu-central-1:123456789012:q';
    const create = control.call('CreateEventSourceMapping', { FunctionName: 'f', EventSourceArn, ...wishes });
    expect(await refusal(create)).toBe(violates(...problems));
  });
});
