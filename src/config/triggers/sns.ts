// `sns`: a topic sends its messages to the function.
import * as z from 'zod';
import { fields, oneOf, text } from '../schema/checks.ts';
import { queue, topic } from './sources.ts';

const filterPolicy = z.union([z.record(text(), z.unknown()), text()], {
  error: 'a filter policy, as a map or as JSON text',
});

export const sns = z
  .union(
    [
      topic,
      fields({
        topic: topic.describe('The topic: its key under topics:, its name, or its ARN.'),
        filterPolicy: filterPolicy
          .nullable()
          .optional()
          .describe('Only messages that match this policy. null: all messages.'),
        filterPolicyScope: oneOf(['MessageAttributes', 'MessageBody'])
          .nullable()
          .optional()
          .meta({ description: 'What the filter policy looks at.', default: 'MessageAttributes' }),
        deadLetter: queue
          .nullable()
          .optional()
          .describe('Queue for messages that SNS cannot deliver: its key, name or ARN.'),
      }),
    ],
    { error: 'a topic (its key, name or ARN), or { topic, … }' },
  )
  .meta({
    description: 'Amazon SNS calls the function with each message of the topic.',
    examples: ['orders', { topic: 'orders', filterPolicy: { kind: ['refund'] }, deadLetter: 'undelivered' }],
  });
