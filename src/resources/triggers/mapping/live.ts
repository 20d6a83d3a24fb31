// The event source mappings that are live: listed by the place that they call, and the owner of each.
import { ListTagsCommand } from '@aws-sdk/client-lambda';
import type { Aws } from '../../../aws/aws.ts';
import type { Qualifier } from '../../../config/qualifiers.ts';
import { absent } from '../../absent.ts';
import { type Mapping, mappingsOf } from '../../function/event-source-mappings.ts';
import type { Tags } from '../../owned/ownership.ts';
import { shared } from '../../shared-request.ts';

export type { Mapping };

interface Target {
  readonly name: string;
  readonly qualifier: Qualifier;
}

const listed = shared(
  ({ name, qualifier = '' }: Target) => `${name}:${qualifier}`,
  (aws, { name, qualifier }) => mappingsOf(aws, qualifier === undefined ? name : `${name}:${qualifier}`),
);

/** The mappings that call the function (undefined), or an alias of it. Concurrent calls share one request. */
export async function mappingsAt(aws: Aws, name: string, qualifier: Qualifier): Promise<Mapping[]> {
  const all = await listed(aws, { name, qualifier });
  return all.filter((mapping) => mapping.State !== 'Deleting' && calls(mapping, name, qualifier));
}

/** Some endpoints answer mappings of other functions, too, and some the version that the alias pointed to. */
function calls({ FunctionArn = '' }: Mapping, name: string, qualifier: Qualifier): boolean {
  const [, , , , , , target, version] = FunctionArn.split(':');
  if (target !== name) return false;
  if (qualifier === undefined) return version === undefined || version === '$LATEST';
  return version === undefined || version === qualifier || /^\d+$/.test(version);
}

export async function tagsOfMapping({ lambda }: Aws, { EventSourceMappingArn }: Mapping): Promise<Tags> {
  if (EventSourceMappingArn === undefined) return {};
  const command = new ListTagsCommand({ Resource: EventSourceMappingArn });
  return (await absent(() => lambda.send(command)))?.Tags ?? {};
}
