// The rules of Lambda's model for settings and code of functions. Violations are refused before anything else.

import type {
  CreateFunctionRequest,
  FunctionCode,
  FunctionVersionLatestPublished,
} from '@aws-sdk/client-lambda';
import { keyArnPattern, layerVersionPattern } from '../patterns.ts';
import type { Settings } from '../records.ts';
import { Violations } from '../violations.ts';

const roleForm = 'arn:(aws[a-zA-Z-]*)?:iam::\\d{12}:role/?[a-zA-Z_0-9+=,.@\\-_/]+';
const fileSystemForm =
  'arn:aws[a-zA-Z-]*:elasticfilesystem:[a-z]{2}((-gov)|(-iso(b?)))?-[a-z]+-\\d{1}:\\d{12}:access-point/fsap-[a-f0-9]{17}$|^arn:aws[-a-z]*:s3files:[0-9a-z-:]+:file-system/fs-[0-9a-f]{17,40}/access-point/fsap-[0-9a-f]{17,40}';
const applicationLevels = ['FATAL', 'TRACE', 'WARN', 'ERROR', 'INFO', 'DEBUG'];
/** Variables that only Lambda itself may set. */
export const reservedVariables = new Set([
  '_HANDLER',
  '_X_AMZN_TRACE_ID',
  'AWS_DEFAULT_REGION',
  'AWS_REGION',
  'AWS_EXECUTION_ENV',
  'AWS_LAMBDA_FUNCTION_NAME',
  'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
  'AWS_LAMBDA_FUNCTION_VERSION',
  'AWS_LAMBDA_INITIALIZATION_TYPE',
  'AWS_LAMBDA_LOG_GROUP_NAME',
  'AWS_LAMBDA_LOG_STREAM_NAME',
  'AWS_ACCESS_KEY',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_LAMBDA_RUNTIME_API',
  'LAMBDA_TASK_ROOT',
  'LAMBDA_RUNTIME_DIR',
]);

/** Settings as requests contain them. */
type Given = Partial<Settings> & Pick<CreateFunctionRequest, 'Layers'>;

/** The rules for each id in a list. */
const idsOf = (pattern: string): [holds: (id: string) => boolean, demands: string[]] => [
  (id) => id.length <= 1024 && new RegExp(pattern).test(id),
  [
    'Member must have length less than or equal to 1024',
    'Member must have length greater than or equal to 0',
    `Member must satisfy regular expression pattern: ${pattern}`,
  ],
];

/** Adds the violations of a function's settings to the others of the request. */
export function settingsViolations(given: Given, violations = new Violations()): Violations {
  const { LoggingConfig = {}, VpcConfig = {}, FileSystemConfigs = [] } = given;
  violations
    .pattern(given.Role, 'role', roleForm)
    .length(given.Handler, 'handler', 128)
    .pattern(given.Handler, 'handler', '[^\\s]+')
    .length(given.Description, 'description', 256)
    .range(given.Timeout, 'timeout', 1, 900)
    .range(given.MemorySize, 'memorySize', 128, 10_240)
    .length(VpcConfig.SubnetIds, 'vpcConfig.subnetIds', 16)
    .each(VpcConfig.SubnetIds, 'vpcConfig.subnetIds', ...idsOf('^subnet-[0-9a-z]*$'))
    .length(VpcConfig.SecurityGroupIds, 'vpcConfig.securityGroupIds', 5)
    .each(VpcConfig.SecurityGroupIds, 'vpcConfig.securityGroupIds', ...idsOf('^sg-[0-9a-zA-Z]*$'))
    .oneOf(given.PackageType, 'packageType', ['Zip', 'Image'])
    .pattern(given.DeadLetterConfig?.TargetArn, 'deadLetterConfig.targetArn', keyArnPattern)
    .pattern(given.KMSKeyArn, 'kMSKeyArn', keyArnPattern)
    .oneOf(given.TracingConfig?.Mode, 'tracingConfig.mode', ['Active', 'PassThrough'])
    .length(FileSystemConfigs, 'fileSystemConfigs', 1)
    .length(given.Architectures, 'architectures', 1, 1)
    .eachOneOf(given.Architectures, 'architectures', ['x86_64', 'arm64'])
    .range(given.EphemeralStorage?.Size, 'ephemeralStorage.size', 512, 10_240)
    .oneOf(given.TenancyConfig?.TenantIsolationMode, 'tenancyConfig.tenantIsolationMode', ['PER_TENANT'])
    .oneOf(given.SnapStart?.ApplyOn, 'snapStart.applyOn', ['PublishedVersions', 'None'])
    .oneOf(LoggingConfig.LogFormat, 'loggingConfig.logFormat', ['JSON', 'Text'])
    .oneOf(LoggingConfig.ApplicationLogLevel, 'loggingConfig.applicationLogLevel', applicationLevels)
    .oneOf(LoggingConfig.SystemLogLevel, 'loggingConfig.systemLogLevel', ['WARN', 'INFO', 'DEBUG'])
    .length(LoggingConfig.LogGroup, 'loggingConfig.logGroup', 512, 1)
    .pattern(LoggingConfig.LogGroup, 'loggingConfig.logGroup', '[\\.\\-_/#A-Za-z0-9]+');
  FileSystemConfigs.forEach(({ Arn, LocalMountPath }, index) => {
    const place = `fileSystemConfigs.${index + 1}.member`;
    violations
      .pattern(Arn, `${place}.arn`, fileSystemForm)
      .pattern(LocalMountPath, `${place}.localMountPath`, '/mnt/[a-zA-Z0-9-_.]+');
  });
  const variables = Object.keys(given.Environment?.Variables ?? {});
  if (variables.some((name) => !/^[a-zA-Z]([a-zA-Z0-9_])+$/.test(name) && !reservedVariables.has(name))) {
    violations.add(
      given.Environment?.Variables,
      'environment.variables',
      'Map keys must satisfy constraint: [Member must satisfy regular expression pattern: [a-zA-Z]([a-zA-Z0-9_])+, Member must not be null]',
    );
  }
  if (
    given.Layers?.some((arn) => arn.length > 2048 || !new RegExp(`^(?:${layerVersionPattern})$`).test(arn))
  ) {
    violations.add(
      given.Layers,
      'layers',
      `Member must satisfy constraint: [Member must have length less than or equal to 2048, Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: ${layerVersionPattern}, Member must not be null]`,
    );
  }
  return violations;
}

/** The violations of a code location. `place` is its path in the request, with a dot at the end. */
export function codeViolations(
  code: Pick<FunctionCode, 'S3Bucket' | 'S3Key' | 'S3ObjectVersion' | 'SourceKMSKeyArn'> = {},
  place = '',
  violations = new Violations(),
): Violations {
  return violations
    .length(code.S3Bucket, `${place}s3Bucket`, 63, 3)
    .pattern(code.S3Bucket, `${place}s3Bucket`, '[0-9A-Za-z\\.\\-_]*(?<!\\.)')
    .length(code.S3Key, `${place}s3Key`, 1024, 1)
    .length(code.S3ObjectVersion, `${place}s3ObjectVersion`, 1024, 1)
    .pattern(code.SourceKMSKeyArn, `${place}sourceKMSKeyArn`, keyArnPattern);
}

export function publishViolations(
  to: FunctionVersionLatestPublished | undefined,
  violations: Violations,
): Violations {
  return violations.oneOf(to, 'publishTo', ['LATEST_PUBLISHED']);
}
