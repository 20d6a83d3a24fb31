// Queues of brokers of Amazon MQ.
import type { TriggerValues } from '../../config/triggers/all.ts';
import type { TriggerKind } from './kind.ts';
import { mappingKind, sidOf } from './mapping/kind.ts';
import { networkStatement, secretStatements } from './mapping/network.ts';
import type { MappingSource } from './mapping/source.ts';
import { otherRegion } from './mapping/streams.ts';

type Declared = TriggerValues['mq'];

export const mq: TriggerKind<Declared> = mappingKind({
  name: 'mq',
  defaults: { BatchSize: 100 },
  parse(declared) {
    const { broker: _, queues: __, ...members } = declared;
    return { source: brokerSource(declared), members };
  },
  recognizes: ({ EventSourceArn = '' }) => EventSourceArn.split(':')[2] === 'mq',
  sourceFields: ({ EventSourceArn, Queues }) => ({ Broker: EventSourceArn, Queues }),
  label: ({ EventSourceArn = '', Queues }) => labelOf(EventSourceArn, Queues),
  statements: ({ label }, { broker, sourceAccessConfigurations }) => [
    { Sid: sidOf('mq', label), Effect: 'Allow', Action: 'mq:DescribeBroker', Resource: broker },
    ...secretStatements(sidOf('mq', `${label}-secrets`), sourceAccessConfigurations),
    networkStatement('MqNetwork'),
  ],
});

/** `orders/incoming` */
function labelOf(broker: string, queues: readonly string[] = []): string {
  return [broker.split(':')[6], ...queues].join('/');
}

function brokerSource({ broker, queues }: Declared): MappingSource {
  const [, , , region = ''] = broker.split(':');
  return {
    label: labelOf(broker, queues),
    needs: [],
    request: () => ({ EventSourceArn: broker, Queues: queues }),
    isOf: ({ EventSourceArn, Queues = [] }) => EventSourceArn === broker && Queues[0] === queues[0],
    problem: (here) => otherRegion('broker', region, here),
  };
}
