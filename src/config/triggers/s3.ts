// `s3`: a bucket calls the function when objects come, change or go.
import * as z from 'zod';
import { fields, list, matching, oneOf, short } from '../schema/checks.ts';
import { bucket } from './sources.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html */
const events = oneOf([
  's3:ObjectCreated:*',
  's3:ObjectCreated:Put',
  's3:ObjectCreated:Post',
  's3:ObjectCreated:Copy',
  's3:ObjectCreated:CompleteMultipartUpload',
  's3:ObjectRemoved:*',
  's3:ObjectRemoved:Delete',
  's3:ObjectRemoved:DeleteMarkerCreated',
  's3:ObjectRestore:*',
  's3:ObjectRestore:Post',
  's3:ObjectRestore:Completed',
  's3:ObjectRestore:Delete',
  's3:ObjectTagging:*',
  's3:ObjectTagging:Put',
  's3:ObjectTagging:Delete',
  's3:ObjectAcl:Put',
  's3:ReducedRedundancyLostObject',
  's3:Replication:*',
  's3:Replication:OperationFailedReplication',
  's3:Replication:OperationMissedThreshold',
  's3:Replication:OperationReplicatedAfterThreshold',
  's3:Replication:OperationNotTracked',
  's3:LifecycleExpiration:*',
  's3:LifecycleExpiration:Delete',
  's3:LifecycleExpiration:DeleteMarkerCreated',
  's3:LifecycleTransition',
  's3:IntelligentTiering',
]);

/** AWS allows 1024 bytes. */
const part = short(1024).nullable().optional();

export const s3 = z
  .union(
    [
      bucket,
      fields({
        bucket: bucket.describe('The bucket: its key under buckets:, its name, or its ARN.'),
        events: z
          .union([events, list(events, 'a list of events').min(1, { error: 'at least one event' })], {
            error: 'an event such as s3:ObjectCreated:*, or a list of events',
          })
          .nullable()
          .optional()
          .meta({ description: 'Events that call the function.', default: ['s3:ObjectCreated:*'] }),
        prefix: part.describe('Only objects whose keys start with this text.'),
        suffix: part.describe('Only objects whose keys end with this text.'),
        id: matching(/^[\x21-\x7e]{1,255}$/, 'text of at most 255 characters without blanks')
          .optional()
          .describe(
            'Id of the notification in the configuration of the bucket. Without it, slsctl gives one that does not change.',
          ),
      }),
    ],
    { error: 'a bucket (its key, name or ARN), or { bucket, … }' },
  )
  .meta({
    description:
      'Amazon S3 calls the function when an object of the bucket is created, changed or removed. Notifications of others on the bucket stay.',
    examples: ['uploads', { bucket: 'uploads', prefix: 'incoming/', suffix: '.jpg' }],
  });
