// What Lambda refuses in the settings of a function, before anything is made.
import {
  ApplicationLogLevel,
  type CreateFunctionRequest,
  type FunctionCode,
  PackageType,
  Runtime,
  SystemLogLevel,
} from '@aws-sdk/client-lambda';
import type { ServiceHost } from '../../service.ts';
import { entityTooLarge, invalid, tooLarge } from './faults.ts';
import type { Settings } from './state.ts';
import { Violations } from './violations.ts';

const deprecated =
  /^(nodejs|nodejs4.*|nodejs6\.10|nodejs8\.10|nodejs1[024]\.x|python2\.7|python3\.[67]|ruby2\.[57]|dotnetcore.*|go1\.x|java8|provided)$/;
const roleForm = 'arn:(aws[a-zA-Z-]*)?:iam::\\d{12}:role/?[a-zA-Z_0-9+=,.@\\-_/]+';
const arnForm = '(arn:(aws[a-zA-Z-]*)?:[a-z0-9-.]+:.*)|()';
const fileSystemForm =
  'arn:aws[a-zA-Z-]*:elasticfilesystem:[a-z]{2}((-gov)|(-iso(b?)))?-[a-z]+-\\d{1}:\\d{12}:access-point/fsap-[a-f0-9]{17}';
const layerForm =
  '(arn:[a-zA-Z0-9-]+:lambda:(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:\\d{12}:layer:[a-zA-Z0-9-_]+:[0-9]+)|(arn:[a-zA-Z0-9-]+:lambda:::awslayer:[a-zA-Z0-9-_]+)';
