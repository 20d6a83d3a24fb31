// `iot`: a rule of IoT Core calls the function with the messages that its SQL statement selects.
import * as z from 'zod';
import { fields, matching, oneOf, yesOrNo } from '../schema/checks.ts';
import { description } from './target.ts';

const sql = matching(
  /^\s*select\s+\S/i,
  "an SQL statement of AWS IoT, such as SELECT temperature FROM 'rooms/+/air'",
);

export const iot = z
  .union(
    [
      sql,
      fields({
        sql: sql.describe('The SQL statement: the topics, and what the function gets of their messages.'),
        name: matching(/^\w{1,128}$/, 'letters, digits and _, at most 128')
          .optional()
          .describe('Name of the rule. Without it, slsctl gives one that does not change.'),
        description,
        enabled: yesOrNo.optional().meta({ description: 'Whether the rule runs.', default: true }),
        awsIotSqlVersion: oneOf(['2015-10-08', '2016-03-23', 'beta'])
          .optional()
          .meta({ description: 'Version of the SQL rules engine.', default: '2016-03-23' }),
      }),
    ],
    { error: 'an SQL statement, or { sql, … }' },
  )
  .meta({
    description:
      'AWS IoT Core calls the function with the messages of devices that an SQL statement selects.',
    examples: ["SELECT * FROM 'rooms/+/air' WHERE temperature > 30"],
  });
