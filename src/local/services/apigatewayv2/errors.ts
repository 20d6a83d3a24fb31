// The errors of API Gateway V2, in AWS's words.
import {
  BadRequestException,
  ConflictException,
  NotFoundException,
  TooManyRequestsException,
} from '@aws-sdk/client-apigatewayv2';
import { ServiceError } from '../../service-error.ts';

const $metadata = {};

export const bad = (message: string) => new BadRequestException({ message, Message: message, $metadata });

export const notFound = (message: string) => new NotFoundException({ message, Message: message, $metadata });

export const conflict = (message: string) => new ConflictException({ message, Message: message, $metadata });

export const tooMany = () =>
  new TooManyRequestsException({ message: 'Too Many Requests', Message: 'Too Many Requests', $metadata });

/** For features of AWS that this service does not have. */
export const unsupported = (what: string) =>
  new ServiceError(
    'UnsupportedOperationException',
    `apigatewayv2: ${what} are not supported locally (slsctl local)`,
    501,
  );
