// A queue, a topic, a bucket, a table, a stream and a state machine, declared in two ways and not declared at all, for the conformance suite.
import { BucketResource, DeclaredBucket } from '../../src/resources/buckets/bucket.ts';
import { tagsOf } from '../../src/resources/owned/ownership.ts';
import { DeclaredQueue, QueueResource } from '../../src/resources/queues/queue.ts';
import { DeclaredStateMachine, StateMachineResource } from '../../src/resources/state-machines/machine.ts';
import { DeclaredStream, StreamResource } from '../../src/resources/streams/stream.ts';
import { DeclaredTable, TableResource } from '../../src/resources/tables/table.ts';
import { DeclaredTopic, TopicResource } from '../../src/resources/topics/topic.ts';
import type { Sample } from './samples.ts';

export const madeThings: Sample[] = [
  {
    kind: 'queue',
    forms: ({ aws }, name, of, step) => ({
      undeclared: new QueueResource(aws, { name, owner: of }),
      declared: new DeclaredQueue(aws, {
        name,
        owner: of,
        fields: { visibilityTimeout: [60, 90][step], policy: { Version: '2012-10-17', Statement: [] } },
        tags: tagsOf(of, { step: String(step) }),
      }),
    }),
  },
  {
    kind: 'topic',
    forms: ({ aws }, name, of, step) => ({
      undeclared: new TopicResource(aws, { name, owner: of }),
      declared: new DeclaredTopic(aws, {
        name,
        owner: of,
        fields: { displayName: `step ${step}` },
        tags: tagsOf(of, { step: String(step) }),
      }),
    }),
  },
  {
    kind: 'bucket',
    forms: ({ aws }, name, of, step) => ({
      undeclared: new BucketResource(aws, { name, owner: of }),
      declared: new DeclaredBucket(aws, {
        name,
        owner: of,
        fields: { versioning: step === 1, lifecycle: [{ expiration: { days: 7 + step } }] },
        tags: tagsOf(of, { step: String(step) }),
      }),
    }),
  },
  {
    kind: 'table',
    forms: ({ aws }, name, of, step) => ({
      undeclared: new TableResource(aws, { name, owner: of }),
      declared: new DeclaredTable(aws, {
        name,
        owner: of,
        fields: {
          partitionKey: 'id',
          stream: step === 0 ? 'NEW_IMAGE' : null,
          indexes: step === 0 ? {} : { byEmail: { partitionKey: 'email' } },
        },
        tags: tagsOf(of, { step: String(step) }),
      }),
    }),
  },
  {
    kind: 'stream',
    forms: ({ aws }, name, of, step) => ({
      undeclared: new StreamResource(aws, { name, owner: of }),
      declared: new DeclaredStream(aws, {
        name,
        owner: of,
        fields: { shards: 1 + step, retentionPeriodHours: 24 + step },
        tags: tagsOf(of, { step: String(step) }),
      }),
    }),
  },
  {
    kind: 'state machine',
    forms: ({ aws, role }, name, of, step) => ({
      undeclared: new StateMachineResource(aws, { name, owner: of }),
      declared: new DeclaredStateMachine(aws, {
        name,
        owner: of,
        fields: {
          definition: { StartAt: 'Done', States: { Done: { Type: 'Pass', Result: step, End: true } } },
          role,
        },
        uses: {
          role: undefined,
          queue: () => {
            throw new Error('the definition names no queue');
          },
        },
        tags: tagsOf(of, { step: String(step) }),
      }),
    }),
  },
];
