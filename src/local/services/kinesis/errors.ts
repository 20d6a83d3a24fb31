// The errors of Kinesis, in AWS's words.
import {
  ExpiredIteratorException,
  InvalidArgumentException,
  LimitExceededException,
  ResourceInUseException,
  ResourceNotFoundException,
} from '@aws-sdk/client-kinesis';

const $metadata = {};

export const invalid = (message: string) => new InvalidArgumentException({ message, $metadata });
export const inUse = (message: string) => new ResourceInUseException({ message, $metadata });
export const overLimit = (message: string) => new LimitExceededException({ message, $metadata });
export const expired = (message: string) => new ExpiredIteratorException({ message, $metadata });
export const notFound = (message: string) => new ResourceNotFoundException({ message, $metadata });

export const noSuchStream = (name: string, account: string) =>
  notFound(`Stream ${name} under account ${account} not found.`);
