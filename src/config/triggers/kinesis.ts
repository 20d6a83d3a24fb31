// `kinesis`: Lambda reads a stream for the function.
import * as z from 'zod';
import { fields } from '../schema/checks.ts';
import { checkAge, checkStart, streamMapping } from './mapping.ts';
import { stream } from './sources.ts';

export const kinesis = z
  .union(
    [
      stream,
      fields({
        stream: stream.describe(
          'The stream: its key under streams:, its name, or its ARN; or the ARN of a consumer with throughput of its own.',
        ),
        ...streamMapping,
      }).superRefine((entry, context) => {
        checkStart(entry, context);
        checkAge(entry, context);
      }),
    ],
    { error: 'a stream (its key, name or ARN), or { stream, … }' },
  )
  .meta({
    description: 'Lambda reads the stream, and calls the function with batches of its records.',
    examples: ['clicks', { stream: 'clicks', startingPosition: 'LATEST', batchSize: 500 }],
  });
