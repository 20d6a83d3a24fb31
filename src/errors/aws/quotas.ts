// Size limits and account quotas that are exceeded.
import { failed } from '../described.ts';
import { lower } from '../words.ts';
import { type Advice, type Kind, subject } from './refusal.ts';

const tooMuchTogether: Advice = ({ text }) =>
  failed('the function and its layers are too large together', lower(text), [
    'leave files out with .slsctlignore or code.exclude, or remove a layer: ',
    { command: 'layer detach' },
  ]);

const tooLarge: Advice = (refusal) =>
  failed(`${subject(refusal)} the request is too large`, lower(refusal.text), [
    'make the zip smaller (50 MB at most when uploaded directly); ',
    { command: 'package --list', why: 'shows the largest files' },
  ]);

const codeStorage: Advice = ({ text }) =>
  failed(
    'the code storage of the account in this region is full',
    lower(text),
    'delete old function and layer versions, or ask AWS for a higher quota',
  );

const quota: Advice = (refusal) =>
  failed(
    `${subject(refusal)} a quota of the account is reached`,
    lower(refusal.text),
    'delete what is no longer used, or ask for more in the Service Quotas console',
  );

export const quotaErrors: Kind = {
  codes: {
    CodeStorageExceededException: codeStorage,
    RequestTooLargeException: tooLarge,
    RequestEntityTooLargeException: tooLarge,
    LimitExceeded: quota,
    LimitExceededException: quota,
  },
  match: ({ name, text }) =>
    name === 'InvalidParameterValueException' && /combined with layers|layers consume/i.test(text)
      ? tooMuchTogether
      : undefined,
};
