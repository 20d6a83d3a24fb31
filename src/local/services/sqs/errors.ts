// The errors of SQS, in AWS's words.
import {
  BatchEntryIdsNotDistinct,
  BatchRequestTooLong,
  EmptyBatchRequest,
  InvalidAddress,
  InvalidAttributeName,
  InvalidAttributeValue,
  InvalidBatchEntryId,
  InvalidMessageContents,
  MessageNotInflight,
  OverLimit,
  PurgeQueueInProgress,
  QueueDeletedRecently,
  QueueDoesNotExist,
  QueueNameExists,
  ReceiptHandleIsInvalid,
  ResourceNotFoundException,
  TooManyEntriesInBatchRequest,
  UnsupportedOperation,
} from '@aws-sdk/client-sqs';
import { ServiceError } from '../../service-error.ts';

const $metadata = {};

const queueMissing = 'The specified queue does not exist.';

export const noQueue = () => new QueueDoesNotExist({ message: queueMissing, $metadata });

export const invalid = (message: string) => new ServiceError('InvalidParameterValue', message);

export const invalidValue = (parameter: string, value: unknown, reason: string) =>
  invalid(`Value ${value} for parameter ${parameter} is invalid. Reason: ${reason}`);

export const missing = (parameter: string) =>
  new ServiceError('MissingParameter', `The request must contain the parameter ${parameter}.`);

/** @throws ServiceError MissingParameter when there is no value, or only an empty text */
export function required<T>(value: T | undefined, parameter: string): T {
  if (value === undefined || value === '') throw missing(parameter);
  return value;
}

export const unknownAttribute = (name: string) => attributeName(`Unknown Attribute ${name}.`);

export const attributeName = (message: string) => new InvalidAttributeName({ message, $metadata });

export const attributeValue = (name: string, reason = '') =>
  new InvalidAttributeValue({ message: `Invalid value for the parameter ${name}.${reason}`, $metadata });

export const queueExists = (attribute: string) =>
  new QueueNameExists({
    message: `A queue already exists with the same name and a different value for attribute ${attribute}`,
    $metadata,
  });

export const deletedRecently = () =>
  new QueueDeletedRecently({
    message:
      'You must wait 60 seconds after deleting a queue before you can create another with the same name.',
    $metadata,
  });

export const purging = (name: string) =>
  new PurgeQueueInProgress({
    message: `Only one PurgeQueue operation on ${name} is allowed every 60 seconds.`,
    $metadata,
  });

export const noSuchReceipt = (handle: string) =>
  new ReceiptHandleIsInvalid({
    message: `The input receipt handle "${handle}" is not a valid receipt handle.`,
    $metadata,
  });

export const notInFlight = () => new MessageNotInflight({ message: '', $metadata });

export const overLimit = () =>
  new OverLimit({
    message:
      'Too many messages have been received without being deleted.\nPlease delete your received messages or let them timeout before receiving more.',
    $metadata,
  });

/** `place`: where the character is, `code`: its code point. */
export const binaryCharacter = (place: string, code: number): string =>
  `Invalid binary character '#x${code.toString(16).toUpperCase()}' was found in the ${place}, the set of allowed characters is #x9 | #xA | #xD | [#x20-#xD7FF] | [#xE000-#xFFFD] | [#x10000-#x10FFFF].`;

export const contents = (code: number) =>
  new InvalidMessageContents({ message: binaryCharacter('message body', code), $metadata });

export const notFound = (message: string) => new ResourceNotFoundException({ message, $metadata });

export const unsupported = (message: string) => new UnsupportedOperation({ message, $metadata });

export const badAddress = (url: string) =>
  new InvalidAddress({ message: `The address ${url} is not valid for this endpoint.`, $metadata });

export const denied = (url: string) =>
  new ServiceError('AccessDenied', `Access to the resource ${url} is denied.`, 403);

export const emptyBatch = (entry: string) =>
  new EmptyBatchRequest({ message: `There should be at least one ${entry} in the request.`, $metadata });

export const tooManyEntries = (count: number) =>
  new TooManyEntriesInBatchRequest({
    message: `Maximum number of entries per request are 10. You have sent ${count}.`,
    $metadata,
  });

export const entryId = () =>
  new InvalidBatchEntryId({
    message:
      'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.',
    $metadata,
  });

export const repeatedId = (id: string) =>
  new BatchEntryIdsNotDistinct({ message: `Id ${id} repeated.`, $metadata });

export const batchTooLong = (limit: number, size: number) =>
  new BatchRequestTooLong({
    message: `Batch requests cannot be longer than ${limit} bytes. You have sent ${size} bytes.`,
    $metadata,
  });

/** The types in JSON of errors that are not in the model. */
const unmodelled: Record<string, string> = {
  InvalidParameterValue: 'InvalidParameterValueException',
  MissingParameter: 'MissingRequiredParameterException',
  AccessDenied: 'AccessDeniedException',
};

/** The type of an error in JSON: errors of the model have the namespace of SQS. */
export function errorType(sdk: object, code: string): string {
  if (`${code}$` in sdk) return `com.amazonaws.sqs#${code}`;
  const type = unmodelled[code];
  return type ? `com.amazon.coral.service#${type}` : code;
}

export const unknownAction = (action: string): string =>
  `The action ${action} is not valid for this endpoint.`;

export const invalidAction = (action: string) => new ServiceError('InvalidAction', unknownAction(action));

/** The text of an error in Query. */
export const queryText = (message: string): string =>
  message === queueMissing ? 'The specified queue does not exist for this wsdl version.' : message;
