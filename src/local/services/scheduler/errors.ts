// The errors of EventBridge Scheduler, in AWS's words.
import {
  ConflictException,
  InternalServerException,
  ResourceNotFoundException,
  ThrottlingException,
  ValidationException,
} from '@aws-sdk/client-scheduler';

const $metadata = {};

export const invalid = (Message: string) => new ValidationException({ message: Message, Message, $metadata });

const notFound = (Message: string) => new ResourceNotFoundException({ message: Message, Message, $metadata });
const conflict = (Message: string) => new ConflictException({ message: Message, Message, $metadata });

export const noSchedule = (name: string) => notFound(`Schedule ${name} does not exist.`);
export const noGroup = (name: string) => notFound(`Schedule group ${name} does not exist.`);
export const scheduleExists = (name: string) => conflict(`Schedule ${name} already exists.`);
export const groupExists = (name: string) => conflict(`Schedule group ${name} already exists.`);

export const groupBeingDeleted = (name: string) => conflict(`Schedule group ${name} is being deleted.`);

/** An input that does not fit the model of the API. */
export const unsatisfied = (value: unknown, member: string, rule: string) =>
  invalid(
    `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: Member must ${rule}`,
  );

export const throttled = () =>
  new ThrottlingException({ message: 'Rate exceeded', Message: 'Rate exceeded', $metadata });

export const failed = () => {
  const Message = 'An internal error occurred.';
  return new InternalServerException({ message: Message, Message, $metadata });
};
