// The fields of event source mappings: CreateEventSourceMapping's own, with a small first letter. null sets a field to
// AWS's default.
import * as z from 'zod';
import {
  arnOf,
  fields,
  list,
  matching,
  oneOf,
  refuse,
  short,
  text,
  whole,
  yesOrNo,
} from '../schema/checks.ts';

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
    .describe('Short for functionResponseTypes: with true, [ReportBatchItemFailures].'),
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

/** Where Lambda sends what the function could not process. */
export const destinations = {
  destinationConfig: fields({
    onFailure: fields({
      destination: matching(
        /^(arn:aws[\w-]*:(sqs|sns|s3):\S+|kafka:\/\/\S{1,249})$/,
        'the ARN of a queue, a topic or a bucket, or kafka://TOPIC',
      ).describe('The queue, topic or bucket.'),
    })
      .nullable()
      .optional()
      .describe('Where Lambda reports records that it gives up.'),
  })
    .nullable()
    .optional()
    .describe('Destinations. The role that slsctl creates may send to them.'),
};

/** How often and how long Lambda tries the records of a stream again. */
export const retries = {
  maximumRetryAttempts: whole({ min: -1, max: 10_000 })
    .nullable()
    .optional()
    .describe('Number of retries of a batch; -1: without an end.'),
  maximumRecordAgeInSeconds: whole({ min: -1, max: 604_800 }, 'seconds, from 60, or -1')
    .nullable()
    .optional()
    .describe('Age at which Lambda gives up a record; -1: never.'),
  bisectBatchOnFunctionError: yesOrNo
    .nullable()
    .optional()
    .describe('Lambda halves a batch that failed, and tries both halves.'),
};

const positions = ['TRIM_HORIZON', 'LATEST', 'AT_TIMESTAMP'] as const;

/** Where Lambda begins to read. AWS cannot change it later. */
export const start = {
  startingPosition: oneOf(positions).optional().meta({
    description:
      'Where Lambda begins: with the oldest record, with new ones, or at a time. It is fixed when the trigger is made.',
    default: 'TRIM_HORIZON',
  }),
  startingPositionTimestamp: matching(
    /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/,
    'a time such as 2026-01-31T12:00:00Z',
  )
    .optional()
    .describe('With startingPosition: AT_TIMESTAMP: the time of the first record.'),
};

/** A stream of Kinesis or DynamoDB. */
export const streamMapping = {
  ...everyMapping,
  ...start,
  ...retries,
  ...destinations,
  ...partialFailures,
  parallelizationFactor: whole({ min: 1, max: 10 })
    .nullable()
    .optional()
    .describe('Number of batches of a shard that run at the same time.'),
  tumblingWindowInSeconds: whole({ min: 0, max: 900 }, 'seconds')
    .nullable()
    .optional()
    .describe('Length of the windows whose state the function gets and returns.'),
};

type Context = Parameters<typeof refuse>[0];

/** Problems of members that need or exclude each other. */
export function checkStart(
  entry: { startingPosition?: string; startingPositionTimestamp?: string },
  context: Context,
): void {
  const { startingPosition, startingPositionTimestamp: time } = entry;
  if ((startingPosition === 'AT_TIMESTAMP') !== (time !== undefined)) {
    refuse(context, 'needs startingPositionTimestamp with AT_TIMESTAMP, and does not allow it otherwise', [
      'startingPosition',
    ]);
  }
}

export function checkAge(
  { maximumRecordAgeInSeconds: age }: { maximumRecordAgeInSeconds?: number | null },
  context: Context,
): void {
  if (typeof age !== 'number' || age === -1 || age >= 60) return;
  refuse(context, `is ${age}; allowed: -1, or 60 to 604800 (seconds)`, ['maximumRecordAgeInSeconds']);
}

/** How Lambda signs in to a broker or a cluster, and where its network is. */
export function accesses<const Types extends readonly [string, ...string[]]>(types: Types) {
  return list(
    fields({
      type: oneOf(types).describe('What it says.'),
      uri: matching(/^[a-zA-Z0-9-/*:_+=.@]{1,10000}$/, 'the ARN of a secret, or an id').describe(
        'The ARN of the secret, or the id of the subnet or security group.',
      ),
    }),
    'a list of { type, uri }',
    22,
  );
}
