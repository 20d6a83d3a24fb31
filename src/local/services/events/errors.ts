// The errors of EventBridge, in AWS's words.
import {
  InvalidEventPatternException,
  LimitExceededException,
  ResourceAlreadyExistsException,
  ResourceNotFoundException,
} from '@aws-sdk/client-eventbridge';
import { ServiceError } from '../../service-error.ts';

const $metadata = {};

export const invalid = (message: string) => new ServiceError('ValidationException', message);

export const noBus = (name: string) =>
  new ResourceNotFoundException({ message: `Event bus ${name} does not exist.`, $metadata });

export const noRule = (name: string, bus: string) =>
  new ResourceNotFoundException({ message: `Rule ${name} does not exist on EventBus ${bus}.`, $metadata });

export const notFound = (message: string) => new ResourceNotFoundException({ message, $metadata });

export const busExists = (name: string) =>
  new ResourceAlreadyExistsException({ message: `Event bus ${name} already exists.`, $metadata });

export const tooMany = () =>
  new LimitExceededException({
    message: 'The requested resource exceeds the maximum number allowed.',
    $metadata,
  });

export const badPattern = (reason: string) =>
  new InvalidEventPatternException({ message: `Event pattern is not valid. Reason: ${reason}`, $metadata });

/** An input that does not fit the model of the API. */
export function unsatisfied(problems: readonly (readonly [value: unknown, member: string, rule: string])[]) {
  const parts = problems.map(
    ([value, member, rule]) =>
      `Value '${value}' at '${member}' failed to satisfy constraint: Member must ${rule}`,
  );
  const count = `${parts.length} validation error${parts.length === 1 ? '' : 's'} detected`;
  return invalid(`${count}: ${parts.join('; ')}`);
}
