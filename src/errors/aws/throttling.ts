// Throttling: too many calls, or too many concurrent invocations.
import { failed } from '../described.ts';
import type { Advice, Kind } from './refusal.ts';

const throttled: Advice = ({ call, limit }) =>
  failed(
    `AWS is throttling ${call ?? 'the requests'}`,
    `more calls a second than the account's quota allows, after several attempts${limit ? ` (${limit})` : ''}`,
    'wait a minute and run the same command again: it continues where it was',
  );

const noFreeConcurrency: Advice = ({ limit }) =>
  failed(
    'the account has no free concurrency in this region',
    `${limit}: its functions use all the concurrent executions that the account may have`,
    [
      'see what is reserved and what is left: ',
      { command: 'concurrency show' },
      '; then wait, or ask for more in the Service Quotas console',
    ],
  );

export const throttlingErrors: Kind = {
  codes: {
    Throttling: throttled,
    ThrottlingException: throttled,
    ThrottledException: throttled,
    RequestLimitExceeded: throttled,
    TooManyRequestsException: throttled,
  },
  match: ({ name, limit }) =>
    name === 'TooManyRequestsException' && limit === 'ConcurrentInvocationLimitExceeded'
      ? noFreeConcurrency
      : undefined,
};
