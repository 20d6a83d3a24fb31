// `recursiveLoop`: what Lambda does about functions that call themselves.
import { oneOf } from '../schema/checks.ts';

export const recursion = oneOf(['Terminate', 'Allow']).meta({
  description:
    'Whether Lambda ends or allows loops in which the function calls itself through SQS, SNS or S3.',
  examples: ['Allow'],
});
