// Event source mappings: Lambda reads a queue or a stream for the function.
import { type Mapping, mappingsOf } from '../function/event-source-mappings.ts';
import type { CallerKind, CallerName } from './caller.ts';

export const eventSourceMappings: CallerKind = {
  what: 'event source mappings',
  /** One list of all functions: it includes the mappings of versions and aliases. */
  async find({ aws, isNamed }) {
    return (await mappingsOf(aws)).flatMap((mapping) => {
      const { UUID = '', FunctionArn: arn, State } = mapping;
      if (!isNamed(arn) || State === 'Deleting') return [];
      return {
        ...mappingCaller(mapping),
        arn,
        removal: ['aws', 'lambda', 'delete-event-source-mapping', '--uuid', UUID],
      };
    });
  },
};

export function mappingCaller({ UUID = '', EventSourceArn }: Mapping): CallerName {
  const name = EventSourceArn === undefined ? UUID : `${UUID} (${EventSourceArn})`;
  return { kind: 'event source mapping', name };
}
