// What Lambda refuses in the settings of a function, before anything is made.
import { Architecture, Runtime } from '@aws-sdk/client-lambda';
import type { ServiceHost } from '../../service.ts';
import { invalid, validation, violated } from './faults.ts';
import type { Settings } from './state.ts';

const deprecated =
  /^(nodejs|nodejs4.*|nodejs6\.10|nodejs8\.10|nodejs1[024]\.x|python2\.7|python3\.[67]|ruby2\.[57]|dotnetcore.*|go1\.x|java8|provided)$/;
const roleForm = 'arn:(aws[a-zA-Z-]*)?:iam::\\d{12}:role/?[a-zA-Z_0-9+=,.@\\-_/]+';
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
/** Bytes of the environment as JSON. */
const largestEnvironment = 4096;

/** @throws what Lambda answers when one of the given settings cannot be. */
export function checkSettings(settings: Partial<Settings>): void {
  checkModel(settings);
  if (settings.Runtime !== undefined) checkRuntime(settings.Runtime);
  checkEnvironment(settings.Environment?.Variables ?? {});
  const layers = settings.Layers ?? [];
  if (layers.length > 5) throw invalid('Cannot reference more than 5 layers.');
}

function checkModel({
  Role,
  MemorySize,
  Timeout,
  EphemeralStorage,
  Architectures,
  Handler,
}: Partial<Settings>): void {
  const problems: string[] = [];
  const range = (value: number | undefined, place: string, least: number, most: number) => {
    if (value === undefined) return;
    if (value < least)
      problems.push(violated(value, place, `Member must have value greater than or equal to ${least}`));
    if (value > most)
      problems.push(violated(value, place, `Member must have value less than or equal to ${most}`));
  };
  range(MemorySize, 'memorySize', 128, 10_240);
  range(Timeout, 'timeout', 1, 900);
  range(EphemeralStorage?.Size, 'ephemeralStorage.size', 512, 10_240);
  if (Role !== undefined && !new RegExp(`^${roleForm}$`).test(Role)) {
    problems.push(violated(Role, 'role', `Member must satisfy regular expression pattern: ${roleForm}`));
  }
  if (Handler !== undefined && !/^\S{1,128}$/.test(Handler)) {
    problems.push(violated(Handler, 'handler', 'Member must satisfy regular expression pattern: [^\\s]+'));
  }
  const known: readonly string[] = Object.values(Architecture);
  if (Architectures?.some((one) => !known.includes(one))) {
    const each = 'Member must satisfy enum value set: [x86_64, arm64], Member must not be null';
    problems.push(violated(Architectures, 'architectures', `Member must satisfy constraint: [${each}]`));
  }
  if (problems.length > 0) {
    const errors = problems.length === 1 ? '1 validation error' : `${problems.length} validation errors`;
    throw validation(`${errors} detected: ${problems.join('; ')}`);
  }
}

function checkRuntime(runtime: string): void {
  const known: readonly string[] = Object.values(Runtime);
  if (!known.includes(runtime)) {
    const creatable = known.filter((one) => !deprecated.test(one));
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

export function checkRole(host: ServiceHost, role: string | undefined): void {
  if (role === undefined || host.roles.assumable(role, 'lambda.amazonaws.com')) return;
  throw invalid('The role defined for the function cannot be assumed by Lambda.');
}

export function checkTags(tags: Record<string, string>): void {
  if (Object.keys(tags).length > 50) throw invalid('Number of tags exceeds resource tag limit.');
}
