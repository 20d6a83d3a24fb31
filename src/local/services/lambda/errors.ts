// The errors of Lambda, in AWS's words.
import {
  InvalidParameterValueException,
  PreconditionFailedException,
  RequestTooLargeException,
  ResourceConflictException,
  ResourceNotFoundException,
  TooManyRequestsException,
} from '@aws-sdk/client-lambda';
import { ServiceError } from '../../service-error.ts';

const $metadata = {};

export const invalid = (message: string) =>
  new InvalidParameterValueException({ message, Type: 'User', $metadata });

export const notFound = (message: string) =>
  new ResourceNotFoundException({ message, Message: message, Type: 'User', $metadata });

export const conflict = (message: string) =>
  new ResourceConflictException({ message, Type: 'User', $metadata });

export const preconditionFailed = (call = 'GetFunction/GetAlias') =>
  new PreconditionFailedException({
    message: `The Revision Id provided does not match the latest Revision Id. Call the ${call} API to retrieve the latest Revision Id`,
    Type: 'User',
    $metadata,
  });

export const tooMany = (message: string, Reason: TooManyRequestsException['Reason']) =>
  new TooManyRequestsException({ message, Reason, Type: 'User', $metadata });

/** For requests and packages; Lambda's model has no class for this error. */
export const entityTooLarge = (message: string) =>
  new ServiceError('RequestEntityTooLargeException', message, 413);

/** For resources of another account Lambda answers without a text. */
export function accessDenied(message?: string): ServiceError {
  const fault = new ServiceError('AccessDeniedException', message ?? '', 403);
  if (message === undefined) Object.defineProperty(fault, 'message', { value: null });
  return fault;
}

export const tooLarge = (message: string) =>
  new RequestTooLargeException({ message, Type: 'User', $metadata });

/** A violation of the model: the value, its place, and the violated rule. */
export const violation = (value: unknown, place: string, constraint: string) =>
  violations([violated(value, place, constraint)]);

export const violations = (problems: readonly string[]) =>
  `${problems.length} validation error${problems.length === 1 ? '' : 's'} detected: ${problems.join('; ')}`;

export const violated = (value: unknown, place: string, constraint: string) =>
  `Value ${value === undefined || value === null ? 'null' : `'${shown(value)}'`} at '${place}' failed to satisfy constraint: ${constraint}`;

export const validation = (message: string) => new ServiceError('ValidationException', message);

function shown(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(shown).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    return `{${Object.entries(value)
      .map(([key, item]) => `${key}=${shown(item)}`)
      .join(', ')}}`;
  }
  return String(value);
}
