// What slsctl may call on AWS for the queues, topics, buckets, tables and streams of a project.
import type { ThingConfig, ThingFields, ThingKind } from '../../config/things/kinds.ts';
import { type Need, need, type Purpose } from './needs.ts';

const reading: readonly Purpose[] = ['read', 'deploy', 'destroy'];
const changing: readonly Purpose[] = ['deploy'];
/** A deployment removes what slsctl.yml no longer declares. */
const removing: readonly Purpose[] = ['deploy', 'destroy'];

/** slsctl.yml says something about the field. */
function says<Kind extends ThingKind>(field: keyof ThingFields<Kind>) {
  return ({ fields }: ThingConfig) => (fields as ThingFields<Kind>)[field] !== undefined;
}

export const queueNeeds: readonly Need<ThingConfig>[] = [
  need('sqs', reading, ['GetQueueUrl', 'GetQueueAttributes', 'ListQueueTags']),
  need('sqs', changing, ['CreateQueue', 'SetQueueAttributes', 'TagQueue', 'UntagQueue']),
  need('sqs', removing, ['DeleteQueue']),
];

export const topicNeeds: readonly Need<ThingConfig>[] = [
  need('sns', reading, ['GetTopicAttributes', 'ListTagsForResource']),
  need('sns', changing, ['CreateTopic', 'SetTopicAttributes', 'TagResource', 'UntagResource']),
  need('sns', removing, ['DeleteTopic']),
];

export const tableNeeds: readonly Need<ThingConfig>[] = [
  need('dynamodb', reading, ['DescribeTable', 'ListTagsOfResource']),
  need('dynamodb', reading, ['DescribeTimeToLive'], { when: says<'table'>('ttl') }),
  need('dynamodb', reading, ['DescribeContinuousBackups'], { when: says<'table'>('pointInTimeRecovery') }),
  need('dynamodb', changing, ['CreateTable', 'UpdateTable', 'TagResource', 'UntagResource']),
  need('dynamodb', changing, ['UpdateTimeToLive'], { when: says<'table'>('ttl') }),
  need('dynamodb', changing, ['UpdateContinuousBackups'], { when: says<'table'>('pointInTimeRecovery') }),
  need('dynamodb', removing, ['DeleteTable']),
];

export const streamNeeds: readonly Need<ThingConfig>[] = [
  need('kinesis', reading, ['DescribeStreamSummary', 'ListTagsForStream']),
  need('kinesis', changing, ['CreateStream', 'AddTagsToStream', 'RemoveTagsFromStream']),
  need('kinesis', changing, ['StartStreamEncryption', 'StopStreamEncryption']),
  need('kinesis', changing, ['UpdateStreamMode', 'UpdateShardCount'], { when: says<'stream'>('shards') }),
  need('kinesis', changing, ['IncreaseStreamRetentionPeriod', 'DecreaseStreamRetentionPeriod'], {
    when: says<'stream'>('retentionPeriodHours'),
  }),
  need('kinesis', removing, ['DeleteStream']),
];

/** On the bucket itself. */
export const ownBucketNeeds: readonly Need<ThingConfig>[] = [
  need('s3', reading, ['GetBucketTagging', 'GetBucketPublicAccessBlock', 'GetEncryptionConfiguration']),
  need('s3', changing, ['CreateBucket', 'PutBucketTagging']),
  need('s3', changing, ['PutBucketPublicAccessBlock', 'PutEncryptionConfiguration']),
  need('s3', reading, ['GetBucketVersioning'], { when: says<'bucket'>('versioning') }),
  need('s3', changing, ['PutBucketVersioning'], { when: says<'bucket'>('versioning') }),
  need('s3', reading, ['GetLifecycleConfiguration'], { when: says<'bucket'>('lifecycle') }),
  need('s3', changing, ['PutLifecycleConfiguration'], { when: says<'bucket'>('lifecycle') }),
  need('s3', reading, ['GetBucketCORS'], { when: says<'bucket'>('cors') }),
  need('s3', changing, ['PutBucketCORS'], { when: says<'bucket'>('cors') }),
  need('s3', reading, ['GetBucketPolicy'], { when: says<'bucket'>('policy') }),
  need('s3', changing, ['PutBucketPolicy', 'DeleteBucketPolicy'], { when: says<'bucket'>('policy') }),
  // A bucket is counted before it is removed.
  need('s3', removing, ['ListBucketVersions', 'ListBucketMultipartUploads', 'DeleteBucket']),
];

/** On the objects in the bucket, with --delete-data. */
export const ownObjectNeeds: readonly Need<ThingConfig>[] = [
  need('s3', removing, ['DeleteObject', 'DeleteObjectVersion', 'AbortMultipartUpload']),
];

export const stateMachineNeeds: readonly Need<ThingConfig>[] = [
  need('states', reading, ['DescribeStateMachine', 'ListTagsForResource']),
  need('states', changing, ['CreateStateMachine', 'UpdateStateMachine', 'TagResource', 'UntagResource']),
  need('states', removing, ['DeleteStateMachine']),
  need('states', [], ['StartExecution', 'StartSyncExecution', 'DescribeExecution', 'GetExecutionHistory']),
];

export const thingNeeds: Record<ThingKind, readonly Need<ThingConfig>[]> = {
  bucket: ownBucketNeeds,
  queue: queueNeeds,
  topic: topicNeeds,
  table: tableNeeds,
  stream: streamNeeds,
  'state machine': stateMachineNeeds,
};
