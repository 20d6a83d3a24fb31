// `streams:`: streams of Amazon Kinesis.
import { fields, matching, oneOf, refuse, whole } from '../checks.ts';
import { common, kmsKey, resettable } from './shared-fields.ts';

const streamName = matching(/^[\w.-]{1,128}$/, 'letters, digits, ., - and _, at most 128');

export const streamSchema = fields({
  ...common(streamName, 'stream', 'clicks'),
  shards: resettable(whole({ min: 1, max: 10_000 }, 'shards')).meta({
    description:
      'Number of shards. Without it, a new stream is on demand: AWS gives it shards as it needs them. null: on demand.',
    examples: [2],
  }),
  retentionPeriodHours: resettable(whole({ min: 24, max: 8760 }, 'hours')).meta({
    description: 'Time for which the stream keeps a record. AWS takes 24.',
    examples: [168],
  }),
  encryption: oneOf(['KMS', 'NONE'])
    .optional()
    .meta({
      description: 'Encryption at rest. A new stream gets KMS.',
      examples: ['KMS'],
    }),
  keyId: resettable(kmsKey).meta({
    description: 'KMS key of the encryption. AWS has alias/aws/kinesis for it.',
    examples: ['alias/clicks'],
  }),
}).superRefine(({ encryption, keyId }, context) => {
  if (keyId && encryption === 'NONE') refuse(context, 'needs encryption: KMS', ['keyId']);
});
