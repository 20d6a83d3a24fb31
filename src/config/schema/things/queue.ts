// `queues:`: the attributes of CreateQueue, and a dead-letter queue in one word.
import * as z from 'zod';
import { arnOf, fields, list, matching, oneOf, refuse, whole, yesOrNo } from '../checks.ts';
import { common, kmsKey, policyDocument, resettable } from './shared-fields.ts';

const receives = whole({ min: 1, max: 1000 }, 'receives');
const queueName = matching(
  /^[\w-]{1,75}(\.fifo)?$/,
  'letters, digits, - and _, at most 75, and .fifo for FIFO',
);

export const queueSchema = fields({
  ...common(queueName, 'queue', 'orders'),
  deadLetter: z
    .union(
      [
        receives,
        fields({
          queue: matching(
            /^(arn:aws[\w-]*:sqs:\S+|[\w-]{1,75}(\.fifo)?)$/,
            'a queue of this project, or the ARN of a queue',
          ).describe('A queue of this project, or the ARN of a queue.'),
          maxReceiveCount: receives.optional().meta({
            description: 'Receives after which a message goes there.',
            default: 3,
          }),
        }),
      ],
      { error: 'a whole number from 1 to 1000 (receives), or { queue, maxReceiveCount }' },
    )
    .nullable()
    .optional()
    .meta({
      description:
        'Dead-letter queue. A number is how often a message is received before it goes there; slsctl makes the queue KEY-dlq for it, which keeps messages for 14 days.',
      examples: [3, { queue: 'failed', maxReceiveCount: 5 }],
    }),
  fifo: yesOrNo.optional().meta({
    description: 'Short for fifoQueue.',
    examples: [true],
  }),
  fifoQueue: yesOrNo.optional().meta({
    description:
      'FIFO queue: exact order in each message group. Its name on AWS ends with .fifo. A queue cannot change its type.',
    examples: [true],
  }),
  visibilityTimeout: resettable(whole({ min: 0, max: 43_200 }, 'seconds')).meta({
    description:
      'Time for which a message that was received is hidden. Without it, six times the timeout of the slowest function that the queue triggers, as AWS recommends; without a trigger AWS takes 30.',
    examples: [180],
  }),
  messageRetentionPeriod: resettable(whole({ min: 60, max: 1_209_600 }, 'seconds')).meta({
    description: 'Time for which the queue keeps a message. AWS takes 345600, 4 days.',
    examples: [1_209_600],
  }),
  delaySeconds: resettable(whole({ min: 0, max: 900 }, 'seconds')).meta({
    description: 'Time for which a new message is hidden.',
    examples: [5],
  }),
  maximumMessageSize: resettable(whole({ min: 1024, max: 1_048_576 }, 'bytes')).meta({
    description: 'Size of the largest message. AWS takes 1048576.',
    examples: [65_536],
  }),
  receiveMessageWaitTimeSeconds: resettable(whole({ min: 0, max: 20 }, 'seconds')).meta({
    description: 'Time for which ReceiveMessage waits for a message.',
    examples: [20],
  }),
  contentBasedDeduplication: resettable(yesOrNo).meta({
    description: 'FIFO: messages of the same content are duplicates.',
    examples: [true],
  }),
  deduplicationScope: resettable(oneOf(['messageGroup', 'queue'])).meta({
    description: 'FIFO: where a message counts as a duplicate.',
    examples: ['messageGroup'],
  }),
  fifoThroughputLimit: resettable(oneOf(['perQueue', 'perMessageGroupId'])).meta({
    description: 'FIFO: what the limit of messages per second is for.',
    examples: ['perMessageGroupId'],
  }),
  kmsMasterKeyId: resettable(kmsKey).meta({
    description: 'KMS key that encrypts messages, in place of SQS’s own.',
    examples: ['alias/orders'],
  }),
  kmsDataKeyReusePeriodSeconds: resettable(whole({ min: 60, max: 86_400 }, 'seconds')).meta({
    description: 'Time for which SQS uses a data key again.',
    examples: [300],
  }),
  sqsManagedSseEnabled: resettable(yesOrNo).meta({
    description: 'SQS encrypts messages with its own key. AWS takes true.',
    examples: [true],
  }),
  redrivePolicy: resettable(
    fields({
      deadLetterTargetArn: arnOf('sqs').describe('The dead-letter queue.'),
      maxReceiveCount: receives.describe('Receives after which a message goes there.'),
    }),
  ).meta({
    description: 'Dead-letter queue as the API has it. deadLetter is shorter.',
    examples: [
      { deadLetterTargetArn: 'arn:aws:sqs:us-east-1:123456789012:failed-orders', maxReceiveCount: 3 },
    ],
  }),
  redriveAllowPolicy: resettable(
    fields({
      redrivePermission: oneOf(['allowAll', 'denyAll', 'byQueue']).describe(
        'Which queues may use this one as their dead-letter queue.',
      ),
      sourceQueueArns: list(arnOf('sqs'), 'a list of ARNs', 10)
        .optional()
        .describe('These queues, with byQueue.'),
    }),
  ).meta({
    description: 'Queues that may use this one as their dead-letter queue.',
    examples: [{ redrivePermission: 'denyAll' }],
  }),
  policy: resettable(policyDocument).meta({
    description:
      'Resource policy: who else may use the queue. slsctl adds the statements that sns and event triggers of the project need when this queue is their deadLetter.',
    examples: [
      {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Service: 'events.amazonaws.com' },
            Action: 'sqs:SendMessage',
            Resource: '*',
          },
        ],
      },
    ],
  }),
}).superRefine((queue, context) => {
  const { fifo, fifoQueue, deadLetter, redrivePolicy, name } = queue;
  if (fifo !== undefined && fifoQueue !== undefined && fifo !== fifoQueue) {
    refuse(context, 'is not the same as fifoQueue', ['fifo']);
  }
  if (deadLetter && redrivePolicy) refuse(context, 'goes without redrivePolicy', ['deadLetter']);
  const isFifo = fifo ?? fifoQueue ?? name?.endsWith('.fifo') ?? false;
  if (name?.endsWith('.fifo') && (fifo ?? fifoQueue) === false) {
    refuse(context, 'ends with .fifo, but fifoQueue is false', ['name']);
  }
  for (const field of ['contentBasedDeduplication', 'deduplicationScope', 'fifoThroughputLimit'] as const) {
    if (queue[field] && !isFifo) refuse(context, 'needs fifoQueue: true', [field]);
  }
});
