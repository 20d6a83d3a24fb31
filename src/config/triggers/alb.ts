// `alb`: a listener of an Application Load Balancer forwards HTTP requests to the function.
import * as z from 'zod';
import { fields, list, matching, refuse, short, text, whole, yesOrNo } from '../schema/checks.ts';

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html */
const values = z.union(
  [short(128), list(short(128), 'a list of values', 5).min(1, { error: 'at least one value' })],
  {
    error: 'a value, or a list of values',
  },
);

const conditions = fields(
  {
    path: values.optional().describe('Paths; * and ? stand for characters.'),
    host: values.optional().describe('Host names; * and ? stand for characters.'),
    method: values.optional().describe('HTTP methods.'),
    sourceIp: values.optional().describe('Addresses in CIDR notation.'),
    header: z
      .record(text(), values, { error: 'a map of header names to values' })
      .optional()
      .describe('Headers by their names.'),
    query: z
      .record(text(), short(128), { error: 'a map of names to values' })
      .optional()
      .describe('Parameters of the query by their names.'),
  },
  'a map such as { path: /users/* }',
).superRefine((given, context) => {
  if (Object.values(given).every((value) => value === undefined)) {
    refuse(context, 'has no condition; a rule of a listener needs one');
  }
});

const health = fields({
  enabled: yesOrNo.optional().meta({ description: 'Whether the function is asked.', default: true }),
  path: short(1024).optional().meta({ description: 'The path of the request.', default: '/' }),
  intervalSeconds: whole({ min: 5, max: 300 }, 'seconds')
    .optional()
    .meta({ description: 'Time between two requests.', default: 35 }),
  timeoutSeconds: whole({ min: 2, max: 120 }, 'seconds')
    .optional()
    .meta({ description: 'Time for an answer.', default: 30 }),
  healthyThresholdCount: whole({ min: 2, max: 10 })
    .optional()
    .meta({ description: 'Good answers that make it healthy.', default: 5 }),
  unhealthyThresholdCount: whole({ min: 2, max: 10 })
    .optional()
    .meta({ description: 'Bad answers that make it unhealthy.', default: 2 }),
  httpCode: matching(/^\d{3}(?:[,-]\d{3})*$/, 'status codes such as 200, 200,202 or 200-299')
    .optional()
    .meta({ description: 'Status codes of good answers.', default: '200' }),
});

export const alb = fields(
  {
    listener: matching(
      /^arn:aws[\w-]*:elasticloadbalancing:[\w-]+:\d{12}:listener\/app\/[\w-]+\/[0-9a-f]+\/[0-9a-f]+$/,
      'the ARN of a listener of an Application Load Balancer',
    ).describe('The listener; it must exist.'),
    priority: whole({ min: 1, max: 50_000 }).describe(
      'The place of the rule among those of the listener; each has another one.',
    ),
    conditions: conditions.describe('Requests that go to the function: those that meet all of them.'),
    healthCheck: health
      .nullable()
      .optional()
      .describe('Asks the function whether it is healthy. Each request is an invocation.'),
    multiValueHeaders: yesOrNo.optional().meta({
      description: 'Whether headers and parameters come with all of their values.',
      default: false,
    }),
  },
  'a map with listener, priority and conditions',
).meta({
  description:
    'A listener of an Application Load Balancer forwards requests to the function, by a rule and a target group that slsctl makes. Other rules stay.',
  examples: [
    {
      listener:
        'arn:aws:elasticloadbalancing:eu-central-1:123456789012:listener/app/shop/50dc6c495c0c9188/f2f7dc8efc522ab2',
      priority: 10,
      conditions: { path: '/users/*' },
    },
  ],
});
