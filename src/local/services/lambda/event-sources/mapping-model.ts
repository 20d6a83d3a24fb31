// The rules of Lambda's model for the settings of event source mappings.
import type {
  AmazonManagedKafkaEventSourceConfig,
  DocumentDBEventSourceConfig,
} from '@aws-sdk/client-lambda';
import { arnPattern, destinationPattern, keyArnPattern } from '../patterns.ts';
import { Violations } from '../violations.ts';
import type { Wishes } from './kinds.ts';

const wordPattern = '[a-zA-Z0-9-\\/*:_+=.@-]*';

export function mappingViolations(wishes: Wishes): Violations {
  const { DestinationConfig, ScalingConfig, MetricsConfig, ProvisionedPollerConfig: pollers } = wishes;
  const violations = new Violations()
    .pattern(wishes.EventSourceArn, 'eventSourceArn', arnPattern)
    .range(wishes.BatchSize, 'batchSize', 1, 10_000)
    .range(wishes.MaximumBatchingWindowInSeconds, 'maximumBatchingWindowInSeconds', 0, 300)
    .range(wishes.ParallelizationFactor, 'parallelizationFactor', 1, 10)
    .oneOf(wishes.StartingPosition, 'startingPosition', ['LATEST', 'AT_TIMESTAMP', 'TRIM_HORIZON'])
    .range(wishes.MaximumRecordAgeInSeconds, 'maximumRecordAgeInSeconds', -1, 604_800)
    .range(wishes.MaximumRetryAttempts, 'maximumRetryAttempts', -1, 10_000)
    .range(wishes.TumblingWindowInSeconds, 'tumblingWindowInSeconds', 0, 900)
    .length(wishes.Topics, 'topics', 1, 1)
    .length(wishes.Queues, 'queues', 1, 1)
    .length(wishes.SourceAccessConfigurations, 'sourceAccessConfigurations', 22)
    .length(wishes.FunctionResponseTypes, 'functionResponseTypes', 1)
    .eachOneOf(wishes.FunctionResponseTypes, 'functionResponseTypes', ['ReportBatchItemFailures'])
    .range(ScalingConfig?.MaximumConcurrency, 'scalingConfig.maximumConcurrency', 2, 1000)
    .range(pollers?.MinimumPollers, 'provisionedPollerConfig.minimumPollers', 1, 200)
    .range(pollers?.MaximumPollers, 'provisionedPollerConfig.maximumPollers', 1, 2000)
    .length(pollers?.PollerGroupName, 'provisionedPollerConfig.pollerGroupName', 128)
    .pattern(pollers?.PollerGroupName, 'provisionedPollerConfig.pollerGroupName', '[a-zA-Z0-9-_]*')
    .pattern(wishes.KMSKeyArn, 'kMSKeyArn', keyArnPattern)
    .length(MetricsConfig?.Metrics, 'metricsConfig.metrics', 3)
    .eachOneOf(MetricsConfig?.Metrics, 'metricsConfig.metrics', ['ErrorCount', 'EventCount', 'KafkaMetrics'])
    .oneOf(wishes.LoggingConfig?.SystemLogLevel, 'loggingConfig.systemLogLevel', ['WARN', 'INFO', 'DEBUG']);
  addDestination(violations, DestinationConfig?.OnSuccess?.Destination, 'onSuccess');
  addDestination(violations, DestinationConfig?.OnFailure?.Destination, 'onFailure');
  addKafka(violations, wishes.AmazonManagedKafkaEventSourceConfig, 'amazonManagedKafkaEventSourceConfig');
  addKafka(violations, wishes.SelfManagedKafkaEventSourceConfig, 'selfManagedKafkaEventSourceConfig');
  addDocumentDb(violations, wishes.DocumentDBEventSourceConfig);
  return violations;
}

function addDestination(violations: Violations, destination: string | undefined, when: string): void {
  violations
    .pattern(destination, `destinationConfig.${when}.destination`, destinationPattern)
    .length(destination, `destinationConfig.${when}.destination`, 350);
}

function addKafka(
  violations: Violations,
  { ConsumerGroupId, SchemaRegistryConfig: registry }: AmazonManagedKafkaEventSourceConfig = {},
  place: string,
): void {
  violations
    .length(ConsumerGroupId, `${place}.consumerGroupId`, 200, 1)
    .pattern(ConsumerGroupId, `${place}.consumerGroupId`, wordPattern)
    .length(registry?.SchemaRegistryURI, `${place}.schemaRegistryConfig.schemaRegistryURI`, 10_000, 1)
    .pattern(registry?.SchemaRegistryURI, `${place}.schemaRegistryConfig.schemaRegistryURI`, wordPattern)
    .oneOf(registry?.EventRecordFormat, `${place}.schemaRegistryConfig.eventRecordFormat`, [
      'JSON',
      'SOURCE',
    ]);
}

function addDocumentDb(
  violations: Violations,
  { DatabaseName, CollectionName, FullDocument }: DocumentDBEventSourceConfig = {},
): void {
  const place = 'documentDBEventSourceConfig';
  violations
    .length(DatabaseName, `${place}.databaseName`, 63, 1)
    .pattern(DatabaseName, `${place}.databaseName`, '[^ /\\.$\\x22]*')
    .length(CollectionName, `${place}.collectionName`, 57, 1)
    .pattern(CollectionName, `${place}.collectionName`, '(^(?!(system\\x2e)))(^[_a-zA-Z0-9])([^$]*)')
    .oneOf(FullDocument, `${place}.fullDocument`, ['Default', 'UpdateLookup']);
}
