// The checks of a function's settings beyond Lambda's model.

import type { FunctionCode } from '@aws-sdk/client-lambda';
import type { ServiceHost } from '../../../service.ts';
import { entityTooLarge, invalid, tooLarge } from '../errors.ts';
import type { Settings } from '../records.ts';
import { creatable, isDeprecated, runtimes } from './runtime-names.ts';
import { reservedVariables } from './settings-model.ts';

/** The limit of a request with code, in bytes. */
const largestRequest = 70_167_211;
/** The limit of an event, in bytes. */
const largestPayload = 6_291_456;
/** The limit of the environment as JSON, in bytes. */
const largestEnvironment = 4096;

/** @throws Lambda's errors for settings that its model allows but Lambda does not */
export function checkSettings(given: Partial<Settings>): void {
  if (given.Runtime !== undefined) checkRuntime(given.Runtime);
  checkEnvironment(given.Environment?.Variables ?? {});
}

/** @throws InvalidParameterValueException when SnapStart is not available for the function */
export function checkSnapStart({ SnapStart, Runtime: runtime }: Settings): void {
  if (SnapStart?.ApplyOn !== 'PublishedVersions') return;
  if (/^(java(11|17|21|25)|python3\.1[2-9]|dotnet(8|10))/.test(runtime ?? '')) return;
  throw invalid(`${runtime} is not supported for SnapStart enabled functions.`);
}

function checkRuntime(runtime: string): void {
  if (!runtimes.includes(runtime)) {
    throw invalid(
      `Value ${runtime} at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: [${creatable.join(', ')}] or be a valid ARN`,
    );
  }
  if (isDeprecated(runtime)) {
    throw invalid(
      `The runtime parameter of ${runtime} is no longer supported for creating or updating AWS Lambda functions. We recommend you use a supported runtime while creating or updating functions.`,
    );
  }
}

function checkEnvironment(variables: Record<string, string>): void {
  const taken = Object.keys(variables).filter((key) => reservedVariables.has(key));
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

/** Checks the fields that a function with a zip requires and one with an image must not have. */
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

/** The size of the request on the wire: the zip in base64, and some overhead. */
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
  if (role === undefined || host.face('roles').assumable(role, 'lambda.amazonaws.com')) return;
  throw invalid('The role defined for the function cannot be assumed by Lambda.');
}

export function checkTags(tags: Record<string, string>): void {
  if (Object.keys(tags).length > 50) throw invalid('Number of tags exceeds resource tag limit.');
}
