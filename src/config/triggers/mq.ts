// `mq`: Lambda reads a queue of a broker of Amazon MQ for the function.
import { fields, list, short } from '../schema/checks.ts';
import { accesses, everyMapping } from './mapping.ts';
import { broker } from './sources.ts';

export const mq = fields(
  {
    broker: broker.describe('ARN of the broker.'),
    queues: list(short(1000), '[QUEUE]')
      .length(1, { error: '[QUEUE], one of them' })
      .describe('The queue of the broker.'),
    sourceAccessConfigurations: accesses(['BASIC_AUTH', 'VIRTUAL_HOST']).describe(
      'How Lambda signs in: BASIC_AUTH with the ARN of a secret. VIRTUAL_HOST is for RabbitMQ.',
    ),
    ...everyMapping,
  },
  '{ broker, queues, sourceAccessConfigurations, … }',
).meta({
  description: 'Lambda reads a queue of a broker of Amazon MQ.',
  examples: [
    {
      broker: 'arn:aws:mq:us-east-1:123456789012:broker:orders:b-0123abcd-0123-4567-89ab-0123456789ab',
      queues: ['incoming'],
      sourceAccessConfigurations: [
        { type: 'BASIC_AUTH', uri: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:broker-a1b2c3' },
      ],
    },
  ],
});
