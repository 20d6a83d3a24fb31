// Conflicts: another program is changing the resource, has changed it, or has taken its name.
import { failed } from '../described.ts';
import { lower } from '../words.ts';
import { type Advice, type Kind, subject } from './refusal.ts';

const inProgress: Advice = (refusal) =>
  failed(
    `${subject(refusal)} an update of the resource is still in progress`,
    lower(refusal.text),
    'wait until it is done, then run the same command again',
  );

const conflict: Advice = (refusal) =>
  failed(
    `${subject(refusal)} ${lower(refusal.text)}`,
    'it exists already, or something else is changing it',
    { command: 'plan', why: 'shows what is there' },
  );

const changedMeanwhile: Advice = (refusal) =>
  failed(
    `${subject(refusal)} the resource was changed by another program in the meantime`,
    lower(refusal.text),
    [{ command: 'plan' }, ', then deploy again'],
  );

export const conflictErrors: Kind = {
  codes: {
    ResourceConflictException: conflict,
    ResourceInUseException: conflict,
    ResourceAlreadyExistsException: conflict,
    EntityAlreadyExists: conflict,
    EntityAlreadyExistsException: conflict,
    ConcurrentModification: inProgress,
    ConcurrentModificationException: inProgress,
    OperationAbortedException: inProgress,
    PreconditionFailedException: changedMeanwhile,
  },
  match: ({ name, text }) =>
    name === 'ResourceConflictException' && /in progress|Pending/i.test(text) ? inProgress : undefined,
};
