// Lists event source mappings: Lambda reads a queue or a stream for a function.
import {
  type EventSourceMappingConfiguration,
  paginateListEventSourceMappings,
} from '@aws-sdk/client-lambda';
import type { Aws } from '../../aws/aws.ts';
import { allItems } from '../../aws/pages.ts';

export type Mapping = EventSourceMappingConfiguration;

/** Without a name: those of all functions in the region, of their versions and of their aliases. */
export function mappingsOf(
  { lambda }: Aws,
  FunctionName?: string,
): Promise<EventSourceMappingConfiguration[]> {
  const pages = paginateListEventSourceMappings({ client: lambda }, { FunctionName });
  return allItems(pages, ({ EventSourceMappings }) => EventSourceMappings);
}
