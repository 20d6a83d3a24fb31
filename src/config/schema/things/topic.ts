// `topics:`: the attributes of CreateTopic.

import * as z from 'zod';
import { fields, matching, oneOf, refuse, short, text, whole, yesOrNo } from '../checks.ts';
import { common, kmsKey, policyDocument, resettable } from './shared-fields.ts';

const topicName = matching(
  /^[\w-]{1,251}(\.fifo)?$/,
  'letters, digits, - and _, at most 251, and .fifo for FIFO',
);

export const topicSchema = fields({
  ...common(topicName, 'topic', 'events'),
  displayName: resettable(short(100)).meta({
    description: 'Name that SMS and e-mail messages show.',
    examples: ['Orders'],
  }),
  fifo: yesOrNo.optional().meta({ description: 'Short for fifoTopic.', examples: [true] }),
  fifoTopic: yesOrNo.optional().meta({
    description:
      'FIFO topic: exact order in each message group. Its name on AWS ends with .fifo. A topic cannot change its type.',
    examples: [true],
  }),
  contentBasedDeduplication: resettable(yesOrNo).meta({
    description: 'FIFO: messages of the same content are duplicates.',
    examples: [true],
  }),
  fifoThroughputScope: resettable(oneOf(['Topic', 'MessageGroup'])).meta({
    description: 'FIFO: what the limit of messages per second is for.',
    examples: ['MessageGroup'],
  }),
  kmsMasterKeyId: resettable(kmsKey).meta({
    description:
      'KMS key that encrypts messages. AWS services can publish only with a key of your own whose policy lets them.',
    examples: ['alias/events'],
  }),
  signatureVersion: resettable(oneOf(['1', '2'])).meta({
    description: 'Hash of the signature of deliveries: SHA-1 or SHA-256. AWS takes "1".',
    examples: ['2'],
  }),
  tracingConfig: resettable(oneOf(['Active', 'PassThrough'])).meta({
    description: 'X-Ray tracing of deliveries.',
    examples: ['Active'],
  }),
  deliveryPolicy: resettable(z.record(text(), z.unknown(), { error: 'a delivery policy' })).meta({
    description: 'How SNS repeats deliveries to HTTP endpoints.',
    examples: [
      { http: { defaultHealthyRetryPolicy: { numRetries: 5, minDelayTarget: 1, maxDelayTarget: 20 } } },
    ],
  }),
  archivePolicy: resettable(
    fields({
      messageRetentionPeriod: whole({ min: 1, max: 365 }, 'days').describe(
        'Days for which SNS keeps messages.',
      ),
    }),
  ).meta({
    description: 'FIFO: keeps messages, so that a subscription can get them again.',
    examples: [{ messageRetentionPeriod: 7 }],
  }),
  policy: resettable(policyDocument).meta({
    description: 'Resource policy: who else may publish and subscribe. null: what SNS gives to a new topic.',
    examples: [
      {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Service: 's3.amazonaws.com' },
            Action: 'sns:Publish',
            Resource: '*',
          },
        ],
      },
    ],
  }),
}).superRefine((topic, context) => {
  const { fifo, fifoTopic, name } = topic;
  if (fifo !== undefined && fifoTopic !== undefined && fifo !== fifoTopic) {
    refuse(context, 'is not the same as fifoTopic', ['fifo']);
  }
  if (name?.endsWith('.fifo') && (fifo ?? fifoTopic) === false) {
    refuse(context, 'ends with .fifo, but fifoTopic is false', ['name']);
  }
  const isFifo = fifo ?? fifoTopic ?? name?.endsWith('.fifo') ?? false;
  for (const field of ['contentBasedDeduplication', 'fifoThroughputScope', 'archivePolicy'] as const) {
    if (topic[field] && !isFifo) refuse(context, 'needs fifoTopic: true', [field]);
  }
});
