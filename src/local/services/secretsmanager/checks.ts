// The rules for names, lengths and patterns of the Secrets Manager API model.
import { ServiceError } from '../../service-error.ts';
import { Violations } from '../lambda/violations.ts';
import { invalid, invalidRequest } from './errors.ts';

const name = /^[a-zA-Z0-9/_+=.@!-]+$/;

const badName = () =>
  new ServiceError(
    'ValidationException',
    'Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!',
  );

/** @throws ServiceError when no secret may have this name */
export function checkName(text: string): void {
  new Violations().length(text, 'name', 512, 1).refuse();
  if (!name.test(text)) throw badName();
}

export function checkSecretId(text: string): void {
  new Violations().length(text, 'secretId', 2048, 1).refuse();
  if (!text.startsWith('arn:') && !name.test(text)) throw badName();
}

interface Value {
  readonly ClientRequestToken?: string | undefined;
  readonly SecretString?: string | undefined;
  readonly SecretBinary?: Uint8Array | undefined;
  readonly Description?: string | undefined;
}

/** @throws when the request has no token, or both a string and a binary value */
export function checkValue({ ClientRequestToken, SecretString, SecretBinary, Description }: Value): void {
  new Violations()
    .length(ClientRequestToken, 'clientRequestToken', 64, 32)
    .length(Description, 'description', 2048)
    .length(SecretBinary, 'secretBinary', 65_536, 1)
    .length(SecretString, 'secretString', 65_536, 1)
    .refuse();
  if (ClientRequestToken === undefined) {
    throw invalidRequest('You must provide a ClientRequestToken value. We recommend a UUID-type value.');
  }
  if (SecretString !== undefined && SecretBinary !== undefined) {
    throw invalid(
      "You can't specify both a binary secret value and a string secret value in the same secret.",
    );
  }
}

/** @throws InvalidParameterException, InvalidRequestException */
export function checkTags(tags: Readonly<Record<string, string>>): void {
  if (Object.keys(tags).length > 50) {
    throw invalid('The number of tags attached to the secret exceeds the limit of 50.');
  }
  if (Object.keys(tags).some((key) => key.toLowerCase().startsWith('aws:'))) {
    throw invalid('aws: prefixed tag key names are not allowed for external use.');
  }
}
