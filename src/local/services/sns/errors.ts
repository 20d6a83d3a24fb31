// The errors of SNS, in AWS's words.
import {
  AuthorizationErrorException,
  InvalidParameterException,
  InvalidParameterValueException,
  NotFoundException,
  ResourceNotFoundException,
} from '@aws-sdk/client-sns';

const $metadata = {};

/** `reason` follows `Invalid parameter: `. */
export const invalid = (reason: string) =>
  new InvalidParameterException({ message: `Invalid parameter: ${reason}`, $metadata });

/** A required parameter is missing. */
export const absent = (parameter: string) => invalid(`${parameter} Reason: no value for required parameter`);

export const invalidWords = (message: string) => new InvalidParameterException({ message, $metadata });

export const invalidValue = (message: string) => new InvalidParameterValueException({ message, $metadata });

export const noTopic = () => new NotFoundException({ message: 'Topic does not exist', $metadata });

export const noSubscription = () =>
  new NotFoundException({ message: 'Subscription does not exist', $metadata });

export const noResource = () =>
  new ResourceNotFoundException({ message: 'Resource does not exist', $metadata });

export const notAuthorized = (who: string, action: string, resource: string) =>
  new AuthorizationErrorException({
    message: `User: ${who} is not authorized to perform: SNS:${action} on resource: ${resource} because no resource-based policy allows the SNS:${action} action`,
    $metadata,
  });
