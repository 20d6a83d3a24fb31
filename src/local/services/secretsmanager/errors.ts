// The errors of Secrets Manager, in AWS's words.
import {
  InvalidNextTokenException,
  InvalidParameterException,
  InvalidRequestException,
  ResourceExistsException,
  ResourceNotFoundException,
} from '@aws-sdk/client-secrets-manager';

const $metadata = {};

export const notFound = (message = "Secrets Manager can't find the specified secret.") =>
  new ResourceNotFoundException({ message, $metadata });

export const noValue = (of: string) =>
  notFound(`Secrets Manager can't find the specified secret value for ${of}`);

export const invalid = (message: string) => new InvalidParameterException({ message, $metadata });

export const invalidRequest = (message: string) => new InvalidRequestException({ message, $metadata });

export const exists = (message: string) => new ResourceExistsException({ message, $metadata });

export const invalidToken = () =>
  new InvalidNextTokenException({ message: 'Invalid token was provided.', $metadata });
