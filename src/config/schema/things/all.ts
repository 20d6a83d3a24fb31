// What a project makes for itself, by section of slsctl.yml.
import * as z from 'zod';
import { matching } from '../checks.ts';
import { bucketSchema } from './bucket.ts';
import { queueSchema } from './queue.ts';
import { stateMachineSchema } from './state-machine.ts';
import { streamSchema } from './stream.ts';
import { tableSchema } from './table.ts';
import { topicSchema } from './topic.ts';

const key = matching(/^[a-zA-Z0-9-_]{1,64}$/, 'letters, digits, - and _, at most 64');

/** null, in a stage: the stage has no such thing. */
function section<T extends z.ZodType>(schema: T, nouns: string) {
  return z.record(key, schema.nullable(), { error: `a map of ${nouns} names to their settings` }).optional();
}

export const thingSections = {
  buckets: section(bucketSchema, 'bucket').meta({
    description:
      'S3 buckets that the project makes, by name: private and encrypted. On AWS: PROJECT-NAME-ACCOUNT-REGION. They are kept, with what they hold, until --delete-data is given.',
    examples: [{ uploads: {} }],
  }),
  queues: section(queueSchema, 'queue').meta({
    description:
      'SQS queues that the project makes, by name. On AWS: PROJECT-NAME. A queue with messages is kept until --delete-data is given.',
    examples: [{ orders: { deadLetter: 3 } }],
  }),
  topics: section(topicSchema, 'topic').meta({
    description: 'SNS topics that the project makes, by name. On AWS: PROJECT-NAME.',
    examples: [{ events: {} }],
  }),
  tables: section(tableSchema, 'table').meta({
    description:
      'DynamoDB tables that the project makes, by name: on demand and encrypted. On AWS: PROJECT-NAME. They are kept, with what they hold, until --delete-data is given.',
    examples: [{ users: { partitionKey: 'userId' } }],
  }),
  streams: section(streamSchema, 'stream').meta({
    description:
      'Kinesis streams that the project makes, by name: on demand and encrypted. On AWS: PROJECT-NAME. They are kept, with what they hold, until --delete-data is given.',
    examples: [{ clicks: {} }],
  }),
  stateMachines: section(stateMachineSchema, 'state machine').meta({
    description:
      'State machines of Step Functions that the project makes, by name, each with its role. On AWS: PROJECT-NAME.',
    examples: [{ orders: { definition: 'orders.asl.json' } }],
  }),
};
