// `schedule`: EventBridge Scheduler calls the function at times.
import * as z from 'zod';
import { arnOf, fields, matching, oneOf, refuse, text, whole, yesOrNo } from '../schema/checks.ts';
import { expressionProblem } from './schedule-expression.ts';
import { delivery, description, jsonInput } from './target.ts';

const expression = text('rate(5 minutes), cron(0 9 * * ? *) or at(2030-01-31T09:00:00)').superRefine(
  (value, context) => {
    const problem = expressionProblem(value);
    if (problem !== undefined) refuse(context, problem);
  },
);

const timezone = text('a time zone such as Europe/Berlin').refine(isTimeZone, {
  error: 'a time zone such as Europe/Berlin',
});

function isTimeZone(timeZone: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone }));
  } catch {
    return false;
  }
}

const time = matching(
  /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/,
  'a time such as 2030-01-31T09:00:00Z',
);
const name = matching(/^[\w.-]{1,64}$/, 'letters, digits, ., - and _, at most 64');

export const schedule = z
  .union(
    [
      expression,
      fields({
        expression: expression.describe('When it calls: rate(…), cron(…) or at(…).'),
        timezone: timezone
          .nullable()
          .optional()
          .meta({ description: 'Time zone of cron(…) and at(…).', default: 'UTC' }),
        input: jsonInput.nullable().optional().describe('What the function gets: any value, or JSON text.'),
        enabled: yesOrNo
          .optional()
          .meta({ description: 'Whether the schedule calls the function.', default: true }),
        flexibleMinutes: whole({ min: 1, max: 1440 }, 'minutes')
          .nullable()
          .optional()
          .describe('The function is called within this time after the scheduled one.'),
        description,
        startDate: time.nullable().optional().describe('No call before this time.'),
        endDate: time.nullable().optional().describe('No call after this time.'),
        actionAfterCompletion: oneOf(['NONE', 'DELETE'])
          .nullable()
          .optional()
          .meta({ description: 'What happens to the schedule after its last call.', default: 'NONE' }),
        kmsKeyArn: arnOf('kms').nullable().optional().describe('KMS key that encrypts the schedule.'),
        ...delivery,
        name: name
          .optional()
          .describe('Name of the schedule. Without it, slsctl gives one that does not change.'),
        groupName: name
          .optional()
          .describe('A group that exists. Without it, slsctl makes one for the function.'),
        roleArn: arnOf('iam')
          .optional()
          .describe('A role by which Scheduler calls the function. Without it, slsctl makes one.'),
      }),
    ],
    { error: 'an expression such as rate(5 minutes), or { expression, … }' },
  )
  .meta({
    description: 'Amazon EventBridge Scheduler calls the function at times.',
    examples: [
      'rate(5 minutes)',
      { expression: 'cron(0 9 ? * MON-FRI *)', timezone: 'Europe/Berlin', input: { kind: 'report' } },
    ],
  });
