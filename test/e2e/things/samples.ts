// Values of fields that the schemas of things say too little about, what must stand beside a field, and what a target lacks.
import type { ThingKind } from '../../../src/config/things/kinds.ts';
import type { Samples } from '../../support/fields/schema-fields.ts';
import type { TargetName } from '../../support/targets/targets.ts';

const statement = (Action: string) => ({
  Version: '2012-10-17',
  Statement: [{ Sid: 'One', Effect: 'Allow', Principal: { AWS: '*' }, Action, Resource: '*' }],
});
const keys = ['1', '2'].map(
  (end) => `arn:aws:kms:us-east-1:ACCOUNT:key/00000000-0000-0000-0000-00000000000${end}`,
);
const tags = [{ team: 'one', both: 'x' }, { team: 'two' }];

/** `ACCOUNT` stands for the account of the target. */
const queue = (name: string) => `arn:aws:sqs:us-east-1:ACCOUNT:${name}`;

export const samples: Record<ThingKind, Samples> = {
  queue: {
    tags,
    deadLetter: [{ queue: 'failed', maxReceiveCount: 2 }, 4],
    deduplicationScope: ['messageGroup', 'queue'],
    fifoThroughputLimit: ['perMessageGroupId', 'perQueue'],
    kmsMasterKeyId: keys,
    sqsManagedSseEnabled: [false, true],
    redriveAllowPolicy: [
      { redrivePermission: 'denyAll' },
      { redrivePermission: 'byQueue', sourceQueueArns: [queue('any')] },
    ],
    redrivePolicy: [2, 4].map((maxReceiveCount) => ({
      deadLetterTargetArn: queue('any'),
      maxReceiveCount,
    })),
    policy: [statement('sqs:SendMessage'), statement('sqs:ReceiveMessage')],
  },
  topic: {
    tags,
    fifoThroughputScope: ['MessageGroup', 'Topic'],
    archivePolicy: [1, 2].map((messageRetentionPeriod) => ({ messageRetentionPeriod })),
    kmsMasterKeyId: keys,
    signatureVersion: ['2', '1'],
    deliveryPolicy: [1, 2].map((numRetries) => ({
      http: { defaultHealthyRetryPolicy: { minDelayTarget: 1, maxDelayTarget: 20, numRetries } },
    })),
    policy: [statement('SNS:Publish'), statement('SNS:Subscribe')],
  },
  bucket: {
    tags,
    lifecycle: [
      [{ prefix: 'tmp/', expiration: { days: 7 } }],
      [
        { id: 'old', noncurrentVersionExpiration: { noncurrentDays: 3 } },
        { abortIncompleteMultipartUpload: { daysAfterInitiation: 2 } },
        { prefix: 'a/', status: 'Disabled', transitions: [{ days: 30, storageClass: 'GLACIER' }] },
      ],
    ],
    cors: [
      [{ allowedMethods: ['GET'], allowedOrigins: ['https://example.com'] }],
      [
        {
          id: 'one',
          allowedMethods: ['PUT'],
          allowedOrigins: ['*'],
          allowedHeaders: ['x'],
          maxAgeSeconds: 5,
        },
      ],
    ],
    encryption: [{ sseAlgorithm: 'aws:kms', kmsMasterKeyID: 'alias/one', bucketKeyEnabled: true }, 'AES256'],
    publicAccessBlock: [{ blockPublicPolicy: false }, { blockPublicAcls: false, ignorePublicAcls: false }],
    policy: [
      { ...statement('s3:GetObject'), ...resource('read') },
      { ...statement('s3:PutObject'), ...resource('write') },
    ],
  },
  table: {
    tags,
    indexes: [
      { byEmail: { partitionKey: 'email' } },
      { byEmail: { partitionKey: 'email', sortKey: { name: 'at', type: 'N' }, projection: 'KEYS_ONLY' } },
    ],
    billingMode: ['PAY_PER_REQUEST'],
    provisionedThroughput: [
      { readCapacityUnits: 2, writeCapacityUnits: 3 },
      { readCapacityUnits: 4, writeCapacityUnits: 5 },
    ],
    stream: ['NEW_IMAGE', 'KEYS_ONLY'],
    ttl: ['expiresAt', 'goneAt'],
    tableClass: ['STANDARD_INFREQUENT_ACCESS', 'STANDARD'],
    kmsMasterKeyId: keys,
  },
  stream: {
    tags,
    shards: [2, 3],
    retentionPeriodHours: [48, 36],
    encryption: ['NONE', 'KMS'],
    keyId: keys,
  },
  'state machine': {
    tags,
    definition: ['one', 'two'].map(machine),
    logging: [
      { level: 'ALL', includeExecutionData: true, logGroup: 'one' },
      { level: 'ERROR', logGroup: 'arn:aws:logs:us-east-1:ACCOUNT:log-group:two' },
    ],
  },
};

