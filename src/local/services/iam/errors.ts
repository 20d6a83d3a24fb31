// The errors of IAM, in AWS's words.
import {
  DeleteConflictException,
  EntityAlreadyExistsException,
  InvalidInputException,
  LimitExceededException,
  MalformedPolicyDocumentException,
  NoSuchEntityException,
  UnmodifiableEntityException,
} from '@aws-sdk/client-iam';
import { ServiceError } from '../../service-error.ts';

const $metadata = {};

export const noSuchEntity = (message: string) => new NoSuchEntityException({ message, $metadata });

export const noSuchRole = (name: string) => noSuchEntity(`The role with name ${name} cannot be found.`);

export const noSuchUser = (name: string) => noSuchEntity(`The user with name ${name} cannot be found.`);

export const noSuchGroup = (name: string) => noSuchEntity(`The group with name ${name} cannot be found.`);

export const alreadyExists = (message: string) => new EntityAlreadyExistsException({ message, $metadata });

export const deleteConflict = (message: string) => new DeleteConflictException({ message, $metadata });

export const malformed = (message: string) => new MalformedPolicyDocumentException({ message, $metadata });

export const invalidInput = (message: string) => new InvalidInputException({ message, $metadata });

export const overLimit = (message: string) => new LimitExceededException({ message, $metadata });

export const unmodifiable = (message: string) => new UnmodifiableEntityException({ message, $metadata });

export const invalid = (message: string) => new ServiceError('ValidationError', message);

/** A value that violates a constraint of the API's model. `place` is the name of a member: `roleName`. */
export const breaks = (place: string, constraint: string, value?: string) =>
  invalid(
    `1 validation error detected: Value ${value === undefined ? '' : `'${value}' `}at '${place}' failed to satisfy constraint: ${constraint}`,
  );
