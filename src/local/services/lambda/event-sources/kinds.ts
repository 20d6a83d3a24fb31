// The kinds of event sources: how to recognize them, their settings, and their defaults.

import { randomUUID } from 'node:crypto';
import type { CreateEventSourceMappingRequest } from '@aws-sdk/client-lambda';
import { invalid } from '../errors.ts';
import type { MappingSettings } from '../records.ts';

/** The settings of a mapping in a request, without its function, its tags and its state. */
export type Wishes = Omit<CreateEventSourceMappingRequest, 'FunctionName' | 'Tags' | 'Enabled'>;
export interface EventSource {
  readonly kind: 'sqs' | 'kinesis' | 'dynamodb' | 'kafka' | 'self-managed-kafka' | 'mq' | 'documentdb';
  readonly reason: 'USER_INITIATED' | 'User action';
  /** The members of this kind, in addition to those of every kind. */
  readonly takes: readonly (keyof Wishes)[];
  readonly startingPosition: boolean;
  defaults(id: string): MappingSettings;
}

const everyKind: readonly (keyof Wishes)[] = [
  'EventSourceArn',
  'BatchSize',
  'FilterCriteria',
  'MaximumBatchingWindowInSeconds',
  'KMSKeyArn',
  'MetricsConfig',
  'LoggingConfig',
];
const streamMembers: readonly (keyof Wishes)[] = [
  'StartingPosition',
  'StartingPositionTimestamp',
  'ParallelizationFactor',
  'DestinationConfig',
  'MaximumRecordAgeInSeconds',
  'BisectBatchOnFunctionError',
  'MaximumRetryAttempts',
  'TumblingWindowInSeconds',
  'FunctionResponseTypes',
];
const kafkaMembers: readonly (keyof Wishes)[] = [
  'StartingPosition',
  'StartingPositionTimestamp',
  'Topics',
  'SourceAccessConfigurations',
  'ProvisionedPollerConfig',
  'DestinationConfig',
  'BisectBatchOnFunctionError',
  'MaximumRecordAgeInSeconds',
  'MaximumRetryAttempts',
  'FunctionResponseTypes',
];

const nothingYet = 'No records processed';
const stream = (kind: 'kinesis' | 'dynamodb'): EventSource => ({
  kind,
  reason: 'User action',
  takes: streamMembers,
  startingPosition: true,
  defaults: () => ({
    BatchSize: 100,
    MaximumBatchingWindowInSeconds: 0,
    ParallelizationFactor: 1,
    DestinationConfig: { OnFailure: {} },
    MaximumRecordAgeInSeconds: -1,
    BisectBatchOnFunctionError: false,
    MaximumRetryAttempts: -1,
    TumblingWindowInSeconds: 0,
    FunctionResponseTypes: [],
    LastProcessingResult: nothingYet,
  }),
});

const sources: readonly EventSource[] = [
  {
    kind: 'sqs',
    reason: 'USER_INITIATED',
    takes: ['FunctionResponseTypes', 'ScalingConfig', 'ProvisionedPollerConfig'],
    startingPosition: false,
    defaults: () => ({ BatchSize: 10, MaximumBatchingWindowInSeconds: 0, FunctionResponseTypes: [] }),
  },
  stream('kinesis'),
  stream('dynamodb'),
  {
    kind: 'kafka',
    reason: 'USER_INITIATED',
    takes: [...kafkaMembers, 'AmazonManagedKafkaEventSourceConfig'],
    startingPosition: true,
    defaults: () => ({
      BatchSize: 100,
      MaximumBatchingWindowInSeconds: 0,
      AmazonManagedKafkaEventSourceConfig: { ConsumerGroupId: randomUUID() },
      LastProcessingResult: nothingYet,
    }),
  },
  {
    kind: 'self-managed-kafka',
    reason: 'USER_INITIATED',
    takes: [...kafkaMembers, 'SelfManagedEventSource', 'SelfManagedKafkaEventSourceConfig'],
    startingPosition: true,
    defaults: () => ({
      BatchSize: 100,
      SelfManagedKafkaEventSourceConfig: { ConsumerGroupId: randomUUID() },
      LastProcessingResult: nothingYet,
    }),
  },
  {
    kind: 'mq',
    reason: 'USER_INITIATED',
    takes: ['Queues', 'SourceAccessConfigurations'],
    startingPosition: false,
    defaults: () => ({ BatchSize: 100, LastProcessingResult: nothingYet }),
  },
  {
    kind: 'documentdb',
    reason: 'User action',
    takes: [
      'DocumentDBEventSourceConfig',
      'SourceAccessConfigurations',
      'StartingPosition',
      'StartingPositionTimestamp',
    ],
    startingPosition: true,
    defaults: () => ({
      BatchSize: 100,
      MaximumBatchingWindowInSeconds: 0,
      LastProcessingResult: nothingYet,
    }),
  },
];

