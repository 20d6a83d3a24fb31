// The local DynamoDB behind a server in the test's own process, with the SDK's clients.
import {
  type AttributeValue,
  CreateTableCommand,
  type CreateTableCommandInput,
  DynamoDBClient,
  type ScalarAttributeType,
} from '@aws-sdk/client-dynamodb';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { afterAll } from 'vitest';
import { signedServer } from '../../signed-server.ts';

export type Attributes = Record<string, AttributeValue>;

export async function localDynamo() {
  const server = await signedServer();
  const { endpoint, credentials } = server;
  const config = { endpoint, credentials, region: 'eu-central-1', maxAttempts: 1 };
  const dynamo = new DynamoDBClient(config);
  const streams = new DynamoDBStreamsClient(config);
  afterAll(async () => {
    dynamo.destroy();
    streams.destroy();
    await server.close();
  });

  /** Creates a table. `key` is `id`, or `id:S place:N` with a sort key. */
  async function table(
    TableName: string,
    key = 'id',
    more: Partial<CreateTableCommandInput> = {},
  ): Promise<string> {
    const parts = key.split(' ').map((part) => part.split(':') as [string, ScalarAttributeType | undefined]);
    const { AttributeDefinitions = [], ...rest } = more;
    await dynamo.send(
      new CreateTableCommand({
        TableName,
        AttributeDefinitions: [
          ...parts.map(([AttributeName, AttributeType = 'S' as const]) => ({ AttributeName, AttributeType })),
          ...AttributeDefinitions,
        ],
        KeySchema: parts.map(([AttributeName], index) => ({
          AttributeName,
          KeyType: index === 0 ? 'HASH' : 'RANGE',
        })),
        BillingMode: 'PAY_PER_REQUEST',
        ...rest,
      }),
    );
    return TableName;
  }
  return { server, dynamo, streams, table };
}

/** The error of a refused call: `ValidationException: The provided key element does not match the schema`. */
export async function refusal(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    const { name, message, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
    return $metadata?.httpStatusCode === 400 ? `${name}: ${message}` : String(error);
  }
  return 'not refused';
}

export const invalid = (message: string): string =>
  `ValidationException: One or more parameter values were invalid: ${message}`;

/** The answer without what every answer has. */
export function content<T extends object>(answer: T): Omit<T, '$metadata'> {
  const { $metadata: _, ...rest } = answer as T & { $metadata?: unknown };
  return rest;
}
