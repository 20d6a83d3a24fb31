// Queues: Lambda reads the messages of a queue, and deletes those that the function has processed.
import type { Aws } from '../../aws/aws.ts';
import type { TriggerValues } from '../../config/triggers/all.ts';
import type { Located, Things } from '../things/things.ts';
import type { TriggerKind } from './kind.ts';
import { mappingKind, sidOf } from './mapping/kind.ts';
import type { Look, MappingSource } from './mapping/source.ts';
import { otherRegion } from './mapping/streams.ts';
import { lookAtQueue, noSuchQueue } from './queue/look.ts';

type Declared = TriggerValues['sqs'];

export const sqs: TriggerKind<Declared> = mappingKind({
  name: 'sqs',
  defaults: { BatchSize: 10 },
  parse(declared, things) {
    const { queue, ...members } = typeof declared === 'string' ? { queue: declared } : declared;
    return { source: queueSource(queue, things), members };
  },
  recognizes: ({ EventSourceArn = '' }) => EventSourceArn.split(':')[2] === 'sqs',
  sourceFields: ({ EventSourceArn = '' }, name) => ({ Queue: name(EventSourceArn) }),
  label: ({ EventSourceArn = '' }) => EventSourceArn.split(':')[5] ?? '',
  /** Source: AWS Lambda Developer Guide, "Configuring scaling and permissions for an SQS event source". */
  statements: (source) => [
    {
      Sid: sidOf('sqs', source.label),
      Effect: 'Allow',
      Action: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
      Resource: source.request({}).EventSourceArn ?? '',
    },
  ],
});

function queueSource(text: string, things: Things): MappingSource {
  const queue = things.locate('queue', text);
  const { name, arn, region, own } = queue;
  return {
    label: name,
    needs: own ? [own.resource] : [],
    request: () => ({ EventSourceArn: arn }),
    isOf: ({ EventSourceArn }) => EventSourceArn === arn,
    problem: (here) => otherRegion('queue', region, here),
    // A queue of this project is checked by slsctl.yml, and made before the trigger.
    look: own ? undefined : (aws, timeout) => lookAt(aws, queue, timeout),
  };
}

async function lookAt(aws: Aws, queue: Located, timeout: number | undefined): Promise<Look> {
  const found = await lookAtQueue(aws, queue);
  if (!found) return { problem: { field: 'queue', ...noSuchQueue(aws, queue) } };
  const { visibilityTimeout } = found;
  if (timeout === undefined || !(visibilityTimeout < timeout)) return {};
  const sentence =
    `is ${queue.name}, whose VisibilityTimeout is ${visibilityTimeout} seconds, below the timeout of the function, ${timeout}; ` +
    'messages would come again while the function still has them';
  return { problem: { field: 'queue', sentence } };
}
