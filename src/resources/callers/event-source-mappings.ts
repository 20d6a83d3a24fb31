// Event source mappings: Lambda reads a queue or a stream for the function.
import { mappingsOf } from '../function/event-source-mappings.ts';
import type { CallerKind } from './caller.ts';

export const eventSourceMappings: CallerKind = {
  what: 'event source mappings',
  /** One list of all functions: it includes the mappings of versions and aliases. */
  async find({ aws, isNamed }) {
    return (await mappingsOf(aws)).flatMap(({ UUID = '', EventSourceArn, FunctionArn: arn }) => {
      if (!isNamed(arn)) return [];
      return {
        kind: 'event source mapping',
        name: EventSourceArn === undefined ? UUID : `${UUID} (${EventSourceArn})`,
        arn,
        removal: ['aws', 'lambda', 'delete-event-source-mapping', '--uuid', UUID],
      };
    });
  },
};
