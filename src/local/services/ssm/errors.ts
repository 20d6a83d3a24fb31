// The errors of Parameter Store, in AWS's words.
import {
  InvalidNextToken,
  InvalidResourceId,
  ParameterNotFound,
  ParameterVersionNotFound,
} from '@aws-sdk/client-ssm';
import { ServiceError } from '../../service-error.ts';

const $metadata = {};

/** AWS answers only the code, without a text. */
export const notFound = (message = '') => new ParameterNotFound({ message, $metadata });

export const versionNotFound = (selector: string | number, name: string) =>
  new ParameterVersionNotFound({
    message: `Systems Manager could not find version ${selector} of ${name}. Verify the version and try again.`,
    $metadata,
  });

export const invalid = (message: string) => new ServiceError('ValidationException', message);

export const invalidResource = () =>
  new InvalidResourceId({
    message: 'The resource ID is not valid. Verify that you entered the correct ID and try again.',
    $metadata,
  });

export const invalidToken = () =>
  new InvalidNextToken({ message: 'The specified token is not valid.', $metadata });
