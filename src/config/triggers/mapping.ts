// The fields of event source mappings: CreateEventSourceMapping's own, with a small first letter. null sets a field to
// AWS's default.
import * as z from 'zod';
import { arnOf, fields, list, matching, oneOf, short, text, whole, yesOrNo } from '../schema/checks.ts';

/** AWS allows 4096 characters. */
const pattern = z.union([short(4096), z.record(text(), z.unknown())], {
  error: 'a filter pattern, as a map or as JSON text',
});

const filterCriteria = fields({
  filters: list(
    fields({ pattern: pattern.describe('Pattern of the events that the function gets.') }),
    'a list of { pattern }',
    10,
  ).describe('Filters. An event that matches one of them reaches the function.'),
});

/** Fields of every kind of source. */
export const everyMapping = {
  enabled: yesOrNo.optional().meta({ description: 'Whether Lambda reads from the source.', default: true }),
  batchSize: whole({ min: 1, max: 10_000 })
    .nullable()
    .optional()
    .describe('Number of records that one invocation gets at most.'),
  maximumBatchingWindowInSeconds: whole({ min: 0, max: 300 }, 'seconds')
    .nullable()
    .optional()
    .describe('Time for which Lambda collects records before it invokes the function.'),
  filterCriteria: filterCriteria
    .nullable()
    .optional()
    .describe('Filters. A pattern may be written as a map, and slsctl sends it as JSON text.'),
  kmsKeyArn: arnOf('kms').nullable().optional().describe('KMS key that encrypts the filters.'),
  metricsConfig: fields({
    metrics: list(oneOf(['EventCount', 'ErrorCount', 'KafkaMetrics']), 'a list of metrics', 3).describe(
      'Metrics that Lambda records for this source.',
    ),
  })
    .nullable()
    .optional()
    .describe('Further metrics.'),
  loggingConfig: fields({
    systemLogLevel: oneOf(['DEBUG', 'INFO', 'WARN']).describe('Lowest level of these logs.'),
  })
    .nullable()
    .optional()
    .describe('Logs of Lambda about this source.'),
};

/** What Lambda does about records of a batch that the function could not process. */
export const partialFailures = {
  functionResponseTypes: list(oneOf(['ReportBatchItemFailures']), '[ReportBatchItemFailures]', 1)
    .nullable()
    .optional()
    .describe('The function answers which records it could not process, and only these come again.'),
  reportBatchItemFailures: yesOrNo
    .optional()
    .describe('true is short for functionResponseTypes: [ReportBatchItemFailures].'),
};

export const provisionedPollers = {
  provisionedPollerConfig: fields({
    minimumPollers: whole({ min: 1, max: 200 }).optional().describe('Pollers that always run.'),
    maximumPollers: whole({ min: 1, max: 2000 }).optional().describe('Pollers that may run.'),
    pollerGroupName: matching(/^[a-zA-Z0-9-_]{1,128}$/, 'letters, digits, - and _, at most 128')
      .optional()
      .describe('Sources with the same group share their pollers.'),
  })
    .nullable()
    .optional()
    .describe('Pollers that are reserved for this source.'),
};
