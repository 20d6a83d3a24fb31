// All that AWS says about a thing, without times and counts.
import * as dynamo from '@aws-sdk/client-dynamodb';
import * as kinesis from '@aws-sdk/client-kinesis';
import * as s3 from '@aws-sdk/client-s3';
import * as sfn from '@aws-sdk/client-sfn';
import * as sns from '@aws-sdk/client-sns';
import * as sqs from '@aws-sdk/client-sqs';
import type { Located } from '../../../src/resources/things/things.ts';
import type { Target } from '../../support/targets/targets.ts';

type Sender = { send(command: never): Promise<unknown> };

/** Undefined: there is none. */
async function told(client: unknown, command: unknown): Promise<unknown> {
  try {
    return await (client as Sender).send(command as never);
  } catch (error) {
    return { error: (error as Error).name };
  }
}

const dumps: Record<Located['kind'], (target: Target, of: Located) => Promise<unknown>[]> = {
  queue(target, { name }) {
    const client = target.client(sqs.SQSClient);
    return [
      told(client, new sqs.GetQueueAttributesCommand({ QueueUrl: name, AttributeNames: ['All'] })),
      told(client, new sqs.ListQueueTagsCommand({ QueueUrl: name })),
    ];
  },
  topic(target, { arn }) {
    const client = target.client(sns.SNSClient);
    return [
      told(client, new sns.GetTopicAttributesCommand({ TopicArn: arn })),
      told(client, new sns.ListTagsForResourceCommand({ ResourceArn: arn })),
    ];
  },
  bucket(target, { name: Bucket }) {
    const client = target.client(s3.S3Client);
    return [
      s3.GetBucketTaggingCommand,
      s3.GetPublicAccessBlockCommand,
      s3.GetBucketEncryptionCommand,
      s3.GetBucketVersioningCommand,
      s3.GetBucketLifecycleConfigurationCommand,
      s3.GetBucketCorsCommand,
      s3.GetBucketPolicyCommand,
    ].map((Command) => told(client, new Command({ Bucket })));
  },
  table(target, { name: TableName, arn }) {
    const client = target.client(dynamo.DynamoDBClient);
    return [
      told(client, new dynamo.DescribeTableCommand({ TableName })),
      told(client, new dynamo.DescribeTimeToLiveCommand({ TableName })),
      told(client, new dynamo.DescribeContinuousBackupsCommand({ TableName })),
      told(client, new dynamo.ListTagsOfResourceCommand({ ResourceArn: arn })),
    ];
  },
  stream(target, { name: StreamName }) {
    const client = target.client(kinesis.KinesisClient);
    return [
      told(client, new kinesis.DescribeStreamSummaryCommand({ StreamName })),
      told(client, new kinesis.ListTagsForStreamCommand({ StreamName })),
    ];
  },
  'state machine'(target, { arn }) {
    const client = target.client(sfn.SFNClient);
    return [
      told(client, new sfn.DescribeStateMachineCommand({ stateMachineArn: arn })),
      told(client, new sfn.ListTagsForResourceCommand({ resourceArn: arn })),
    ];
  },
};

const changing =
  /\$metadata|creationDate|revisionId|Timestamp|DateTime|Label|LatestStreamArn|NumberOfDecreases|^Approximate|WarmThroughput/;

export async function dumpOf(target: Target, of: Located): Promise<unknown> {
  const all = await Promise.all(dumps[of.kind](target, of));
  return JSON.parse(JSON.stringify(all, (key, value) => (changing.test(key) ? undefined : sorted(value))));
}

/** Lists of tags and attributes have no order. */
function sorted(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  return value.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}
