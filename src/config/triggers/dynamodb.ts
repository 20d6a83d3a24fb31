// `dynamodb`: Lambda reads the stream of a table for the function.
import * as z from 'zod';
import { fields, refuse } from '../schema/checks.ts';
import { checkAge, streamMapping } from './mapping.ts';
import { table } from './sources.ts';

export const dynamodb = z
  .union(
    [
      table,
      fields({
        table: table.describe(
          'The table, or the stream of one: its key under tables:, the name of the table, or an ARN of either.',
        ),
        ...streamMapping,
      }).superRefine((entry, context) => {
        const { startingPosition, startingPositionTimestamp: time } = entry;
        if (startingPosition === 'AT_TIMESTAMP' || time !== undefined) {
          refuse(context, 'has no times with DynamoDB; allowed: TRIM_HORIZON, LATEST', ['startingPosition']);
        }
        checkAge(entry, context);
      }),
    ],
    { error: 'a table (its key, name or ARN), or { table, … }' },
  )
  .meta({
    description: 'Lambda reads the stream of the table, and calls the function with batches of its changes.',
    examples: ['users', { table: 'users', startingPosition: 'LATEST', batchSize: 10 }],
  });
