// Lambda's own refusals, in its own words.
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

/** Of requests and packages; Lambda's model has no class for it. */
export const entityTooLarge = (message: string) =>
  new ServiceError('RequestEntityTooLargeException', message, 413);

/** For what belongs to another account Lambda answers no text at all. */
export function accessDenied(message?: string): ServiceError {
  const fault = new ServiceError('AccessDeniedException', message ?? '', 403);
  if (message === undefined) Object.defineProperty(fault, 'message', { value: null });
  return fault;
}

export const tooLarge = (message: string) =>
  new RequestTooLargeException({ message, Type: 'User', $metadata });

/** A model violation: what was given where, and what must hold. */
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
