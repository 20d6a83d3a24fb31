// `logs`: a log group sends its log events to the function.
import * as z from 'zod';
import { fields, matching, short } from '../schema/checks.ts';
import { logGroup } from './sources.ts';

export const logs = z
  .union(
    [
      logGroup,
      fields({
        logGroup: logGroup.describe('The log group: its name or its ARN.'),
        filterPattern: short(1024)
          .nullable()
          .optional()
          .meta({ description: 'Only log events that match this pattern.', default: '' }),
        filterName: matching(/^[^:*]{1,512}$/, 'text of at most 512 characters without : and *')
          .optional()
          .describe('Name of the filter. Without it, slsctl gives one that does not change.'),
      }),
    ],
    { error: 'a log group (its name or ARN), or { logGroup, filterPattern }' },
  )
  .meta({
    description:
      'CloudWatch Logs sends the log events of a group to the function, compressed. A group has two such filters at most.',
    examples: ['/aws/lambda/orders', { logGroup: '/aws/lambda/orders', filterPattern: 'ERROR' }],
  });
