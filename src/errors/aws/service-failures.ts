// Failures of the service itself, and answers that do not come from an AWS service.
import { type Described, failed } from '../described.ts';
import { lower } from '../words.ts';
import { type Advice, type Kind, type Refusal, subject } from './refusal.ts';

const unreadable: Advice = (refusal) =>
  failed(
    `${subject(refusal)} the answer could not be read`,
    lower(refusal.text.split('\n')[0] ?? ''),
    'check that --endpoint-url or AWS_ENDPOINT_URL names an AWS-compatible endpoint',
  );

export const answerErrors: Kind = {
  codes: {},
  // With a call, the SDK could not parse the answer. Without one, a file of the user is not JSON.
  match: ({ name, call }) => (name === 'SyntaxError' && call ? unreadable : undefined),
};

/** Describes an error that no table has, by its HTTP status. */
export function serviceError(refusal: Refusal, status: number): Described {
  const { name, text } = refusal;
  const said = text && text !== name && text !== 'UnknownError' ? lower(text) : `HTTP status ${status}`;
  if (status >= 500) {
    const next = 'wait a moment and run the same command again: it continues where it was';
    return failed(`${subject(refusal)} the service failed (${name})`, said, next);
  }
  return failed(`${subject(refusal)} ${said} (${name})`);
}
