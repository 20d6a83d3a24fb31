// Conflicts: the resource is being changed, has another revision than expected, or has a name that is taken.
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

const otherRevision: Advice = (refusal) =>
  failed(`${subject(refusal)} the resource has another revision than expected`, lower(refusal.text), [
    { command: 'plan' },
    ', then deploy again',
  ]);

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
    PreconditionFailedException: otherRevision,
  },
  match: ({ name, text }) =>
    name === 'ResourceConflictException' && /in progress|Pending/i.test(text) ? inProgress : undefined,
};
