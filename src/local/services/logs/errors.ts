// The errors of CloudWatch Logs, in AWS's words.
import {
  InvalidParameterException,
  LimitExceededException,
  ResourceAlreadyExistsException,
  ResourceNotFoundException,
  ValidationException,
} from '@aws-sdk/client-cloudwatch-logs';
import { ServiceError } from '../../service-error.ts';

/** For a number with a fraction where the model requires an integer. */
export function unreadable(value: number, member: string): ServiceError {
  return new ServiceError(
    'SerializationException',
    `Value '${value}' at '${member}' can not be converted to a whole number`,
  );
}

type Noun = 'log group' | 'log stream' | 'subscription filter' | 'metric filter';

export function notFound(noun: Noun): ResourceNotFoundException {
  return new ResourceNotFoundException({ message: `The specified ${noun} does not exist.`, $metadata: {} });
}

export function alreadyExists(noun: Noun): ResourceAlreadyExistsException {
  return new ResourceAlreadyExistsException({
    message: `The specified ${noun} already exists`,
    $metadata: {},
  });
}

export function invalid(message: string): InvalidParameterException {
  return new InvalidParameterException({ message, $metadata: {} });
}

/** For requests with members that cannot be combined. */
export function invalidRequest(message: string): ValidationException {
  return new ValidationException({ message, $metadata: {} });
}

export function overLimit(): LimitExceededException {
  return new LimitExceededException({ message: 'Resource limit exceeded.', $metadata: {} });
}

export function invalidToken(): InvalidParameterException {
  return invalid('The specified nextToken is invalid.');
}

/** For a value that violates a rule of the API model: `Member must have length less than or equal to 512`. */
export function unsatisfied(value: unknown, member: string, constraint: string): InvalidParameterException {
  return invalid(
    `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: ${constraint}`,
  );
}