function machine(Result: string) {
  return { StartAt: 'Only', States: { Only: { Type: 'Pass', Result, End: true } } };
}

function resource(sid: string) {
  const Resource = 'arn:aws:s3:::BUCKET/*';
  return {
    Statement: [
      {
        Sid: sid,
        Effect: 'Allow',
        Principal: { AWS: 'arn:aws:iam::ACCOUNT:root' },
        Action: 's3:GetObject',
        Resource,
      },
    ],
  };
}

/** What must stand beside a field. */
export function basesOf(kind: ThingKind, field: string): Record<string, unknown> {
  const ofFifo = ['contentBasedDeduplication', 'deduplicationScope', 'fifoThroughputLimit'];
  if (kind === 'table') return { partitionKey: 'id' };
  if (kind === 'state machine') return { definition: machine('base') };
  if (kind === 'queue' && ofFifo.includes(field)) {
    // AWS takes the limit for message groups only with their scope.
    return {
      fifoQueue: true,
      ...(field === 'fifoThroughputLimit' ? { deduplicationScope: 'messageGroup' } : {}),
    };
  }
  if (kind === 'queue' && field === 'kmsDataKeyReusePeriodSeconds') return { kmsMasterKeyId: 'alias/one' };
  if (kind === 'topic' && [...ofFifo, 'fifoThroughputScope', 'archivePolicy'].includes(field)) {
    return { fifoTopic: true, contentBasedDeduplication: true };
  }
  return {};
}

/** By target and kind: fields that the target does not keep, and why; a text: it has nothing of the kind. */
export const unsupported: Record<TargetName, Partial<Record<ThingKind, Record<string, string> | string>>> = {
  'the local AWS': {
    bucket: { cors: 'slsctl local has no CORS' },
  },
  moto: {
    queue: { redriveAllowPolicy: 'moto answers it in another form' },
    topic: {
      fifoThroughputScope: 'moto does not know it',
      signatureVersion: 'moto does not take it with the creation',
      tracingConfig: 'moto does not take it with the creation',
      archivePolicy: 'moto does not know it',
    },
    table: {
      stream: 'moto turns no stream on that was on before',
      tableClass: 'moto takes it with the creation only',
      kmsMasterKeyId: 'moto takes it with the creation only',
    },
  },
  ministack: {
    queue: {
      maximumMessageSize: 'ministack has the limit of 256 KiB that SQS had before',
      deadLetter: 'ministack does not take the empty policy, by which SQS removes it',
      redrivePolicy: 'ministack does not take the empty policy, by which SQS removes it',
    },
    topic: 'ministack drops the tags of CreateTopic, so the topic has no owner',
    stream: {
      shards: 'ministack has no UpdateStreamMode',
      keyId: 'ministack does not answer it',
    },
    'state machine': { tracing: 'ministack does not change it' },
  },
  LocalStack: {
    topic: {
      fifoThroughputScope: 'LocalStack does not know it',
      tracingConfig: 'LocalStack does not answer it',
    },
    table: 'LocalStack downloads DynamoDB Local',
    'state machine': {
      tracing: 'LocalStack does not change it',
      logging: 'LocalStack looks for the log group, and these tests have none',
    },
    stream: 'LocalStack downloads Kinesis, as a program that outlives it',
  },
};
