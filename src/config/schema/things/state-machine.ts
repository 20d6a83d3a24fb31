// `stateMachines:`: the fields of CreateStateMachine. The definition has checks of its own.
import * as z from 'zod';
import { fields, matching, oneOf, text, yesOrNo } from '../checks.ts';
import { common, resettable } from './shared-fields.ts';

const machineName = matching(/^[\w-]{1,80}$/, 'letters, digits, - and _, at most 80');

export const stateMachineSchema = fields({
  ...common(machineName, 'state machine', 'orders'),
  definition: z
    .union([text(), z.record(text(), z.unknown())], {
      error: 'a file (orders.asl.json), or the definition as a map',
    })
    .optional()
    .meta({
      description: `Definition in Amazon States Language: a JSON or YAML file beside slsctl.yml, or a map. \${function:KEY} is the ARN of a function of the project, \${queue:KEY} the URL of a queue, \${stateMachine:KEY} the ARN of a state machine; \${table:KEY} and others as elsewhere.`,
      examples: ['orders.asl.json'],
    }),
  type: oneOf(['STANDARD', 'EXPRESS'])
    .optional()
    .meta({
      description: 'AWS cannot change the type of a state machine.',
      default: 'STANDARD',
      examples: ['EXPRESS'],
    }),
  role: matching(/^arn:aws[\w-]*:iam::\d{12}:role\/.+$/, 'the ARN of an IAM role')
    .optional()
    .meta({
      description: 'Role of your own. Without it, slsctl makes one that allows what the definition calls.',
      examples: ['arn:aws:iam::123456789012:role/orders'],
    }),
  logging: resettable(
    fields({
      level: oneOf(['ALL', 'ERROR', 'FATAL', 'OFF']).describe('Which events of executions are logged.'),
      includeExecutionData: yesOrNo.optional().describe('Whether logs have input and output.'),
      logGroup: text('the name or the ARN of a log group')
        .optional()
        .describe('Name or ARN of an existing log group.'),
    }),
  ).meta({
    description: 'Executions in CloudWatch Logs. null: OFF.',
    examples: [{ level: 'ERROR', logGroup: '/orders/machine' }],
  }),
  tracing: resettable(yesOrNo).meta({ description: 'X-Ray tracing.', examples: [true] }),
});
