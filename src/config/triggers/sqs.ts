// `sqs`: Lambda reads a queue for the function.
import * as z from 'zod';
import { fields, refuse, whole } from '../schema/checks.ts';
import { everyMapping, partialFailures, provisionedPollers } from './mapping.ts';
import { queue } from './sources.ts';

export const sqs = z
  .union(
    [
      queue,
      fields({
        queue: queue.describe('The queue: its key under queues:, its name, or its ARN.'),
        ...everyMapping,
        ...partialFailures,
        ...provisionedPollers,
        scalingConfig: fields({
          maximumConcurrency: whole({ min: 2, max: 1000 }).describe(
            'Invocations that run at the same time for this queue.',
          ),
        })
          .nullable()
          .optional()
          .describe('Limit of the invocations for this queue.'),
      }).superRefine(({ queue, batchSize, maximumBatchingWindowInSeconds: window }, context) => {
        const size = batchSize ?? 10;
        if (queue.endsWith('.fifo')) {
          if (window) refuse(context, 'is for standard queues only', ['maximumBatchingWindowInSeconds']);
          if (size > 10) refuse(context, `is ${size}; a FIFO queue allows 10 at most`, ['batchSize']);
        } else if (size > 10 && !window) {
          refuse(context, `is ${size}; above 10 it needs maximumBatchingWindowInSeconds, at least 1`, [
            'batchSize',
          ]);
        }
      }),
    ],
    { error: 'a queue (its key, name or ARN), or { queue, … }' },
  )
  .meta({
    description: 'Lambda reads the queue, and calls the function with batches of its messages.',
    examples: ['orders', { queue: 'orders', batchSize: 5, reportBatchItemFailures: true }],
  });
