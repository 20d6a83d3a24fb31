// The errors of DynamoDB and of DynamoDB Streams, in AWS's words.
import {
  ConditionalCheckFailedException,
  IdempotentParameterMismatchException,
  LimitExceededException,
  ResourceInUseException,
  ResourceNotFoundException,
} from '@aws-sdk/client-dynamodb';
import { ServiceError } from '../../service-error.ts';

const $metadata = {};

export const validation = (message: string) => new ServiceError('ValidationException', message);

/** For parameters that do not go together, and for values that break a rule of the data model. */
export const invalid = (message: string) =>
  validation(`One or more parameter values were invalid: ${message}`);

export const noTable = (name?: string) =>
  new ResourceNotFoundException({
    message: `Requested resource not found${name === undefined ? '' : `: Table: ${name} not found`}`,
    $metadata,
  });

export const noResource = (arn: string) =>
  new ResourceNotFoundException({
    message: `Requested resource not found: ResourcArn: ${arn} not found`,
    $metadata,
  });

export const noStream = (arn: string) =>
  new ResourceNotFoundException({
    message: `Requested resource not found: Stream: ${arn} not found`,
    $metadata,
  });

export const inUse = (message: string) => new ResourceInUseException({ message, $metadata });

export const overLimit = (message: string) => new LimitExceededException({ message, $metadata });

/**
 * `item` is shown when the request asks for it with ReturnValuesOnConditionCheckFailure. AWS writes `Message` beside it,
 * and `message` otherwise.
 */
export function conditionFailed(item?: object): Error {
  const message = 'The conditional request failed';
  if (!item) return new ConditionalCheckFailedException({ message, $metadata });
  const Item = item as ConditionalCheckFailedException['Item'];
  const error = new ConditionalCheckFailedException({ message, Item, $metadata });
  return Object.assign(error, { Message: message });
}

export const tokenReused = () =>
  new IdempotentParameterMismatchException({
    message: 'The request uses the same client token as a previous, but non-identical request.',
    $metadata,
  });

export const keyMismatch = () => validation('The provided key element does not match the schema');
