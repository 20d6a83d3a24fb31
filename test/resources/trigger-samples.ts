// Declarations of every kind of trigger, and the sources that they need, for the conformance suite.
import { CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { CreateTopicCommand } from '@aws-sdk/client-sns';
import type { TriggerKindName, TriggerValues } from '../../src/config/triggers/all.ts';
import type { Step, World } from './samples.ts';

const here = (service: string) => `arn:aws:${service}:us-east-1:000000000000`;
const brokerQueue = {
  broker: `${here('mq')}:broker:orders:b-0123abcd-0123-4567-89ab-0123456789ab`,
  queues: ['incoming'],
  sourceAccessConfigurations: [
    { type: 'BASIC_AUTH' as const, uri: `${here('secretsmanager')}:secret:broker-a1b2c3` },
  ],
};
const topic = {
  selfManagedEventSource: { endpoints: { KAFKA_BOOTSTRAP_SERVERS: ['kafka.example.com:9092'] } },
  topics: ['incoming'],
  sourceAccessConfigurations: [
    { type: 'SASL_SCRAM_512_AUTH' as const, uri: `${here('secretsmanager')}:secret:kafka-a1b2c3` },
  ],
};

/** Two declarations of each kind of trigger, from the same source. NAME stands for the name of the function. */
const triggerDeclarations: { [Kind in TriggerKindName]: [TriggerValues[Kind], TriggerValues[Kind]] } = {
  s3: ['uploads-NAME', { bucket: 'uploads-NAME', prefix: 'incoming/' }],
  sqs: ['orders', { queue: 'orders', batchSize: 5, enabled: false }],
  sns: ['topic-NAME', { topic: 'topic-NAME', filterPolicy: { kind: ['refund'] } }],
  logs: ['/group/NAME', { logGroup: '/group/NAME', filterPattern: 'ERROR' }],
  event: [{ pattern: { source: ['shop'] } }, { pattern: { source: ['store'] }, input: { a: 1 } }],
  schedule: ['rate(5 minutes)', { expression: 'rate(1 hour)', enabled: false }],
  http: ['GET /NAME/{id}', { route: 'GET /NAME/{id}', timeoutInMillis: 5000 }],
  dynamodb: ['users', { table: 'users', maximumRetryAttempts: 3 }],
  kinesis: ['clicks', { stream: 'clicks', parallelizationFactor: 2 }],
  mq: [
    { ...brokerQueue, batchSize: 10 },
    { ...brokerQueue, batchSize: 20 },
  ],
  kafka: [topic, { ...topic, maximumBatchingWindowInSeconds: 3 }],
};

export function declaredFor(name: TriggerKindName, functionName: string, step: Step): unknown {
  return JSON.parse(JSON.stringify(triggerDeclarations[name][step]).replaceAll('NAME', functionName));
}

/** Creates the source that a function's trigger has for itself. */
export const triggerSources: Partial<
  Record<TriggerKindName, (world: World, functionName: string) => Promise<unknown>>
> = {
  sns: async ({ aws }, name) => (await aws.sns()).send(new CreateTopicCommand({ Name: `topic-${name}` })),
  logs: async ({ aws }, name) => aws.logs.send(new CreateLogGroupCommand({ logGroupName: `/group/${name}` })),
  s3: async ({ aws }, name) => (await aws.s3()).send(new CreateBucketCommand({ Bucket: `uploads-${name}` })),
};
