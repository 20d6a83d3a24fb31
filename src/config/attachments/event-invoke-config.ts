// `eventInvokeConfig`: retries and destinations of asynchronous invocations.
import { arnOf, fields, whole } from '../schema/checks.ts';

const destination = arnOf('sqs', 'sns', 'lambda', 'events', 's3');

export const eventInvokeConfig = fields({
  maximumRetryAttempts: whole({ min: 0, max: 2 })
    .nullable()
    .optional()
    .meta({ description: 'Number of retries after the function fails.', default: 2 }),
  maximumEventAgeInSeconds: whole({ min: 60, max: 21_600 }, 'seconds')
    .nullable()
    .optional()
    .meta({ description: 'Age at which Lambda gives up an event.', default: 21_600 }),
  onSuccess: destination
    .nullable()
    .optional()
    .describe('ARN that gets a record of each invocation that succeeds.'),
  onFailure: destination
    .nullable()
    .optional()
    .describe('ARN that gets a record of each event that Lambda gives up.'),
}).meta({
  description:
    'Retries and destinations of asynchronous invocations. The role that slsctl creates may send to the destinations.',
  examples: [{ maximumRetryAttempts: 0, onFailure: 'arn:aws:sqs:us-east-1:123456789012:failures' }],
});