const kindsByService: Record<string, EventSource['kind']> = {
  sqs: 'sqs',
  kinesis: 'kinesis',
  dynamodb: 'dynamodb',
  kafka: 'kafka',
  mq: 'mq',
  rds: 'documentdb',
};

/** @throws InvalidParameterValueException when Lambda cannot read events from this source */
export function sourceOf({ EventSourceArn, SelfManagedEventSource }: MappingSettings): EventSource {
  const service = EventSourceArn?.split(':')[2] ?? '';
  const kind = SelfManagedEventSource ? 'self-managed-kafka' : kindsByService[service];
  const found = sources.find((source) => source.kind === kind);
  if (!found || (kind === 'dynamodb' && !EventSourceArn?.includes('/stream/'))) {
    throw invalid('Unrecognized event source.');
  }
  return found;
}

/** The least MaximumRecordAgeInSeconds, unless the age does not matter. */
const leastAge = 60;

/** @throws InvalidParameterValueException for settings that this kind of source does not have */
export function checkWishes(source: EventSource, wishes: Wishes, created: boolean): void {
  if (source.kind === 'sqs' && wishes.StartingPosition !== undefined) {
    throw invalid('StartingPosition is not valid for SQS event sources.');
  }
  for (const [name, value] of Object.entries(wishes)) {
    const known = [...everyKind, ...source.takes].includes(name as keyof Wishes);
    if (value !== undefined && !known) throw unsupported(name);
  }
  if (wishes.DestinationConfig?.OnSuccess) throw unsupported('DestinationConfig');
  if (created) {
    if (source.kind === 'self-managed-kafka' && !wishes.SourceAccessConfigurations) {
      throw invalid("Required 'sourceAccessConfigurations' parameter is missing.");
    }
    checkStart(source, wishes);
  }
  const { MaximumRecordAgeInSeconds: age = -1 } = wishes;
  if (age !== -1 && age < leastAge) {
    throw invalid(`MaximumRecordAgeInSeconds must be -1, or from ${leastAge} to 604800.`);
  }
  checkBatches(source, wishes);
}

const unsupported = (name: string) =>
  invalid(`Unsupported ${name} parameter for given event source mapping type.`);

function checkStart(source: EventSource, wishes: Wishes): void {
  const { StartingPosition, StartingPositionTimestamp, EventSourceArn } = wishes;
  if (!source.startingPosition) return;
  if (StartingPosition === undefined) {
    throw invalid(
      "1 validation error detected: Value null at 'startingPosition' failed to satisfy constraint: Member must not be null.",
    );
  }
  if (StartingPosition !== 'AT_TIMESTAMP') {
    if (StartingPositionTimestamp === undefined) return;
    throw invalid('Timestamp only valid with StartingPosition AT_TIMESTAMP');
  }
  if (source.kind === 'dynamodb') {
    throw invalid(`Unsupported starting position for arn type: ${EventSourceArn}`);
  }
  if (StartingPositionTimestamp === undefined) {
    throw invalid('StartingPositionTimestamp is required with StartingPosition AT_TIMESTAMP');
  }
  if (StartingPositionTimestamp.getTime() < 0) {
    throw invalid(
      'Received Exception while reading from provided stream. class java.lang.Long can not be converted to a Timestamp',
    );
  }
}

function checkBatches(source: EventSource, wishes: Wishes): void {
  const { BatchSize = 0, MaximumBatchingWindowInSeconds = 0, EventSourceArn } = wishes;
  if (source.kind !== 'sqs') return;
  if (EventSourceArn?.endsWith('.fifo') && MaximumBatchingWindowInSeconds > 0) {
    throw invalid('Batching window is not supported for FIFO queues');
  }
  if (BatchSize > 10 && MaximumBatchingWindowInSeconds === 0) {
    throw invalid(
      'Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10',
    );
  }
}
