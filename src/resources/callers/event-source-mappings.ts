// Event source mappings: Lambda reads a queue or a stream for the function.
import { paginateListEventSourceMappings } from '@aws-sdk/client-lambda';
import { allItems } from '../../aws/pages.ts';
import type { CallerKind } from './caller.ts';

export const eventSourceMappings: CallerKind = {
  what: 'event source mappings',
  /** One list of all functions: it includes the mappings of versions and aliases. */
  async find({ aws, isNamed }) {
    const pages = paginateListEventSourceMappings({ client: aws.lambda }, {});
    const all = await allItems(pages, ({ EventSourceMappings }) => EventSourceMappings);
    return all.flatMap(({ UUID = '', EventSourceArn, FunctionArn: arn }) => {
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