const reserved = new Set([
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
/** Bytes of a request that brings code. */
const largestRequest = 70_167_211;
/** Bytes of an event. */
const largestPayload = 6_291_456;
/** Bytes of the environment as JSON. */
const largestEnvironment = 4096;

/** Settings as requests bring them. */
type Given = Partial<Settings> & Pick<CreateFunctionRequest, 'Layers'>;

/** @throws what Lambda answers when one of the given settings cannot be. */
export function checkSettings(given: Given): void {
  checkModel(given);
  if (given.Runtime !== undefined) checkRuntime(given.Runtime);
  checkEnvironment(given.Environment?.Variables ?? {});
}

function checkModel(given: Given): void {
  const { LoggingConfig = {}, VpcConfig = {}, FileSystemConfigs = [] } = given;
  const violations = new Violations()
    .pattern(given.Role, 'role', roleForm)
    .length(given.Handler, 'handler', 128)
    .pattern(given.Handler, 'handler', '[^\\s]+')
    .length(given.Description, 'description', 256)
    .range(given.Timeout, 'timeout', 1, 900)
    .range(given.MemorySize, 'memorySize', 128, 10_240)
    .length(VpcConfig.SubnetIds, 'vpcConfig.subnetIds', 16)
    .length(VpcConfig.SecurityGroupIds, 'vpcConfig.securityGroupIds', 5)
    .oneOf(given.PackageType, 'packageType', Object.values(PackageType))
    .pattern(given.DeadLetterConfig?.TargetArn, 'deadLetterConfig.targetArn', arnForm)
    .pattern(given.KMSKeyArn, 'kMSKeyArn', arnForm)
    .oneOf(given.TracingConfig?.Mode, 'tracingConfig.mode', ['Active', 'PassThrough'])
    .length(FileSystemConfigs, 'fileSystemConfigs', 1)
    .length(given.Architectures, 'architectures', 1, 1)
    .eachOneOf(given.Architectures, 'architectures', ['x86_64', 'arm64'])
    .range(given.EphemeralStorage?.Size, 'ephemeralStorage.size', 512, 10_240)
    .oneOf(given.SnapStart?.ApplyOn, 'snapStart.applyOn', ['PublishedVersions', 'None'])
    .oneOf(LoggingConfig.LogFormat, 'loggingConfig.logFormat', ['JSON', 'Text'])
    .oneOf(
      LoggingConfig.ApplicationLogLevel,
      'loggingConfig.applicationLogLevel',
      Object.values(ApplicationLogLevel),
    )
    .oneOf(LoggingConfig.SystemLogLevel, 'loggingConfig.systemLogLevel', Object.values(SystemLogLevel))
    .length(LoggingConfig.LogGroup, 'loggingConfig.logGroup', 512, 1)
    .pattern(LoggingConfig.LogGroup, 'loggingConfig.logGroup', '[\\.\\-_/#A-Za-z0-9]+');
  FileSystemConfigs.forEach(({ Arn, LocalMountPath }, index) => {
    const place = `fileSystemConfigs.${index + 1}.member`;
    violations
      .pattern(Arn, `${place}.arn`, fileSystemForm)
      .pattern(LocalMountPath, `${place}.localMountPath`, '/mnt/[a-zA-Z0-9-_.]+');
  });
  const variables = Object.keys(given.Environment?.Variables ?? {});
  if (variables.some((name) => !/^[a-zA-Z]([a-zA-Z0-9_])+$/.test(name) && !reserved.has(name))) {
    violations.add(
      given.Environment?.Variables,
      'environment.variables',
      'Map keys must satisfy constraint: [Member must satisfy regular expression pattern: [a-zA-Z]([a-zA-Z0-9_])+, Member must not be null]',
    );
  }
  if (given.Layers?.some((arn) => arn.length > 140 || !new RegExp(`^(?:${layerForm})$`).test(arn))) {
    violations.add(
      given.Layers,
      'layers',
      `Member must satisfy constraint: [Member must have length less than or equal to 140, Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: ${layerForm}, Member must not be null]`,
    );
  }
  violations.refuse();
}

/** Every runtime that Lambda has ever had. */
export const runtimes: readonly string[] = Object.values(Runtime);
const namedFirst = ['nodejs20.x', 'python3.14'];
/** Those that functions can be made with, in an order like Lambda's. */
export const creatable: readonly string[] = [
  ...namedFirst,
  ...runtimes.filter((one) => !deprecated.test(one) && !namedFirst.includes(one)).reverse(),
];

function checkRuntime(runtime: string): void {
  if (!runtimes.includes(runtime)) {
    throw invalid(
      `Value ${runtime} at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: [${creatable.join(', ')}] or be a valid ARN`,
    );
  }
  if (deprecated.test(runtime)) {
    throw invalid(
      `The runtime parameter of ${runtime} is no longer supported for creating or updating AWS Lambda functions. We recommend you use a supported runtime while creating or updating functions.`,
    );
  }
}

function checkEnvironment(variables: Record<string, string>): void {
  const taken = Object.keys(variables).filter((key) => reserved.has(key));
  const cannot =
    'Lambda was unable to configure your environment variables because the environment variables';
  if (taken.length > 0) {
    throw invalid(
      `${cannot} you have provided contains reserved keys that are currently not supported for modification. Reserved keys used in this request: ${taken.join(', ')}`,
    );
  }
  const text = JSON.stringify(variables);
  if (Buffer.byteLength(text) > largestEnvironment) {
    throw invalid(`${cannot} you have provided exceeded the 4KB limit. String measured: ${text}`);
  }
}

/** What a function with a zip needs, and one with an image must not have. */
export function checkPackage(
  { PackageType: type = 'Zip', Runtime: runtime, Handler }: Settings,
  code: FunctionCode | undefined,
): void {
  if (type === 'Image') {
    if (code?.ZipFile || code?.S3Bucket) {
      throw invalid('Please provide ImageUri when creating a function with packageType Image.');
    }
    return;
  }
  if (code?.ImageUri !== undefined) {
    throw invalid("Please don't provide ImageUri when creating a function with packageType Zip.");
  }
  if (!runtime || !Handler) {
    throw invalid(
      'Runtime and Handler are mandatory parameters for functions created with deployment packages.',
    );
  }
}

/** As it came over the wire: the zip in base64, and a little around it. */
export function checkRequestSize(operation: string, zip: Uint8Array | undefined): void {
  if (Math.ceil((zip?.length ?? 0) / 3) * 4 < largestRequest) return;
  throw requestTooLarge(operation);
}

export function requestTooLarge(operation: string): Error {
  const text = (bytes: number, name: string) =>
    `Request must be smaller than ${bytes} bytes for the ${name} operation`;
  return operation.startsWith('Invoke')
    ? tooLarge(text(largestPayload, 'InvokeFunction'))
    : entityTooLarge(text(largestRequest, operation));
}

export function checkRole(host: ServiceHost, role: string | undefined): void {
  if (role === undefined || host.roles.assumable(role, 'lambda.amazonaws.com')) return;
  throw invalid('The role defined for the function cannot be assumed by Lambda.');
}

export function checkTags(tags: Record<string, string>): void {
  if (Object.keys(tags).length > 50) throw invalid('Number of tags exceeds resource tag limit.');
}
