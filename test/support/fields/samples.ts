// Facts about fields that the schema does not have: valid values, required neighbours, and values read back.
import { expect } from 'vitest';
import type { Told } from '../live-function.ts';
import type { Samples } from './schema-fields.ts';

/** Resources that must exist before functions can name them. */
export interface There {
  account: string;
  region: string;
  /** ARNs, two of each. */
  roles: string[];
  layers: string[];
  signingConfigs: string[];
}

export function samples({ account, region, roles, layers, signingConfigs }: There): Samples {
  const arn = (service: string, rest: string) => `arn:aws:${service}:${region}:${account}:${rest}`;
  const keys = ['1', '2'].map((end) => arn('kms', `key/00000000-0000-0000-0000-00000000000${end}`));
  const managed = ['AmazonDynamoDBReadOnlyAccess', 'AmazonS3ReadOnlyAccess'];
  const policies = managed.map((name) => `arn:aws:iam::aws:policy/${name}`);
  const runtime = (digit: string) => `arn:aws:lambda:${region}::runtime:${digit.repeat(64)}`;
  const points = ['a', 'b'].map((end) =>
    arn('elasticfilesystem', `access-point/fsap-0123456789abcdef${end}`),
  );
  const image = `${account}.dkr.ecr.${region}.amazonaws.com/greeter`;
  return {
    runtime: ['python3.12', 'python3.13'],
    handler: ['app.handler', 'app.another'],
    architectures: [['arm64'], ['x86_64']],
    'durableConfig.kmsKeyArn': keys,
    'capacityProviderConfig.lambdaManagedInstancesCapacityProviderConfig.capacityProviderArn': [
      arn('lambda', 'capacity-provider:one'),
      arn('lambda', 'capacity-provider:two'),
    ],
    'environment.*': ['TABLE_NAME', 'STAGE'],
    'environment.TABLE_NAME (string)': ['ünïcode "quoted" $x\n\tnext', '  with blanks  '],
    'environment.STAGE (string)': ['dev', 'prod'],
    'environment.TABLE_NAME (number)': [0, -1.5],
    'environment.STAGE (number)': [1, 2],
    layers: [[layers[0]], [...layers].reverse()],
    kmsKeyArn: keys,
    'vpcConfig.subnetIds': [['subnet-0000000a'], ['subnet-0000000b', 'subnet-0000000a']],
    'vpcConfig.securityGroupIds': [['sg-0000000a'], ['sg-0000000b', 'sg-0000000a']],
    'fileSystemConfigs.0.arn': points,
    'fileSystemConfigs.0.localMountPath': ['/mnt/shared', '/mnt/other'],
    loggingConfig: [
      { logFormat: 'JSON', applicationLogLevel: 'DEBUG', systemLogLevel: 'WARN', logGroup: '/shared/one' },
      { logFormat: 'Text', logGroup: '/shared/two' },
    ],
    'loggingConfig.logFormat': ['JSON', 'Text'],
    'loggingConfig.applicationLogLevel': ['WARN', 'DEBUG'],
    'loggingConfig.systemLogLevel': ['WARN', 'DEBUG'],
    'loggingConfig.logGroup': ['/shared/one', '/shared/two'],
    'deadLetterConfig.targetArn': [arn('sqs', 'dead-letters'), arn('sns', 'dead-letters')],
    role: roles,
    policies: [[policies[0]], policies],
    statements: [
      [{ Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::uploads/*' }],
      [{ Sid: 'Tables', Effect: 'Allow', Action: ['dynamodb:GetItem', 'dynamodb:Query'], Resource: '*' }],
    ],
    permissionsBoundary: policies,
    'tags.*': ['team', 'cost center'],
    'tags.team': ['greeters + co', 'söngs = @home'],
    'tags.cost center': ['4711', '4712'],
    'eventInvokeConfig.onSuccess': [arn('sqs', 'done'), arn('sns', 'done')],
    'eventInvokeConfig.onFailure': [arn('sns', 'failures'), arn('sqs', 'failures')],
    permissions: [
      { uploads: { principal: 's3.amazonaws.com', sourceArn: 'arn:aws:s3:::one', sourceAccount: account } },
      { uploads: { principal: account, action: 'lambda:GetFunction' } },
    ],
    'url.authType': ['AWS_IAM', 'NONE'],
    'url.qualifier': ['$LATEST', 'live'],
    'permissions.*': ['uploads'],
    'permissions.uploads': [
      { principal: 'sns.amazonaws.com', action: 'lambda:InvokeFunction' },
      { principal: '*', action: 'lambda:InvokeFunctionUrl', functionUrlAuthType: 'AWS_IAM' },
    ],
    'permissions.uploads.principal': ['s3.amazonaws.com', account],
    'permissions.uploads.action': ['lambda:InvokeFunction', 'lambda:GetFunction'],
    'permissions.uploads.sourceArn': ['arn:aws:s3:::one', 'arn:aws:s3:::two'],
    'permissions.uploads.sourceAccount': ['111111111111', '222222222222'],
    'permissions.uploads.principalOrgID': ['o-0123456789', 'o-9876543210'],
    'permissions.uploads.eventSourceToken': ['one-token', 'another.token'],
    'permissions.uploads.qualifier': ['$LATEST', 'live'],
    aliases: [
      { live: { description: 'for customers' } },
      { live: { version: '1', description: 'for none' } },
    ],
    'aliases.*': ['live'],
    'aliases.live': [{ description: 'newest' }, { version: '1', description: 'oldest' }],
    'aliases.live.version (string)': ['1', '2'],
    'aliases.live.version (number)': [1, 2],
    'aliases.live.routingConfig': [1, 0.25].map((weight) => ({ additionalVersionWeights: { '1': weight } })),
    'aliases.live.routingConfig.additionalVersionWeights.*': ['1'],
    'aliases.live.provisionedConcurrentExecutions': [1, 2],
    codeSigningConfigArn: signingConfigs,
    runtimeManagementConfig: [
      { updateRuntimeOn: 'FunctionUpdate' },
      { updateRuntimeOn: 'Manual', runtimeVersionArn: runtime('a') },
    ],
    'runtimeManagementConfig.updateRuntimeOn': ['FunctionUpdate', 'Auto'],
    'runtimeManagementConfig.runtimeVersionArn': [runtime('a'), runtime('b')],
    'image (string)': [`${image}:one`, `${image}@sha256:${'0'.repeat(64)}`],
    'image.imageUri': [`${image}:one`, `${image}:two`],
    'image.imageConfig.entryPoint': [['/bin/run'], ['/bin/run', '--loud']],
    'image.imageConfig.command': [['app.handler'], ['app.another']],
  };
}

/** The differences of a field from other fields. */
export interface Particular {
  /** What is deployed first, besides the field. */
  before?: Record<string, unknown>[];
  /** Below the function, besides the field. */
  with?: Record<string, unknown>;
  /** The path in the read values, when it differs. */
  at?: (string | number)[];
  /** The value read back, when it differs. */
  told?: (value: unknown) => unknown;
  /** The value read after the field is no longer declared; default: unchanged. */
  dropped?: unknown;
  /** slsctl makes it, and removes it once slsctl.yml does not name it any more; not where the endpoint cannot say what it has. */
  leftBehind?: true;
  /** The value read after only this field is no longer declared; default: unchanged. */
  unnamed?: unknown;
  /** Why it cannot be left out while the rest of its parent stays. */
  together?: string;
  /** Why other fields of its parent change with it. */
  decides?: string;
  /** Why a shorter list removes nothing. */
  grows?: string;
  /** The value read after `null`, when it differs from that of a function without the field. */
  removed?: unknown;
}

/** Two versions are published, and the second is current. */
const published = (live: object = {}): Particular => ({
  before: [256, 512].map((memorySize) => ({ memorySize, aliases: { other: {} } })),
  with: { memorySize: 512, aliases: { other: {}, live } },
  leftBehind: true,
});
const subnets = { subnetIds: ['subnet-0000000a'], securityGroupIds: ['sg-0000000a'] };
const vpc = { with: { vpcConfig: subnets } };
const json = { with: { loggingConfig: { logFormat: 'JSON' } } };
const throughUrl = { permissions: { uploads: { action: 'lambda:InvokeFunctionUrl' } } };
const text = { told: String };
const invoke = 'lambda:InvokeFunction';
const s3Files =
  'arn:aws:s3files:us-east-1:000000000000:file-system/fs-0123456789abcdef0/access-point/fsap-0123456789abcdef0';
/** The ARN of a role that slsctl creates. */
const made = expect.stringMatching(/:role\/slsctl\/fields\/role-us-east-1$/);
const paired = 'subnets and security groups go together';
const anew = 'a statement is what the file says of it, and made anew when that changes';
const statement = { together: anew };

/** Goes with its alias, when slsctl.yml no longer declares both. */
const onAlias: Particular = { with: { aliases: { live: {} } }, leftBehind: true };

/** $LATEST is where there is no alias. */
function aliasOnly(qualifier: unknown): unknown {
  return qualifier === '$LATEST' ? undefined : qualifier;
}

/** The second, and the third once the memory of the second was left out. */
const newest = expect.stringMatching(/^[23]$/);

/** Those that follow the deployments are at the current version. */
function withVersions(aliases: unknown): unknown {
  const entries = Object.entries(aliases as Record<string, object>);
  return Object.fromEntries(entries.map(([name, alias]) => [name, { version: newest, ...alias }]));
}

/** By the name of the field or of its parent; the longest name counts. */
export const particulars: Record<string, Particular> = {
  memorySize: { dropped: 256 },
  timeout: { dropped: 30 },
  logRetentionInDays: { dropped: 14, removed: 'never' },
  ephemeralStorage: { told: (value) => (value as { size?: number }).size ?? value },
  'ephemeralStorage.size': { at: ['ephemeralStorage'] },
  'environment.TABLE_NAME (number)': text,
  'environment.TABLE_NAME (boolean)': text,
  'environment.STAGE (number)': text,
  'environment.STAGE (boolean)': text,
  vpcConfig: { removed: { ipv6AllowedForDualStack: false } },
  'vpcConfig.subnetIds': { ...vpc, together: paired },
  'vpcConfig.securityGroupIds': { ...vpc, together: paired },
  'vpcConfig.ipv6AllowedForDualStack': vpc,
  fileSystemConfigs: vpc,
  'loggingConfig.logFormat': { decides: 'levels are of the format JSON and go with it' },
  'loggingConfig.applicationLogLevel': json,
  'loggingConfig.systemLogLevel': json,
  policies: { grows: 'what is attached and not named is kept until null, or --prune' },
  statements: { dropped: undefined },
  'fileSystemConfigs.0.s3FilesConfig': {
    with: { ...vpc.with, fileSystemConfigs: [{ arn: s3Files, localMountPath: '/mnt/bucket' }] },
  },
  permissions: {
    ...statement,
    told: (value) =>
      Object.fromEntries(
        Object.entries(value as Record<string, object>).map(([id, one]) => [id, { action: invoke, ...one }]),
      ),
  },
  'permissions.uploads': statement,
  'url (whole)': {
    ...onAlias,
    told: (value) => ({ ...(value as object), qualifier: aliasOnly((value as Told).qualifier) }),
  },
  'url.qualifier': { ...onAlias, told: aliasOnly, unnamed: 'live' },
  'permissions.uploads.qualifier': { ...onAlias, ...statement, told: aliasOnly },
  'image (string)': { at: ['image', 'imageUri'] },
  'aliases (whole)': { ...published(), told: withVersions },
  'aliases.live': published(),
  'aliases.live (whole)': { ...published(), told: (value) => ({ version: newest, ...(value as object) }) },
  'aliases.live.version (number)': { ...published(), told: String },
  'aliases.live.version (literal)': { ...published(), unnamed: newest, dropped: newest },
  'aliases.live.routingConfig (whole)': { ...published({ version: '2' }), unnamed: undefined },
  'aliases.live.routingConfig': published({ version: '2' }),
  'aliases.live.provisionedConcurrentExecutions': published({ version: '2' }),
  role: { dropped: made, removed: made },
  'eventInvokeConfig.maximumRetryAttempts': { removed: 2 },
  'eventInvokeConfig.maximumEventAgeInSeconds': { removed: 21_600 },
  'permissions.uploads.functionUrlAuthType': { ...statement, with: throughUrl },
  'permissions.uploads.invokedViaFunctionUrl': { ...statement, told: String },
  'runtimeManagementConfig.runtimeVersionArn': {
    with: { runtimeManagementConfig: { updateRuntimeOn: 'Manual' } },
    together: 'Manual needs a version',
  },
};

const ofThePackage = 'what is in the zip, which test/bundle and the tests of deploy look into';

/** Fields that the live function does not show, and the tests that cover them. */
export const elsewhere: Record<string, string> = {
  code: ofThePackage,
  dependencies: ofThePackage,
  layer: ofThePackage,
  bundle: ofThePackage,
  build: ofThePackage,
  link: 'test/e2e/things',
  triggers: 'test/e2e/triggers, which has their sources',
};
