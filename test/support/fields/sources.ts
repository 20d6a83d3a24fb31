// Sources for event source mappings: queues, tables with a stream, and streams.
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateStreamCommand, KinesisClient } from '@aws-sdk/client-kinesis';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { clientSettings } from '../local.ts';

interface Names {
  queues?: readonly string[];
  tables?: readonly string[];
  streams?: readonly string[];
}

/** Creates them at the endpoint that the environment names. */
export async function createSources(
  env: Record<string, string>,
  { queues = [], tables = [], streams = [] }: Names,
): Promise<void> {
  const settings = clientSettings(env);
  const sqs = new SQSClient(settings);
  const dynamodb = new DynamoDBClient(settings);
  // By itself, this client speaks HTTP/2, which not every endpoint does.
  const kinesis = new KinesisClient({ ...settings, requestHandler: new NodeHttpHandler() });
  await Promise.all([
    ...queues.map((QueueName) => sqs.send(new CreateQueueCommand({ QueueName }))),
    ...tables.map((TableName) =>
      dynamodb.send(
        new CreateTableCommand({
          TableName,
          BillingMode: 'PAY_PER_REQUEST',
          AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
          KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
          StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
        }),
      ),
    ),
    ...streams.map((StreamName) => kinesis.send(new CreateStreamCommand({ StreamName, ShardCount: 1 }))),
  ]);
}
